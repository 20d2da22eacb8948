/* Stem: Snowball's English stemmer, step for step as snowballstem.org publishes it for version 3 (the algorithm once
   called Porter 2). `briefing_tools/indexing/words.py` uses the same one through `snowballstemmer`. */

const VOWEL = "[aeiouy]";
const REGION = new RegExp(`^.*?${VOWEL}[^aeiouy]`, "su");
const OVERSTEMMED = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/u;
const UNCHANGED = new Set("andes atlas bias cosmos howe news sky".split(" "));
const SPECIAL = new Map(Object.entries({
  skis: "ski", skies: "sky", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli", only: "onli", singly: "singl",
}));
const SHORT = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)$/u;

/* What each ending becomes, the longest ending first. */
const STEP_2 = [
  ["ization", "ize"], ["ational", "ate"], ["fulness", "ful"], ["ousness", "ous"], ["iveness", "ive"],
  ["tional", "tion"], ["biliti", "ble"], ["lessli", "less"],
  ["entli", "ent"], ["ation", "ate"], ["alism", "al"], ["aliti", "al"], ["ousli", "ous"], ["iviti", "ive"], ["fulli", "ful"],
  ["ogist", "og"], ["enci", "ence"], ["anci", "ance"], ["abli", "able"], ["izer", "ize"], ["ator", "ate"], ["alli", "al"],
  ["bli", "ble"], ["ogi", "og", /l$/u], ["li", "", /[cdeghkmnrt]$/u],
];
const STEP_3 = [
  ["ational", "ate"], ["tional", "tion"], ["alize", "al"], ["icate", "ic"], ["iciti", "ic"], ["ative", null], ["ical", "ic"],
  ["ness", ""], ["ful", ""],
];
const STEP_4 = (
  "ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er ic"
).split(" ");

const stems = new Map();

/** The stem of a folded word. */
function stem(word) {
  let found = stems.get(word);
  if (found === undefined) {
    if (stems.size > 60000) stems.clear();
    stems.set(word, found = /[\ud800-\udfff]/.test(word) ? stemWide(word) : stemOf(word));
  }
  return found;
}

/** A character beyond the first 65,536 counts as one. */
function stemWide(word) {
  const wide = word.match(/[\u{10000}-\u{10ffff}]/gu) ?? [];
  return stemOf(word.replace(/[\u{10000}-\u{10ffff}]/gu, "\ufffc")).replace(/\ufffc/gu, () => wide.shift());
}

function stemOf(word) {
  if (SPECIAL.has(word)) return SPECIAL.get(word);
  if (word.length < 3 || UNCHANGED.has(word)) return word;
  word = word.replace(/^'/u, "").replace(/^y/u, "Y").replace(/([aeiouy])y/gu, "$1Y");
  const first = OVERSTEMMED.exec(word)?.[0].length ?? REGION.exec(word)?.[0].length ?? word.length;
  const second = first + (REGION.exec(word.slice(first))?.[0].length ?? word.length);
  word = step1a(word);
  word = step1b(word, first);
  word = word.replace(/(?<=.[^aeiouy])[yY]$/su, "i");
  word = replaced(word, STEP_2, first);
  word = replaced(word, STEP_3, first, second);
  word = step4(word, second);
  word = step5(word, first, second);
  return word.replace(/Y/gu, "y");
}

function step1a(word) {
  word = word.replace(/(?:'s'|'s|')$/u, "");
  if (/sses$/u.test(word)) return word.slice(0, -2);
  if (/ie[ds]$/u.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1);
  if (/(?:us|ss)$/u.test(word)) return word;
  return new RegExp(`${VOWEL}.+s$`, "su").test(word) ? word.slice(0, -1) : word;
}

function step1b(word, first) {
  const ending = /(?:eedly|ingly|edly|eed|ing|ed)$/u.exec(word)?.[0];
  if (!ending) return word;
  const before = word.slice(0, -ending.length);
  if (ending.startsWith("eed")) {
    const kept = before.length < first || /^(?:succ|proc|exc)$/u.test(before);
    return kept ? word : before + "ee";
  }
  if (ending === "ing") {
    if (/^[^aeiouy]y$/u.test(before)) return before.slice(0, -1) + "ie";
    if (/^(?:even|cann|inn|earr|herr|out)$/u.test(before)) return word;
  }
  if (!new RegExp(VOWEL, "u").test(before)) return word;
  if (/(?:at|bl|iz)$/u.test(before)) return before + "e";
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/u.test(before)) return /^[aeo]..$/u.test(before) ? before : before.slice(0, -1);
  return before.length === first && SHORT.test(before) ? before + "e" : before;
}

/** The longest ending that is found decides; it is replaced if it stands in the first region. */
function replaced(word, endings, first, second = 0) {
  for (const [ending, instead, after] of endings) {
    if (!word.endsWith(ending)) continue;
    const before = word.slice(0, -ending.length);
    if (before.length < first || (after && !after.test(before))) return word;
    if (instead === null) return before.length < second ? word : before;
    return before + instead;
  }
  return word;
}

function step4(word, second) {
  const ending = STEP_4.find((one) => word.endsWith(one));
  if (!ending || word.length - ending.length < second) return word;
  const before = word.slice(0, -ending.length);
  return ending === "ion" && !/[st]$/u.test(before) ? word : before;
}

function step5(word, first, second) {
  const before = word.slice(0, -1);
  if (word.endsWith("e")) {
    return before.length >= second || (before.length >= first && !SHORT.test(before)) ? before : word;
  }
  return before.length >= second && word.endsWith("ll") ? before : word;
}
