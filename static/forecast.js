// The forecast's chart: the band from low to high and the expected curve; the table has the figures.
(function () {
  "use strict";
  var chart = null;
  function draw() {
    var place = document.getElementById("forecast-chart");
    if (!place || !window.uPlot || (chart && chart.root.isConnected)) { return; }
    var points = JSON.parse(place.dataset.points || "[]");
    if (!points.length) { return; }
    var style = getComputedStyle(document.documentElement);
    function colour(name) { return style.getPropertyValue(name).trim(); }
    function column(name) { return points.map(function (p) { return p[name]; }); }
    place.textContent = "";
    chart = new window.uPlot({
      width: place.clientWidth, height: 220,
      axes: [{ stroke: colour("--quiet"), grid: { stroke: colour("--line") } },
             { stroke: colour("--quiet"), grid: { stroke: colour("--line") }, label: place.dataset.label, size: 70 }],
      bands: [{ series: [2, 1], fill: colour("--calm") + "33" }],
      series: [{}, { label: "10 %", stroke: "transparent" }, { label: "90 %", stroke: "transparent" },
               { label: place.dataset.label, stroke: colour("--calm"), width: 2 }]
    }, [points.map(function (p) { return Date.parse(p.ds) / 1000; }), column("p10"), column("p90"), column("mean")], place);
  }
  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("htmx:afterSettle", draw);
  window.addEventListener("resize", function () {
    var place = document.getElementById("forecast-chart");
    if (chart && place) { chart.setSize({ width: place.clientWidth, height: 220 }); }
  });
})();
