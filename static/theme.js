// Runs before the first paint: dark or light as chosen here before, else as the system says.
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem("theme"); } catch (e) { return null; }
  }
  function apply() {
    document.documentElement.dataset.bsTheme = chosen() || (dark.matches ? "dark" : "light");
  }
  apply();
  dark.addEventListener("change", apply);
  // On paper always light.
  window.addEventListener("beforeprint", function () { document.documentElement.dataset.bsTheme = "light"; });
  window.addEventListener("afterprint", apply);
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-theme-toggle]")) { return; }
    var next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch (e) { /* private mode: for this page only */ }
    document.documentElement.dataset.bsTheme = next;
  });
})();
