// Charts of a flip: both arms beside the share, and the guard's evidence, with numbered marks.
// `ticks` have the shape of the conductor's live ticks; the cockpit and the report draw the same.
(function () {
  "use strict";
  var FLOOR = 0.00001;
  var SPACE = 95; // pixels between two times, which are up to eleven characters wide

  function ratio(arm, name) {
    return arm && arm.requests && typeof arm[name] === "number" ? 100 * arm[name] / arm.requests : null;
  }

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function lines(marks) {
    return function (chart) {
      var area = chart.bbox;
      chart.ctx.save();
      chart.ctx.strokeStyle = chart.ctx.fillStyle = colour("--warn");
      chart.ctx.setLineDash([3, 3]);
      chart.ctx.font = 11 * devicePixelRatio + "px sans-serif";
      marks.forEach(function (mark, number) {
        var x = chart.valToPos(Date.parse(mark.at) / 1000, "x", true);
        if (x < area.left || x > area.left + area.width) { return; }
        chart.ctx.beginPath();
        chart.ctx.moveTo(x, area.top);
        chart.ctx.lineTo(x, area.top + area.height);
        chart.ctx.stroke();
        if (mark.number !== undefined) { chart.ctx.fillText(String(mark.number), x + 3, area.top + 11 * devicePixelRatio); }
      });
      chart.ctx.restore();
    };
  }

  function utc(chart, found) {
    var days = found.length && found[found.length - 1] - found[0] > 86400;
    return found.map(function (second) {
      if (second % 1) { return ""; } // parts of a second would read like the second before
      var iso = new Date(second * 1000).toISOString();
      return days ? iso.slice(5, 16).replace("T", " ") : iso.slice(11, 19);
    });
  }

  // What a low chart shows stands above it: beside its axis there is no room for the words.
  function fresh(place, height, scales, axes, series, data, marks, title) {
    place.textContent = "";
    var quiet = colour("--quiet"), grid = { stroke: colour("--line") };
    return new window.uPlot({
      title: title, width: place.clientWidth, height: height, scales: scales,
      legend: { live: false },
      axes: [{ stroke: quiet, grid: grid, values: utc, space: SPACE, label: "UTC", labelSize: 18 }].concat(axes.map(function (axis, number) {
        return Object.assign({ stroke: quiet, grid: number ? { show: false } : grid }, axis);
      })),
      series: [{}].concat(series),
      hooks: { draw: [lines(marks)] }
    }, data, place);
  }

  function times(ticks) {
    return ticks.map(function (t) { return Date.parse(t.at) / 1000; });
  }

  function keep(chart, place, marks, data, make) {
    if (chart && chart.root.isConnected && chart.root.parentNode === place) {
      chart.flipMarks.length = 0;
      Array.prototype.push.apply(chart.flipMarks, marks);
      chart.setData(data);
      return chart;
    }
    var own = marks.slice();
    chart = make(own);
    chart.flipMarks = own;
    return chart;
  }

  // Share and errors of both arms. Texts come from the place's data attributes.
  function arms(chart, place, ticks, marks) {
    var data = [
      times(ticks),
      ticks.map(function (t) { return t.share; }),
      ticks.map(function (t) { return ratio(t.moved, "errors"); }),
      ticks.map(function (t) { return ratio(t.control, "errors"); })
    ];
    return keep(chart, place, marks, data, function (own) {
      return fresh(place, 220,
        { y: { range: [0, 100] }, "%": { range: function (u, min, max) { return [0, Math.max(1, max * 1.2 || 1)]; } } },
        [{ label: place.dataset.share }, { scale: "%", side: 1, label: place.dataset.errors }],
        [
          { label: place.dataset.share, stroke: colour("--calm"), width: 2 },
          { label: place.dataset.moved, scale: "%", stroke: colour("--bad"), width: 2, spanGaps: true },
          { label: place.dataset.control, scale: "%", stroke: colour("--quiet"), width: 1, dash: [6, 4], spanGaps: true }
        ], data, own);
    });
  }

  // One figure of both arms: requests a second ("rate"), or the percent of them that are "slow" or "misses".
  function quantity(chart, place, ticks, marks) {
    var name = place.dataset.quantity;
    function of(arm) {
      if (name !== "rate") { return ratio(arm, name); }
      return arm && arm.seconds ? arm.requests / arm.seconds : null;
    }
    var data = [times(ticks), ticks.map(function (t) { return of(t.moved); }), ticks.map(function (t) { return of(t.control); })];
    return keep(chart, place, marks, data, function (own) {
      return fresh(place, 150, { y: { range: function (u, min, max) { return [0, Math.max(1, max * 1.2 || 1)]; } } },
        [{ size: 70 }],
        [
          { label: place.dataset.moved, stroke: colour("--bad"), width: 2, spanGaps: true },
          { label: place.dataset.control, stroke: colour("--quiet"), width: 1, dash: [6, 4], spanGaps: true }
        ], data, own, place.dataset.label);
    });
  }

  var DASHES = [[], [8, 3], [2, 3]];

  // The evidence of each signal, 1 is enough to roll back: on a scale by powers of ten.
  function evidence(chart, place, ticks, marks) {
    var names = [];
    ticks.forEach(function (t) {
      (t.signals || []).forEach(function (s) { if (names.indexOf(s.signal) < 0) { names.push(s.signal); } });
    });
    if (!names.length) { return chart; }
    if (chart && chart.series.length !== names.length + 1) { chart.destroy(); chart = null; }
    var data = [times(ticks)].concat(names.map(function (name) {
      return ticks.map(function (t) {
        var found = (t.signals || []).find(function (s) { return s.signal === name; });
        return found ? Math.min(10, Math.max(FLOOR, found.evidence || 0)) : null;
      });
    }));
    return keep(chart, place, marks, data, function (own) {
      return fresh(place, 170,
        { y: { distr: 3, log: 10, range: [FLOOR, 10] } },
        [{ size: 84, filter: function (u, found) { return found; }, splits: function () { return [FLOOR, 0.001, 1]; }, values: function (u, found) {
          return found.map(function (v) { return v === 1 ? place.dataset.enough : String(v); });
        } }],
        names.map(function (name, number) {
          return { label: name, stroke: colour(["--bad", "--warn", "--calm"][number % 3]), width: 2, dash: DASHES[number % 3] };
        }), data, own, place.dataset.evidence);
    });
  }

  window.turnupFlip = { arms: arms, quantity: quantity, evidence: evidence, ratio: ratio };
})();
