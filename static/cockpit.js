// The cockpit: figures and charts from the conductor's ticks; the page looks again when the trail moves.
(function () {
  "use strict";
  var line = document.getElementById("live");
  var ticks = [];
  var marks = [];
  var loaded = false;
  var chart = null;
  var proof = null;
  var paths = {};
  var tickAt = null;
  var drivenSince = null;
  var KEPT = 1800, WAITS_S = 10;

  function set(name, value) {
    document.querySelectorAll('[data-figure="' + name + '"]').forEach(function (element) {
      element.textContent = value;
    });
  }

  var ratio = window.turnupFlip.ratio;

  function shown(value, unit) {
    return value === null || value === undefined ? "–"
      : value.toLocaleString(undefined, { maximumFractionDigits: 2 }) + (unit || "");
  }

  function arm(name, counts) {
    set(name + ".rate", counts && counts.seconds ? shown(Math.round(counts.requests / counts.seconds)) : "–");
    set(name + ".errors", shown(ratio(counts, "errors"), " %"));
    var names = document.getElementById("figures");
    set(name + ".arose", !counts || !counts.errors || !names ? "" : ["edge", "unreachable", "origin"].filter(function (kind) {
      return counts[kind];
    }).map(function (kind) { return names.dataset[kind] + " " + Math.round(counts[kind]); }).join(" "));
    set(name + ".slow", shown(ratio(counts, "slow"), " %"));
    set(name + ".misses", shown(ratio(counts, "misses"), " %"));
    var sent = counts && counts.seconds && counts.bytes !== undefined ? counts.bytes : null;
    set(name + ".mbit", sent === null ? "–" : (sent / counts.seconds / 125000).toFixed(1));
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
      set("step." + step + ".measured", held.all ? (100 * held.moved / held.all).toFixed(1) + " %" : "–");
      set("step." + step + ".counts", shown(held.moved) + " / " + shown(held.all - held.moved));
    });
  }

  function signals(list) {
    (list || []).forEach(function (signal) {
      var bar = document.querySelector('[data-evidence="' + signal.signal + '"]');
      if (bar) { bar.value = Math.max(0, Math.min(1, signal.evidence || 0)); }
      set("verdict." + signal.signal, signal.verdict || "");
      set("sentence." + signal.signal, signal.sentence || "");
      set("onset." + signal.signal, signal.onset ? new Date(signal.onset * 1000).toISOString().slice(11, 19) + " UTC" : "–");
    });
  }

  function draw() {
    var place = document.getElementById("chart"), beside = document.getElementById("evidence-chart");
    if (!place || !window.uPlot || ticks.length < 2) { return; }
    chart = window.turnupFlip.arms(chart, place, ticks, marks);
    document.querySelectorAll("[data-quantity]").forEach(function (one) {
      paths[one.dataset.quantity] = window.turnupFlip.quantity(paths[one.dataset.quantity], one, ticks, marks);
    });
    if (beside) { proof = window.turnupFlip.evidence(proof, beside, ticks, marks); }
  }

  // What was before this page: the conductor keeps moments of every run.
  function before() {
    fetch(line.dataset.moments + (loaded ? "?ticks=0" : ""), { headers: { Accept: "application/json" } }).then(function (answer) {
      return answer.ok ? answer.json() : { ticks: [], marks: [] };
    }).then(function (found) {
      var first = ticks.length ? Date.parse(ticks[0].at) : Infinity;
      ticks = found.ticks.filter(function (t) { return Date.parse(t.at) < first; }).concat(ticks);
      marks = found.marks;
      loaded = true;
      draw();
    }).catch(function () { /* the chart begins with what comes now; the next change asks again */ });
  }

  function tick(data) {
    var figures = JSON.parse(data);
    if (ticks.length && ticks[ticks.length - 1].at === figures.at) { return; } // asked for again
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

  var pause = window.turnupPause(document.getElementById("pause"), line.dataset, function () { say(); });
  var live = window.turnupLive(line.dataset.events, line.dataset.number, {
    tick: pause.unless("tick", tick),
    changed: pause.unless("changed", function () { window.htmx.trigger(document.body, "changed"); before(); })
  });
  document.addEventListener("htmx:afterSettle", draw);
  window.addEventListener("resize", function () {
    var place = document.getElementById("chart");
    if (chart && place) { chart.setSize({ width: place.clientWidth, height: 220 }); }
    if (proof && place) { proof.setSize({ width: place.clientWidth, height: 170 }); }
    Object.keys(paths).forEach(function (name) { paths[name].setSize({ width: paths[name].root.parentNode.clientWidth, height: 150 }); });
  });

  function say() {
    var quiet = Math.round(live.quiet());
    var driven = document.querySelector("[data-driven]");
    // until the first figures come it counts from when this page knew that somebody must send them
    if (!driven) { drivenSince = tickAt = null; } else { drivenSince = drivenSince || Date.now(); }
    var old = driven ? Math.round((Date.now() - (tickAt || drivenSince)) / 1000) : 0;
    document.getElementById("sign-in").hidden = !live.out;
    if (live.out) {
      window.turnupLine(line, "cockpit-live", "lost", line.dataset.out);
    } else if (live.lost()) {
      window.turnupLine(line, "cockpit-live", "lost", line.dataset.lost.replace("{s}", quiet));
    } else if (pause.on) {
      window.turnupLine(line, "cockpit-live", "stale", line.dataset.paused);
    } else if (old > WAITS_S) {
      window.turnupLine(line, "cockpit-live", "stale", line.dataset[tickAt ? "stale" : "none"].replace("{s}", old));
    } else {
      window.turnupLine(line, "cockpit-live", "on", line.dataset.live);
    }
  }
  function countDown() {
    document.querySelectorAll("[data-until]").forEach(function (element) {
      var left = Math.round((Date.parse(element.dataset.until) - Date.now()) / 1000);
      element.textContent = line.dataset.in.replace("{s}", Math.max(0, left));
    });
  }

  before();
  setInterval(say, 1000);
  setInterval(countDown, 1000);
})();
