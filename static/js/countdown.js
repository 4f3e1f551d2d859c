// A page that waits for a beginning: its countdown, refreshed while it is told in minutes; a quarter of an hour before,
// and at the start, the page is loaded once more. The server wrote it all; without this it is true at its loading.
"use strict";

(function refreshCountdown() {
  const count = document.querySelector("[data-starts-in]");
  if (!count) return;
  const loadedAt = performance.now();
  const startsIn = Number(count.dataset.startsIn);
  const opensIn = Number(count.closest("[data-opens-in]").dataset.opensIn);
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang + "-u-nu-latn");
  const isTyping = () => Boolean(document.activeElement && document.activeElement.closest("form, details[open]"));

  function refresh() {
    const passed = (performance.now() - loadedAt) / 1000;
    const minutes = Math.max(Math.ceil((startsIn - passed) / 60), 1);
    if (startsIn > passed && minutes < 90) count.textContent = words.format(minutes, "minute");
    const isDue = (opensIn && passed >= opensIn) || (startsIn > 0 && passed >= startsIn);
    if (isDue && !isTyping()) location.reload();
  }
  setInterval(refresh, 10000);
})();
