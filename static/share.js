// The customer's page moves by itself, and says so honestly when it does not.
(function () {
  "use strict";
  var main = document.getElementById("main");
  var line = document.getElementById("live");
  var late = document.getElementById("late");
  var aged = document.getElementById("figures-age");
  var LANGUAGE = document.documentElement.lang;
  var YOUNG_S = 15;
  var movingSince = null, figuresAt = null, tickAt = null, driven = true, lateSince = "";

  function number(value, digits) {
    return value.toLocaleString(LANGUAGE, { maximumFractionDigits: digits });
  }

  function text(selector, value) {
    var element = document.querySelector(selector);
    if (element) { element.textContent = value; }
  }

  function rate(arm) { return arm && arm.seconds ? number(arm.requests / arm.seconds, 0) : "–"; }

  function errors(arm) {
    return arm && arm.requests
      ? number(100 * arm.errors / arm.requests, 2) + main.dataset.percent : "–";
  }

  function tick(data) {
    var figures = JSON.parse(data);
    tickAt = figuresAt = Date.parse(figures.at) || Date.now();
    if (typeof figures.share === "number") {
      text('[data-figure="share"]', number(figures.share, 1));
      var bar = document.querySelector("[data-bar]");
      if (bar) { bar.value = figures.share; }
    }
    document.getElementById("figures").hidden = false;
    text('[data-figure="moved.rate"]', rate(figures.moved));
    text('[data-figure="moved.errors"]', errors(figures.moved));
    text('[data-figure="control.rate"]', rate(figures.control));
    text('[data-figure="control.errors"]', errors(figures.control));
  }

  function page(html) {
    document.getElementById("panel").innerHTML = html;
    var now = document.querySelector("[data-announce]");
    var said = document.getElementById("announce");
    if (now && said.textContent !== now.dataset.announce) { said.textContent = now.dataset.announce; }
    ownZone();
    around();
  }

  function moved() { window.turnupReload(); }

  // What a full link offers around the moving part (the hold, their part) is one person's, so it does
  // not come by the stream: it is fetched, and waits while somebody writes in it.
  var slots = document.querySelectorAll("[data-slot]"), outdated = false, asking = false;

  function inUse() {
    return Array.prototype.some.call(slots, function (slot) {
      return (slot.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) ||
        Array.prototype.some.call(slot.querySelectorAll("textarea, input:not([type=hidden])"), function (field) { return field.value !== field.defaultValue; });
    });
  }

  // What has the focus keeps it when its slot is filled anew; what is gone leaves it to the slot.
  function alike(slot, element) {
    return Array.prototype.filter.call(slot.querySelectorAll("a[href], button, summary"), function (other) {
      return other.tagName === element.tagName && other.textContent === element.textContent;
    });
  }

  function refill(slot, html) {
    var focused = document.activeElement, held = slot.contains(focused);
    var place = held ? alike(slot, focused).indexOf(focused) : -1;
    slot.innerHTML = html;
    return function () {
      if (!held) { return; }
      var same = alike(slot, focused)[place];
      if (!same) { slot.tabIndex = -1; }
      (same || slot).focus({ preventScroll: true });
    };
  }

  function heads(slot) { return Array.prototype.slice.call(slot.querySelectorAll("details > summary")); }

  function offered(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    if (inUse()) { outdated = true; return; }
    slots.forEach(function (slot) {
      var found = fresh.querySelector('[data-slot="' + slot.dataset.slot + '"]');
      if (!found) { return; }
      var unfolded = heads(slot).filter(function (head) { return head.parentNode.open; }).map(function (head) { return head.textContent; });
      var focus = refill(slot, found.innerHTML);
      heads(slot).forEach(function (head) { if (unfolded.indexOf(head.textContent) >= 0) { head.parentNode.open = true; } });
      focus();
    });
  }

  function around() {
    if (asking || inUse() || !slots.length) { outdated = slots.length > 0; return; }
    asking = true;
    outdated = false;
    fetch(location.pathname, { cache: "no-store", headers: { Accept: "text/html" } })
      .then(function (answer) { return answer.ok ? answer.text().then(offered) : null; })
      .catch(function () { outdated = true; })
      .then(function () { asking = false; });
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.hasAttribute("data-room-place")) { around(); }  // what is beside the room may be another too
  });

  function pulse(data) {
    var found = JSON.parse(data);
    driven = found.driven;
    lateSince = found.late_since;
    document.querySelectorAll("[data-warns]").forEach(function (element) { element.remove(); });
  }

  var pause = window.turnupPause(document.getElementById("pause"), main.dataset, function () { say(); });
  var unless = pause.unless;

  var live = window.turnupLive(main.dataset.events, main.dataset.number, {
    page: unless("page", page), tick: unless("tick", tick), moved: unless("moved", moved), pulse: pulse
  });

  // How old something is: "12 s old", "5 min old".
  function age(at) {
    var seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
    if (seconds < 120) { return main.dataset.old.replace("{s}", seconds); }
    if (seconds < 7200) { return main.dataset.oldMin.replace("{min}", Math.round(seconds / 60)); }
    return main.dataset.oldH.replace("{h}", Math.round(seconds / 3600));
  }

  function countdown(element) {
    var seconds = (Date.parse(element.dataset.countdown) - Date.now()) / 1000;
    var unit = Math.abs(seconds) >= 172800 ? ["day", 86400] : Math.abs(seconds) >= 7200 ? ["hour", 3600]
      : Math.abs(seconds) >= 120 ? ["minute", 60] : ["second", 1];
    element.textContent = new Intl.RelativeTimeFormat(LANGUAGE).format(Math.round(seconds / unit[1]), unit[0]);
  }

  // The window on the reader's own clock, where that is another than the customer's.
  function ownZone() {
    var place = document.querySelector("[data-own-zone]"), when = document.querySelector("[data-starts]");
    var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!place || zone === main.dataset.zone || zone === "UTC") { return; }
    var shape = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
    place.textContent = main.dataset.own + " " + shape.formatRange(new Date(when.dataset.starts), new Date(when.dataset.ends)) + " (" + zone + ")";
    place.hidden = false;
  }

  function state() {
    // until the first figures come it counts from when this page knew that traffic may move
    if (document.querySelector("[data-moving]")) { movingSince = movingSince || Date.now(); } else { movingSince = figuresAt = null; }
    var old = Math.round((Date.now() - (figuresAt || movingSince)) / 1000);
    if (live.gone) { return ["lost", main.dataset.gone]; }
    if (live.lost()) { return ["lost", main.dataset.lost.replace("{s}", Math.round(live.quiet()))]; }
    if (pause.on) { return ["stale", main.dataset.paused]; }
    if (!driven) { return ["stale", main.dataset.undriven]; }
    if (movingSince && old > YOUNG_S) {
      return ["stale", figuresAt ? main.dataset.stale.replace("{s}", old) : main.dataset.none];
    }
    return ["on", main.dataset.live];
  }

  function put(element, words) {
    if (element.textContent !== words) { element.textContent = words; }
  }

  function say() {
    var now = state();
    window.turnupLine(line, "share-live", now[0], now[1]);
    if (outdated && !pause.on) { around(); }
    late.hidden = !lateSince;
    if (lateSince) { put(late, main.dataset.late.replace("{at}", new Date(lateSince).toLocaleTimeString(LANGUAGE, { timeZone: main.dataset.zone, timeZoneName: "short" }))); }
    aged.hidden = !tickAt;
    if (tickAt) { put(aged, age(tickAt)); }
    document.querySelectorAll("[data-age]").forEach(function (element) { put(element, age(tickAt || Date.parse(element.dataset.age))); });
    document.querySelectorAll("[data-countdown]").forEach(countdown);
  }
  ownZone();
  say();
  setInterval(say, 1000);
})();
