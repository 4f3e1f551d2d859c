"""A look at a page of staff: how a browser comes there, which page it is, and whether keys alone are enough."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.browser.states import unfold

FARTHEST_TABS = 250


@dataclass(frozen=True)
class Look:
    """A state of a page."""

    path: str = ""
    """Its address, with names of things in braces; all that is folded is opened there."""
    act: Callable[[Page], None] | None = None
    """What is done then, or without a path how one comes there."""
    shows: str = ""
    """The endpoint where that leads, if the path does not tell it."""

    def open(self, page: Page, names: Mapping[str, str]) -> None:
        """Come there."""
        if self.path:
            page.goto(self.path.format_map(names))
            unfold(page)
        if self.act:
            self.act(page)

    def endpoint(self, app: Flask) -> str:
        """The page that it shows; empty for the answer to a form."""
        return self.shows or endpoint_of(app, re.sub("{[^}]*}", "1", self.path))


def endpoint_of(app: Flask, address: str) -> str:
    """The endpoint that is read at an address; empty for none."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")
    except HTTPException:
        return ""
    return str(endpoint)


def unsaid(page: Page) -> list[str]:
    """A summary of what was wrong that has not the focus."""
    return list(page.evaluate(UNSAID))


UNSAID = """() => {
  const summary = document.querySelector("main .summary[tabindex]");
  return summary && document.activeElement !== summary ? [summary.outerHTML.slice(0, 120)] : [];
}"""


def lost_keys(page: Page) -> list[str]:
    """What keys alone cannot reach, or where it does not show that they have."""
    page.keyboard.press("Tab")  # from here on the browser shows where the focus is
    return list(page.evaluate(LOST_KEYS))


LOST_KEYS = """() => {
  const lost = [], told = one => one.outerHTML.slice(0, 120);
  const sticky = [...document.querySelectorAll("header, nav, .hold")].filter(
    one => ["sticky", "fixed"].includes(getComputedStyle(one).position));
  for (const one of document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")) {
    if (one.disabled || one.type === "hidden" || !one.checkVisibility()) continue;
    if (one.tabIndex !== 0) {
      if (!one.matches("button.vh[aria-hidden=true]")) lost.push("no key reaches " + told(one));
      continue;
    }
    one.focus();
    const seen = [one, one.closest("label")].filter(Boolean);
    if (seen.every(each => getComputedStyle(each).outlineStyle === "none")) lost.push("no ring around " + told(one));
    const box = one.getBoundingClientRect();
    const covered = sticky.some(each => {
      const above = each.getBoundingClientRect();
      return !each.contains(one) && above.width && box.bottom <= above.bottom && box.top >= above.top;
    });
    if (covered || box.bottom <= 0 || box.top >= innerHeight) lost.push("out of sight with the focus: " + told(one));
  }
  return lost;
}"""
"""Each control in turn; nothing is pressed."""


def undone_by_keys(page: Page) -> list[str]:
    """The way of a keyboard from the top of the page to what it is for, by real keys: skip, Tab, Enter.

    What Enter sets off is noted and kept from happening, so that nothing is written.
    """
    wanted = page.evaluate(PREPARE)
    if not wanted:
        return []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _step in range(page.evaluate(TABS_BEFORE)):
        page.keyboard.press("Tab")
    for _step in range(FARTHEST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === window.mainAction"):
            page.keyboard.press("Enter")
            return [] if page.evaluate("window.wasDone") else [f"Enter does nothing on {wanted}"]
    return [f"Tab does not come to {wanted}"]


TABS_BEFORE = """() => {
  const each = [...document.querySelectorAll("main :is(a[href], button, input:not([type=radio]), select, textarea)")];
  const before = each.filter(one => one.checkVisibility() && !one.disabled && one.tabIndex === 0
    && one.compareDocumentPosition(window.mainAction) & Node.DOCUMENT_POSITION_FOLLOWING);
  return Math.max(0, before.length - 1);
}"""
"""How often Tab is pressed at least before it comes there: nobody need look after each of these."""

PREPARE = """() => {
  const shown = one => one.checkVisibility() && !one.disabled && one.tabIndex === 0;
  const among = selector => [...document.querySelectorAll(selector)].find(shown);
  window.mainAction = among("main button.btn:not(.alt, .bad)") || among("main a.btn:not(.alt)")
    || among("main button:not(.vh)") || among("main a[href]");
  window.wasDone = false;
  if (!window.mainAction) return "";
  for (const kind of ["submit", "click", "invalid"]) document.addEventListener(kind, event => {
    if (kind === "click" && event.target.closest("button")) return;
    if (event.target.closest(".skip")) return;
    window.wasDone = true;
    event.preventDefault();
  }, true);
  const skip = document.querySelector(".skip");
  document.activeElement.blur();
  const top = document.createElement("span");
  top.tabIndex = -1;
  skip.before(top);
  top.focus();
  return window.mainAction.outerHTML.slice(0, 120);
}"""
"""The first button that is no second choice, else the first link; the focus is put before everything."""
