// The flip by keyboard: a key opens what its verb would do, Enter carries it out, Esc does not.
(function () {
  "use strict";
  var help = document.getElementById("keys");
  var box = document.getElementById("keys-on");
  var seen = "";

  function on() {
    try { return localStorage.getItem("keys") !== "off"; } catch (e) { return true; }
  }

  function close(verb, focus) {
    verb.open = false;
    if (focus) { verb.querySelector("summary").focus(); }
  }

  // Opened by mouse, finger or key: what is asked has the focus, and can be refused.
  document.addEventListener("toggle", function (event) {
    var verb = event.target;
    if (!verb.matches || !verb.matches(".verb")) { return; }
    verb.querySelector("[data-verb-close]").hidden = false;
    if (!verb.open) { return; }
    seen = verb.querySelector("[name=seen]").value;
    verb.querySelector("button[type=submit]").focus();
  }, true);

  // Where the run has moved on meanwhile the question is another one: it has to be asked again. Safety
  // is never taken back from under a finger.
  document.addEventListener("htmx:afterSettle", function () {
    var asked = document.querySelector(".verb[open]");
    if (!asked || asked.matches("#verb-hold, #verb-rollback")) { return; }
    if (asked.querySelector("[name=seen]").value !== seen) { close(asked, true); }
  });

  document.addEventListener("click", function (event) {
    var no = event.target.closest("[data-verb-close]");
    if (no) { close(no.closest(".verb"), true); return; }
    document.querySelectorAll(".verb[open]").forEach(function (verb) {
      if (!verb.contains(event.target)) { close(verb); }
    });
  });

  // Carried out or refused: the answer has the focus, and nothing asks any more.
  document.addEventListener("htmx:afterRequest", function (event) {
    var verb = event.target.closest && event.target.closest(".verb");
    if (!verb) { return; }
    close(verb);
    var answer = document.getElementById("flip-answer");
    if (answer) { answer.focus(); }
  });

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    var asked = document.querySelector(".verb[open]");
    if (event.key === "Escape" && asked) { close(asked, true); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) { return; }
    if (event.key === "?") {
      help.open = !help.open;
      if (help.open) { help.querySelector("summary").focus(); }
      return;
    }
    var verb = on() && document.querySelector('.verb[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (verb) {
      event.preventDefault();
      verb.open = true;
    }
  });

  if (box) {
    box.checked = on();
    box.addEventListener("change", function () {
      try { localStorage.setItem("keys", box.checked ? "on" : "off"); } catch (e) { /* this page only */ }
    });
  }
})();
