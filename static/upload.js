// A form marked data-upload is sent with a bar that shows how far it is; without JavaScript it is sent as it is.
(function () {
  "use strict";
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-upload]") || !window.FormData) { return; }
    event.preventDefault();
    var bar = form.querySelector("progress.upload"), said = form.querySelector(".upload-said");
    var button = form.querySelector("button[type=submit]"), request = new XMLHttpRequest();
    bar.hidden = false;
    button.disabled = true;
    request.upload.addEventListener("progress", function (sent) {
      if (!sent.lengthComputable) { return; }
      bar.value = 100 * sent.loaded / sent.total;
      said.textContent = (sent.loaded / 1048576).toFixed(1) + " of " + (sent.total / 1048576).toFixed(1) + " MiB";
    });
    function ended(text) { button.disabled = false; bar.hidden = true; said.textContent = text; }
    request.addEventListener("load", function () {
      if (request.status < 300 && request.responseURL && request.responseURL !== window.location.href) {
        window.location.assign(request.responseURL);
        return;
      }
      var page = new DOMParser().parseFromString(request.responseText, "text/html");
      var problem = page.querySelector("[role=alert]") || page.querySelector("main");
      ended(problem ? problem.textContent.trim() : "It was not taken: " + request.status);
    });
    request.addEventListener("error", function () { ended("The connection broke: send it again"); });
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
})();
