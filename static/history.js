// The history's chart with what is odd in it: gaps, outliers, clock changes; the table has the words.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    var place = document.getElementById("history-chart");
    if (!place || !window.uPlot) { return; }
    var values = JSON.parse(place.dataset.values), marks = JSON.parse(place.dataset.marks);
    var start = Number(place.dataset.start), style = getComputedStyle(document.documentElement);
    function colour(name) { return style.getPropertyValue(name).trim(); }
    var shades = { gap: colour("--quiet"), outlier: colour("--warn"), clock: colour("--calm") };
    function shade(chart) {
      var box = chart.bbox, pen = chart.ctx;
      marks.forEach(function (mark) {
        var left = chart.valToPos(start + mark.first * 3600, "x", true);
        var right = chart.valToPos(start + (mark.first + mark.hours) * 3600, "x", true);
        pen.fillStyle = shades[mark.kind] + "55";
        pen.fillRect(left, box.top, Math.max(2, right - left), box.height);
      });
    }
    var axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line") } };
    var chart = new window.uPlot({
      width: place.clientWidth, height: 220, hooks: { drawClear: [shade] },
      axes: [axis, { stroke: axis.stroke, grid: axis.grid, label: place.dataset.label, size: 70 }],
      series: [{}, { label: place.dataset.label, stroke: colour("--calm"), width: 1 }]
    }, [values.map(function (_, i) { return start + i * 3600; }), values], place);
    window.addEventListener("resize", function () { chart.setSize({ width: place.clientWidth, height: 220 }); });
  });
})();
