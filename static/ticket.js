// A ticket that is open moves by itself, shows who else writes an answer, and works by keys.
(function () {
  "use strict";
  var page = document.querySelector("[data-ticket]");
  if (!page) { return; }
  var address = page.dataset.ticket, mine = page.dataset.me, SAY_MS = 8000;
  var toldAt = 0, keptSeen = null;

  function answer() { return document.querySelector(".ticket-reply textarea"); }

  function seenField() { return document.querySelector(".ticket-reply [name=seen]"); }

  var live = window.turnupLive(address + "/events", page.dataset.number, {
    changed: function () { window.htmx.ajax("GET", address, { target: "#ticket", swap: "morph:outerHTML" }); },
    pulse: function (data) {
      var others = JSON.parse(data), place = document.getElementById("ticket-here");
      var names = Object.keys(others).filter(function (who) { return who !== mine; }).map(function (who) { return others[who]; });
      var text = names.length ? place.dataset.writes.replace("{who}", names.join(", ")) : "";
      if (place.textContent !== text) { place.textContent = text; }
    }
  });

  var line = document.querySelector(".ticket-live");
  function tell() {
    var lost = live.lost();
    var text = lost ? line.dataset.lost.replace("{s}", Math.round(live.quiet())) : line.dataset.live;
    window.turnupLine(line, "ticket-live utc", lost ? "lost" : "on", text);
  }
  setInterval(tell, 1000);

  // Say so while an answer is being written, and remember up to where its writer had read.
  document.addEventListener("input", function (event) {
    if (event.target !== answer()) { return; }
    if (keptSeen === null) { keptSeen = seenField().value; }
    if (!event.target.value) { keptSeen = null; }
    if (Date.now() - toldAt < SAY_MS) { return; }
    toldAt = Date.now();
    var token = document.querySelector('meta[name="csrf-token"]').content;
    fetch(address + "/writing", { method: "POST", headers: { "X-CSRFToken": token } }).catch(function () { toldAt = 0; });
  });
  document.addEventListener("htmx:afterSettle", function () {
    if (keptSeen !== null && seenField()) { seenField().value = keptSeen; }
  });

  var KEYS = { r: ".ticket-reply textarea", n: "#note", h: "#assign", s: "#resolve", c: "#claim" };
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input, textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing && typing.form) {
      typing.form.requestSubmit();
      return;
    }
    if (event.key === "Escape" && typing) { typing.blur(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) { return; }
    var place = KEYS[event.key] && document.querySelector(KEYS[event.key]);
    if (!place) { return; }
    event.preventDefault();
    if (place.tagName === "DETAILS") {
      place.open = true;
      place = place.querySelector("select, textarea");
    }
    place.focus();
  });
  tell();
})();
