// The cockpit: figures and charts from the conductor's ticks; the page looks again when the trail moves.
(function () {
  "use strict";
  var line = document.getElementById("live");
  var ticks = [];
  var chart = null;
  var tickAt = null;
  var KEPT = 900;

  function set(name, value) {
    document.querySelectorAll('[data-figure="' + name + '"]').forEach(function (element) {
      element.textContent = value;
    });
  }

  function ratio(arm, name) {
    return arm && arm.requests ? 100 * (arm[name] || 0) / arm.requests : null;
  }

  function shown(value, unit) {
    return value === null || value === undefined ? "–"
      : value.toLocaleString(undefined, { maximumFractionDigits: 2 }) + (unit || "");
  }

  function arm(name, counts) {
    set(name + ".rate", counts && counts.seconds ? shown(Math.round(counts.requests / counts.seconds)) : "–");
    set(name + ".errors", shown(ratio(counts, "errors"), " %"));
    set(name + ".slow", shown(ratio(counts, "slow"), " %"));
    set(name + ".misses", shown(ratio(counts, "misses"), " %"));
  }

  function rate(requests, seconds) {
    return seconds ? shown(Math.round(requests / seconds)) : "–";
  }

  function traffic(figures) {
    var arms = [figures.moved, figures.control].filter(function (one) { return one && one.seconds; });
    set("all.rate", arms.length ? shown(Math.round(arms.reduce(function (sum, one) {
      return sum + one.requests / one.seconds;
    }, 0))) : "–");
    Object.keys(figures.by_step || {}).forEach(function (step) {
      var held = figures.by_step[step];
      set("step." + step + ".all", rate(held.all, held.seconds));
      set("step." + step + ".moved", rate(held.moved, held.seconds));
    });
  }

  function signals(list) {
    (list || []).forEach(function (signal) {
      var bar = document.querySelector('[data-evidence="' + signal.signal + '"]');
      if (bar) { bar.value = Math.max(0, Math.min(1, signal.evidence || 0)); }
      set("verdict." + signal.signal, signal.verdict || "");
    });
  }

  function draw() {
    var place = document.getElementById("chart");
    if (!place || !window.uPlot || ticks.length < 2) { return; }
    var data = [
      ticks.map(function (t) { return Date.parse(t.at) / 1000; }),
      ticks.map(function (t) { return t.share; }),
      ticks.map(function (t) { return ratio(t.moved, "errors"); }),
      ticks.map(function (t) { return ratio(t.control, "errors"); })
    ];
    if (chart && chart.root.isConnected) { chart.setData(data); return; }
    var style = getComputedStyle(document.documentElement);
    function colour(name) { return style.getPropertyValue(name).trim(); }
    place.textContent = "";
    chart = new window.uPlot({
      width: place.clientWidth, height: 220,
      scales: { y: { range: [0, 100] }, "%": { range: function (u, min, max) { return [0, Math.max(1, max * 1.2 || 1)]; } } },
      axes: [
        { stroke: colour("--quiet"), grid: { stroke: colour("--line") } },
        { stroke: colour("--quiet"), grid: { stroke: colour("--line") }, label: place.dataset.share },
        { scale: "%", side: 1, stroke: colour("--quiet"), grid: { show: false }, label: place.dataset.errors }
      ],
      series: [
        {},
        { label: place.dataset.share, stroke: colour("--calm"), width: 2 },
        { label: place.dataset.moved, scale: "%", stroke: colour("--bad"), width: 2 },
        { label: place.dataset.control, scale: "%", stroke: colour("--quiet"), width: 1, dash: [6, 4] }
      ]
    }, data, place);
  }

  function tick(data) {
    var figures = JSON.parse(data);
    tickAt = Date.parse(figures.at) || Date.now();
    ticks.push(figures);
    if (ticks.length > KEPT) { ticks.shift(); }
    set("share", shown(figures.share));
    document.querySelectorAll("[data-bar]").forEach(function (bar) { bar.value = figures.share || 0; });
    set("held", Math.round(figures.held_s || 0));
    set("sentence", figures.sentence || "");
    arm("moved", figures.moved);
    arm("control", figures.control);
    signals(figures.signals);
    traffic(figures);
    draw();
  }

  var live = window.turnupLive(line.dataset.events, line.dataset.number, {
    tick: tick,
    changed: function () { window.htmx.trigger(document.body, "changed"); }
  });
  document.addEventListener("htmx:afterSettle", draw);
  window.addEventListener("resize", function () {
    var place = document.getElementById("chart");
    if (chart && place) { chart.setSize({ width: place.clientWidth, height: 220 }); }
  });

  function say() {
    var quiet = Math.round(live.quiet());
    var old = tickAt ? Math.round((Date.now() - tickAt) / 1000) : 0;
    var driven = document.querySelector("[data-driven]");
    if (quiet > 12) {
      line.textContent = line.dataset.lost.replace("{s}", quiet);
      line.className = "cockpit-live lost";
    } else if (driven && old > 10) {
      line.textContent = line.dataset.stale.replace("{s}", old);
      line.className = "cockpit-live stale";
    } else {
      line.textContent = line.dataset.live;
      line.className = "cockpit-live on";
    }
  }
  setInterval(say, 1000);
})();
