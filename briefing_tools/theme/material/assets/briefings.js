/* The phone's menu opens by keyboard too: with a script, its label becomes a button. Without one it stays a label, which
   works by touch and pointer. Nothing else on the pages needs a script. */
document.querySelectorAll(".md-header label.md-header__button").forEach(function (label) {
  var toggle = document.getElementById(label.htmlFor);
  var button = document.createElement("button");
  button.type = "button";
  button.className = label.className;
  button.append(...label.childNodes);
  label.replaceWith(button);
  function say() { button.setAttribute("aria-expanded", String(toggle.checked)); }
  toggle.addEventListener("change", say);
  button.addEventListener("click", function () { toggle.click(); });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && toggle.checked) {
      toggle.click();
      button.focus();
    }
  });
  say();
});
