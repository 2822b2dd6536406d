// The timeline of windows: the framed window is dragged or moved with the arrow keys; what it would cost is said at once.
(function () {
  "use strict";
  var data = null, slot = -1, grabbed = null, asked = "";

  function section() { return document.querySelector("#timeline[data-slots]"); }
  function cells() { return document.querySelectorAll(".timeline [data-slot]"); }
  function spans() { return Math.ceil(data.minutes / 30); }

  function line(parent, tag, text, className) {
    var node = document.createElement(tag);
    node.textContent = text;
    if (className) { node.className = className; }
    parent.appendChild(node);
    return node;
  }

  function show() {
    var end = slot + spans();
    cells().forEach(function (cell) {
      var at = Number(cell.dataset.slot);
      cell.classList.toggle("chosen", at + 2 > slot && at < end);
    });
    var here = section(), choice = document.getElementById("timeline-choice");
    choice.textContent = "";
    var said = line(choice, "p", "");
    var zones = line(said, "span", "", "zones");
    data.shown[slot].forEach(function (text) { line(zones, "span", text, "zone-line"); });
    var price = data.price[slot], form = document.getElementById("timeline-book");
    if (price === null) {
      line(said, "span", " ✗ " + here.dataset.cannot + " " + data.blocks[data.block[slot]], "state state-bad");
    } else {
      line(said, "strong", " " + price + " " + here.dataset.points + " ");
      line(said, "span", Object.keys(data.parts).filter(function (key) { return data.parts[key][slot]; })
        .map(function (key) { return data.names[key] + " " + data.parts[key][slot]; }).join(", "), "text-secondary");
    }
    if (form) {
      form.hidden = price === null;
      form.elements.start.value = new Date(Date.parse(data.origin) + slot * 1800000).toISOString();
    }
  }

  function move(to) {
    to = Math.max(0, Math.min(data.price.length - 1, to));
    if (to !== slot) { slot = to; show(); }
  }

  function load() {
    var here = section();
    if (!here || asked === here.dataset.slots) { return; }
    asked = here.dataset.slots;
    var framed = Number(here.dataset.framed);
    fetch(asked, { credentials: "same-origin" }).then(function (answer) { return answer.json(); }).then(function (found) {
      data = found;
      slot = framed;
    });
  }

  document.addEventListener("pointerdown", function (event) {
    var cell = event.target.closest && event.target.closest(".timeline [data-slot]");
    if (!data || !cell) { return; }
    var at = Number(cell.dataset.slot);
    grabbed = cell.classList.contains("chosen") ? at - slot : 0;
    event.preventDefault();
    cell.closest(".timeline").focus();
    cell.closest(".timeline").classList.add("dragging");
    move(at - grabbed);
  });

  document.addEventListener("pointermove", function (event) {
    if (grabbed === null) { return; }
    var under = document.elementFromPoint(event.clientX, event.clientY);
    var cell = under && under.closest(".timeline [data-slot]");
    if (cell) { move(Number(cell.dataset.slot) - grabbed); }
  });

  ["pointerup", "pointercancel"].forEach(function (name) {
    document.addEventListener(name, function () {
      grabbed = null;
      document.querySelectorAll(".timeline.dragging").forEach(function (one) { one.classList.remove("dragging"); });
    });
  });

  document.addEventListener("keydown", function (event) {
    var steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -48, ArrowDown: 48 };
    if (!data || !(event.key in steps) || !event.target.classList.contains("timeline")) { return; }
    event.preventDefault();
    move(slot + steps[event.key]);
  });

  document.addEventListener("DOMContentLoaded", load);
  document.addEventListener("htmx:afterSettle", load);
})();
