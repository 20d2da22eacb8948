/* Guard: what looks like personal data, found in the contributor's own browser, before anything is sent.
 *
 * The twin of briefing_tools/privacy: the same rule book, the same vocabulary, the same steps in the same order, so that
 * the page and the checks never disagree. It asks for nothing and sends nothing; it runs under
 * Content-Security-Policy: default-src 'self'. The names of its functions are those of the Python modules.
 *
 *   const privacy = BriefingPrivacy.prepare(rules, vocabulary, registry);
 *   privacy.find(text)   → [{start, end, sign, code, severity, masked, message, advice}], places as JavaScript counts them
 */
(function (root) {
  "use strict";

  const SEVERITIES = ["stop", "confirm", "note"];
  const LONGEST_TARGET = 2000;
  const WINDOW = 120;
  const LONGEST_ROW = 12;
  const MOST_ROUNDS = 50;
  const APART = "\n\n\u241e\n\n";
  const DOTS = "…";

  // -- rulebook.py ----------------------------------------------------------------------------------------------------

  function expand(pattern, words) {
    return pattern.replace(/\{\{([a-z-]+)\}\}/g, (_, name) => words[name]);
  }

  function readWords(entries) {
    const words = {};
    for (const name of Object.keys(entries)) {
      const entry = entries[name];
      words[name] = expand(typeof entry === "string" ? entry : "(?:" + entry.join("|") + ")", words);
    }
    return words;
  }

  function readCondition(entry, words) {
    if (!entry) return null;
    const parts = {};
    for (const key of Object.keys(entry)) parts[key] = new RegExp(expand(entry[key], words), key === "near-case" ? "" : "i");
    return parts;
  }

  function holds(condition, value, left, right) {
    const either = (part) => part.test(left) || part.test(right);
    return Boolean(
      (condition.value && condition.value.test(value)) ||
        (condition.left && condition.left.test(left)) ||
        (condition.right && condition.right.test(right)) ||
        (condition.near && either(condition.near)) ||
        (condition["near-case"] && either(condition["near-case"])) ||
        (condition["not-near"] && !either(condition["not-near"]))
    );
  }

  function readSign(entry, words, index) {
    const unsure = entry.unsure || null;
    return {
      id: entry.id,
      index,
      verdict: { severity: entry.severity, code: entry.code, says: entry.says, advice: entry.do },
      mask: entry.mask,
      by: entry.by || "pattern",
      pattern: entry.pattern ? new RegExp(expand(entry.pattern, words), "g" + (entry.flags || "")) : null,
      check: entry.check || "",
      disguised: Boolean(entry.disguised),
      unless: readCondition(entry.unless, words),
      sure: readCondition(entry.sure, words),
      unsure: unsure && { severity: unsure.severity, code: unsure.code, says: unsure.says, advice: unsure.do },
      unsureIf: unsure && readCondition(unsure.if, words),
    };
  }

  function readFold(entry) {
    const mapped = new Map();
    for (const looks of Object.keys(entry.mapped)) {
      for (const character of entry.mapped[looks]) mapped.set(character.codePointAt(0), looks);
    }
    const entities = new Map();
    for (const code of Object.keys(entry.entities)) {
      for (const name of entry.entities[code].split(" ")) entities.set(name, parseInt(code, 16));
    }
    const ranges = (list) => list.map((pair) => pair.split("-").map((code) => parseInt(code, 16)));
    return {
      mapped,
      entities,
      dropped: ranges(entry.dropped),
      decomposed: ranges(entry.decomposed),
      digits: entry.digits.map((code) => parseInt(code, 16)),
    };
  }

  // -- vocabulary.py --------------------------------------------------------------------------------------------------

  const ENDINGS = ["s", "es", "ed", "d", "ing", "ly"];
  const BEGINNINGS = ["re", "un", "non", "pre", "co", "multi", "inter", "anti", "sub", "under", "over", "self", "mis"];

  function readVocabulary(text) {
    const lists = {};
    const sections = /^\[([a-z]+)\]\n([^\[#]*)/gm;
    for (let found = sections.exec(text); found; found = sections.exec(text)) {
      const words = new Set();
      for (const entry of found[2].split(/[ \n]+/)) {
        if (!entry) continue;
        const parts = entry.split("-");
        words.add(parts[0]);
        for (let index = 1; index < parts.length; index += 1) words.add(parts[0] + parts[index]);
      }
      lists[found[1]] = words;
    }
    return lists;
  }

  function knows(vocabulary, word) {
    if (vocabulary.words.has(word) || vocabulary.proper.has(word) || vocabulary.acronyms.has(word)) return true;
    if (vocabulary.given.has(word)) return false;
    if (ENDINGS.some((ending) => word.endsWith(ending) && vocabulary.words.has(word.slice(0, -ending.length)))) return true;
    return BEGINNINGS.some(
      (beginning) =>
        word.startsWith(beginning) &&
        word.length - beginning.length > 3 &&
        vocabulary.words.has(word.slice(beginning.length))
    );
  }

  // -- registry.py ----------------------------------------------------------------------------------------------------

  const TITLE = /^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|cllr|councillor) /;

  function readRegistry(entry) {
    const given = entry || {};
    return { values: given.values || [], people: new Set(given.people || []), words: new Set(given.words || []) };
  }

  function keyOf(value) {
    const key = value.toLowerCase().replace(/[^a-z0-9@]/g, "");
    return /^[0-9]{9,14}$/.test(key) ? key.replace(/^(?:0044|44)?0?/, "") : key;
  }

  function knowsValue(registry, value) {
    const key = keyOf(value);
    return key.length >= 5 && registry.values.some((known) => known.includes(key));
  }

  // -- unfold.py ------------------------------------------------------------------------------------------------------

  const PUNCTUATION = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
  const BREAKING = new Set("br hr p div li ul ol blockquote tr table h1 h2 h3 h4 h5 h6 dt dd".split(" "));
  const CELLS = new Set(["td", "th"]);
  const UNCLOSED = ["nbsp", "shy"];
  const RUN = /[A-Za-z0-9.,;:'"()/?!@#$+=^{}-]*/y;
  const ALONE = /(\*{1,3})[ \t]{0,20}(?=[|\n])/y;

  const isLetter = (character) => /^[A-Za-z]$/.test(character);
  const isAlphanumeric = (character) => /^[A-Za-z0-9]$/.test(character);

  function indexBefore(list, value) {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function within(code, ranges) {
    return ranges.some((range) => range[0] <= code && code <= range[1]);
  }

  const bmp = (code) => (code <= 0xffff ? String.fromCharCode(code) : "\ufffd");

  /* What one character looks like in ASCII; nothing for an invisible one. */
  function fold(code, table) {
    if (code < 0x7f) return String.fromCharCode(code);
    if (table.mapped.has(code)) return table.mapped.get(code);
    if (within(code, table.dropped)) return "";
    const index = indexBefore(table.digits, code);
    if (index >= 0 && code - table.digits[index] < 10) return String.fromCharCode(48 + code - table.digits[index]);
    if (within(code, table.decomposed)) {
      let looks = "";
      for (const part of String.fromCodePoint(code).normalize("NFKD")) {
        const each = part.codePointAt(0);
        if (table.mapped.has(each)) looks += table.mapped.get(each);
        else if (!within(each, table.dropped)) looks += bmp(each);
      }
      return looks;
    }
    return bmp(code);
  }

  /* A text in which every character has one place, whatever JavaScript thinks of it, and where each place really is. */
  function flatten(text) {
    const codes = [];
    const places = [];
    let flat = "";
    for (let at = 0; at < text.length; ) {
      const code = text.codePointAt(at);
      codes.push(code);
      places.push(at);
      flat += code > 0xffff || (code >= 0xd800 && code <= 0xdfff) ? "\ufffd" : text[at];
      at += code > 0xffff ? 2 : 1;
    }
    places.push(text.length);
    return { flat, codes, places };
  }

  function linkBrackets(text, start, end) {
    const found = new Set();
    let opened = [];
    for (let at = start; at < end; at += 1) {
      const character = text[at];
      if (character === "\\") at += 1;
      else if (character === "[") opened.push(at);
      else if (character === "]" && opened.length) {
        const begin = opened.pop();
        if (at + 1 < end && (text[at + 1] === "(" || text[at + 1] === "[")) {
          found.add(begin);
          found.add(at);
        }
      } else if (character === "\n" && at + 1 < end && text[at + 1] === "\n") opened = [];
    }
    return found;
  }

  function readTag(text, start, close) {
    let at = start + (text[start] === "/" ? 1 : 0);
    const begin = at;
    while (at < close && (isLetter(text[at]) || (at > begin && (text[at] === "-" || (text[at] >= "0" && text[at] <= "9"))))) at += 1;
    if (at === begin || (at < close && !" \t\n/".includes(text[at]))) return ["", close];
    return [text.slice(begin, at).toLowerCase(), at];
  }

  /* The code of the character that a reference stands for, and where it ends; -1 when it is none. */
  function readEntity(text, at, end, entities) {
    const window = text.slice(at + 1, Math.min(at + 34, end));
    if (window.startsWith("#")) {
      const isHex = window[1] === "x" || window[1] === "X";
      const begin = isHex ? 2 : 1;
      const allowed = isHex ? "0123456789abcdefABCDEF" : "0123456789";
      let size = begin;
      while (size < window.length && size - begin < 8 && allowed.includes(window[size])) size += 1;
      if (size === begin) return [-1, at];
      const code = parseInt(window.slice(begin, size), isHex ? 16 : 10);
      const after = at + 1 + size + (window[size] === ";" ? 1 : 0);
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return [0xfffd, after];
      return [code, after];
    }
    const close = window.indexOf(";");
    if (close > 0 && entities.has(window.slice(0, close))) return [entities.get(window.slice(0, close)), at + 2 + close];
    for (const name of UNCLOSED) {
      if (window.startsWith(name)) return [entities.get(name), at + 1 + name.length];
    }
    return [-1, at];
  }

  function unfold(flattened, table) {
    const text = flattened.flat;
    const end = text.length;
    const out = [];
    const pieces = [];
    const later = [];
    const links = linkBrackets(text, 0, end);
    const found = new Map();
    let size = 0;

    function put(piece, from, to) {
      if (!piece) return;
      pieces.push([size, from, to]);
      out.push(piece);
      size += piece.length;
    }
    function last() {
      return out.length ? out[out.length - 1].slice(-1) : "\n";
    }
    function takeBackSpace() {
      if (out.length && out[out.length - 1] === " ") {
        out.pop();
        size = pieces.pop()[0];
      }
    }
    function space(from, to) {
      if (!" \n|".includes(last())) put(" ", from, to);
    }
    function lineBreak(at) {
      takeBackSpace();
      if (!(out.length > 1 && out[out.length - 1] === "\n" && out[out.length - 2] === "\n")) put("\n", at, at + 1);
    }
    function edge(from, to) {
      takeBackSpace();
      put("|", from, to);
    }
    function character(code, from, to) {
      const looks = fold(code, table);
      if (looks === " ") space(from, to);
      else put(looks, from, to);
    }
    function next(what, start) {
      let known = found.has(what) ? found.get(what) : -2;
      if (known === -1) return -1;
      if (known < start) {
        known = text.indexOf(what, start);
        found.set(what, known);
      }
      return known;
    }
    function runEnd(at, stop) {
      RUN.lastIndex = at;
      const match = RUN.exec(text);
      return match ? Math.min(at + match[0].length, stop) : at;
    }
    function bracket(sign, following, at) {
      if (!links.has(at)) {
        put(sign, at, at + 1);
        return at + 1;
      }
      if (sign === "]" && following === "(") {
        const close = next(")", at + 2);
        if (close - at >= 0 && close - at <= LONGEST_TARGET) {
          later.push([at + 2, close]);
          return close + 1;
        }
      }
      return at + 1;
    }
    function angle(following, at) {
      if (text.startsWith("<!--", at)) {
        const ending = next("-->", at + 4);
        if (ending >= 0) {
          later.push([at + 4, ending]);
          return ending + 3;
        }
      }
      const close = following === "/" || isLetter(following) ? next(">", at + 1) : -1;
      if (!(close - at >= 0 && close - at <= LONGEST_TARGET)) {
        put("<", at, at + 1);
        return at + 1;
      }
      const [name, rest] = readTag(text, at + 1, close);
      if (!name) {
        put("<", at, at + 1);
        return at + 1;
      }
      if (rest < close) later.push([rest, close]);
      if (CELLS.has(name)) edge(at, close + 1);
      else if (BREAKING.has(name)) space(at, close + 1);
      return close + 1;
    }
    function entity(at) {
      const [code, after] = readEntity(text, at, end, table.entities);
      if (code < 0) {
        put("&", at, at + 1);
        return at + 1;
      }
      character(code, at, after);
      return after;
    }
    function mark(sign, at, lineStart) {
      const following = at + 1 < end ? text[at + 1] : "";
      switch (sign) {
        case " ":
        case "\t":
          space(at, at + 1);
          return at + 1;
        case "\\":
          if (following && PUNCTUATION.has(following)) {
            put(following, at, at + 2);
            return at + 2;
          }
          character(flattened.codes[at], at, at + 1);
          return at + 1;
        case "*": {
          ALONE.lastIndex = at;
          const alone = last() === "|" ? ALONE.exec(text) : null;
          if (alone) {
            put(alone[1], at, at + alone[1].length);
            return at + alone[1].length;
          }
          if (lineStart && (following === " " || following === "\t")) put("-", at, at + 1);
          return at + 1;
        }
        case "`":
          return at + 1;
        case "~":
          if (following === "~") return at + 2;
          put("~", at, at + 1);
          return at + 1;
        case "_":
          if (isAlphanumeric(last()) && isAlphanumeric(following)) put("_", at, at + 1);
          return at + 1;
        case "|":
          edge(at, at + 1);
          return at + 1;
        case "[":
        case "]":
          return bracket(sign, following, at);
        case "<":
          return angle(following, at);
        case "&":
          return entity(at);
        default:
          character(flattened.codes[at], at, at + 1);
          return at + 1;
      }
    }
    function markdown() {
      let at = 0;
      let lineStart = true;
      while (at < end) {
        const run = runEnd(at, end);
        if (run > at) {
          put(text.slice(at, run), at, run);
          at = run;
          lineStart = false;
          continue;
        }
        const sign = text[at];
        if (sign === "\n") {
          lineBreak(at);
          at += 1;
          lineStart = true;
          continue;
        }
        if (lineStart && (sign === " " || sign === "\t" || sign === ">")) {
          at += 1;
          continue;
        }
        at = mark(sign, at, lineStart);
        lineStart = false;
      }
    }
    function raw(start, stop) {
      let at = start;
      takeBackSpace();
      put(APART, start, start);
      while (at < stop) {
        const run = runEnd(at, stop);
        if (run > at) {
          put(text.slice(at, run), at, run);
          at = run;
          continue;
        }
        const sign = text[at];
        if (sign === "&") {
          const [code, after] = readEntity(text, at, stop, table.entities);
          if (code >= 0) {
            character(code, at, after);
            at = after;
            continue;
          }
        }
        const pair = text.slice(at + 1, Math.min(at + 3, stop));
        if (sign === "%" && /^[0-9a-fA-F]{2}$/.test(pair)) {
          const code = parseInt(pair, 16);
          if (code >= 0x20 && code < 0x7f) {
            character(code, at, at + 3);
            at += 3;
            continue;
          }
        }
        if (sign === " " || sign === "\t" || sign === "\n") space(at, at + 1);
        else if (sign !== "*" && sign !== "`") character(flattened.codes[at], at, at + 1);
        at += 1;
      }
    }

    markdown();
    for (const [start, stop] of later) raw(start, stop);
    return { written: text, text: out.join(""), pieces, offsets: pieces.map((piece) => piece[0]) };
  }

  function placeOf(plain, offset) {
    const index = indexBefore(plain.offsets, offset);
    const [begins, start, end] = plain.pieces[index];
    const following = index + 1 < plain.offsets.length ? plain.offsets[index + 1] : plain.text.length;
    if (following - begins === end - start) return [start + offset - begins, start + offset - begins + 1];
    return [start, end];
  }

  /* Whether two digits that stand together were written apart, or a digit was not written as one. */
  function isDisguised(plain, start, end) {
    let last = -1;
    for (let offset = start; offset < end; offset += 1) {
      const [begin, finish] = placeOf(plain, offset);
      const character = plain.text[offset];
      if (character < "0" || character > "9") {
        last = -1;
        continue;
      }
      if (plain.written.slice(begin, finish) !== character || (last >= 0 && last < begin)) return true;
      last = finish;
    }
    return false;
  }

  // -- found.py -------------------------------------------------------------------------------------------------------

  const BOUNDARY = /[.?!]["')]?[ \n](?=[A-Z])|\n\n/g;

  function leftOf(text, start) {
    const window = text.slice(Math.max(0, start - WINDOW), start + 1);
    let cut = 0;
    BOUNDARY.lastIndex = 0;
    for (let found = BOUNDARY.exec(window); found; found = BOUNDARY.exec(window)) cut = BOUNDARY.lastIndex;
    return window.slice(0, Math.min(WINDOW, start)).slice(cut).replace(/\n/g, " ");
  }

  function rightOf(text, end) {
    const window = text.slice(end, end + WINDOW + 1);
    BOUNDARY.lastIndex = 0;
    const boundary = BOUNDARY.exec(window);
    return window.slice(0, boundary ? boundary.index : WINDOW).replace(/\n/g, " ");
  }

  // -- checks.py ------------------------------------------------------------------------------------------------------

  const UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ";
  const NO_NINO = new Set(["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"]);
  const bare = (value) => value.replace(/[^0-9A-Za-z]/g, "").toUpperCase();

  function makeChecks(areas) {
    return {
      nhs(value) {
        const digits = value.replace(/[^0-9]/g, "").split("").map(Number);
        if (digits.length !== 10 || new Set(digits).size === 1) return false;
        const sum = digits.slice(0, 9).reduce((total, digit, place) => total + digit * (10 - place), 0);
        const rest = 11 - (sum % 11);
        return rest !== 10 && rest % 11 === digits[9];
      },
      upn(value) {
        const number = bare(value);
        if (!/^[A-Z][0-9]{11}[0-9A-Z]$/.test(number) || !UPN_LETTERS.includes(number[0])) return false;
        const final = number[12];
        const isDigit = /[0-9]/.test(final);
        if (!isDigit && !UPN_LETTERS.includes(final)) return false;
        const values = number.slice(1, 12).split("").map(Number);
        values.push(isDigit ? Number(final) : UPN_LETTERS.indexOf(final));
        const sum = values.reduce((total, each, place) => total + each * (place + 2), 0);
        return UPN_LETTERS[sum % 23] === number[0];
      },
      nino(value) {
        const number = bare(value);
        return !"DFIQUV".includes(number[0]) && !"DFIOQUV".includes(number[1]) && !NO_NINO.has(number.slice(0, 2));
      },
      postcode(value) {
        return areas.has(/^[A-Z]{1,2}/.exec(value)[0]);
      },
      "not-date"(value) {
        return !/^[0-9]{1,2}[./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}/.test(value);
      },
      ip(value) {
        const parts = value.split(".").map(Number);
        const isPrivate =
          [0, 10, 127].includes(parts[0]) ||
          (parts[0] === 192 && parts[1] === 168) ||
          (parts[0] === 169 && parts[1] === 254) ||
          (parts[0] === 172 && parts[1] >> 4 === 1);
        return parts.every((part) => part <= 255) && parts.filter((part) => part >= 10).length >= 2 && !isPrivate;
      },
    };
  }

  // -- masking.py -----------------------------------------------------------------------------------------------------

  function mask(value, how) {
    const [kind, first, final] = how.split(" ");
    switch (kind) {
      case "none":
        return value.replace(/\n/g, " ");
      case "last-word":
        return DOTS + " " + value.split(/[ \n]/).pop();
      case "initials":
        return (value.match(/\b[A-Z][A-Za-z]{0,60}/g) || []).map((word) => word[0] + DOTS).join(" ") || DOTS;
      case "mail": {
        const at = value.lastIndexOf("@");
        return (at > 0 ? value[0] : "") + DOTS + "@" + value.slice(at + 1);
      }
      case "ends": {
        const signs = value.replace(/[^0-9A-Za-z]/g, "");
        const shown = Number(first) ? [signs.slice(0, Number(first))] : [];
        shown.push(DOTS);
        if (Number(final)) shown.push(signs.slice(-Number(final)));
        return shown.join(" ");
      }
      default:
        return DOTS;
    }
  }

  // -- names.py -------------------------------------------------------------------------------------------------------

  const WORD = /\b[A-Za-z]{1,40}(?:['-][A-Za-z]{1,40}){0,4}\b/g;
  const CHUNK = /[^ \n|]+/g;
  const DOTTED = /[A-Za-z0-9]\.[a-z]{2}/;
  const INNER_CAPITAL = /[a-z][A-Z]/;
  const NOBLE = /^(?:Mc|Mac|De|Du|Le|La|Fitz|Van|Von|Di|El|Al)[A-Z]/;
  const ACRONYMS = /^[A-Z]{2,10}s$/;
  const ROMAN = /^[IVX]{1,5}$/;
  const CITED = /^(?:'s)?,? ?(?:et al\b|(?:and|&) [A-Z][A-Za-z'-]{1,30},? ?[(\[]?(?:19|20)[0-9]{2}\b)/;
  const DATED = /^(?:'s)?,? ?[(\[]?(?:19|20)[0-9]{2}[a-z]?(?:[)\],;:.]|$)/;
  const SPEAKS = new RegExp(
    "^ (?:said|told|says|felt|feels|came|went|lives|lived|loves|loved|wants|wanted|asked|cried|thinks|thought|left|moved" +
      "|smiled|ran|got|who|stayed|settled|agreed|laughed|wrote)\\b"
  );
  const TITLES = new Set(
    ("mr mrs ms miss mx dr prof professor sir dame nurse cllr councillor pc dc ds di sgt sergeant rev reverend judge auntie" +
      " aunt uncle nan nana grandma grandad granny nanny").split(" ")
  );
  const SCHOOLS = new Set(["school", "academy", "college", "nursery", "preschool", "pre-school"]);
  const GENERAL = new Set("national royal staff open sixth international".split(" "));
  const HOME = /\b(?:Children's|Care|Nursing|Residential) Homes?$/;

  function readBeside(words) {
    const make = (pattern) => new RegExp(expand(pattern, words), "i");
    return {
      rightAge: make(
        "^(?:,? ?\\((?:aged? )?(?:[1-9][0-9]?|{{age}})\\)" +
          "|, (?:aged? |now |then |only )?(?:[1-9][0-9]?|{{age}})(?=, ?[a-z]|[.;)](?![0-9])| years?\\b| who\\b)" +
          "|,? (?:is|was|turned|who is|who was|had turned) (?:just |only |now |nearly )?(?:[1-9][0-9]?|{{age}})" +
          "(?=[,.;]| years?\\b| when\\b| and\\b| but\\b|$)" +
          "|,? aged? (?:[1-9][0-9]?|{{age}})\\b)"
      ),
      leftAge: make(
        "\\b(?:[1-9][0-9]?|{{age}})[ -](?:years?|months?|weeks?)[ -]old (?:[a-z-]{2,12},? )?(?:called |named )?$" +
          "|\\baged? (?:[1-9][0-9]?|{{age}}),? $"
      ),
      rightKin: make("^(?:'s (?:[a-z-]{2,12} ){0,2}{{kin}}\\b|,? (?:and )?(?:the|his|her|their|a) (?:[a-z-]{2,12} )?{{kin}}\\b)"),
      leftKin: make("\\b{{kin}}(?:,| called| named| is| was| of|,? \\()? ?$"),
    };
  }

  const isCapital = (word) => word.text[0] >= "A" && word.text[0] <= "Z";
  const isCapitals = (word) => word.text.length > 1 && word.text === word.text.toUpperCase();

  function begins(text, start) {
    let at = start - 1;
    let marker = false;
    while (at >= 0 && start - at < 12 && " \"'([#+-".includes(text[at])) {
      marker = marker || "#+-".includes(text[at]);
      at -= 1;
    }
    if (at < 0) return true;
    if (text[at] === "\n") return marker || at === 0 || ".?!:\n|".includes(text[at - 1]);
    return ".?!:|".includes(text[at]);
  }

  function isAddress(chunk) {
    return chunk.includes("@") || chunk.includes("://") || chunk.startsWith("www.") || DOTTED.test(chunk);
  }

  function wordsOf(text) {
    const addresses = [];
    CHUNK.lastIndex = 0;
    for (let chunk = CHUNK.exec(text); chunk; chunk = CHUNK.exec(text)) {
      if (isAddress(chunk[0])) addresses.push([chunk.index, CHUNK.lastIndex]);
    }
    const words = [];
    let index = 0;
    WORD.lastIndex = 0;
    for (let match = WORD.exec(text); match; match = WORD.exec(text)) {
      const start = match.index;
      const end = WORD.lastIndex;
      while (index < addresses.length && addresses[index][1] <= start) index += 1;
      if (index < addresses.length && addresses[index][0] <= start) continue;
      if (start > 0 && "/\\_=&#".includes(text[start - 1])) continue;
      if (end < text.length && "_=/".includes(text[end])) continue;
      const lower = match[0].toLowerCase();
      const owned = lower.endsWith("'s") && lower.length > 3;
      words.push({ text: match[0], start, end, lower: owned ? lower.slice(0, -2) : lower });
    }
    return words;
  }

  const isShort = (word) => word.text.length === 1 || TITLES.has(word.lower) || word.lower === "st";

  function runsOf(text, words, vocabulary) {
    const runs = [];
    let final = -1;
    for (const word of words) {
      if (!isCapital(word)) {
        const given = word.text.length > 3 && vocabulary.given.has(word.lower);
        if (given && !vocabulary.words.has(word.lower) && !vocabulary.proper.has(word.lower)) runs.push([word]);
        final = -1;
        continue;
      }
      const between = final >= 0 ? text.slice(final, word.start) : "-";
      const row = runs[runs.length - 1];
      const near = between === " " || between === "\n" || (between === ". " && isShort(row[row.length - 1]));
      if (near && row.length < LONGEST_ROW) row.push(word);
      else runs.push([word]);
      final = word.end;
    }
    return runs;
  }

  function isUnknown(part, vocabulary, registry) {
    if (part.length < 2 || part[0] < "A" || part[0] > "Z" || part === part.toUpperCase() || ROMAN.test(part)) return false;
    if ((INNER_CAPITAL.test(part) && !NOBLE.test(part)) || ACRONYMS.test(part)) return false;
    const lower = part.toLowerCase();
    return !knows(vocabulary, lower) && !registry.words.has(lower);
  }

  function isName(word, run, vocabulary, registry) {
    const lower = word.lower;
    if (lower.length < 2 || TITLES.has(lower) || registry.words.has(lower)) return false;
    if (isCapitals(word)) {
      const listed = vocabulary.surnames.has(lower) || vocabulary.given.has(lower);
      const others = run.some((other) => !isCapitals(other) && isName(other, run, vocabulary, registry));
      return (
        !vocabulary.words.has(lower) &&
        !vocabulary.acronyms.has(lower) &&
        ((listed && !vocabulary.proper.has(lower)) || (others && !knows(vocabulary, lower)))
      );
    }
    let parts = word.text.split(/['-]/);
    if (parts.length > 1 && word.text.includes("'") && parts[0].length === 1) {
      return parts[1].length > 2 && parts[1][0] >= "A" && parts[1][0] <= "Z";
    }
    if (word.text.includes("'") && !word.text.includes("-")) parts = parts.slice(0, 1);
    return parts.some((part) => isUnknown(part, vocabulary, registry));
  }

  const knowsPerson = (registry, words) =>
    registry.people.has(words.map((word) => word.lower).join(" ").replace(TITLE, ""));

  function agreedAt(run, at, registry) {
    for (let length = Math.min(5, run.length - at); length > 1; length -= 1) {
      if (knowsPerson(registry, run.slice(at, at + length))) return length;
    }
    return 0;
  }

  function continues(word, run, vocabulary, registry) {
    const listed = vocabulary.surnames.has(word.lower) || vocabulary.given.has(word.lower);
    return listed || word.text.length === 1 || isName(word, run, vocabulary, registry);
  }

  function isNamedPlace(text, run, vocabulary) {
    const lowered = run.map((word) => word.lower);
    const whole = text.slice(run[0].start, run[run.length - 1].end);
    if (!lowered.some((word) => SCHOOLS.has(word)) && !HOME.test(whole)) return false;
    const first = lowered.find((word) => !["the", "a", "at", "in", "our"].includes(word)) || "";
    if (GENERAL.has(first) || vocabulary.organisation.has(first) || SCHOOLS.has(first)) return false;
    return lowered.some(
      (word) =>
        !vocabulary.organisation.has(word) &&
        (word === "st" ||
          vocabulary.proper.has(word) ||
          vocabulary.given.has(word) ||
          vocabulary.surnames.has(word) ||
          !knows(vocabulary, word))
    );
  }

  function lookForNames(text, book) {
    const { vocabulary, registry, beside } = book;
    const signs = {};
    for (const sign of book.signs) if (sign.by === "names") signs[sign.id] = sign;
    const found = [];

    function verdict(name, weak) {
      const start = name[0].start;
      const final = name[name.length - 1];
      const end = final.text.endsWith("'s") && final.text.length > 3 ? final.end - 2 : final.end;
      if (knowsPerson(registry, name)) return;
      const left = leftOf(text, start);
      const right = rightOf(text, end);
      if (CITED.test(right) || (DATED.test(right) && !vocabulary.given.has(name[0].lower))) return;
      const tries = [
        [signs["name-and-age"], beside.leftAge.exec(left), beside.rightAge.exec(right)],
        [signs["name-and-kin"], beside.leftKin.exec(left), beside.rightKin.exec(right)],
      ];
      for (const [sign, before, behind] of tries) {
        if (before || behind) {
          found.push({
            start: before ? start - left.length + before.index : start,
            end: end + (behind ? behind[0].length : 0),
            sign,
            verdict: sign.verdict,
          });
          return;
        }
      }
      if (weak && begins(text, start) && !SPEAKS.test(right)) return;
      found.push({ start, end, sign: signs.name, verdict: signs.name.verdict });
    }

    function people(run) {
      let at = 0;
      while (at < run.length) {
        const word = run[at];
        const agreed = agreedAt(run, at, registry);
        if (agreed) {
          at += agreed;
          continue;
        }
        if (TITLES.has(word.lower) && at + 1 < run.length) {
          let end = at + 2;
          while (end < run.length && (TITLES.has(run[end - 1].lower) || continues(run[end], run, vocabulary, registry))) end += 1;
          verdict(run.slice(at, end), false);
          at = end;
          continue;
        }
        const certain = isName(word, run, vocabulary, registry);
        let weak = !certain && vocabulary.given.has(word.lower) && !isCapitals(word);
        if (!certain && !weak) {
          at += 1;
          continue;
        }
        let end = at + 1;
        while (end < run.length && continues(run[end], run, vocabulary, registry)) end += 1;
        if (weak && end > at + 1) weak = false;
        if (weak && run.length > 1 && !(at === run.length - 1 && begins(text, run[0].start))) {
          at = end;
          continue;
        }
        verdict(run.slice(at, end), weak);
        at = end;
      }
    }

    let behindOrganisation = -1;
    for (const run of runsOf(text, wordsOf(text), vocabulary)) {
      if (!isCapital(run[0])) {
        verdict(run, false);
        continue;
      }
      const whole = text.slice(run[0].start, run[run.length - 1].end);
      const organisation = run.some((word) => vocabulary.organisation.has(word.lower)) || HOME.test(whole);
      const gap = run[0].start - behindOrganisation;
      const between = gap >= 0 && gap < 12 ? text.slice(Math.max(0, behindOrganisation), run[0].start) : "";
      const joined = behindOrganisation >= 0 && [" of ", " for ", " of the ", " for the "].includes(between);
      if (organisation || joined) {
        behindOrganisation = run[run.length - 1].end;
        if (organisation && isNamedPlace(text, run, vocabulary)) {
          found.push({ start: run[0].start, end: behindOrganisation, sign: signs.school, verdict: signs.school.verdict });
        }
        continue;
      }
      behindOrganisation = -1;
      people(run);
    }
    return found;
  }

  // -- tables.py ------------------------------------------------------------------------------------------------------

  const RULE = /^(?:\|?[ ]?:?-{1,200}:?[ ]?(?:\|[ ]?:?-{1,200}:?[ ]?){0,200}\|?)$/;
  const TOTAL = /^(?:grand |sub-?)?totals?\b|^all\b|^sum\b|^overall\b|\btotals?$/i;
  const NUMBER = /^(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9})$/;
  const HIDDEN = new RegExp(
    "^(?:\\[?\\(?(?:c|z|x|:|\\*{1,3}|\\.{2,3}|…|<[ ]?(?:=[ ]?)?[0-9]{1,2}|[0-9]-[0-9]|under (?:5|five|6|six)|fewer than (?:5|five|6|six|10|ten)" +
      "|suppressed|hidden)\\)?\\]?)$",
    "i"
  );
  const NOT_PEOPLE = new RegExp(
    "%|\\bper cent|\\bpercent|\\brates?\\b|\\bages?\\b|\\baverage|\\bmean\\b|\\bmedian|\\bscores?\\b|\\bweeks?\\b|\\bmonths?\\b|\\bdays?\\b|\\bhours?\\b|\\bminutes\\b" +
      "|\\bvisits?\\b|\\bsessions?\\b|\\bmeetings?\\b|\\blevels?\\b|\\bstages?\\b|\\bquestions?\\b|\\branks?\\b|\\bcosts?\\b|£|\\bratio|\\bper\\b|\\byears\\b|\\bstars?\\b",
    "i"
  );

  function numberOf(cell) {
    if (cell.text === "-") return 0;
    return NUMBER.test(cell.text) ? Number(cell.text.replace(/,/g, "")) : null;
  }

  function rowOf(line, start) {
    const begin = line.startsWith("|") ? 1 : 0;
    const end = line.endsWith("|") && line.length > 1 ? line.length - 1 : line.length;
    const cells = [];
    let at = begin;
    for (const part of line.slice(begin, end).split("|")) {
      const words = part.replace(/^ +/, "").replace(/ +$/, "");
      const lead = part.length - part.replace(/^ +/, "").length;
      cells.push({ text: words, start: start + at + lead, end: start + at + lead + words.length });
      at += part.length + 1;
    }
    return cells;
  }

  function tablesOf(text) {
    const lines = [];
    let start = 0;
    for (const line of text.split("\n")) {
      lines.push([start, line]);
      start += line.length + 1;
    }
    const tables = [];
    let index = 1;
    while (index < lines.length) {
      const line = lines[index][1];
      const [aboveStart, above] = lines[index - 1];
      if (!above.includes("|") || !line.includes("-") || !RULE.test(line)) {
        index += 1;
        continue;
      }
      const earlier = lines.slice(Math.max(0, index - 4), index - 1).filter((pair) => pair[1]);
      const table = { head: rowOf(above, aboveStart), rows: [], before: earlier.length ? earlier[earlier.length - 1][1] : "" };
      index += 1;
      while (index < lines.length && lines[index][1].includes("|")) {
        table.rows.push(rowOf(lines[index][1], lines[index][0]));
        index += 1;
      }
      tables.push(table);
    }
    return tables;
  }

  function sumsOf(table) {
    const width = table.head.length;
    if (!width || table.rows.some((row) => row.length !== width)) return [];
    const ys = table.rows.map((_, y) => y);
    const xs = table.head.map((_, x) => x).slice(1);
    const below = ys.filter((y) => TOTAL.test(table.rows[y][0].text));
    const right = xs.filter((x) => TOTAL.test(table.head[x].text));
    const columns = xs.filter((x) => !NOT_PEOPLE.test(table.head[x].text));
    const place = (y, x) => y + "," + x;
    const sums = [];
    if (below.length === 1) {
      const others = ys.filter((y) => !below.includes(y));
      if (others.length) for (const x of columns) sums.push([place(below[0], x)].concat(others.map((y) => place(y, x))));
    }
    if (right.length === 1) {
      const others = columns.filter((x) => !right.includes(x));
      if (others.length) for (const y of ys) sums.push([place(y, right[0])].concat(others.map((x) => place(y, x))));
    }
    return sums;
  }

  function solve(sum, values) {
    const total = sum[0];
    const parts = sum.slice(1);
    const unknown = parts.filter((place) => !values.has(place));
    const known = parts.reduce((all, place) => all + (values.has(place) ? values.get(place) : 0), 0);
    if (!values.has(total)) {
      if (!unknown.length) values.set(total, known);
      return;
    }
    const rest = values.get(total) - known;
    if (rest < 0 || !unknown.length) return;
    if (unknown.length === 1) values.set(unknown[0], rest);
    else if (rest === unknown.length) for (const place of unknown) values.set(place, 1);
  }

  function lookAtTables(text, book) {
    const signs = {};
    for (const sign of book.signs) if (sign.by === "tables") signs[sign.id] = sign;
    const people = book.people;
    const found = [];
    for (const table of tablesOf(text)) {
      const head = table.head.map((cell) => cell.text).join(" ");
      const titled =
        people.test(table.before) ||
        people.test(table.head.length ? table.head[0].text : "") ||
        (/\bnumber of\b/i.test(head) && people.test(head));
      for (const row of table.rows) {
        row.forEach((cell, column) => {
          const number = numberOf(cell);
          if (column === 0 || number === null || number < 1 || number > 9) return;
          const above = column < table.head.length ? table.head[column].text : "";
          const said = people.test(above) || people.test(row[0].text) || titled;
          if (said && !NOT_PEOPLE.test(above) && !NOT_PEOPLE.test(row[0].text)) {
            const sign = number <= 5 ? signs["small-cell"] : signs["middle-cell"];
            found.push({ start: cell.start, end: cell.end, sign, verdict: sign.verdict });
          }
        });
      }
      const values = new Map();
      const hidden = new Map();
      table.rows.forEach((row, y) => {
        row.forEach((cell, x) => {
          if (x === 0) return;
          const number = numberOf(cell);
          if (number !== null) values.set(y + "," + x, number);
          else if (HIDDEN.test(cell.text)) hidden.set(y + "," + x, cell);
        });
      });
      const sums = sumsOf(table).filter((sum) => sum.every((place) => values.has(place) || hidden.has(place)));
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const before = values.size;
        for (const sum of sums) solve(sum, values);
        if (values.size === before) break;
      }
      const sign = signs["hidden-cell"];
      hidden.forEach((cell, place) => {
        const value = values.has(place) ? values.get(place) : 0;
        if (value >= 1 && value <= 9) found.push({ start: cell.start, end: cell.end, sign, verdict: sign.verdict });
      });
    }
    return found;
  }

  // -- signs.py -------------------------------------------------------------------------------------------------------

  function judge(plain, start, end, sign, checks) {
    const text = plain.text;
    const value = text.slice(start, end).replace(/\n/g, " ");
    if (sign.check && !checks[sign.check](value)) return null;
    if (!sign.unless && !sign.sure && !sign.unsure) return sign.verdict;
    const left = leftOf(text, start);
    const right = rightOf(text, end);
    if (sign.unless && holds(sign.unless, value, left, right)) return null;
    if (sign.disguised && isDisguised(plain, start, end)) return sign.verdict;
    if (!sign.sure || holds(sign.sure, value, left, right)) return sign.verdict;
    if (!sign.unsureIf || holds(sign.unsureIf, value, left, right)) return sign.unsure;
    return null;
  }

  function look(plain, sign, checks) {
    const text = plain.text;
    const found = [];
    sign.pattern.lastIndex = 0;
    for (let match = sign.pattern.exec(text); match; match = sign.pattern.exec(text)) {
      const start = match.index;
      const end = start + match[0].length;
      const verdict = judge(plain, start, end, sign, checks);
      if (verdict) found.push({ start, end, sign, verdict });
      else sign.pattern.lastIndex = start + 1;
    }
    return found;
  }

  // -- __init__.py ----------------------------------------------------------------------------------------------------

  function apart(text, found) {
    const severity = (one) => SEVERITIES.indexOf(one.verdict.severity);
    const sorted = found.slice().sort(
      (a, b) =>
        severity(a) - severity(b) || a.start - a.end - (b.start - b.end) || a.start - b.start || a.sign.index - b.sign.index
    );
    const taken = new Uint8Array(text.length);
    return sorted.filter((one) => {
      for (let at = one.start; at < one.end; at += 1) if (taken[at]) return false;
      taken.fill(1, one.start, one.end);
      return true;
    });
  }

  function find(text, book) {
    const flattened = flatten(text);
    const plain = unfold(flattened, book.fold);
    let found = [];
    for (const sign of book.signs) if (sign.by === "pattern") found = found.concat(look(plain, sign, book.checks));
    found = found.concat(lookForNames(plain.text, book), lookAtTables(plain.text, book));
    found = found.filter((one) => !knowsValue(book.registry, plain.text.slice(one.start, one.end)));
    const hits = apart(plain.text, found).map((one) => {
      const masked = mask(plain.text.slice(one.start, one.end), one.sign.mask);
      const subject = masked === DOTS ? "This" : "“" + masked + "”";
      return {
        start: flattened.places[placeOf(plain, one.start)[0]],
        end: flattened.places[placeOf(plain, one.end - 1)[1]],
        sign: one.sign.id,
        code: one.verdict.code,
        severity: one.verdict.severity,
        masked,
        message: subject + " looks like " + one.verdict.says + ".",
        advice: one.verdict.advice,
      };
    });
    return hits.sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /* Make ready: the rule book (rules.json, as values), the vocabulary (vocabulary.txt, as text) and who may be named. */
  function prepare(rules, vocabulary, registry) {
    const words = readWords(rules.words);
    const book = {
      signs: rules.rules.map((entry, index) => readSign(entry, words, index)),
      fold: readFold(rules.fold),
      vocabulary: readVocabulary(vocabulary),
      registry: readRegistry(registry),
      beside: readBeside(words),
      checks: makeChecks(new Set(rules.lists["postcode-areas"].split(" "))),
      people: new RegExp("\\b(?:" + words.people + "|" + words["one-person"] + "|cases|referrals)\\b", "i"),
    };
    return { find: (text) => find(text, book) };
  }

  const api = { prepare };
  if (typeof module === "object" && module.exports) module.exports = api;
  else root.BriefingPrivacy = api;
})(typeof self === "undefined" ? this : self);
