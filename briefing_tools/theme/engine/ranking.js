/* Rank: what each record is worth as an answer, in whole numbers, as briefing_tools/indexing/ranking.py defines it. */

/** The records that answer a question, best first, filters aside: number, score, whether it answers all. */
async function rank(question) {
  const units = await Promise.all(question.units.map(worthOf));
  const total = new Int32Array(index.count), met = new Int32Array(index.count), found = [];
  const seen = new Uint8Array(index.count);
  units.forEach((one, place) => {
    for (const number of one.found) {
      if (!seen[number]) found.push(number);
      seen[number] = 1;
      total[number] += one.worth[number];
      if (one.answers[number]) met[number] |= 1 << place;
    }
  });
  const quoted = units.filter((_, place) => question.units[place].quoted);
  const kept = quoted.length ? found.filter((number) => quoted.every((one) => one.answers[number])) : found;
  const all = (2 ** units.length - 1) | 0;
  const best = units.reduce((sum, one) => sum + 2 * one.rarity, 0);
  const scores = new Map();
  for (const number of kept) {
    const worth = divided(total[number] * kindOf(number).eighths, 8);
    const answered = bits(met[number]);
    scores.set(number, met[number] === all ? worth + best : divided(worth * (2 * answered || 1), 2 * units.length));
  }
  const lowered = await lower(scores, met);
  return [...lowered]
    .filter(([, score]) => score > 0)
    .map(([number, score]) => ({ number, score, behind: scores.get(number) - score, complete: met[number] === all }))
    .sort((a, b) => b.score - a.score || (a.behind > 0) - (b.behind > 0) || b.behind - a.behind || a.number - b.number);
}

/** Scores by which an update never stands above its section, and a term of the glossary never above the best section,
    for the same words. */
async function lower(scores, met) {
  const lowered = new Map(scores);
  const [sections, updates, terms] = ["section", "update", "glossary"].map((name) => {
    const kind = index.kinds.find((one) => one.name === name);
    return [...scores.keys()].filter((number) => number >= kind.first && number < kind.end);
  });
  const best = new Map();
  for (const number of sections) best.set(met[number], Math.max(scores.get(number), best.get(met[number]) ?? 0));
  for (const number of terms) {
    const above = [...best].filter(([answers]) => (met[number] & answers) === met[number]).map(([, score]) => score);
    if (above.length) lowered.set(number, Math.min(scores.get(number), Math.max(...above)));
  }
  if (!updates.length) return lowered;
  const above = await sectionsAbove(updates);
  for (const number of updates) {
    const section = above(number);
    if (scores.has(section) && (met[number] & met[section]) === met[number]) {
      lowered.set(number, Math.min(scores.get(number), scores.get(section)));
    }
  }
  return lowered;
}

function bits(set) {
  let count = 0;
  for (; set; set &= set - 1) count++;
  return count;
}

/** How much it tells that so many records have something, in 1024ths of a bit. */
function rarity(count) {
  return logarithm(divided((index.count + count) * 1024, count)) - 10 * 1024;
}

function logarithm(x) {
  let power = 0, value = 1;
  for (; value * 2 <= x; power++) value *= 2;
  return 1024 * power + divided(1024 * (x - value), value);
}

function saturated(rare, weight, size) {
  return divided(rare * 10 * weight, 10 * weight + 12 + divided(36 * size, 16));
}

/** What a unit is worth in each record (by its number), which records answer it, which it is worth something in; its rarity. */
async function worthOf(one) {
  const worth = new Int32Array(index.count), answers = new Uint8Array(index.count);
  const weights = await heaviest(one.ways);
  const found = Array.from(weights.numbers);
  let rare = weights.count ? rarity(weights.count) : 0;
  const times = one.apart.length ? 1 : 2;
  found.forEach((number, at) => {
    worth[number] = times * saturated(rare, weights.weights[at], weights.sizes[at]);
    answers[number] = 1;
  });
  if (one.apart.length) {
    const parts = await Promise.all(one.apart.map(apartOf));
    const known = parts.filter((part) => part.worth.size);
    rare = Math.max(rare, divided(known.reduce((sum, part) => sum + part.rarity, 0), parts.length));
    for (const number of parts[0].worth.keys()) {
      if (!parts.every((part) => part.worth.has(number))) continue;
      if (!answers[number]) found.push(number);
      worth[number] += divided(parts.reduce((sum, part) => sum + part.worth.get(number), 0), parts.length);
      answers[number] = 1;
    }
  }
  if (one.beginnings.length) {
    const begun = await heaviest(one.beginnings);
    const rareBegun = begun.count ? rarity(begun.count) : 0;
    Array.from(begun.numbers).forEach((number, at) => {
      if (answers[number]) return;
      worth[number] = divided(saturated(rareBegun, begun.weights[at], begun.sizes[at]), 2);
      found.push(number);
    });
    rare = Math.max(rare, rareBegun);
  }
  return { worth, answers, found, rarity: rare };
}

/** What a single stem is worth in each record that has it. */
async function apartOf(root) {
  const weights = await weightsOf(root);
  const rare = weights.count ? rarity(weights.count) : 0;
  const worth = new Map();
  for (let at = 0; at < weights.count; at++) {
    worth.set(weights.numbers[at], saturated(rare, TYPED * weights.weights[at], weights.sizes[at]));
  }
  return { worth, rarity: rare };
}

/** The weight of the heaviest of several ways in each record that has one of them. */
async function heaviest(ways) {
  const found = await Promise.all(ways.map((one) => sequenceOf(one.stems)));
  if (ways.length === 1) {
    const [{ count, numbers, weights, sizes }] = found;
    return { count, numbers, sizes, weights: weights.map((weight) => weight * ways[0].weight) };
  }
  const most = new Int32Array(index.count), size = new Int32Array(index.count), numbers = [];
  found.forEach((one, place) => {
    for (let at = 0; at < one.count; at++) {
      const number = one.numbers[at];
      if (!most[number]) numbers.push(number);
      most[number] = Math.max(most[number], one.weights[at] * ways[place].weight);
      size[number] = one.sizes[at];
    }
  });
  return {
    count: numbers.length,
    numbers,
    weights: numbers.map((number) => most[number]),
    sizes: numbers.map((number) => size[number]),
  };
}
