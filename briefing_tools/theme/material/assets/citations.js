/* A card with the reference beside a citation, on hover and on focus. It is made of the reference that stands on the page.

   The link stays a link: a click, a tap, Enter and a reader without JavaScript go to the list of references as ever. The
   card meets WCAG 1.4.13: Escape dismisses it, the pointer can move onto it, and it stays until focus and pointer have
   left both. It stands in the page right after its link, so that Tab goes on to the links in it. No inline style or
   script: it works under Content-Security-Policy: default-src 'self'. */
(function () {
  "use strict";
  if (!("popover" in HTMLElement.prototype)) return; // an older browser: the link alone

  var LINKS = ".citation a[href^='#']";
  var SHOW_AFTER = 150;
  var HIDE_AFTER = 300;
  var GAP = 6;
  var card = null;
  var link = null;
  var hovered = false;
  var timer = 0;

  function referenceOf(anchor) {
    var id = anchor.getAttribute("href").slice(1);
    try { id = decodeURIComponent(id); } catch (error) { /* a lone % sign is part of the key */ }
    return document.getElementById(id) || document.getElementById(anchor.getAttribute("href").slice(1));
  }

  /* The words of a reference, with its links, without the places that cite it and without ids. */
  function contentOf(reference) {
    var content = document.createDocumentFragment();
    var source = reference.querySelector(".reference-text") || reference;
    source.childNodes.forEach(function (node) { content.append(node.cloneNode(true)); });
    content.querySelectorAll(".cited-in, .exports, .source-label").forEach(function (node) { node.remove(); });
    content.querySelectorAll("[id]").forEach(function (node) { node.removeAttribute("id"); });
    return content;
  }

  function show(anchor) {
    if (link === anchor && card) return;
    hide();
    var reference = referenceOf(anchor);
    if (!reference) return;
    link = anchor;
    card = document.createElement("span");
    card.className = "citation-card";
    card.popover = "manual";
    card.setAttribute("role", "note");
    card.setAttribute("aria-label", anchor.getAttribute("aria-label") || anchor.textContent);
    var words = document.createElement("span");
    words.id = "citation-card-words";
    words.append(contentOf(reference));
    card.append(words);
    card.addEventListener("pointerenter", enter);
    card.addEventListener("pointerleave", leave);
    anchor.setAttribute("aria-describedby", words.id);
    anchor.after(card);
    card.showPopover();
    place();
  }

  function hide() {
    clearTimeout(timer);
    if (!card) return;
    var had = card.contains(document.activeElement);
    link.removeAttribute("aria-describedby");
    card.remove();
    if (had) link.focus();
    card = link = null;
  }

  /* Below the line that the pointer or the link's first line is on, or above it where there is no room. */
  function place() {
    if (!card) return;
    var lines = link.getClientRects();
    var line = lines[0];
    var size = card.getBoundingClientRect();
    var root = document.documentElement;
    var last = lines[lines.length - 1];
    var left = Math.max(GAP, Math.min(line.left, root.clientWidth - size.width - GAP));
    var below = last.bottom + GAP;
    var fits = below + size.height <= root.clientHeight || line.top < size.height + GAP;
    card.style.left = left + window.scrollX + "px";
    card.style.top = (fits ? below : line.top - GAP - size.height) + window.scrollY + "px";
  }

  function later(what, delay) {
    clearTimeout(timer);
    timer = setTimeout(what, delay);
  }

  function enter() {
    hovered = true;
    clearTimeout(timer);
  }

  function leave() {
    hovered = false;
    later(function () { if (!hovered && !focused()) hide(); }, HIDE_AFTER);
  }

  function focused() {
    var active = document.activeElement;
    return Boolean(card) && (active === link || card.contains(active));
  }

  function citationLink(event) {
    return event.target instanceof Element ? event.target.closest(LINKS) : null;
  }

  document.addEventListener("pointerover", function (event) {
    var anchor = event.pointerType === "touch" ? null : citationLink(event);
    if (!anchor) return;
    enter();
    later(function () { show(anchor); }, link ? 0 : SHOW_AFTER);
  });
  document.addEventListener("pointerout", function (event) {
    if (event.pointerType !== "touch" && citationLink(event)) leave();
  });
  document.addEventListener("focusin", function (event) {
    var anchor = citationLink(event);
    if (anchor && anchor.matches(":focus-visible")) show(anchor);
    else if (card && !focused() && !hovered) hide();
  });
  document.addEventListener("focusout", function () {
    later(function () { if (!hovered && !focused()) hide(); }, 0);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && card) {
      hide();
      event.stopPropagation();
    }
  }, true);
  document.addEventListener("click", function (event) {
    if (citationLink(event)) hide();
  });
  window.addEventListener("hashchange", hide);
  window.addEventListener("resize", place);
  window.addEventListener("beforeprint", hide);
})();
