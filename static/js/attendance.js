// The grid of attendance by keyboard: Enter and the arrows go from row to row. Without this, Enter saves.
"use strict";

(function walkTheGrid() {
  const fields = Array.from(document.querySelectorAll(".att .count"));
  const save = document.getElementById("save");
  if (!fields.length) return;

  function go(from, step) {
    const next = fields[fields.indexOf(from) + step];
    if (next) {
      next.focus();
      next.select();
    } else if (step > 0 && save) save.focus();
  }

  for (const field of fields) {
    field.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const steps = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 };
      if (!(event.key in steps)) return;
      event.preventDefault();
      go(field, steps[event.key]);
    });
  }
})();
