// The report of a flip: its charts, drawn once from what is in the page; on paper always in light.
(function () {
  "use strict";
  var kept = document.getElementById("drawn");  // not there before the first run
  var drawn = kept ? JSON.parse(kept.textContent) : { ticks: [], marks: [] };
  var charts = {};

  function draw() {
    var place = document.getElementById("chart"), beside = document.getElementById("evidence-chart");
    if (!place || !window.uPlot || drawn.ticks.length < 2) { return; }
    Object.keys(charts).forEach(function (name) { if (charts[name]) { charts[name].destroy(); } });
    charts.arms = window.turnupFlip.arms(null, place, drawn.ticks, drawn.marks);
    document.querySelectorAll("[data-quantity]").forEach(function (one) {
      charts[one.dataset.quantity] = window.turnupFlip.quantity(null, one, drawn.ticks, drawn.marks);
    });
    charts.evidence = window.turnupFlip.evidence(null, beside, drawn.ticks, drawn.marks);
  }

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
    draw();
  });
  window.addEventListener("afterprint", draw);
  window.addEventListener("resize", draw);
  document.addEventListener("DOMContentLoaded", draw);
})();
