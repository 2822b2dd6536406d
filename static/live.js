// One live page: a stream that reconnects by itself and resumes by trail number, and polling where
// streams are blocked. It knows whether it hears the server, and for how long it heard nothing.
// turnupLive(address, number, {event: function (data)}) → {quiet(): seconds, lost(): boolean, gone: boolean,
// out: boolean, once the answer is the page to sign in, close(): nothing more is heard}
window.turnupLive = function (address, number, handlers) {
  "use strict";
  // The server says something every 5 s at least: longer silence is a line that is dead unannounced.
  var SILENCE_S = 12, PATIENCE_S = 20, POLL_MS = 4000, RETRY_MS = 2000, KINDS = ["hello", "seen", "beat", "gone"];
  var HIDDEN_MS = 10000, RARELY_MS = 15000;
  var lastSeen = Date.now();
  var opened = lastSeen;
  var heard = false;
  var down = false;
  var state = {
    gone: false,
    out: false,
    quiet: function () { return (Date.now() - lastSeen) / 1000; },
    lost: function () { return state.gone || down || state.quiet() > SILENCE_S; },
    close: function () { state.gone = true; handlers = {}; if (current) { current.close(); } }
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
    fetch(address + (address.indexOf("?") < 0 ? "?" : "&") + "once=1&after=" + number, { cache: "no-store" })
      .then(function (answer) {
        if (answer.status === 401 || (answer.redirected && answer.headers.get("Content-Type").indexOf("text/html") === 0)) {
          state.out = true;
          take("gone");
          return "";
        }
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
    var source = new EventSource(address + (address.indexOf("?") < 0 ? "?" : "&") + "after=" + number);
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

  var current = null, began = Date.now(), resting = false, soon = null;
  listen();

  // Over HTTP/1.1 a browser has six connections to a place, for all of its tabs together: a tab that
  // nobody sees leaves its own to the others and asks now and then, until it is looked at again.
  function rest() {
    if (state.gone || !current) { return; }
    current.close();
    current = null;
    resting = true;
    (function rarely() {
      ask(function () { if (resting) { soon = setTimeout(rarely, RARELY_MS); } });
    })();
  }

  function wake() {
    clearTimeout(soon);
    if (!resting || state.gone) { return; }
    resting = heard = false;
    began = Date.now();
    listen();
  }

  if (document.hidden) { soon = setTimeout(rest, HIDDEN_MS); }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { soon = setTimeout(rest, HIDDEN_MS); } else { wake(); }
  });

  // A stream that never said a word in all that time is held back on the way: ask instead. One that
  // fell silent may be a dead line that nobody told the browser of: open another.
  var watch = setInterval(function () {
    if (state.gone) { clearInterval(watch); return; }
    if (resting) { return; }
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

// Whoever reads slowly may stop a page from moving; the newest of each kind waits. `words` are the
// data of an element (pause, resume); unless(name, show) → the handler that waits meanwhile.
window.turnupPause = function (button, words, then) {
  "use strict";
  var waiting = {}, pause = {
    on: false,
    unless: function (name, show) {
      return function (data) {
        if (pause.on) { waiting[name] = function () { show(data); }; } else { show(data); }
      };
    }
  };
  button.hidden = false;
  button.addEventListener("click", function () {
    pause.on = !pause.on;
    button.textContent = pause.on ? words.resume : words.pause;
    Object.keys(waiting).forEach(function (name) { if (!pause.on) { waiting[name](); } });
    waiting = {};
    then();
  });
  return pause;
};

// Load the page anew without losing what somebody has half written on it.
(function () {
  "use strict";
  var KEY = "half-written", leaving = false;

  function fields() {
    var count = {};
    return Array.prototype.map.call(document.querySelectorAll("form textarea, form input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file]):not([type=password])"), function (field) {
      var name = location.pathname + " " + field.form.getAttribute("action") + " " + field.name;
      count[name] = (count[name] || 0) + 1;
      return { name: name + " " + count[name], element: field };
    });
  }

  // Once: a stream that asks for it again before the page has come would begin it anew, for ever.
  window.addEventListener("pageshow", function () { leaving = false; });
  window.turnupReload = function () {
    if (leaving) { return; }
    var typed = fields().filter(function (field) { return field.element.value !== field.element.defaultValue; });
    try {
      sessionStorage.setItem(KEY, JSON.stringify(typed.map(function (field) {
        return { name: field.name, value: field.element.value, here: field.element === document.activeElement };
      })));
    } catch (full) {
      if (typed.length) { return; } // nothing is kept for us: better an old page than lost words
    }
    leaving = true;
    location.reload();
  };

  document.addEventListener("DOMContentLoaded", function () {
    var kept = [];
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY) || "[]");
      sessionStorage.removeItem(KEY);
    } catch (none) { return; }
    fields().forEach(function (field) {
      var found = kept.find(function (one) { return one.name === field.name; });
      if (!found) { return; }
      field.element.value = found.value;
      for (var box = field.element.closest("details"); box; box = box.parentElement.closest("details")) { box.open = true; }
      if (found.here) { field.element.focus(); }
    });
  });
})();
