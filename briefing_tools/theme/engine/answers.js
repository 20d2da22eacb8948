/* Answer: a question is understood, records are ranked, filtered and quoted, as briefing_tools/indexing/answers.py
   defines it; and it is counted how many answers each filter would leave. */

/** Answer a question.

    `narrowed` are more filters, `[name, values]` each; `newest` sorts by date; `facets` names columns to count. The answer
    has the shape of `briefings search --json`, but a snippet is a list of runs `[text, marked]`. */
async function ask(query, { narrowed = [], limit = 20, newest = false, facets = [] } = {}) {
  await open();
  try {
    return await answer(query, narrowed, limit, newest, facets);
  } catch (error) {
    if (!(error instanceof Outdated)) throw error;
    await reopen(error.version);
    return answer(query, narrowed, limit, newest, facets);
  }
}

async function answer(query, narrowed, limit, newest, facets) {
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
  const [named, results, counts, note] = await Promise.all([
    termsOf(terms),
    Promise.all(shown.map(async ({ number, score }) => {
      const record = await recordOf(number);
      return { ...record, score, snippet: passage(record.text, question) };
    })),
    Promise.all(facets.map((name) => counted(name, hits, filters, fitting))),
    found.length ? noteOn(question, found) : whyNothing(hits, filters),
  ]);
  for (const result of results) delete result.text;
  return {
    query, count: found.length, did_you_mean: question.meant, note, terms: named, results,
    facets: Object.fromEntries(facets.map((name, at) => [name, counts[at]])),
  };
}

/** Fetch what will be needed after the words while these are on their way. A long series has it in many parts, of which
    a question needs few. */
function fetchEarly(facets) {
  if (parts() > 1) return;
  const names = facets.filter((name) => name !== "kind").flatMap((name) => (name === "briefing" ? [name, "title"] : [name]));
  if (index.kinds.some((kind) => kind.name === "update" && kind.end > kind.first)) names.unshift("above");
  for (const name of names) sheet(`${name}-0`).catch(() => {});  // who needs it will hear of a failure
}

/** The newest first; a date that is known less well comes after the better known, and none at all last. */
async function byDate(hits) {
  const date = await column("date", hits.map((hit) => hit.number));
  return [...hits].sort((a, b) => {
    const first = date(a.number), second = date(b.number);
    return first === second ? 0 : first > second ? -1 : 1;
  });
}

/** For each value that a facet has, how many answers it would leave: `[value, label, count]`, the most frequent first. */
async function counted(name, hits, filters, fitting) {
  const others = fitting.filter((_, at) => filters[at][0] !== name);
  const numbers = hits.map((hit) => hit.number).filter((number) => others.every((fits) => fits(number)));
  const [valueOf, titleOf] = await Promise.all([
    name === "kind" ? (number) => kindOf(number).name : column(name, numbers),
    name === "briefing" ? column("title", numbers) : null,
  ]);
  const counts = new Map();
  for (const number of numbers) {
    const value = valueOf(number);
    const [id] = [value].flat();
    if (!id) continue;
    const known = counts.get(id);
    if (known) known[2]++;
    else counts.set(id, [String(id), titleOf?.(number) ?? [value].flat().at(-1), 1]);
  }
  return [...counts.values()].sort((a, b) => b[2] - a[2] || compare(a[0], b[0]));
}

/** A function that tells whether a record meets a filter. */
async function fitsFilter([name, values], numbers) {
  if (name === "kind") {
    return (number) => values.some((value) => [kindOf(number).name, `${kindOf(number).name}s`].includes(value));
  }
  const valueOf = await column(name === "year" ? "date" : name, numbers);
  if (name === "briefing") {
    const titleOf = await column("title", numbers);
    return (number) => values.some((value) => fits("briefing", valueOf(number), value) || fits("title", titleOf(number), value));
  }
  const known = new Map();
  return (number) => {
    const value = valueOf(number);
    if (!known.has(value)) known.set(value, values.some((one) => fits(name, value, one)));
    return known.get(value);
  };
}

function fits(name, has, value) {
  if (!value) return false;
  switch (name) {
    case "kind":
      return value === has || value === `${has}s`;
    case "site":
      return has.some((one) => value === folded(one));
    case "briefing":
      return value.replace(/^0+/, "") === String(has);
    case "title":
      return /[^0]/.test(value) && value === folded(has);
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
  if (question.units.length && !found.some((hit) => hit.complete)) {
    return "Nothing has all of these words; what has most of them comes first.";
  }
  return "";
}

/** What to do about a filter that leaves nothing. */
async function whyNothing(hits, filters) {
  for (const [name, values] of filters) {
    const known = await everyValue(name);
    const fitting = (column, every) => every.some((has) => values.some((value) => fits(column, has, value)));
    if (fitting(name, known) || (name === "briefing" && fitting("title", await valuesOf("title")))) continue;
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
