/* Quote: the passage of a text that answers best, with the words that were asked for marked, as
   briefing_tools/indexing/passages.py defines it. */

const WHOLE = 220, WINDOW = 180, LEAST = 160, MOST = 200;
const TO_SENTENCE = 60, BEFORE = 40;
const MOST_MARKS = 500;
const BRACKETS = 8;
const SENTENCE = /[.!?]['’”)]{0,3} +(?=[^ ])/gu;

/** The best passage of a text: runs of characters, each with whether it is marked. */
function passage(text, question) {
  const letters = points(text);
  const places = letters.length === text.length ? null : placesIn(letters);
  // Where characters are counted, each is one, also beyond the first 65,536.
  const plain = places ? letters.map((letter) => (letter.length > 1 ? "\ufffc" : letter)).join("") : text;
  const marks = marksIn(text, question).map(({ start, end, what }) =>
    places ? { start: places.get(start), end: places.get(end), what } : { start, end, what },
  );
  let [start, end] = plain.length <= WHOLE ? [0, plain.length] : stretch(plain, marks);
  const cut = (from, to) => (places ? letters.slice(from, to).join("") : text.slice(from, to));
  const runs = start ? [["… ", false]] : [];
  for (const mark of joined(marks, plain)) {
    if (mark.start < start || mark.end > end) continue;
    runs.push([cut(start, mark.start), false], [cut(mark.start, mark.end), true]);
    start = mark.end;
  }
  runs.push([cut(start, end), false], [end < plain.length ? " …" : "", false]);
  return merged(runs.filter(([run]) => run));
}

/** Where each character stands, counted in characters, by where it stands in JavaScript's units. */
function placesIn(letters) {
  const found = new Map();
  let unit = 0;
  letters.forEach((letter, at) => {
    found.set(unit, at);
    unit += letter.length;
  });
  return found.set(unit, letters.length);
}

/** Every sequence of stems to mark, with the number of the unit it answers. */
function wantedBy(question) {
  return question.units.flatMap((one, number) => [
    ...[...one.ways, ...one.beginnings].map(({ stems }) => [number, stems]),
    ...one.apart.map((part) => [number, [part]]),
  ]);
}

function marksIn(text, question) {
  const counting = telling(wordsOf(text));
  const stems = counting.flatMap((word, at) => stemsOf(word.text).map((one) => [one, at]));
  const byFirst = new Map();
  for (const [number, asked] of wantedBy(question)) {
    const apart = asked.length === 1 ? compounds.parts.get(asked[0]) ?? asked : asked;
    byFirst.set(apart[0], [...(byFirst.get(apart[0]) ?? []), [number, apart]]);
  }
  const found = [];
  stems.forEach(([one, at], place) => {
    for (const [what, sequence] of byFirst.get(one) ?? []) {
      if (sequence.every((each, step) => stems[place + step]?.[0] === each)) {
        const last = stems[place + sequence.length - 1][1];
        found.push({ start: counting[at].start, end: counting[last].end, what });
      }
    }
  });
  return found;
}

/** Neighbouring marks made one. */
function joined(marks, text) {
  const found = [];
  for (const mark of [...marks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = found.at(-1);
    if (last && /^[ \-\u2010\u2011]*$/u.test(text.slice(last.end, mark.start))) {
      found[found.length - 1] = { ...last, end: Math.max(last.end, mark.end) };
    } else {
      found.push(mark);
    }
  }
  return found;
}

/** Where the passage begins and ends. */
function stretch(text, marks) {
  const first = bestOf(marks.slice(0, MOST_MARKS));
  let start = first ? beginning(text, first) : 0;
  if (text.length - start < LEAST) start = Math.min(start, text.indexOf(" ", text.length - MOST) + 1);
  if (text.length - start <= MOST) return [start, text.length];
  const ends = sentencesIn(text, start + LEAST - BRACKETS, start + MOST + BRACKETS)
    .map(([end]) => end)
    .filter((end) => start + LEAST <= end && end <= start + MOST);
  if (ends.length && (!first || ends.at(-1) >= first.end)) return [start, ends.at(-1)];
  const space = text.slice(0, start + MOST + 1).lastIndexOf(" ");
  return [start, space > start ? space : start + MOST];
}

/** The mark at which the window that answers best begins. */
function bestOf(marks) {
  let best = [0, 0], found = null;
  marks.forEach((mark, place) => {
    const inside = marks.slice(place, place + WINDOW).filter((one) => one.end <= mark.start + WINDOW);
    const worth = [new Set(inside.map((one) => one.what)).size, inside.length];
    if (worth[0] > best[0] || (worth[0] === best[0] && worth[1] > best[1])) [best, found] = [worth, mark];
  });
  return found;
}

function beginning(text, first) {
  if (first.start <= BEFORE) return 0;
  const begun = sentencesIn(text, Math.max(0, first.start - TO_SENTENCE), first.start + 1);
  if (begun.length) return begun.at(-1)[1];
  const space = text.slice(0, first.start).indexOf(" ", first.start - BEFORE - 1);
  return space >= 0 ? space + 1 : first.start;
}

/** Where sentences end within a stretch, and where the next ones begin. */
function sentencesIn(text, start, end) {
  return [...text.slice(start, end).matchAll(SENTENCE)].map((match) => [
    start + match.index + match[0].replace(/ +$/u, "").length,
    start + match.index + match[0].length,
  ]);
}

function merged(runs) {
  const found = [];
  for (const [run, marked] of runs) {
    const last = found.at(-1);
    if (last && last[1] === marked) last[0] += run;
    else found.push([run, marked]);
  }
  return found;
}
