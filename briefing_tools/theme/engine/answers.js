/* Answer: a question is understood, records are ranked, filtered and quoted, as briefing_tools/indexing/answers.py
   defines it; and it is counted how many answers each filter would leave. */

/** Answer a question.

    `narrowed` are more filters, `[name, values]` each; `newest` sorts by date; `facets` names columns to count. The answer
    has the shape of `briefings search --json`, but a snippet is a list of runs `[text, marked]`. `early` is given the
    answer with the first results alone, as often as more of them have come while others are still on their way. */
async function ask(query, options = {}) {
  asking++;
  try {
    await open();
    return await answer(query, options);
  } catch (error) {
    if (!(error instanceof Outdated)) throw error;
    await reopen(error.version);
    return await answer(query, options);
  } finally {
    asking--;
    clearTimeout(resting);
    resting = setTimeout(fetchAhead, REST);
  }
}

let asking = 0, resting = 0;
const REST = 1500;
const MOST_AHEAD = 300_000;

/** When nobody asks for a while, fetch of a short series what the next question may need, one sheet after another: sort by
    sort, as long as all of it is little (hosts send half as many bytes). Of a long series any part would seldom be of use;
    and whoever pays for bytes, or has a slow line, is spared. */
async function fetchAhead() {
  const line = navigator.connection;
  if (line?.saveData || /2g/.test(line?.effectiveType ?? "")) return;
  let left = MOST_AHEAD;
  for (const [sort, [count, bytes]] of Object.entries(index?.sizes ?? {})) {
    if (bytes > left) return;
    left -= bytes;
    for (let at = 0; at < count; at++) {
      if (asking) return;  // goes on after the answer
      const read = await sheet(`${sort}-${at}`, version, "low").catch(() => null);
      if (!read) return;
    }
  }
}

async function answer(query, { narrowed = [], limit = 20, newest = false, facets = [], early = null }) {
  const understood = understand(query);
  fetchEarly(facets);
  const question = await understood;
  const filters = [...question.filters, ...narrowed];
  const hits =
    question.units.length || !question.filters.length
      ? await rank(question)
      : Array.from({ length: index.count }, (_, number) => ({ number, score: 0, complete: true }));
  const numbers = hits.map((hit) => hit.number);
  const fitting = await Promise.all(filters.map((filter) => fitsFilter(filter, numbers)));
  const found = hits.filter((hit) => fitting.every((fits) => fits(hit.number)));
  const shown = (newest ? await byDate(found) : found).slice(0, limit);
  const terms = [...new Set(question.units.flatMap((one) => one.terms))];
  const around = Promise.all([
    termsOf(terms),
    Promise.all(facets.map((name) => counted(name, hits, filters, fitting))),
    found.length ? noteOn(question, found) : whyNothing(hits, filters),
  ]);
  const coming = shown.map(async ({ number, score }) => {
    const { text, briefing_title, ...record } = await recordOf(number);
    return { ...record, score, snippet: passage(text, question) };
  });
  const all = Promise.all(coming);
  all.catch(() => {});  // who waits for it hears of a failure
  const [named, counts, note] = await around;
  const whole = {
    query, count: found.length, did_you_mean: question.meant, note, terms: named, results: [],
    facets: Object.fromEntries(facets.map((name, at) => [name, counts[at]])),
  };
  if (early) await tellEarly(coming, all, (results) => early({ ...whole, results }));
  return { ...whole, results: await all };
}

/** Tell of the first results, each time that more of them have come, until all are there. */
async function tellEarly(coming, all, tell) {
  const come = [];
  coming.forEach((one, at) => one.then((result) => { come[at] = result; }, () => {}));
  await Promise.race([all, new Promise((done) => setTimeout(done))]);  // what is at hand comes at once
  for (let at = 0; at < coming.length; at++) {
    await coming[at];
    if (come[at + 1] || at + 1 === coming.length) continue;
    tell(come.slice(0, at + 1));
  }
}

/** Fetch what will be needed after the words while these are on their way. A long series has it in many parts, of which
    a question needs few. */
function fetchEarly(facets) {
  if (parts() > 2) return;
  const names = facets.filter((name) => name !== "kind").flatMap((name) => (name === "briefing" ? [name, "title"] : [name]));
  if (index.kinds.some((kind) => kind.name === "update" && kind.end > kind.first)) names.unshift("above");
  for (const name of names) {
    const blocks = name === "above" ? 1 : parts();
    for (let block = 0; block < blocks; block++) sheet(`${name}-${block}`).catch(() => {});  // who needs it will hear of a failure
  }
}

/** The newest first; a date that is known less well comes after the better known, and none at all last. */
async function byDate(hits) {
  const date = await column("date", hits.map((hit) => hit.number));
  return [...hits].sort((a, b) => {
    const first = date(a.number), second = date(b.number);
    return first === second ? 0 : first > second ? -1 : 1;
  });
}

/** For each value that a facet has, how many answers it would leave: `[value, label, count]`, the most frequent first.

    Of the briefings of a long series, only the first `MOST_TITLES` have their title for a label. */
async function counted(name, hits, filters, fitting) {
  const others = fitting.filter((_, at) => filters[at][0] !== name);
  const numbers = hits.map((hit) => hit.number).filter((number) => others.every((fits) => fits(number)));
  const valueOf = name === "kind" ? (number) => kindOf(number).name : await column(name, numbers);
  const counts = new Map();
  for (const number of numbers) {
    const value = valueOf(number);
    const [id] = [value].flat();
    if (!id) continue;
    const known = counts.get(id);
    if (known) known[2]++;
    else counts.set(id, [String(id), name === "briefing" ? number : [value].flat().at(-1), 1]);
  }
  const found = [...counts.values()].sort((a, b) => b[2] - a[2] || compare(a[0], b[0]));
  if (name !== "briefing") return found;
  const few = parts() <= 2;
  const titled = few ? found : found.slice(0, MOST_TITLES);
  const titleOf = few ? await column("title", numbers) : titleOn;
  const titles = await Promise.all(titled.map(([, number]) => titleOf(number)));
  return found.map(([id, , count], at) => [id, titles[at] ?? "", count]);
}

const MOST_TITLES = 8;

async function titleOn(number) {
  return (await recordOf(number)).briefing_title;
}

/** A function that tells whether a record meets a filter. */
async function fitsFilter([name, values], numbers) {
  if (name === "kind") {
    return (number) => values.some((value) => [kindOf(number).name, `${kindOf(number).name}s`].includes(value));
  }
  if (name === "briefing") return fitsBriefing(values, numbers);
  const valueOf = await column(name === "year" ? "date" : name, numbers);
  const known = new Map();
  return (number) => {
    const value = valueOf(number);
    if (!known.has(value)) known.set(value, values.some((one) => fits(name, value, one)));
    return known.get(value);
  };
}

/** Of a long series, only those parts are looked at in which a briefing with such a number can be. */
async function fitsBriefing(values, numbers) {
  const wanted = values.filter(isNumber).map(Number).filter(Boolean), titles = values.filter((value) => !isNumber(value));
  const within = (number) => {
    const [least, most] = index.numbers[divided(number, index.block)];
    return wanted.some((one) => least <= one && one <= most);
  };
  const [numberOf, titleOf] = await Promise.all([
    column("briefing", numbers.filter(within)),
    titles.length ? column("title", numbers) : null,
  ]);
  return (number) =>
    (within(number) && wanted.includes(numberOf(number))) || titles.some((title) => fits("title", titleOf(number), title));
}

function isNumber(value) {
  return /^[0-9]+$/.test(value);
}

function fits(name, has, value) {
  if (!value) return false;
  switch (name) {
    case "kind":
      return value === has || value === `${has}s`;
    case "site":
      return has.some((one) => value === folded(one));
    case "briefing":
      return isNumber(value) && Number(value) === has && has > 0;
    case "title":
      return !isNumber(value) && value === folded(has);
    case "language":
      return `${folded(has)}-`.startsWith(`${value}-`);
    case "year":
      return has.startsWith(value);
    default:
      return value === folded(has);
  }
}

function noteOn(question, found) {
  if (question.missing.length) return `Nothing has exactly “${question.missing[0]}”; what comes near is shown.`;
  if (question.unknown.length) return `Nothing has ${named(question.unknown)}; these results are for the rest.`;
  if (question.units.length && !found.some((hit) => hit.complete)) {
    return "Nothing has all of these words; what has most of them comes first.";
  }
  return "";
}

/** Words in quotation marks, the first three of many. */
function named(words) {
  const all = words.slice(0, MOST_NAMED).map((word) => `“${word}”`);
  if (words.length > MOST_NAMED) all.push("others");
  const last = all.pop();
  return all.length ? `the words ${all.join(", ")} or ${last}` : `the word ${last}`;
}

const MOST_NAMED = 3;

/** What to do about a filter that leaves nothing. */
async function whyNothing(hits, filters) {
  for (const [name, values] of filters) {
    const known = await everyValue(name);
    const fitting = (column, every) => every.some((has) => values.some((value) => fits(column, has, value)));
    if (fitting(name, known)) continue;
    if (name === "briefing" && !values.every(isNumber) && fitting("title", await valuesOf("title"))) continue;
    const told = [...new Set(known.map((has) => toldValue(name, has)))].filter(Boolean).sort(compare).slice(0, 12);
    return `Nothing at all is ${name}:${values[0]}.` + (told.length ? ` There is: ${told.join(", ")}.` : "");
  }
  return hits.length && filters.length ? `Without ${filters[0][0]}:${filters[0][1][0]} there is more: ${hits.length}.` : "";
}

async function everyValue(name) {
  if (name === "kind") return index.kinds.filter((kind) => kind.end > kind.first).map((kind) => kind.name);
  return valuesOf(name === "year" ? "date" : name);
}

function toldValue(name, has) {
  if (name === "year") return has.slice(0, 4);
  return String([has].flat()[0] || "");
}

/** In how many parts columns are. In a long series some of what could be counted costs more than it tells. */
function parts() {
  return Math.ceil(index.count / index.block);
}

Object.assign(receive, { ask, open, parts, stem, wordsOf });
window.briefingsSearch = receive;
