/* The form in which a site writes an update. Everything is looked at here, in the contributor's own browser; nothing is
   asked of anybody and nothing is sent. What was typed is kept in this browser until it is cleared. Text of the
   contributor enters the page as text only, never as markup. */
"use strict";

(function () {
  const form = document.getElementById("write-form");
  if (!form || !self.BRIEFING_WRITE || !self.BriefingDraft || !self.BriefingPrivacy) return;
  const { sending, sentences, label } = self.BRIEFING_WRITE;
  const draftOf = self.BriefingDraft;
  const guard = self.BRIEFING_PRIVACY;
  const privacy = self.BriefingPrivacy.prepare(guard.rules, guard.vocabulary, guard.registry);
  const STORE = "briefing-update:" + location.pathname;
  const NAMES = ["section", "site", "title", "date", "period", "evidence", "source", "direction", "level", "text"]
    .concat(["no_personal_data", "approved_by", "agreed", "licence"]);
  const LOOKED_AT = ["title", "period", "text", "approved_by"];
  const WORDS = { stop: "Cannot be published.", confirm: "Please look.", note: "Only so that you know." };

  const byId = (id) => document.getElementById("write-" + id);
  const control = (name) => form.elements.namedItem(name);
  const looked = {}; // by field: the text that was looked at, and what was found
  let confirmed = {}; // what somebody looked at and found to be fine, by field, kind and value
  let tried = false; // whether somebody wanted to go on already
  let waiting = 0;

  // -- What was answered ----------------------------------------------------------------------------------------------

  function answer(name) {
    const found = control(name);
    return found.type === "checkbox" ? found.checked : found.value;
  }

  function answers() {
    return Object.fromEntries(NAMES.map((name) => [name, answer(name)]));
  }

  function draft() {
    const all = answers();
    const [slug, section] = all.section.split("#");
    const source = all.evidence === "independent-evaluation" ? all.source : "";
    return Object.assign(all, { slug, section: section || "", source });
  }

  function today() {
    const now = new Date();
    return { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() };
  }

  function set(name, value) {
    const found = control(name);
    if (found.type === "checkbox") found.checked = value === true;
    else if (typeof value === "string") found.value = value;
  }

  // -- Kept on this device --------------------------------------------------------------------------------------------

  function keep() {
    try {
      localStorage.setItem(STORE, JSON.stringify({ answers: answers(), confirmed }));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // storage is full or not allowed: the form works without
    }
  }

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(STORE) || "null");
      if (!kept || typeof kept !== "object") return;
      for (const name of NAMES) if (name in (kept.answers || {})) set(name, kept.answers[name]);
      if (kept.confirmed && typeof kept.confirmed === "object") confirmed = kept.confirmed;
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
    }
  }

  function clear() {
    clearTimeout(waiting);
    form.reset();
    confirmed = {};
    tried = false;
    for (const name of Object.keys(looked)) delete looked[name];
    for (const name of LOOKED_AT) byId(name + "-hits").replaceChildren();
    for (const id of ["open", "mail"]) byId(id).removeAttribute("href");
    for (const id of ["name", "folder", "done", "said"]) byId(id).textContent = "";
    byId("by-hand").value = "";
    byId("by-hand").hidden = true;
    byId("by-hand-label").hidden = true;
    byId("summary").hidden = true;
    try {
      localStorage.removeItem(STORE);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
    show();
    byId("cleared").textContent = "Everything is cleared from this form and from what this page kept in this browser.";
    byId("section").focus();
  }

  // -- What looks like personal data ----------------------------------------------------------------------------------

  function look() {
    for (const name of LOOKED_AT) {
      const text = answer(name);
      if (!looked[name] || looked[name].text !== text) {
        let hits = privacy.find(text);
        if (name === "approved_by") hits = hits.filter((hit) => hit.severity === "stop");
        looked[name] = { text, hits };
        showHits(name);
      }
    }
    const open = LOOKED_AT.flatMap((name) => looked[name].hits.filter((hit) => hit.severity !== "note" && !isConfirmed(name, hit)));
    const stops = open.filter((hit) => hit.severity === "stop").length;
    const asks = open.length - stops;
    const parts = [];
    if (stops) parts.push(stops + (stops === 1 ? " place" : " places") + " that cannot be published");
    if (asks) parts.push(asks + (asks === 1 ? " place" : " places") + " to look at");
    const said = parts.length ? "Found " + parts.join(" and ") + "." : "";
    if (byId("said").textContent !== said) byId("said").textContent = said;
  }

  function keyOf(name, hit) {
    return [name, hit.sign, looked[name].text.slice(hit.start, hit.end)].join(":");
  }

  function isConfirmed(name, hit) {
    return hit.severity === "confirm" && confirmed[keyOf(name, hit)] === true;
  }

  function showHits(name) {
    const list = byId(name + "-hits");
    const { hits, text } = looked[name];
    list.replaceChildren(...hits.map((hit) => hitItem(name, hit, text)));
    list.hidden = !hits.length;
    mark(name);
  }

  function hitItem(name, hit, text) {
    const line = name === "text" ? "Line " + text.slice(0, hit.start).split("\n").length + ": " : "";
    const item = made("li", "write-" + hit.severity);
    const said = made("p");
    said.append(made("span", "write-word", WORDS[hit.severity]), " " + line + hit.message);
    item.append(said, made("p", "", hit.advice));
    const show = made("button", "write-show", "Show " + hit.masked + " in your text");
    show.type = "button";
    show.addEventListener("click", () => {
      const box = byId(name);
      box.focus();
      box.setSelectionRange(hit.start, hit.end);
    });
    item.append(show);
    if (hit.severity === "confirm") {
      const box = made("input");
      box.type = "checkbox";
      box.checked = isConfirmed(name, hit);
      box.addEventListener("change", () => {
        if (box.checked) confirmed[keyOf(name, hit)] = true;
        else delete confirmed[keyOf(name, hit)];
        changed();
      });
      const words = made("label", "write-choice");
      words.append(box, made("span", "", "I have looked at " + hit.masked + ": it leads to nobody, or may be published."));
      item.append(words);
    }
    return item;
  }

  // -- What is wrong --------------------------------------------------------------------------------------------------

  function faults() {
    return draftOf.faults(draft(), sentences, today());
  }

  function showFaults(found, names) {
    for (const name of names) {
      const place = byId(name + "-fault");
      if (!place) continue;
      place.textContent = found[name] || "";
      place.hidden = !found[name];
      mark(name);
    }
  }

  function mark(name) {
    const box = byId(name);
    const fault = byId(name + "-fault");
    const stopped = (looked[name] ? looked[name].hits : []).some((hit) => hit.severity === "stop");
    if ((fault && !fault.hidden) || stopped) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    if (box.tagName === "FIELDSET") box.removeAttribute("aria-invalid");
  }

  function problems() {
    look();
    const found = faults();
    showFaults(found, NAMES);
    const all = NAMES.filter((name) => found[name]).map((name) => [name, found[name]]);
    for (const name of LOOKED_AT) {
      for (const hit of looked[name].hits) {
        if (hit.severity === "stop") all.push([name, hit.message + " " + hit.advice]);
        else if (hit.severity === "confirm" && !isConfirmed(name, hit)) all.push([name, hit.message + " Change it, or tick that you have looked."]);
      }
    }
    return all;
  }

  function summarise(all) {
    byId("summary-title").textContent =
      all.length === 1 ? "One thing stands in the way. Nothing has been sent." : all.length + " things stand in the way. Nothing has been sent.";
    byId("summary-list").replaceChildren(
      ...all.map(([name, said]) => {
        const link = made("a", "", said);
        link.href = "#write-" + name;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          byId(name).focus();
          byId(name).scrollIntoView({ block: "center" });
        });
        const item = made("li");
        item.append(link);
        return item;
      })
    );
    byId("summary").hidden = false;
    byId("summary").focus();
    byId("summary").scrollIntoView({ block: "center" });
  }

  // -- How it will look -----------------------------------------------------------------------------------------------

  function made(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function wordsOf(name) {
    const found = control(name);
    if (found instanceof HTMLSelectElement) return found.value ? found.selectedOptions[0].textContent : "";
    const checked = [...found].find((one) => one.checked && one.value);
    return checked ? checked.nextElementSibling.textContent : "";
  }

  /* Bold words, and links as their words with the address behind them; everything else stays the characters it is. */
  function inline(parent, text) {
    const pattern = /\*\*(?=\S)([^*]+)\*\*|\[([^\][]+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)/g;
    let at = 0;
    for (const found of text.matchAll(pattern)) {
      parent.append(text.slice(at, found.index));
      if (found[1] !== undefined) parent.append(made("strong", "", found[1]));
      else parent.append(found[2] + " (" + found[3] + ")");
      at = found.index + found[0].length;
    }
    parent.append(text.slice(at));
    return parent;
  }

  function blocks(text) {
    return text.split(/\n[ \t]*\n+/).filter((block) => block.trim()).flatMap((block) => {
      const lines = block.split("\n");
      const marks = lines.map((line) => /^ {0,3}(?:[-*+]|([0-9]{1,9})\.)[ \t]+(.*)$/.exec(line));
      if (!marks[0]) return [inline(made("p"), block)];
      const list = made(marks[0][1] === undefined ? "ul" : "ol");
      lines.forEach((line, index) => {
        if (marks[index]) list.append(inline(made("li"), marks[index][2]));
        else list.lastElementChild.append(" " + line.trim());
      });
      return [list];
    });
  }

  function preview() {
    const all = draft();
    const region = made("section", "update");
    region.setAttribute("aria-label", "How it will look");
    const day = draftOf.parseDay(all.date);
    const facts = [
      ["Site", wordsOf("site").replace(/ \(.*\)$/, "")],
      ["Written", day ? draftOf.dayWords(day) : ""],
      ["Period", draftOf.oneLine(all.period)],
      ["Kind of evidence", wordsOf("evidence")],
      ["Level of joint working", wordsOf("level")],
      ["Results", all.direction ? wordsOf("direction") : ""],
      ["Status", "Not sent yet"],
    ];
    const list = made("dl", "facts");
    for (const [name, value] of facts) {
      if (!value) continue;
      const pair = made("div");
      pair.append(made("dt", "", name), made("dd", "", value));
      list.append(pair);
    }
    region.append(made("p", "update-label", label), made("h3", "", draftOf.oneLine(all.title) || "Your title"), list);
    region.append(...blocks(draftOf.runningText(all.text)));
    byId("look").replaceChildren(region);
  }

  // -- On every change, and at the end --------------------------------------------------------------------------------

  function show() {
    const words = answer("text").split(/\s+/).filter(Boolean).length;
    byId("count").textContent = words ? words + (words === 1 ? " word" : " words") : "";
    byId("source-part").hidden = answer("evidence") !== "independent-evaluation";
    byId("ways").hidden = true;
    look();
    preview();
    if (tried) showFaults(faults(), NAMES);
    else showFaults({}, NAMES);
  }

  function changed() {
    clearTimeout(waiting);
    byId("ways").hidden = true; // what could be sent is never older than what was looked at
    byId("cleared").textContent = "";
    waiting = setTimeout(() => {
      keep();
      show();
    }, 120);
  }

  /* The text and its place, if nothing stands in the way at this moment. */
  function ready() {
    const all = problems();
    if (!all.length) return draft();
    byId("ways").hidden = true;
    summarise(all);
    return null;
  }

  function goOn() {
    clearTimeout(waiting);
    keep();
    show();
    tried = true;
    const now = ready();
    if (!now) return;
    byId("summary").hidden = true;
    const { folder, name } = draftOf.place(sending.content, now);
    const address = draftOf.address(sending, now);
    const letter = draftOf.letter(sending, now);
    byId("name").textContent = name;
    byId("folder").textContent = folder;
    byId("way-open").hidden = byId("open-hint").hidden = !address;
    byId("long").hidden = !sending.repository || Boolean(address);
    byId("mail").hidden = !letter;
    if (address) byId("open").href = address;
    else byId("open").removeAttribute("href");
    if (letter) byId("mail").href = letter;
    else byId("mail").removeAttribute("href");
    byId("done").textContent = "";
    byId("ways").hidden = false;
    byId("ways").focus();
    byId("ways").scrollIntoView({ block: "center" });
  }

  function download() {
    const now = ready();
    if (!now) return;
    const link = made("a");
    link.href = URL.createObjectURL(new Blob([draftOf.text(now)], { type: "text/markdown;charset=utf-8" }));
    link.download = draftOf.place(sending.content, now).name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    byId("done").textContent = "The file " + link.download + " is among your downloads.";
  }

  async function copy() {
    const now = ready();
    if (!now) return;
    try {
      await navigator.clipboard.writeText(draftOf.text(now));
      byId("done").textContent = "The text is copied.";
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      const box = byId("by-hand");
      box.value = draftOf.text(now);
      box.hidden = byId("by-hand-label").hidden = false;
      box.focus();
      box.select();
      byId("done").textContent = "This browser does not let a page copy. The text is selected: copy it yourself.";
    }
  }

  function begin() {
    byId("without").hidden = true;
    form.hidden = false;
    const group = [...byId("section").querySelectorAll("optgroup")].find((one) => one.id === location.hash.slice(1));
    if (group) byId("section").querySelector("optgroup").before(group);
    recall();
    show();
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("focusout", (event) => {
      const name = event.target.name;
      if (NAMES.includes(name) && answer(name) && !tried) showFaults(faults(), [name]);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      goOn();
    });
    byId("open").addEventListener("click", (event) => ready() || event.preventDefault());
    byId("mail").addEventListener("click", (event) => ready() || event.preventDefault());
    byId("download").addEventListener("click", download);
    byId("copy").addEventListener("click", copy);
    byId("clear").addEventListener("click", clear);
    self.addEventListener("pagehide", () => waiting && form.isConnected && keepIfTyped());
  }

  /* A page that is left within a moment of the last key still keeps what was typed. */
  function keepIfTyped() {
    if (NAMES.some((name) => name !== "direction" && answer(name))) keep();
  }

  begin();
})();
