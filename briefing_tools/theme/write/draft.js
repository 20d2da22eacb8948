/* The twin of drafts.py: what somebody answered becomes the text, the path and the address of a new file, and the same
   rules of fields hold with the same sentences. Knows no page, keeps nothing, asks nobody. */
"use strict";

(function (root) {
  const MOST_IN_NAME = 40;
  const MOST_IN_ADDRESS = 8191;
  const MOST_IN_MAIL = 1900;
  const WHITE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
  const FLAG = "\\u{1f3f4}[\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}";
  const UNSEEN = new RegExp(
    "(" + FLAG + ")|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u{d800}-\\u{dfff}\\ufdd0-\\ufdef\\ufffe\\uffff\\u{f0000}-\\u{10ffff}" +
      "\\u202a-\\u202e\\u2066-\\u2069\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u2060-\\u2064\\u206a-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb" +
      "\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]",
    "gu"
  );
  const UNDERLINED = /(?:^|\n)[^\n]*\S[^\n]*\n[=-]+ *(?:\n|$)/;
  const MONTHS = "January February March April May June July August September October November December".split(" ");

  // -- drafts.py ------------------------------------------------------------------------------------------------------

  function oneLine(text) {
    return text.replace(WHITE, " ").replace(UNSEEN, "$1").replace(/ +/g, " ").replace(/^ | $/g, "");
  }

  function runningText(text) {
    const lines = text.replace(/\r\n?|[\u2028\u2029\x85]/g, "\n").replace(UNSEEN, "$1");
    return lines.replace(/^(?:[ \t]*\n)+/, "").replace(/[ \t\n]+$/, "");
  }

  function quoted(text) {
    const line = oneLine(text);
    return /["\\]/.test(line) ? "'" + line.replace(/'/g, "''") + "'" : '"' + line + '"';
  }

  function nameOf(title) {
    const plain = title.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").toLowerCase();
    let name = "";
    for (const word of plain.match(/[a-z0-9]+/g) || []) {
      const longer = name ? name + "-" + word : word.slice(0, MOST_IN_NAME);
      if (longer.length > MOST_IN_NAME) break;
      name = longer;
    }
    return name;
  }

  function text(draft) {
    const lines = [
      "---",
      "site: " + draft.site,
      "title: " + quoted(draft.title),
      "date: " + isoOf(parseDay(draft.date)),
      "section: " + draft.section,
      "evidence: " + draft.evidence,
    ];
    if (draft.source) lines.push("sources: [" + draft.source + "]");
    if (draft.direction) lines.push("direction: " + draft.direction);
    if (draft.level) lines.push("level: " + draft.level);
    if (oneLine(draft.period)) lines.push("period: " + quoted(draft.period));
    lines.push("licence: " + draft.licence, "checks:", "  no_personal_data: " + (draft.no_personal_data ? "yes" : "no"));
    if (oneLine(draft.approved_by)) lines.push("  approved_by: " + quoted(draft.approved_by));
    lines.push("---");
    return lines.join("\n") + "\n\n" + runningText(draft.text) + "\n";
  }

  function place(content, draft) {
    const folder = content + "/" + draft.slug + "/updates/" + draft.site;
    return { folder, name: isoOf(parseDay(draft.date)) + "-" + (nameOf(draft.title) || "update") + ".md" };
  }

  // -- dates.py -------------------------------------------------------------------------------------------------------

  function monthOf(word) {
    const small = word.toLowerCase();
    if (small === "sept") return 9;
    return MONTHS.findIndex((name) => name.toLowerCase() === small || name.slice(0, 3).toLowerCase() === small) + 1;
  }

  function parts(given) {
    const words = given.trim().replace(/\.+$/, "").replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i, "");
    let found = /^([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2})(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?)?)?$/.exec(words);
    if (found) {
      if (found.slice(1).some((part) => part !== undefined && Number(part) === 0)) return null;
      return found.slice(1).map((part) => Number(part || 0));
    }
    found = /^([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})$/.exec(words);
    if (found) return Number(found[1]) && Number(found[2]) ? [found[3], found[2], found[1]].map(Number) : null;
    found = /^(?:([0-9]{1,2})(?:st|nd|rd|th)?,? )?([A-Za-z]+)\.?,? ([0-9]{4})$/.exec(words);
    let [day, month, year] = found ? found.slice(1) : [];
    if (!found) {
      found = /^([A-Za-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})$/.exec(words);
      [month, day, year] = found ? found.slice(1) : [];
    }
    return found && monthOf(month) ? [Number(year), monthOf(month), Number(day || 0)] : null;
  }

  function daysIn(year, month) {
    return new Date(Date.UTC(year, month, 0)).getUTCDate();
  }

  function parseDay(given) {
    const found = parts(oneLine(given));
    if (!found) return null;
    const [year, month, day] = found;
    if (year < 1800 || year > 2200 || month > 12 || (day && !month)) return null;
    return day && day > daysIn(year, month) ? null : { year, month, day };
  }

  function why(given, sentences) {
    const found = parts(given);
    if (found && (found[0] < 1800 || found[0] > 2200)) return filled(sentences.far_year, { year: found[0] });
    if (found && found[1] > 12) return filled(sentences.no_month, { month: found[1] });
    if (found && found[2]) {
      return filled(sentences.no_day, { month: MONTHS[found[1] - 1], year: found[0], days: daysIn(found[0], found[1]) });
    }
    return /^[0-9]{1,2}[/. ]\w+[/. ][0-9]{2}$/.test(given) ? sentences.short_year : "";
  }

  function isoOf(day) {
    const two = (number) => String(number).padStart(2, "0");
    if (!day) return "";
    return [String(day.year).padStart(4, "0")].concat([day.month, day.day].filter(Boolean).map(two)).join("-");
  }

  function dayWords(day) {
    return [day.day || "", day.month ? MONTHS[day.month - 1] : "", day.year].filter(Boolean).join(" ");
  }

  // -- What is wrong with an answer -----------------------------------------------------------------------------------

  function filled(sentence, values) {
    return sentence.replace(/\{([a-z]+)\}/g, (_, name) => String(values[name]));
  }

  /* The sentences of the command, by field, each with what to do; `today` is a day. */
  function faults(draft, sentences, today) {
    const found = {};
    const say = (field, name, values) => {
      const [message, advice] = sentences[name];
      if (!found[field]) found[field] = filled(message, values || {}) + " " + filled(advice, values || {});
    };
    for (const field of ["section", "site", "title", "date", "evidence", "licence"]) {
      if (!oneLine(draft[field] || "")) say(field, "no_" + field);
    }
    const count = Array.from(oneLine(draft.title)).length;
    if (count && (count < 8 || count > 90)) say("title", "title_length", { count });
    const given = oneLine(draft.date);
    const day = parseDay(given);
    if (given && !day) say("date", "bad_date", { given, why: why(given, sentences) });
    if (day && isoOf(day) > isoOf(today)) say("date", "future", { date: dayWords(day), today: dayWords(today) });
    if (draft.evidence === "independent-evaluation" && !draft.source) say("source", "no_source");
    if (!runningText(draft.text)) say("text", "no_text");
    if (/^#/m.test(runningText(draft.text)) || UNDERLINED.test(runningText(draft.text))) say("text", "heading");
    if (!draft.no_personal_data) say("no_personal_data", "not_confirmed");
    if (!oneLine(draft.approved_by)) say("approved_by", "no_approver");
    else if (!draft.agreed) say("agreed", "not_agreed");
    return found;
  }

  // -- Where it is sent -----------------------------------------------------------------------------------------------

  function encoded(value) {
    return encodeURIComponent(value).replace(/%20/g, "+");
  }

  function segments(path) {
    return path.split("/").map(encodeURIComponent).join("/");
  }

  /* The address of the repository's page for a new file, or nothing if it would be too long; GitLab's is then without text. */
  function address(sending, draft) {
    if (!sending.repository) return "";
    const { folder, name } = place(sending.content, draft);
    const branch = segments(sending.branch);
    if (sending.forge === "gitlab") {
      const named = sending.repository + "/-/new/" + branch + "?file_name=" + encoded(folder + "/" + name);
      const filled = named + "&content=" + encoded(text(draft));
      return filled.length <= MOST_IN_ADDRESS ? filled : named;
    }
    const way = sending.forge === "gitea" ? "/_new/" : "/new/";
    const query = "?filename=" + encoded(name) + "&value=" + encoded(text(draft));
    const whole = sending.repository + way + branch + "/" + segments(folder) + query;
    return whole.length <= MOST_IN_ADDRESS ? whole : "";
  }

  /* A letter to the editors with the text in it, or with a word about the file if it would be too long. */
  function letter(sending, draft) {
    if (!sending.email) return "";
    const { folder, name } = place(sending.content, draft);
    const begin = "mailto:" + encodeURIComponent(sending.email).replace(/%40/g, "@") + "?subject=" + encodeURIComponent("Update: " + oneLine(draft.title));
    const whole = begin + "&body=" + encodeURIComponent(folder + "/" + name + "\n\n" + text(draft)).replace(/%0A/g, "%0D%0A");
    if (whole.length <= MOST_IN_MAIL) return whole;
    return begin + "&body=" + encodeURIComponent("I attach the file " + name + " (it belongs in " + folder + ").");
  }

  const api = { text, place, address, letter, faults, parseDay, isoOf, dayWords, oneLine, runningText };
  if (typeof module === "object" && module.exports) module.exports = api;
  else root.BriefingDraft = api;
})(typeof self === "undefined" ? this : self);
