// What every page does: form tokens for htmx, polite announcements, local times.
(function () {
  "use strict";
  document.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector('meta[name="csrf-token"]');
    if (token) { event.detail.headers["X-CSRFToken"] = token.content; }
  });

  // A part of a page is never the page to sign in: it is said instead. Nor does a fault take the place of
  // what a page asked for by itself: it asks again.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var asked = event.detail, out = new URL(asked.xhr.responseURL || location.href).pathname === "/login";
    var pressed = asked.requestConfig.triggeringEvent && asked.requestConfig.triggeringEvent.isTrusted;
    if (out) {
      var said = document.getElementById("sign-in") || document.getElementById("signed-out");
      if (said && said.hidden) {
        said.hidden = false;
        document.getElementById("announce").textContent = said.textContent;
      }
    }
    if (out || (!pressed && asked.xhr.status >= 500)) { asked.shouldSwap = false; }
  });

  // An element with data-announce says its text once it changes; ticks of figures never do.
  var said = "";
  function announce() {
    var source = document.querySelector("[data-announce]");
    var text = source ? source.dataset.announce : "";
    if (text && said && text !== said) { document.getElementById("announce").textContent = text; }
    said = text || said;
  }
  document.addEventListener("DOMContentLoaded", announce);
  document.addEventListener("htmx:afterSettle", announce);

  // A fragment that is morphed in leaves alone what somebody is typing, and what they unfolded.
  document.addEventListener("DOMContentLoaded", function () {
    if (!window.Idiomorph) { return; }
    window.Idiomorph.defaults.callbacks.beforeNodeMorphed = function (node) {
      return !(node.matches && node.matches("input, textarea, select") && node.value !== node.defaultValue && node.type !== "hidden" && node.type !== "checkbox");
    };
    window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = function (name, node) {
      return !(name === "open" && node.tagName === "DETAILS") && !(name === "hidden" && "verbClose" in node.dataset);
    };
  });

  // What scrolls sideways or down within a page can be reached with keys.
  function reachable() {
    document.querySelectorAll(".table-responsive, .scroll-list, .told, .room-lines, .cockpit-main .card").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) { box.tabIndex = 0; }
    });
  }
  document.addEventListener("DOMContentLoaded", reachable);
  document.addEventListener("htmx:afterSettle", reachable);
  document.addEventListener("toggle", reachable, true);
  window.addEventListener("resize", reachable);

  // Menus fold up when one goes elsewhere: by Escape, which gives the focus back, a click, or Tab.
  function fold(except) {
    document.querySelectorAll("[data-menu][open]").forEach(function (menu) {
      if (!except || !menu.contains(except)) { menu.open = false; }
    });
  }
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" ? document.querySelector("[data-menu][open]") : null;
    if (!menu) { return; }
    if (menu.contains(document.activeElement)) { menu.querySelector("summary").focus(); }
    fold();
  });
  document.addEventListener("click", function (event) { fold(event.target); });
  document.addEventListener("focusin", function (event) { fold(event.target); });

  // Forms that ask first: <form data-confirm="What will happen">.
  document.addEventListener("submit", function (event) {
    var question = event.target.dataset && event.target.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); event.stopPropagation(); }
  }, true);
})();
