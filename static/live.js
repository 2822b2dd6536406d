// One live page: a stream that reconnects by itself and resumes by trail number, and polling where
// streams are blocked. It knows how long it heard nothing.
// turnupLive(address, number, {event: function (data)}) → {quiet(): seconds, gone: boolean}
window.turnupLive = function (address, number, handlers) {
  "use strict";
  var PATIENCE_S = 20, POLL_MS = 4000, RETRY_MS = 2000, KINDS = ["hello", "seen", "beat", "gone"];
  var lastSeen = Date.now();
  var opened = Date.now();
  var heard = false;
  var state = { gone: false, quiet: function () { return (Date.now() - lastSeen) / 1000; } };

  function take(name, data, id) {
    lastSeen = Date.now();
    if (id) { number = id; }
    if (name === "gone") { state.gone = true; }
    if (handlers[name]) { handlers[name](data); }
  }

  // What a browser's EventSource does, for an answer that has ended.
  function parsed(text) {
    text.split("\n\n").forEach(function (block) {
      var said = { data: [] };
      block.split("\n").forEach(function (line) {
        var at = line.indexOf(": ");
        if (line.slice(0, at) === "data") { said.data.push(line.slice(at + 2)); }
        else if (at > 0) { said[line.slice(0, at)] = line.slice(at + 2); }
      });
      if (said.event) { take(said.event, said.data.join("\n"), said.id); }
    });
  }

  function poll() {
    if (state.gone) { return; }
    fetch(address + "?once=1&after=" + number, { cache: "no-store" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(parsed, function () { /* quiet() tells the page */ })
      .then(function () { setTimeout(poll, POLL_MS); });
  }

  function listen() {
    var source = new EventSource(address + "?after=" + number);
    Object.keys(handlers).concat(KINDS).forEach(function (name, at, all) {
      if (all.indexOf(name) !== at) { return; }
      source.addEventListener(name, function (event) {
        heard = true;
        take(name, event.data, event.lastEventId);
        if (state.gone) { source.close(); }
      });
    });
    source.onerror = function () {
      if (state.gone || source.readyState !== EventSource.CLOSED) { return; }
      setTimeout(listen, RETRY_MS);
    };
    return source;
  }

  var source = listen();
  // A stream that never said a word in all that time is held back on the way: ask instead.
  var watch = setInterval(function () {
    if (heard) { clearInterval(watch); }
    else if (Date.now() - opened > PATIENCE_S * 1000) {
      clearInterval(watch);
      source.close();
      state.gone = false;
      poll();
    }
  }, 1000);
  return state;
};
