// A room moves by itself: new lines are added, and what is sent goes without leaving the page. Where
// it opens, closes, or is another room now, htmx fetches it alone: the page around it stays as it is.
(function () {
  "use strict";
  var AGAIN_MS = 2000;

  // `begin(place)` makes the room in `place` move; what it returns ends that.
  function begin(place) {
    var room = place.querySelector("[data-room]");
    if (!room || !room.dataset.room) { return function () {}; }
    var changed = function () { window.htmx.trigger(place, "room-changed"); };
    var box = room.querySelector(".room-lines");
    if (!box) { return window.turnupLive(room.dataset.room, room.dataset.number, { changed: changed }).close; }
    var list = box.querySelector("ol");
    var said = room.querySelector(".room-live");

    function atEnd() { return box.scrollHeight - box.scrollTop - box.clientHeight < 80; }

    function down() { box.scrollTop = box.scrollHeight; }

    function lines(html) {
      var follow = atEnd(), fresh = document.createElement("template");
      fresh.innerHTML = html;
      fresh.content.querySelectorAll("li").forEach(function (line) {
        var known = document.getElementById(line.id);
        if (!known) { list.appendChild(line); return; }
        if (!line.dataset.takenBack) { return; }
        var held = known.contains(document.activeElement);
        known.replaceWith(line);
        if (held) { line.tabIndex = -1; line.focus(); }
      });
      var empty = box.querySelector(".room-empty");
      if (empty && list.children.length) { empty.remove(); }
      if (follow) { down(); }
    }

    var live = window.turnupLive(room.dataset.room, room.dataset.number, { lines: lines, changed: changed });

    function tell() {
      var quiet = Math.round(live.quiet()), lost = live.lost();
      var text = live.out ? room.dataset.out : lost ? room.dataset.lost.replace("{s}", quiet) : room.dataset.live;
      window.turnupLine(said, "room-live utc", lost ? "lost" : "on", text);
    }

    form(room, down);
    if (!location.hash.startsWith("#m")) { down(); }
    tell();
    var telling = setInterval(tell, 1000);
    return function () { clearInterval(telling); live.close(); };
  }

  function form(room, sent) {
    var form = room.querySelector("[data-say]");
    if (!form) { return; }
    var text = form.querySelector("textarea"), button = form.querySelector("button");

    function complain(words) {
      var place = form.querySelector(".room-problem");
      place.textContent = words;
      place.hidden = !words;
    }

    form.addEventListener("submit", function (event) {
      if (event.submitter && event.submitter.hasAttribute("formaction")) { return; }  // it goes elsewhere
      event.preventDefault();
      button.disabled = true;
      fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } })
        .then(function (answer) {
          return answer.json().then(function (found) {
            if (answer.ok) { text.value = ""; sent(); }
            complain(answer.ok ? "" : found.title + (found.detail ? ": " + found.detail : ""));
          });
        })
        .catch(function () { complain(room.dataset.failed); })
        .then(function () { button.disabled = false; text.focus(); });
    });
    text.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { form.requestSubmit(); }
    });
  }

  // What is half written in the room itself, and where the reader stood, outlive its being another.
  function keep(place) {
    var text = place.querySelector("textarea"), held = place.contains(document.activeElement);
    var written = text ? text.value : "";
    return function () {
      var fresh = place.querySelector("textarea"), aloud = place.querySelector("[data-opened]");
      if (fresh && written && !fresh.value) { fresh.value = written; }
      if (held && !place.contains(document.activeElement)) {
        (fresh || place.querySelector(".room-lines") || document.getElementById("main")).focus({ preventScroll: true });
      }
      if (aloud) { document.getElementById("announce").textContent = aloud.dataset.opened; }
    };
  }

  function mind(place) {
    var end = begin(place), restore = function () {};
    function failed() { setTimeout(function () { window.htmx.trigger(place, "room-changed"); }, AGAIN_MS); }
    place.addEventListener("htmx:beforeSwap", function (event) {
      if (event.target !== place) { return; }
      // a page to sign in, or a link that has ended meanwhile, is no room: its stream says what is so
      if (event.detail.xhr.status !== 200 || event.detail.serverResponse.indexOf("data-room=") < 0) { event.detail.shouldSwap = false; return; }
      restore = keep(place);
    });
    place.addEventListener("htmx:afterSwap", function (event) {
      if (event.target !== place) { return; }
      end();
      end = begin(place);
      restore();
    });
    ["htmx:sendError", "htmx:timeout"].forEach(function (name) { place.addEventListener(name, failed); });
  }

  document.querySelectorAll("[data-room-place]").forEach(mind);
})();
