// Move a tour in the grid, by pointer or by keys: "Move" takes it up, arrows move it, Enter keeps it, Escape puts it
// back. What is kept is sent by the form below the grid; the server decides. Without this, that form does the same.
"use strict";

(function moveTours() {
  const week = document.querySelector(".week");
  const form = document.querySelector("#move-form");
  if (!week || !form) return;
  const say = document.querySelector("#say");
  const columns = [...week.querySelectorAll(".col")];
  const isMirrored = document.documentElement.dir === "rtl";
  const isGrid = () => matchMedia("(min-width:44rem)").matches;
  const first = Number(week.dataset.first) * 60;
  const end = first + Number(week.dataset.hours) * 60;
  let held = null; // {item, column, next, minute, within}

  const clock = (minute) => [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  const minuteOf = (item) => Number(item.dataset.minute);
  const endOf = (item) => minuteOf(item) + Number(item.dataset.minutes);
  const meets = (item) => [...item.parentElement.children].some((other) =>
    other !== item && !other.classList.contains("offered") && minuteOf(other) < endOf(item) && minuteOf(item) < endOf(other));

  function put(item, column, minute) {
    const place = Math.max(0, Math.min(columns.length - 1, column));
    const start = Math.max(first, Math.min(end - Number(item.dataset.minutes), minute));
    const row = Math.floor((start - first) / 15);
    item.classList.replace("r" + item.dataset.r, "r" + row);
    item.dataset.r = row;
    item.dataset.minute = start;
    if (item.parentElement !== columns[place]) {
      const focused = document.activeElement;
      columns[place].append(item);
      if (item.contains(focused)) focused.focus();
    }
    item.querySelector("time").textContent = clock(start);
    item.toggleAttribute("data-clash", meets(item));
    const clash = item.hasAttribute("data-clash") ? ", " + week.dataset.clash : "";
    say.textContent = columns[place].dataset.name + ", " + clock(start) + clash;
  }

  function takeUp(item, within) {
    held = { item, column: columns.indexOf(item.parentElement), next: item.nextSibling, minute: minuteOf(item), within };
    item.setAttribute("data-grab", "");
    if (within === null) say.textContent = week.dataset.grabbed;
  }

  function putBack({ item, column, next, minute }) {
    put(item, column, minute);
    columns[column].insertBefore(item, next);
    const button = item.querySelector(".act");
    if (held && held.within === null) button.focus();
    say.textContent = week.dataset.back;
  }

  function letGo(keep) {
    if (!held) return;
    const { item, column, minute } = held;
    item.removeAttribute("data-grab");
    const moved = item.parentElement !== columns[column] || minuteOf(item) !== minute;
    if (!keep) putBack(held);
    else if (moved) send(item);
    held = null;
  }

  function send(item) {
    say.textContent = week.dataset.sent;
    form.elements.event.value = item.dataset.movable;
    form.elements.version.value = item.dataset.version;
    form.elements.day.value = item.parentElement.dataset.day;
    setTime(clock(minuteOf(item)));
    form.requestSubmit();
  }

  function setTime(text) {
    const select = form.elements.time;
    if (![...select.options].some((option) => option.value === text)) select.add(new Option(text, text));
    select.value = text;
  }

  for (const item of week.querySelectorAll("[data-movable]")) {
    const link = item.querySelector("a.act");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "act";
    button.append(...link.childNodes);
    link.replaceWith(button);
    button.addEventListener("click", (event) => {
      if (held) letGo(true);
      else if (event.detail && !isGrid()) location.assign(link.href); // a tap on a phone: the form
      else takeUp(item, null);
    });
  }

  week.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[data-movable]");
    if (!item || event.button || held || !isGrid() || event.target.closest(".act")) return;
    takeUp(item, event.clientY - item.getBoundingClientRect().top);
    week.setPointerCapture(event.pointerId);
  });
  week.addEventListener("pointermove", (event) => {
    if (!held || held.within === null) return;
    const column = columns.findIndex((one) => {
      const box = one.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX < box.right;
    });
    if (column < 0) return;
    const box = columns[column].getBoundingClientRect();
    const quarters = Math.round(((event.clientY - held.within - box.top) / box.height) * ((end - first) / 15));
    put(held.item, column, first + quarters * 15);
  });
  week.addEventListener("pointerup", () => held && held.within !== null && letGo(true));
  week.addEventListener("pointercancel", () => held && held.within !== null && letGo(false));

  document.addEventListener("keydown", (event) => {
    if (!held) return;
    if (event.key === "Escape") {
      letGo(false);
      return;
    }
    const steps = { ArrowUp: [0, -15], ArrowDown: [0, 15], ArrowLeft: [isMirrored ? 1 : -1, 0], ArrowRight: [isMirrored ? -1 : 1, 0] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    put(held.item, columns.indexOf(held.item.parentElement) + step[0], minuteOf(held.item) + step[1]);
  });
})();
