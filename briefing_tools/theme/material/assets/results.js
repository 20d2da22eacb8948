/* Search, on the page of search: `?q=…` is answered with results that follow what is typed, chips to narrow them, and a hint
   when nothing or little is found. Whatever is shown stands in the address, so that it can be linked to. */
(() => {
  "use strict";

  const { load, make, marked, address, labelOf } = window.briefingsBox;
  const AT_ONCE = 10, AT_FIRST = 3;  // so many fill the screen of a phone while others are on their way
  const FACETS = ["kind", "site", "briefing"];
  const MOST_CHIPS = 8;
  const form = document.querySelector(".search-form");
  const box = form.querySelector("input");
  const [area, count, told, filters, list, more, clear, sort] = [
    "search-results", "search-count", "search-told", "search-filters", "search-list", "search-more", "search-clear", "search-sort",
  ].map((id) => document.getElementById(id));
  const title = document.title;
  let asked = 0, drawn = 0, waiting = 0, limit = AT_ONCE, placed = [];
  let chosen = { kind: [], site: [], briefing: [] };

  /** Take question, filters and order from the address. */
  function read() {
    const given = new URLSearchParams(location.search);
    box.value = given.get("q") ?? "";
    chosen = Object.fromEntries(FACETS.map((facet) => [facet, given.getAll(facet)]));
    sort.value = given.get("sort") === "date" ? "date" : "";
    limit = AT_ONCE;
  }

  /** Write them into the address. */
  function write(push) {
    const given = new URLSearchParams();
    if (box.value.trim()) given.set("q", box.value);
    for (const facet of FACETS) chosen[facet].forEach((value) => given.append(facet, value));
    if (sort.value) given.set("sort", sort.value);
    const text = given.toString();
    if (text !== location.search.slice(1)) {
      history[push ? "pushState" : "replaceState"](null, "", location.pathname + (text && `?${text}`));
    }
  }

  /** Answer what stands in the box; `typing` tells that more may follow. */
  async function show(typing = false) {
    const query = box.value, number = ++asked;
    document.title = query.trim() ? `${query.trim()} – ${title}` : title;
    area.hidden = !query.trim();
    if (!query.trim()) return;
    const narrowed = FACETS.filter((facet) => chosen[facet].length).map((facet) => [facet, chosen[facet]]);
    let found;
    try {
      const search = await load();
      const facets = FACETS.filter((facet) => facet !== "briefing" || chosen.briefing.length || search.parts() <= 2);
      const early = (some) => { if (number === asked && some.results.length >= AT_FIRST) draw(some, narrowed, number, typing); };
      found = await search.ask(query, { narrowed, limit, newest: sort.value === "date", facets, early });
    } catch {
      if (number === asked) failed();
      return;
    }
    if (number !== asked) return;
    draw(found, narrowed, number, typing);
    more.hidden = found.results.length >= found.count;
  }

  /** Show an answer, or as much of it as has come; what is shown already of the same answer stays as it is. */
  function draw(found, narrowed, number, typing) {
    if (drawn !== number) {
      drawn = number;
      area.hidden = typing && !found.count && /^\s*\p{L}\s*$/u.test(found.query);  // a word has just begun
      count.textContent = counted(found);
      told.replaceChildren(...hints(found, narrowed));
      FACETS.forEach((facet) => chips(facet, found.facets[facet] ?? []));
      const narrows = FACETS.some((facet) => chosen[facet].length);
      filters.hidden = !found.count && !narrows;
      clear.hidden = !narrows;
      more.hidden = true;
      placed = [];
    }
    const known = placed.every((one, at) => same(one, found.results[at])) ? placed.length : 0;
    if (known) list.append(...found.results.slice(known).map(row));
    else list.replaceChildren(...found.results.map(row));
    placed = found.results;
  }

  function same(one, other) {
    return other && one.url === other.url && one.title === other.title && one.score === other.score;
  }

  function failed() {
    count.textContent = "The search index cannot be loaded. Try again in a moment, or look below: everything is listed from A to Z.";
    told.replaceChildren();
    list.replaceChildren();
    drawn = 0;
    filters.hidden = more.hidden = true;
  }

  function counted(found) {
    const asked = found.query.trim(), query = /^["“”„«»].*["“”„«»]$/s.test(asked) ? asked : `“${asked}”`;
    if (!found.count) return `Nothing found for ${query}.`;
    return `${found.count.toLocaleString("en-GB")} result${found.count === 1 ? "" : "s"} for ${query}`;
  }

  // -- What is said above the results ---------------------------------------------------------------------------------

  function hints(found, narrowed) {
    const said = found.terms.map(card);
    if (found.did_you_mean) said.push(meant(found.did_you_mean));
    if (found.note) said.push(make("p", { class: "search-note" }, found.note));
    if (!found.count) said.push(help(narrowed));
    return said;
  }

  /** A term of the glossary that the question names. */
  function card(term) {
    const name = term.name && term.name !== term.term ? ` – ${term.name}` : "";
    const where = term.url ? [" ", make("a", { href: address(term.url) }, "Glossary", make("span", { class: "visually-hidden" }, `: ${term.term}`))] : [];
    return make("p", { class: "term-card" }, make("dfn", {}, term.term), `${name}. ${term.meaning}`, ...where);
  }

  function meant(words) {
    const link = make("a", { href: `?q=${encodeURIComponent(words)}` }, words.trim());
    link.addEventListener("click", (event) => {
      event.preventDefault();
      box.value = words;
      changed(true);
      box.focus();
    });
    return make("p", { class: "search-meant" }, "Did you mean ", link, "?");
  }

  function help(narrowed) {
    const advice = [
      ...(narrowed.length ? ["Show all kinds, sites and briefings."] : []),
      ...(/["“”„«»]/.test(box.value) ? ["Leave out the quotation marks."] : []),
      "Check the spelling, or write an acronym out.",
      "Try fewer words, or a more general one: “hub” instead of “safeguarding hub managers”.",
    ];
    const list = make("ul", {}, ...advice.map((one) => make("li", {}, one)));
    const browse = make("p", {}, "Or look through ", make("a", { href: "#browse" }, "everything from A to Z"), ".");
    return make("div", { class: "search-help-more" }, make("p", {}, "What may help:"), list, browse);
  }

  // -- Results --------------------------------------------------------------------------------------------------------

  function row(result) {
    const lang = result.language || undefined;
    const link = make("a", { href: address(result.url), lang }, result.title);
    const parts = [make("h3", { class: "result-title" }, link), make("p", { class: "result-label" }, labelOf(result))];
    if (result.breadcrumb.length && result.kind !== "glossary") {
      parts.push(make("p", { class: "result-place" }, result.breadcrumb.join(" › ")));
    }
    if (result.snippet.length) parts.push(make("p", { class: "result-text", lang }, ...marked(result.snippet)));
    return make("li", { class: `result is-${result.kind}` }, ...parts);
  }

  // -- Chips ----------------------------------------------------------------------------------------------------------

  function chips(facet, counts) {
    const group = filters.querySelector(`[data-facet=${facet}]`);
    const known = new Map(counts.map(([value, label, number]) => [value, { label, number }]));
    if (facet !== "kind") {
      const shown = counts.slice(0, MOST_CHIPS).map(([value]) => value);
      const values = [...new Set([...chosen[facet], ...shown])];
      const held = document.activeElement?.closest?.(".chips") === group ? document.activeElement.dataset.value : null;
      group.replaceChildren(...values.map((value) => chip(value, label(facet, value, known.get(value)?.label))));
      group.querySelector(`[data-value="${CSS.escape(held ?? "")}"]`)?.focus();
    }
    for (const button of group.querySelectorAll("button")) {
      const { value } = button.dataset;
      const pressed = chosen[facet].includes(value);
      const number = known.get(value)?.number ?? 0;
      button.setAttribute("aria-pressed", String(pressed));
      button.querySelector(".chip-count").textContent = `(${number.toLocaleString("en-GB")})`;
      button.hidden = !number && !pressed;
    }
    group.hidden = known.size < 2 && !chosen[facet].length;
  }

  function chip(value, words) {
    return make("button", { type: "button", class: "chip", "data-value": value }, `${words} `, make("span", { class: "chip-count" }));
  }

  function label(facet, value, name) {
    if (facet === "briefing") return name ? `Briefing ${value}: ${name}` : `Briefing ${value}`;
    return name ?? value;
  }

  // -- What happens ---------------------------------------------------------------------------------------------------

  function changed(push) {
    clearTimeout(waiting);
    limit = AT_ONCE;
    write(push);
    show();
  }

  box.addEventListener("focus", () => { load().catch(() => {}); });
  box.addEventListener("input", () => {
    limit = AT_ONCE;
    show(true);
    clearTimeout(waiting);
    waiting = setTimeout(() => write(false), 300);  // browsers let an address change only so often
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.value) {
      event.preventDefault();
      box.value = "";
      changed(false);
    } else if (event.key === "ArrowDown" && list.firstChild) {
      event.preventDefault();
      list.querySelector("a").focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [box, ...list.querySelectorAll("h3 a")];
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (!links.includes(document.activeElement) || at >= links.length) return;
    event.preventDefault();
    links[at].focus();
  });
  list.addEventListener("click", () => write(false), true);  // before a link is followed, so that “back” finds the question
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed(true);
  });
  filters.addEventListener("click", (event) => {
    const button = event.target.closest(".chip");
    if (!button) return;
    const facet = button.closest("[data-facet]").dataset.facet, { value } = button.dataset;
    const without = chosen[facet].filter((one) => one !== value);
    chosen[facet] = without.length < chosen[facet].length ? without : [...chosen[facet], value];
    changed(true);
  });
  clear.addEventListener("click", () => {
    chosen = Object.fromEntries(FACETS.map((facet) => [facet, []]));
    changed(true);
    box.focus();
  });
  sort.addEventListener("change", () => changed(true));
  more.addEventListener("click", async () => {
    const shown = list.children.length;
    limit += AT_ONCE;
    await show();
    list.children[shown]?.querySelector("a").focus();
  });
  window.addEventListener("popstate", () => {
    clearTimeout(waiting);
    read();
    show();
  });

  read();
  show();
  if (!location.search && !location.hash) box.focus({ preventScroll: true });
})();
