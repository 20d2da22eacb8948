/* What sites tell us: the list can be narrowed. Without a script the whole list is there, and the filters are not. */
(function () {
  var form = document.getElementById("update-filters");
  if (!form) return;
  var count = document.getElementById("update-count");
  var items = Array.from(document.querySelectorAll(".update-list > li"));
  function narrow() {
    var wanted = Array.from(form.elements).filter(function (field) { return field.name && field.value; });
    items.forEach(function (item) {
      item.hidden = wanted.some(function (field) { return item.dataset[field.name] !== field.value; });
    });
    document.querySelectorAll(".update-group, .update-block").forEach(function (group) {
      group.hidden = !group.querySelector(".update-list > li:not([hidden])");
    });
    var left = items.filter(function (item) { return !item.hidden; }).length;
    var said = left === items.length ? "" : left ? left + " of " + items.length + " shown." : "None of " + items.length + " is like that.";
    count.textContent = said;
  }
  form.addEventListener("change", narrow);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(narrow); });
  form.hidden = false;
  narrow();
})();
