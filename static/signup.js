// Preselects the browser's own time zone, unless one was chosen before.
(function () {
  "use strict";
  var select = document.getElementById("timezone");
  if (!select || select.value !== "UTC" || !window.Intl) { return; }
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  Array.prototype.forEach.call(select.options, function (option) {
    if (option.value === zone) { select.value = zone; }
  });
})();
