// The customer's page moves by itself, and says so honestly when it does not.
(function () {
  "use strict";
  var main = document.getElementById("main");
  var line = document.getElementById("live");
  var tickAt = null;

  function text(selector, value) {
    var element = document.querySelector(selector);
    if (element) { element.textContent = value; }
  }

  function rate(arm) {
    return arm && arm.seconds
      ? (arm.requests / arm.seconds).toLocaleString(undefined, { maximumFractionDigits: 0 }) : "–";
  }

  function errors(arm) {
    return arm && arm.requests
      ? (100 * arm.errors / arm.requests).toLocaleString(undefined, { maximumFractionDigits: 2 }) + " %" : "–";
  }

  function tick(data) {
    var figures = JSON.parse(data);
    tickAt = Date.parse(figures.at) || Date.now();
    if (typeof figures.share === "number") {
      text('[data-figure="share"]', figures.share.toLocaleString(undefined, { maximumFractionDigits: 1 }));
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
  }

  function moved() { location.reload(); }

  var live = window.turnupLive(main.dataset.events, main.dataset.number, { page: page, tick: tick, moved: moved });

  function say() {
    var quiet = Math.round(live.quiet());
    var old = tickAt ? Math.round((Date.now() - tickAt) / 1000) : 0;
    var moving = document.querySelector("[data-moving]");
    if (live.gone) {
      window.turnupLine(line, "share-live", "lost", main.dataset.gone);
    } else if (live.lost()) {
      window.turnupLine(line, "share-live", "lost", main.dataset.lost.replace("{s}", quiet));
    } else if (moving && old > 15) {
      window.turnupLine(line, "share-live", "stale", main.dataset.stale.replace("{s}", old));
    } else {
      window.turnupLine(line, "share-live", "on", main.dataset.live);
    }
  }
  say();
  setInterval(say, 1000);
})();
