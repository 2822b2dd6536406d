// The board: a card dragged to another stage submits the form its Move link leads to; rows are ticked at once.
(function () {
  "use strict";
  var dragged = "";

  document.addEventListener("dragstart", function (event) {
    var card = event.target.closest && event.target.closest("[data-turnup]");
    dragged = card ? card.dataset.turnup : "";
    if (card) { event.dataTransfer.effectAllowed = "move"; }
  });

  function over(event) {
    return dragged && event.target.closest ? event.target.closest("[data-stage]") : null;
  }

  document.addEventListener("dragover", function (event) {
    var column = over(event);
    document.querySelectorAll(".column-over").forEach(function (one) {
      if (one !== column) { one.classList.remove("column-over"); }
    });
    if (column) { event.preventDefault(); column.classList.add("column-over"); }
  });

  document.addEventListener("dragend", function () {
    dragged = "";
    document.querySelectorAll(".column-over").forEach(function (one) { one.classList.remove("column-over"); });
  });

  document.addEventListener("drop", function (event) {
    var column = over(event);
    var form = document.getElementById("move");
    if (!column || !form) { return; }
    event.preventDefault();
    if (column.querySelector('[data-turnup="' + dragged + '"]')) { return; }
    form.action = "/turnups/" + dragged + "/move";
    form.elements.to.value = column.dataset.stage;
    form.submit();
  });

  function ticks() { return document.querySelectorAll('input[name="turnup"]'); }

  document.addEventListener("change", function (event) {
    if (event.target.id === "tick-all") {
      ticks().forEach(function (one) { one.checked = event.target.checked; });
    }
  });

  // Nothing is looked up anew under somebody who is ticking rows or dragging a card.
  document.addEventListener("htmx:beforeRequest", function (event) {
    var busy = dragged || document.querySelector('input[name="turnup"]:checked');
    if (busy && event.target.id === "board") { event.preventDefault(); }
  });
})();
