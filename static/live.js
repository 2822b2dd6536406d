// One live page: a stream that reconnects by itself and resumes by trail number, and polling where
// streams are blocked. It knows whether it hears the server, and for how long it heard nothing.
// turnupLive(address, number, {event: function (data)}) → {quiet(): seconds, lost(): boolean, gone: boolean}
window.turnupLive = function (address, number, handlers) {
  "use strict";
  // The server says something every 5 s at least: longer silence is a line that is dead unannounced.
  var SILENCE_S = 12, PATIENCE_S = 20, POLL_MS = 4000, RETRY_MS = 2000, KINDS = ["hello", "seen", "beat", "gone"];
  var lastSeen = Date.now();
  var opened = lastSeen;
  var heard = false;
  var down = false;
  var state = {
    gone: false,
    quiet: function () { return (Date.now() - lastSeen) / 1000; },
    lost: function () { return state.gone || down || state.quiet() > SILENCE_S; }
  };

  function take(name, data, id) {
    lastSeen = Date.now();
    down = false;
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

  // Ask once for what came since; `then` is called however that went, unless the page is over.
  function ask(then) {
    fetch(address + "?once=1&after=" + number, { cache: "no-store" })
      .then(function (answer) {
        if (answer.status === 403 || answer.status === 404) { take("gone"); return ""; }
        if (!answer.ok) { throw new Error(answer.status); }
        return answer.text();
      })
      .then(parsed)
      .catch(function () { down = true; })
      .then(function () { if (!state.gone) { then(); } });
  }

  function poll() { ask(function () { setTimeout(poll, POLL_MS); }); }

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
      down = true;  // the browser comes back by itself, save where the answer was no stream
      if (source !== current || state.gone || source.readyState !== EventSource.CLOSED) { return; }
      setTimeout(function () { ask(function () { if (source === current) { listen(); } }); }, RETRY_MS);
    };
    current = source;
    opened = Date.now();
  }

  var current = null, began = Date.now();
  listen();
  // A stream that never said a word in all that time is held back on the way: ask instead. One that
  // fell silent may be a dead line that nobody told the browser of: open another.
  var watch = setInterval(function () {
    if (state.gone) { clearInterval(watch); return; }
    if (!heard && Date.now() - began > PATIENCE_S * 1000) {
      clearInterval(watch);
      current.close();
      current = null;
      poll();
    } else if (heard && state.quiet() > SILENCE_S && Date.now() - opened > SILENCE_S * 1000) {
      current.close();
      listen();
    }
  }, 1000);
  window.addEventListener("offline", function () { down = true; });
  return state;
};

// The line that tells how a live page stands. Its seconds count up for the eye; a reader of the
// screen hears that it is another state, once, and never a tick.
window.turnupLine = function (line, base, state, text) {
  "use strict";
  var aloud = document.getElementById("announce"), before = line.dataset.state;
  line.textContent = text;
  line.className = base + " " + state;
  line.dataset.state = state;
  if (before && before !== state && aloud) { aloud.textContent = text; }
};
