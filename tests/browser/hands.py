"""How a visitor works a page: with a pointer, or by the keyboard alone. Both find things by the names they bear."""

import re
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from tests.browser.words import words

FARTHEST_TABS = 200


class Hands(Protocol):
    """Fields and buttons of a page, by label and name."""

    page: Page

    def write(self, label: str, text: str) -> None:
        """Put a text in place of what a field holds."""

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list by its text."""

    def tick(self, label: str) -> None:
        """Tick a box or a round button."""

    def press(self, name: str, kind: str = "button", below: str = "") -> None:
        """Press a button or follow a link, the first of that name, on a list below the heading of a day."""

    def unfold(self, summary: str) -> None:
        """Open what is folded below a summary."""


class Pointer:
    """A mouse or a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def write(self, label: str, text: str) -> None:
        """Put a text in place of what a field holds."""
        _field(self.page, label).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list by its text."""
        _field(self.page, label).select_option(label=option)

    def tick(self, label: str) -> None:
        """Tick a box or a round button."""
        _box(self.page, label).check()

    def press(self, name: str, kind: str = "button", below: str = "") -> None:
        """Press a button or follow a link, the first of that name, on a list below the heading of a day."""
        _named(self.page, name, kind, below).click()

    def unfold(self, summary: str) -> None:
        """Open what is folded below a summary."""
        _summary(self.page, summary).click()


class Keyboard:
    """Keys alone: whatever is used must be reached by Tab, and show that it is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def write(self, label: str, text: str) -> None:
        """Put a text in place of what a field holds."""
        field = _field(self.page, label)
        self._go_to(field)
        if field.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")  # in the order of the browser's own language
        else:
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(text)
        expect(field).to_have_value(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list by typing it, or by arrows where this keyboard has not its letters."""
        field = _field(self.page, label)
        self._go_to(field)
        if option.isascii():
            self.page.keyboard.type(option)
        else:
            self.page.keyboard.press("Home")
            names = [" ".join(name.split()) for name in field.locator("option").all_text_contents()]
            for _step in range(names.index(option)):
                self.page.keyboard.press("ArrowDown")
        expect(field.locator("option:checked")).to_have_text(option)

    def tick(self, label: str) -> None:
        """Tick a box; of round buttons Tab reaches one, and arrows reach the others."""
        box = _box(self.page, label)
        if box.get_attribute("type") == "checkbox":
            self._go_to(box)
            self.page.keyboard.press("Space")
        else:
            self._go_to(self.page.locator(f'[name="{box.get_attribute("name")}"]:checked'), else_first_of=box)
            while not box.is_checked():
                self.page.keyboard.press("ArrowDown")
        expect(box).to_be_checked()

    def press(self, name: str, kind: str = "button", below: str = "") -> None:
        """Press a button or follow a link, the first of that name, on a list below the heading of a day."""
        self._go_to(_named(self.page, name, kind, below))
        self.page.keyboard.press("Enter")

    def unfold(self, summary: str) -> None:
        """Open what is folded below a summary."""
        self._go_to(_summary(self.page, summary))
        self.page.keyboard.press("Enter")

    def _go_to(self, target: Locator, else_first_of: Locator | None = None) -> None:
        """Press Tab until the target has the focus, and see that it shows."""
        if else_first_of is not None and not target.count():
            target = self.page.locator(f'[name="{else_first_of.get_attribute("name")}"]').first
        for _step in range(FARTHEST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(target).to_be_focused()
        assert target.evaluate(SHOWS_FOCUS), "where the focus is cannot be seen"


SHOWS_FOCUS = """one => {
  const seen = [one, one.closest("label")].filter(Boolean);
  const ring = seen.some(each => getComputedStyle(each).outlineStyle !== "none");
  const box = (one.closest("label") || one).getBoundingClientRect();
  const above = document.querySelector(".hold");
  const covered = above && getComputedStyle(above).position === "sticky" && !above.contains(one)
    && box.bottom <= above.getBoundingClientRect().bottom;
  return ring && box.bottom > 0 && box.top < innerHeight && !covered;
}"""
"""There is a ring, inside the window and not below the bar of the held time."""


def _field(page: Page, label: str) -> Locator:
    """The field of that label, whether it may stay empty or not."""
    optional = re.escape(words(page, "(optional)"))
    return page.get_by_label(re.compile(rf"^{re.escape(label)}( {optional})?$"))


def _box(page: Page, label: str) -> Locator:
    """The box whose label begins with these words."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}\b"))


def _named(page: Page, name: str, kind: str, below: str) -> Locator:
    among = page.locator("section.day", has=page.get_by_role("heading", name=below)) if below else page.locator("body")
    return (among.get_by_role("link", name=name) if kind == "link" else among.get_by_role("button", name=name)).first


def _summary(page: Page, text: str) -> Locator:
    return page.locator("summary", has_text=text)
