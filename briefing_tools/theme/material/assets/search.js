/* Search, on every page: the box in the header becomes a combobox with suggestions (the pattern “editable combobox with list
   autocomplete” of the ARIA Authoring Practices Guide), and `/` leads to it. The engine and its index are fetched when
   somebody first goes to the box. On the page of search, results.js shows results. Without a script, the box is a form that
   leads to the page of search. */
(() => {
  "use strict";

  const root = new URL("..", document.currentScript.src);
  const SUGGESTIONS = 6;
  let engine = null;

  /** The engine: a promise of `briefingsSearch`. A failure is forgotten, so that the next try may succeed. */
  function load() {
    if (!engine && location.protocol !== "file:") {
      const early = { rel: "preload", as: "script", href: new URL("search/index.js", root).href };
      document.head.append(make("link", early));  // while the engine is on its way, which asks for it
    }
    engine ??= script("search/engine.js")
      .then(() => window.briefingsSearch.open())
      .then(() => window.briefingsSearch)
      .catch((error) => {
        engine = null;
        throw error;
      });
    return engine;
  }

  function script(path) {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = new URL(path, root).href;
      element.onload = resolve;
      element.onerror = () => reject(new Error(`${element.src} cannot be read.`));
      document.head.append(element);
    });
  }

  /** An element with attributes and children; children that are text stay text. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }

  /** A snippet with its words marked. */
  function marked(runs) {
    return runs.map(([text, mark]) => (mark ? make("mark", {}, text) : text));
  }

  /** Where a result leads. A folder on a stick has no server that would find its index.html. */
  function address(url) {
    const found = new URL(url, root);
    if (found.protocol === "file:" && found.pathname.endsWith("/")) found.pathname += "index.html";
    return found.href;
  }

  /** The page of search for a question. */
  function resultsFor(query) {
    const found = new URL(address("search/"));
    found.searchParams.set("q", query);
    return found.href;
  }

  /** What a result is, in words; of an update also from where and when. */
  function labelOf(result) {
    const place = result.kind === "update" ? [result.site_name, day(result.date)] : [];
    return [result.label, ...place].filter(Boolean).join(", ");
  }

  function day(iso) {
    if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return iso;
    return new Date(`${iso}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  }

  // -- The combobox ---------------------------------------------------------------------------------------------------

  /** Make a form's box a combobox. */
  function combobox(form) {
    const box = form.querySelector("input");
    const list = make("ul", { role: "listbox", id: `${box.id}-list`, class: "suggestions", "aria-label": "Suggestions", hidden: true });
    const status = make("div", { role: "status", class: "visually-hidden" });
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    form.append(list, status);
    let active = -1, asked = 0, telling = 0;

    function options() {
      return [...list.children];
    }

    function show(open) {
      list.hidden = !open;
      box.setAttribute("aria-expanded", String(open));
      if (!open) activate(-1);
    }

    function activate(at) {
      active = at;
      options().forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
      if (at < 0) box.removeAttribute("aria-activedescendant");
      else {
        box.setAttribute("aria-activedescendant", options()[at].id);
        options()[at].scrollIntoView({ block: "nearest" });
      }
    }

    function choose(option) {
      if (option.dataset.words) {
        box.value = option.dataset.words;
        suggest();
      } else {
        location.href = option.dataset.address;
        show(false);
      }
    }

    /** Say how many suggestions there are, once typing pauses. */
    function tell(text) {
      clearTimeout(telling);
      telling = setTimeout(() => { status.textContent = text; }, 600);
    }

    async function suggest() {
      const query = box.value, number = ++asked;
      if (!query.trim()) {
        list.replaceChildren();
        show(false);
        tell("");
        return;
      }
      const found = await load().then((search) => search.ask(query, { limit: SUGGESTIONS })).catch(() => null);
      if (number !== asked || document.activeElement !== box) return;
      if (!found) {
        show(false);
        tell("Suggestions cannot be loaded. Press Enter to search.");
        return;
      }
      const rows = found.results.map((result) => row(result));
      if (found.did_you_mean) rows.unshift(words(found.did_you_mean));
      if (found.count) rows.push(all(found));
      rows.forEach((option, at) => {
        option.id = `${list.id}-${at}`;
        option.setAttribute("aria-selected", "false");
      });
      list.replaceChildren(...rows);
      show(rows.length > 0);
      activate(-1);
      tell(rows.length ? `${rows.length} suggestion${rows.length === 1 ? "" : "s"}; the arrow keys lead to them.` : "No suggestions.");
    }

    function row(result) {
      const option = make("li", { role: "option", class: `suggestion is-${result.kind}`, "data-address": address(result.url) });
      option.append(
        make("span", { class: "suggestion-title", lang: result.language || undefined }, result.title), " ",
        make("span", { class: "suggestion-place" }, [...new Set([labelOf(result), ...result.breadcrumb.slice(0, 1)])].join(" · ")),
      );
      return option;
    }

    function words(meant) {
      const option = make("li", { role: "option", class: "suggestion", "data-words": meant });
      option.append("Did you mean ", make("strong", {}, meant.trim()), "?");
      return option;
    }

    function all(found) {
      const option = make("li", { role: "option", class: "suggestion suggestion-all", "data-address": resultsFor(box.value) });
      option.append(found.count === 1 ? "Show the one result" : `Show all ${found.count} results`);
      return option;
    }

    box.addEventListener("focus", () => { load().catch(() => {}); });
    box.addEventListener("input", suggest);
    box.addEventListener("blur", () => show(false));
    box.addEventListener("keydown", (event) => {
      const count = options().length, open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open && !count && box.value.trim()) suggest();
        if (!count) return;
        const down = event.key === "ArrowDown";
        show(true);
        if (event.altKey) return;
        activate(down ? (active + 2) % (count + 1) - 1 : active < 0 ? count - 1 : active - 1);
      } else if (event.key === "Enter" && open && active >= 0) {
        event.preventDefault();
        choose(options()[active]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (open) show(false);
        else {
          box.value = "";
          suggest();
        }
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    form.addEventListener("submit", (event) => {
      if (!box.value.trim()) {
        event.preventDefault();
        box.focus();
      } else if (location.protocol === "file:") {
        event.preventDefault();
        location.href = resultsFor(box.value);
      }
    });
  }

  // -- The page -------------------------------------------------------------------------------------------------------

  const forms = [...document.querySelectorAll("form[data-search]")];
  const results = document.getElementById("search-results");
  forms.filter((form) => form.classList.contains("site-search")).forEach(combobox);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    const box = forms.map((form) => form.querySelector("input")).find((one) => one.offsetParent);
    if (!box) location.href = address("search/");
    else {
      box.focus();
      box.select();
    }
  });

  // From a folder without a server, links to folders lead to their pages.
  if (location.protocol === "file:") {
    for (const link of document.querySelectorAll("a[href]")) {
      if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
    }
  }

  if (results) {
    window.briefingsBox = { load, make, marked, address, labelOf };
    script("assets/results.js");
    load().catch(() => {});  // at once: who comes here wants to search; results.js tells of a failure
  }
})();
