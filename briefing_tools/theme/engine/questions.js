/* Understand: what somebody typed becomes units and filters, as briefing_tools/indexing/questions.py defines it. */

const LONGEST_QUESTION = 1000;
const MOST_WORDS = 32;
const MOST_BEGINNINGS = 20;
const MOST_NEAREST = 3;
const MOST_GUESSES = 4;
const SHORTEST = 4;
const TYPED = 4, OTHER = 2, GUESSED = 2;
const SPACES = " \\t\\n\\r\\u00a0";
const QUOTES = "\"“”„«»";
const PARTS = new RegExp(
  `(?<![^${SPACES}])(kind|site|briefing|section|level|language|year):` +
    `(?:[${QUOTES}]([^${QUOTES}]*)[${QUOTES}]|([^${SPACES}]*))|[${QUOTES}]([^${QUOTES}]*)[${QUOTES}]`,
  "gi",
);
const SPACE_BEFORE = new RegExp(`^[${SPACES}]+`);
const SPACE_BEHIND = new RegExp(`[${SPACES}]+$`);

function way(stems, weight) {
  return { stems, weight };
}

function unit(ways, more = {}) {
  return { ways, apart: [], beginnings: [], quoted: false, terms: [], ...more };
}

/** Read a question against the index. */
async function understand(text) {
  text = points(text).slice(0, LONGEST_QUESTION).join("");
  const units = [], filters = new Map(), missing = [], slips = [], nowhere = new Map();
  let room = MOST_WORDS, guesses = MOST_GUESSES;
  const parts = partsOf(text);
  const last = typedTo(text, parts);
  await lookAhead(text);
  for (const [start, end, part] of parts) {
    if (part?.name) {
      const name = part.name.toLowerCase();
      filters.set(name, [...(filters.get(name) ?? []), folded(part.quoted || part.bare || "")]);
      continue;
    }
    const found = wordsOf(text.slice(0, end)).filter((word) => word.start >= start);
    const counting = telling(found).slice(0, room);
    room -= counting.length;
    if (part) {
      const stems = counting.flatMap((word) => stemsOf(word.text));
      if (!stems.length || (await isSomewhere(stems))) {
        const terms = (index.forms.get(key(stems)) ?? []).map((form) => form.term);
        if (stems.length) units.push(unit([way(stems, TYPED)], { quoted: true, terms }));
        continue;
      }
      missing.push(part.phrase.replace(SPACE_BEFORE, "").replace(SPACE_BEHIND, ""));
    }
    const typing = found.length && !part && found.at(-1).end === last ? found.at(-1) : null;
    if (!counting.length && typing && !units.length) {
      const begun = await beginningsOf(typing, typing.text);
      if (begun.length) units.push(unit(begun));
    }
    const unknown = [];
    for (const word of counting) if (!(await has(rootOf(word.text)))) unknown.push(word);
    unknown.length = Math.min(unknown.length, guesses);
    guesses -= unknown.length;
    for (let at = 0; at < counting.length; ) {
      const word = counting[at];
      let [one, length] = (await asTerm(counting, at)) ?? (await asCompound(counting, at)) ?? [null, 1];
      if (!one) {
        let nearest;
        [one, nearest] = await asWord(word, word === typing, unknown.includes(word));
        if (nearest) slips.push([word.start, word.end, nearest]);
        if (!one.beginnings.length && !nowhere.has(word.text) && !(await isAnswered(one))) {
          nowhere.set(word.text, text.slice(word.start, word.end));
        }
      }
      units.push(one);
      at += length;
    }
  }
  let meant = text;
  for (const [start, end, word] of slips.reverse()) meant = meant.slice(0, start) + word + meant.slice(end);
  const once = new Map(units.map((one) => [JSON.stringify(one), one]));
  return {
    units: [...once.values()], filters: [...filters], meant: slips.length ? meant : "", missing,
    unknown: [...nowhere.values()],
  };
}

/** Filters, quotations, and between them words, with their places. */
function partsOf(text) {
  const found = [];
  let last = 0;
  for (const match of text.matchAll(PARTS)) {
    const [all, name, quoted, bare, phrase] = match;
    found.push([last, match.index, null], [match.index, match.index + all.length, { name, quoted, bare, phrase }]);
    last = match.index + all.length;
  }
  found.push([last, text.length, null]);
  return found;
}

/** Where the typed text ends, but for filters at its end and the spaces before them. */
function typedTo(text, parts) {
  let filters = false;
  for (const [start, end, part] of [...parts].reverse()) {
    if (part?.name) filters = true;
    else if (part || text.slice(start, end).replace(SPACE_BEFORE, "")) {
      return filters ? text.slice(0, end).replace(SPACE_BEHIND, "").length : end;
    }
  }
  return 0;
}

/** Fetch at once what will be needed for a question's words, instead of one after another. */
async function lookAhead(text) {
  const found = telling(wordsOf(text)).slice(0, MOST_WORDS);
  const together = found.slice(1).map((word, at) => found[at].text + word.text);
  const roots = [...found.map((word) => word.text), ...together].map(stem);
  await Promise.all([
    ...[...roots, ...spellingsIn(roots.slice(0, found.length))].map(weightsOf),
    ...(found.length && points(found.at(-1).text).length > 1 ? [wordsFrom(found.at(-1).text)] : []),
  ]);
}

/** The other spellings of the glossary's terms among some stems. */
function spellingsIn(stems) {
  const found = new Set();
  for (let from = 0; from < stems.length; from++) {
    for (let to = from + 1; to <= Math.min(stems.length, from + index.longestForm); to++) {
      for (const { term } of index.forms.get(key(stems.slice(from, to))) ?? []) {
        for (const spelling of index.spellings[term]) found.add(key(spelling.stems));
      }
    }
  }
  return [...found];
}

// -- Words ------------------------------------------------------------------------------------------------------------

/** The longest term of the glossary that begins with a word, and how many words it has. */
async function asTerm(found, at) {
  let stems = [], longest = null;
  for (let length = 1; at + length <= found.length; length++) {
    stems = [...stems, ...stemsOf(found[at + length - 1].text)];
    if (stems.length > index.longestForm) break;
    if (index.forms.has(key(stems))) longest = [stems, length];
  }
  if (!longest) return null;
  const forms = index.forms.get(key(longest[0]));
  const weights = new Map([[key(longest[0]), way(longest[0], TYPED)]]);
  for (const form of forms) {
    for (const spelling of index.spellings[form.term]) {
      const weight = spelling.main && form.main ? TYPED : OTHER;
      const known = weights.get(key(spelling.stems))?.weight ?? 0;
      weights.set(key(spelling.stems), way(spelling.stems, Math.max(known, weight)));
    }
  }
  const ways = [];
  for (const one of [...weights.values()].sort((a, b) => compareAll(a.stems, b.stems))) {
    ways.push(way(await rooted(one.stems), one.weight));
  }
  const apart = longest[0].length > 1 ? longest[0] : [];
  const one = unit(ways, { apart, terms: forms.map((form) => form.term) });
  return (await isAnswered(one)) ? [one, longest[1]] : null;
}

/** A compound that begins with a word, and how many words it was written in. */
async function asCompound(found, at) {
  let stems = stemsOf(found[at].text);
  let one, length = 1;
  if (stems.length === 2) {
    one = unit([way([compounds.whole.get(key(stems))], TYPED)], { apart: stems });
  } else if (at + 1 < found.length && stemsOf(found[at + 1].text).length === 1) {
    length = 2;
    stems = [...stems, ...stemsOf(found[at + 1].text)];
    const root = compounds.whole.get(key(stems));
    const together = stem(found[at].text + found[at + 1].text);
    if (!root && !(await has(together))) return null;
    one = unit(root ? [way([root], TYPED)] : [way([together], TYPED), way(stems, TYPED)], { apart: stems });
  } else {
    return null;
  }
  return (await isAnswered(one)) ? [one, length] : null;
}

/** A single word, and what was probably meant if it is unknown. */
async function asWord(word, typing, unknown) {
  const root = rootOf(word.text), typed = way([root], TYPED);
  const half = unknown && points(word.text).length >= SHORTEST;
  const [meant, begun] = await Promise.all([
    unknown && isNoSlip(word.text),
    typing || half ? beginningsOf(word, root) : [],
  ]);
  if (!unknown) return [unit([typed], { beginnings: begun }), ""];
  if (begun.length && (typing || !meant)) return [unit(begun), ""];
  if (meant) return [unit([typed]), ""];
  const halves = await halvesOf(word.text);
  if (halves) return [unit([way(halves, TYPED)]), ""];
  const nearest = await nearestTo(word.text);
  const roots = new Set(await Promise.all(nearest.map(rootIn)));
  return [unit([typed, ...[...roots].map((one) => way([one], GUESSED))]), nearest[0] ?? ""];
}

/** The root of a word of the vocabulary, whose sheet may not be there yet. */
async function rootIn(word) {
  await weightsOf(stem(word));
  return rootOf(word);
}

/** The most widespread words that begin with what was typed. */
async function beginningsOf(word, root) {
  if (points(word.text).length < 2) return [];
  const found = widespread(await wordsFrom(word.text)).slice(0, MOST_BEGINNINGS);
  const roots = new Set(await Promise.all(found.map(rootIn)));
  return [...roots].filter((one) => one !== root).map((one) => way([one], GUESSED));
}

/** The two words that an unknown word is written together from, if they stand next to each other somewhere. */
async function halvesOf(word) {
  await vocabulary();
  const letters = points(word);
  for (let cut = 2; cut < letters.length - 1; cut++) {
    const stems = [stem(letters.slice(0, cut).join("")), stem(letters.slice(cut).join(""))];
    if (stems.every((one) => index.stems.has(one)) && (await isSomewhere(stems))) return stems;
  }
  return null;
}

/** A sequence of stems that is a whole compound, as its root. */
async function rooted(stems) {
  if (stems.length !== 2) return stems;
  await weightsOf(stems[0]);
  const root = compounds.whole.get(key(stems));
  return root ? [root] : stems;
}

function widespread(found) {
  return found.sort((a, b) => b[1] - a[1] || compare(a[0], b[0])).map(([word]) => word);
}

function compareAll(a, b) {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const order = compare(a[at], b[at]);
    if (order) return order;
  }
  return a.length - b.length;
}

// -- Asking the index -------------------------------------------------------------------------------------------------

/** Where stems stand one after another: the places of the first of them, by the record's number. */
async function occurrences(stems) {
  if (!(await Promise.all(stems.map(has))).every(Boolean)) return new Map();
  let [found, ...others] = await Promise.all(stems.map(placesOf));
  others.forEach((places, distance) => {
    const followed = new Map();
    for (const [number, first] of found) {
      const known = new Set(places.get(number));
      const together = first.filter((place) => known.has(place + distance + 1));
      if (together.length) followed.set(number, together);
    }
    found = followed;
  });
  return found;
}

/** The records that have stems one after another: numbers, weights, sizes. */
async function sequenceOf(stems) {
  const [root, ...others] = await rooted(stems);
  if (!others.length) return weightsOf(root);
  if (index.forms.has(key(stems))) return weightsOf(key(stems));
  const [found, first] = await Promise.all([occurrences(stems), weightsOf(stems[0])]);
  const numbers = [...found.keys()];
  const sizes = new Map(Array.from(first.numbers, (number, at) => [number, first.sizes[at]]));
  return {
    count: numbers.length,
    numbers,
    weights: numbers.map((number) => found.get(number).reduce((sum, place) => sum + index.fields[place >> 20], 0)),
    sizes: numbers.map((number) => sizes.get(number)),
  };
}

async function isSomewhere(stems) {
  return (await sequenceOf(stems)).count > 0;
}

async function isAnswered(one) {
  const anywhere = await Promise.all(one.ways.map((each) => isSomewhere(each.stems)));
  return anywhere.includes(true) || (await haveAll(one.apart)).length > 0;
}

/** The records that have all of some stems, wherever they stand. */
async function haveAll(stems) {
  if (!stems.length) return [];
  const [first, ...others] = await Promise.all(stems.map(weightsOf));
  const sets = others.map((one) => new Set(one.numbers));
  return Array.from(first.numbers).filter((number) => sets.every((one) => one.has(number)));
}

// -- Slips of the pen -------------------------------------------------------------------------------------------------

/** The known words that are nearest to an unknown one, all equally near; the most widespread first. */
async function nearestTo(word) {
  const letters = points(word);
  const most = letters.length < SHORTEST || !isLetters(word) ? 0 : letters.length < 8 ? 1 : 2;
  const known = most ? await vocabulary() : [];
  for (let allowed = 1; allowed <= most; allowed++) {
    const near = known.filter(
      ([one]) =>
        Math.abs(one.length - word.length) <= 2 * allowed &&
        isLetters(one) &&
        Math.abs(points(one).length - letters.length) <= allowed &&
        slipsBetween(letters, points(one), allowed) <= allowed,
    );
    if (near.length) return widespread(near).slice(0, MOST_NEAREST);
  }
  return [];
}

/** How many slips make one word of another, or more than `most` as soon as that is sure. */
function slipsBetween(a, b, most) {
  let before = [], last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      let slips = Math.min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (a[row - 1] !== b[column - 1] ? 1 : 0));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        slips = Math.min(slips, before[column - 2] + 1);
      }
      line.push(slips);
      least = Math.min(least, slips);
    }
    if (least > most && Math.min(...last) > most) return most + 1;
    [before, last] = [last, line];
  }
  return last[b.length];
}
