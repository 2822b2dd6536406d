// One live stream: reconnects by itself, resumes by trail number, and knows how long it heard nothing.
// turnupLive(address, number, {event: function (data)}) → {quiet(): seconds, gone: boolean}
window.turnupLive = function (address, number, handlers) {
  "use strict";
  var state = { gone: false, quiet: function () { return (Date.now() - lastSeen) / 1000; } };
  var lastSeen = Date.now();

  function listen() {
    var source = new EventSource(address + "?after=" + number);
    function on(name, handle) {
      source.addEventListener(name, function (event) {
        lastSeen = Date.now();
        if (event.lastEventId) { number = event.lastEventId; }
        if (handle) { handle(event.data); }
      });
    }
    ["hello", "seen", "beat"].forEach(function (name) { on(name); });
    Object.keys(handlers).forEach(function (name) { on(name, handlers[name]); });
    on("gone", function () { state.gone = true; source.close(); });
    source.onerror = function () {
      if (source.readyState === EventSource.CLOSED && !state.gone) { setTimeout(listen, 2000); }
    };
  }

  listen();
  return state;
};
