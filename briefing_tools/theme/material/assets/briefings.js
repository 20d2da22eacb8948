/* The phone's menu and search open by keyboard too: their labels become buttons. Nothing else on the pages needs a script. */
document.querySelectorAll(".md-header label.md-header__button").forEach(function (label) {
  var toggle = document.getElementById(label.htmlFor);
  function say() { label.setAttribute("aria-expanded", String(toggle.checked)); }
  label.tabIndex = 0;
  label.setAttribute("role", "button");
  toggle.addEventListener("change", say);
  label.addEventListener("keydown", function (event) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      label.click();
    }
  });
  say();
});
