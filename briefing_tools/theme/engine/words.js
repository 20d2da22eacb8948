/* Analyse: text becomes words, and words become stems and roots, as briefing_tools/indexing/words.py defines it. */

const MARKS =
  "\\u00ad\\u0300-\\u036f\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u0900-\\u0903\\u093a-\\u094f\\u0980-\\u0983\\u09bc-\\u09cd\\u0a3c-\\u0a4d\\u0abc-\\u0acd";
const CHARACTER = `(?!\\u02bc)[\\p{L}\\p{N}][${MARKS}]*`;
const WORD = new RegExp(`(?:${CHARACTER})+(?:['’‘ʼ](?:${CHARACTER})+)*`, "gu");
const DROPPED = /[ \u00ad\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]/gu;
const APOSTROPHE = /['’‘ʼ]/u;
const HYPHENS = "-\u2010\u2011";
const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ħ: "h" };
const LONGEST_WORD = 64;

/** A word as it is compared: without case, accents and apostrophes. */
function fold(word) {
  const plain = points(word).slice(0, LONGEST_WORD).join("").normalize("NFKD").replace(DROPPED, "").toLowerCase();
  const parts = plain.replace(/[ßæœøłđðþıħ]/gu, (letter) => LETTERS[letter]).split(APOSTROPHE);
  return (parts.length > 1 && parts.at(-1) === "s" ? parts.slice(0, -1) : parts).join("");
}

/** The words of a text, small ones included: folded, from where to where, and whether a hyphen ties it to the one before. */
function wordsOf(text) {
  const found = [];
  let end = -1;
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    const joined = start === end + 1 && end >= 0 && HYPHENS.includes(text[end]);
    end = start + match[0].length;
    const word = fold(match[0]);
    if (word) found.push({ text: word, start, end, joined });
  }
  return found;
}

/** A filter's value, or a record's, as they are compared. */
function folded(value) {
  return wordsOf(value).map((word) => word.text).join("-");
}

/** The words that aren't small. */
function telling(words) {
  return words.filter((word) => !index.small.has(word.text) || index.kept.has(word.text));
}

/** The stems of a folded word: two if it is a compound written together, else one. */
function stemsOf(word) {
  const found = stem(word);
  return compounds.parts.get(found) ?? [found];
}

/** The root of a folded word. */
function rootOf(word) {
  const found = stem(word);
  const parts = compounds.parts.get(found);
  return parts ? compounds.whole.get(key(parts)) : found;
}

function isLetters(word) {
  return /^\p{L}+$/u.test(word);
}

/** A sequence of stems as one string. */
function key(stems) {
  return stems.join("-");
}

/** The characters of a text, each one Unicode code point. */
function points(text) {
  return Array.from(text);
}

/** The order of code points, which is not that of JavaScript's own comparison beyond the first 65,536. */
function compare(a, b) {
  if (a === b) return 0;
  const first = points(a), second = points(b);
  for (let at = 0; at < first.length && at < second.length; at++) {
    const difference = first[at].codePointAt(0) - second[at].codePointAt(0);
    if (difference) return difference;
  }
  return first.length - second.length;
}

function divided(a, b) {
  return Math.floor(a / b);
}
