/* Look up: the sheets of the index (briefing_tools/indexing/sheets.py tells what stands in each) are fetched when they are
   needed, each once. They are scripts that call `briefingsSearch(name, version, content)`: so they are read from any host,
   from a folder on a stick, and under a strict content security policy. */

const STOPPERS = 64;
const CONTINUERS = 27;
const DIGITS = new Int16Array(128).fill(-1);
for (let code = 33, digit = 0; code < 127; code++) {
  if (!"\"\\|".includes(String.fromCharCode(code))) DIGITS[code] = digit++;
}

const folder = new URL(".", document.currentScript.src);
let sheets = new Map();
let index = null;
let compounds = null;
let entries = null;
let version = "";

/** Take in a sheet. Every sheet calls this, under the name `briefingsSearch`. */
function receive(name, of, content) {
  const wanted = sheets.get(name);
  if (!wanted) return;
  if (name === "index") version = of;
  if (of === version) wanted.resolve(content);
  else wanted.reject(new Outdated(of));
}

/** A sheet belongs to another version of the index: the pages were published anew meanwhile. */
class Outdated extends Error {
  constructor(of) {
    super(`The index is now version ${of}.`);
    this.version = of;
  }
}

/** The content of a sheet; `priority` is the browser's word for how soon it is needed. */
function sheet(name, of = version, priority = "auto") {
  let wanted = sheets.get(name);
  if (!wanted) {
    wanted = {};
    wanted.content = new Promise((resolve, reject) => Object.assign(wanted, { resolve, reject }));
    sheets.set(name, wanted);
    const script = document.createElement("script");
    const address = new URL(`${name}.js${of ? `?${of}` : ""}`, folder);
    const held = sheets;
    script.onload = script.onerror = () => {
      script.remove();
      wanted.reject(new Error(`${address} cannot be read.`));  // has no effect if it was received
    };
    wanted.content.catch(() => held.delete(name));
    script.fetchPriority = priority;
    script.src = address.href;
    document.head.append(script);
  }
  return wanted.content;
}

/** Fetch what every question needs. */
async function open(of = "") {
  const given = await sheet("index", of);
  if (index?.version === version) return;
  entries = new Map();
  compounds = { parts: new Map(), whole: new Map() };
  const forms = new Map();
  const spellings = given.terms.map((written) => written.map(([stems, main]) => ({ stems: stems.split("-"), main: !!main })));
  spellings.forEach((written, term) => {
    for (const { stems, main } of written) {
      const known = forms.get(key(stems)) ?? [];
      known.push({ term, main });
      forms.set(key(stems), known);
    }
  });
  index = {
    ...given,
    version,
    small: new Set(given.small.split(" ")),
    kept: new Set(given.kept),
    spellings,
    forms,
    longestForm: Math.max(0, ...[...forms.keys()].map((one) => one.split("-").length)),
    count: given.kinds.reduce((sum, [, count]) => sum + count, 0),
  };
  let first = 0;
  index.kinds = given.kinds.map(([name, count, eighths]) => ({ name, eighths, first, end: (first += count) }));
}

/** Forget everything and begin with another version. */
async function reopen(of) {
  sheets = new Map();
  words.clear();
  columns.clear();
  index = null;
  await open(of);
}

/** The kind of a record. */
function kindOf(number) {
  return index.kinds.find((kind) => number < kind.end);
}

// -- Numbers in characters --------------------------------------------------------------------------------------------

/** Every number of a string. */
function numbersIn(text) {
  const found = [];
  let high = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = DIGITS[text.charCodeAt(at)];
    if (digit >= STOPPERS) high = high * CONTINUERS + digit - STOPPERS + 1;
    else {
      found.push(high * STOPPERS + digit);
      high = 0;
    }
  }
  return found;
}

// -- Roots ------------------------------------------------------------------------------------------------------------

/** The numbers of the sheets, of those that begin with some keys, in which a key may stand. */
function sheetsOf(firsts, wanted) {
  const last = lastUpTo(firsts, wanted);
  let from = last;
  while (from > 0 && firsts[from] === wanted) from--;
  return last < 0 ? [] : Array.from({ length: last - from + 1 }, (_, at) => from + at);
}

function lastUpTo(firsts, wanted) {
  let low = 0, high = firsts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(firsts[middle], wanted) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The lines of a sheet of roots or places: what follows a key. */
async function linesOf(kind, number) {
  const content = await sheet(`${kind}-${number}`);
  if (content.lines) return content.lines;
  content.lines = new Map();
  for (const line of content.text.split("|")) {
    const at = line.indexOf(" ");
    content.lines.set(line.slice(0, at), line.slice(at + 1));
  }
  if (kind === "roots") for (const line of content.lines.values()) learn(line.split(" ")[1] ?? "");
  return content.lines;
}

/** Compounds, written `first-second-together-together`. */
function learn(groups) {
  if (!groups) return;
  for (const group of groups.split(",")) {
    const [first, second, ...together] = group.split("-");
    const parts = [first, second];
    compounds.whole.set(key(parts), together[0]);
    for (const one of together) compounds.parts.set(one, parts);
  }
}

const NOWHERE = { count: 0, numbers: new Int32Array(0), weights: new Int32Array(0), sizes: new Int32Array(0) };

/** The records that have a root, or one of the glossary's sequences: numbers, weights, sizes. */
function weightsOf(root) {
  let found = entries.get(root);
  if (!found) {
    const held = entries;
    held.set(root, (found = readWeights(root)));
    found.catch(() => held.delete(root));
  }
  return found;
}

async function readWeights(root) {
  const lines = await Promise.all(sheetsOf(index.roots, root).map((number) => linesOf("roots", number)));
  const coded = lines.map((one) => one.get(root)?.split(" ")[0] ?? "").filter(Boolean).map(numbersIn);
  if (!coded.length) return NOWHERE;
  const count = coded.reduce((sum, one) => sum + one.length / 2, 0);
  const found = { count, numbers: new Int32Array(count), weights: new Int32Array(count), sizes: new Int32Array(count) };
  let place = 0;
  for (const one of coded) {
    let number = 0;
    for (let at = 0; at < one.length; at += 2, place++) {
      number += one[at];
      found.numbers[place] = number;
      found.weights[place] = 1 + (one[at + 1] >> 5);
      found.sizes[place] = sizeOf(one[at + 1] & 31);
    }
  }
  return found;
}

/** The size that is meant by a number below 32. */
function sizeOf(code) {
  return code < 8 ? code : (4 + (code & 3)) << ((code >> 2) - 1);
}

async function has(root) {
  return (await weightsOf(root)).count > 0;
}

/** The places of a root by the record's number; a place is 2²⁰ times its field, plus its place in the field. */
async function placesOf(root) {
  const lines = await Promise.all(sheetsOf(index.places, root).map((number) => linesOf("places", number)));
  const found = new Map();
  for (const coded of lines.map((one) => numbersIn(one.get(root) ?? ""))) {
    let number = 0, at = 0;
    while (at < coded.length) {
      number += coded[at];
      const places = [];
      let field = 0, place = 0;
      for (let left = coded[at + 1], from = at + 2; left > 0; left--, from++) {
        const step = coded[from] & 3;
        if (step) [field, place] = [field + step, 0];
        place += coded[from] >> 2;
        places.push(field * 0x100000 + place);
      }
      found.set(number, places);
      at += 2 + coded[at + 1];
    }
  }
  return found;
}

// -- Vocabulary -------------------------------------------------------------------------------------------------------

const words = new Map();

/** The words of a sheet in their order, each with the number of records that have it. */
async function wordsOn(name) {
  const { text } = await sheet(name);
  if (!words.has(name)) {
    let last = [];
    words.set(name, text.split("|").map((line) => {
      const at = line.indexOf(" ");
      last = [...last.slice(0, DIGITS[line.charCodeAt(0)]), ...points(line.slice(1, at))];
      return [last.join(""), numbersIn(line.slice(at + 1))[0]];
    }));
  }
  return words.get(name);
}

/** Whether a word is one of the language that the series does not have, though it has one like it. */
async function isNoSlip(word) {
  const at = lastUpTo(index.meant, word);
  return at >= 0 && (await wordsOn(`meant-${at}`)).some(([one]) => one === word);
}

/** Every word of the vocabulary that begins so. */
async function wordsFrom(beginning) {
  const numbers = [];
  for (let at = Math.max(0, lastUpTo(index.words, beginning)); at < index.words.length; at++) {
    if (compare(index.words[at], beginning) > 0 && !index.words[at].startsWith(beginning)) break;
    numbers.push(at);
  }
  const found = await Promise.all(numbers.map((number) => wordsOn(`words-${number}`)));
  return found.flat().filter(([word]) => word.startsWith(beginning));
}

/** The whole vocabulary: words with their spread, and the stems of all of them. */
async function vocabulary() {
  const found = (await Promise.all(index.words.map((_, number) => wordsOn(`words-${number}`)))).flat();
  index.stems ??= new Set(found.map(([word]) => stem(word)));
  return found;
}

// -- Records and columns ----------------------------------------------------------------------------------------------

/** A record as it is shown. */
async function recordOf(number) {
  const rows = await sheet(`records-${divided(number, index.together)}`);
  const row = rows[number % index.together];
  const [label, title, url, text, briefing, section, site, siteName, level, date, language, breadcrumb, briefingTitle, more] = row;
  const rest = await Promise.all(Array.from({ length: more }, (_, at) => sheet(`text-${number}-${at}`)));
  return {
    kind: kindOf(number).name, label: index.labels[label], title, url, text: text + rest.join(""), briefing: briefing || null,
    section, site, site_name: siteName, level, date, language, breadcrumb, briefing_title: briefingTitle,
  };
}

const columns = new Map();

/** What a column tells of some records: a function from the record's number to its value. */
async function column(name, numbers) {
  const wanted = [...new Set(Array.from(numbers, (number) => divided(number, index.block)))];
  const blocks = new Map(await Promise.all(wanted.map(async (block) => [block, await blockOf(name, block)])));
  return (number) => {
    const { values, which } = blocks.get(divided(number, index.block));
    return values[which[number % index.block]];
  };
}

/** The number of the section that an update belongs to, by the update's number; -1 for none. */
async function sectionsAbove(updates) {
  const { first } = index.kinds.find((kind) => kind.name === "update");
  const wanted = [...new Set(updates.map((number) => divided(number - first, index.block)))];
  const blocks = new Map(await Promise.all(wanted.map(async (block) => [block, await aboveOn(block)])));
  return (number) => blocks.get(divided(number - first, index.block))[(number - first) % index.block];
}

async function aboveOn(block) {
  const content = await sheet(`above-${block}`);
  let last = 0;
  content.sections ??= numbersIn(content.steps).map((step) => {
    if (step) last += step & 1 ? (step - 1) / 2 : -step / 2;
    return step ? last : -1;
  });
  return content.sections;
}

async function blockOf(name, block) {
  const at = `${name}-${block}`;
  const { values: first, more, runs } = await sheet(at);
  const rest = await Promise.all(Array.from({ length: more }, (_, part) => sheet(`${at}-${part}`)));
  if (!columns.has(at)) {
    const values = [first, ...rest].flat();
    const coded = numbersIn(runs), which = new Int32Array(index.block);
    for (let run = 0, from = 0; run < coded.length; run += 2) {
      which.fill(coded[run], from, from += coded[run + 1]);
    }
    columns.set(at, { values, which });
  }
  return columns.get(at);
}

/** Every value of a column. */
async function valuesOf(name) {
  const blocks = Array.from({ length: Math.ceil(index.count / index.block) }, (_, block) => blockOf(name, block));
  return (await Promise.all(blocks)).flatMap((block) => block.values);
}

/** The terms of the glossary with some numbers. */
function termsOf(numbers) {
  return Promise.all(numbers.map(async (number) => {
    const rows = await sheet(`terms-${divided(number, index.together)}`);
    const [term, name, meaning, url] = rows[number % index.together];
    return { term, name, meaning, url };
  }));
}
