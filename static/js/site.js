// Small comforts; every page works without them.
"use strict";

// A visit without a zone: ask once for times on this browser's clock. The address then has one, so it cannot happen
// twice; the time kept in the session stops it even where something on the way takes the zone out again.
function askForBrowserZone() {
  const marked = document.querySelector("[data-ask-time-zone]");
  const address = new URL(location.href);
  if (!marked || address.searchParams.has("time_zone")) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = marked.querySelector("#time_zone option:checked");
  const justAsked = Date.now() - Number(sessionStorage.getItem("zone-asked")) < 10000;
  if (!zone || (known && known.value === zone) || justAsked) return;
  sessionStorage.setItem("zone-asked", Date.now());
  address.searchParams.set("time_zone", zone);
  location.replace(address);
}

// The held time: the minutes left, refreshed; the last two are said aloud once, and so is the end. Counted from the
// seconds that the server said were left, since the clock of this machine may be wrong.
function countDown() {
  const held = document.querySelector("[data-hold-seconds]");
  if (!held) return;
  const until = Date.now() + 1000 * Number(held.dataset.holdSeconds);
  const shown = held.querySelector("[data-minutes]");
  const words = shown.dataset.minutes.split("|");
  const aloud = held.querySelector("[data-aloud]");
  let said = "";
  function say(what) {
    if (said === what) return;
    said = what;
    aloud.textContent = aloud.dataset[what];
  }
  function refresh() {
    const seconds = Math.round((until - Date.now()) / 1000);
    if (seconds <= 0) {
      held.querySelector("[data-left]").textContent = aloud.dataset.ended;
      say("ended");
      return;
    }
    const minutes = Math.ceil(seconds / 60);
    shown.textContent = words[minutes] || shown.textContent;
    if (seconds <= 120) say("last");
  }
  setInterval(refresh, 5000);
  refresh();
}

// A refusal is where reading goes on.
function focusSummary() {
  const summary = document.querySelector(".summary[tabindex]");
  if (summary) summary.focus();
}

// The menu of staff: Escape and a press elsewhere close it; the browser opens it.
function closeMenus() {
  const menus = document.querySelectorAll("details.more");
  if (!menus.length) return;
  document.addEventListener("keydown", (event) => {
    for (const menu of event.key === "Escape" ? menus : []) {
      if (!menu.open) continue;
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
}

// A page that is meant for paper: its button is there for those whose browser can be asked.
function offerPrinting() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

askForBrowserZone();
countDown();
focusSummary();
closeMenus();
offerPrinting();
