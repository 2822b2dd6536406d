// A room moves by itself: new lines are added, and what is sent goes without leaving the page.
(function () {
  "use strict";
  var room = document.querySelector("[data-room]");
  if (!room || !room.dataset.room) { return; }
  var box = room.querySelector(".room-lines");
  if (!box) { return; }  // it is not open yet
  var list = box.querySelector("ol");
  var said = room.querySelector(".room-live");
  var form = room.querySelector("[data-say]");

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

  var live = window.turnupLive(room.dataset.room, room.dataset.number, {
    lines: lines,
    changed: window.turnupReload
  });

  function tell() {
    var quiet = Math.round(live.quiet()), lost = live.lost();
    var text = live.out ? room.dataset.out : lost ? room.dataset.lost.replace("{s}", quiet) : room.dataset.live;
    window.turnupLine(said, "room-live utc", lost ? "lost" : "on", text);
  }

  function complain(words) {
    var place = form.querySelector(".room-problem");
    place.textContent = words;
    place.hidden = !words;
  }

  if (form) {
    var text = form.querySelector("textarea"), button = form.querySelector("button");
    form.addEventListener("submit", function (event) {
      if (event.submitter && event.submitter.hasAttribute("formaction")) { return; }  // it goes elsewhere
      event.preventDefault();
      button.disabled = true;
      fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } })
        .then(function (answer) {
          return answer.json().then(function (found) {
            if (answer.ok) { text.value = ""; down(); }
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
  if (!location.hash.startsWith("#m")) { down(); }
  tell();
  setInterval(tell, 1000);
})();
