"""A journey in one of the six languages: its hands, and what must be right of each of its pages."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.mofile import read_mo
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from booking import clock
from booking.i18n import LOCALES, direction
from tests.browser.conftest import PATIENCE_MS, Complaints
from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.house import House
from tests.browser.test_looks import ALL_RULES, BUT_COLOUR, carry_axe, findings
from tests.browser.words import FOLDER, words
from tests.builders import NOW

__all__ = ["BY_KEYS", "LOCALES", "WITHOUT_SCRIPTS", "Reader", "left_in_english", "reading", "site"]

BY_KEYS = ("ar", "en")
WITHOUT_SCRIPTS = ("fr",)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
_FEWEST_LETTERS = 4

_SAID = """() => {
  const said = [["title", document.documentElement.lang, document.title.split(" · ")[0]]];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const one = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (one.closest("script, style, [translate=no]")) continue;
    const lang = one.closest("[lang]").lang;
    if (node === one) {
      for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        if (one.hasAttribute(name)) said.push([`${one.localName} ${name}`, lang, one.getAttribute(name)]);
      }
    } else said.push([one.localName, lang, node.textContent]);
  }
  return said.filter(([, , text]) => text.trim());
}"""
"""What a page says, read or heard: where, in which language by its own account, and the text."""


@cache
def _english(locale: str) -> tuple[frozenset[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    """English texts that are others in the locale: whole ones; and for those with values the longest piece and all."""
    with (FOLDER / locale / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        catalogue = read_mo(file)
    said, known = set(), set()
    for message in catalogue:
        said |= set(_forms(message.id)) - {""}
        known |= set(_forms(message.string))
    plain = frozenset(" ".join(text.split()) for text in said - known if not _PLACEHOLDER.search(text))
    filled = []
    for text in said - known:
        pieces = _PLACEHOLDER.split(" ".join(text.split()))
        longest = max(pieces, key=len)
        if len(pieces) > 1 and len(re.findall("[A-Za-z]", longest)) >= _FEWEST_LETTERS:
            filled.append((longest, re.compile(".+".join(map(re.escape, pieces)))))
    return plain, tuple(filled)


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


@cache
def is_english(locale: str, text: str) -> bool:
    """Whether the text is one of ours that has a translation, and is not translated."""
    if locale == "en":
        return False
    plain, filled = _english(locale)
    return text in plain or any(piece in text and pattern.fullmatch(text) for piece, pattern in filled)


def left_in_english(page: Page, locale: str) -> list[str]:
    """Texts of the page that ought to be in its language and are in English."""
    said = [(where, " ".join(text.split())) for where, lang, text in page.evaluate(_SAID) if lang == locale]
    return [f"{where}: {text}" for where, text in said if is_english(locale, text)]


class Speaking:
    """Hands that are told English names, and find what bears them in the language of the page."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self.page = hands.page

    def write(self, label: str, text: str) -> None:
        """Put a text in place of what a field holds."""
        self._hands.write(words(self.page, label), text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list by its text in the page's language."""
        self._hands.choose(words(self.page, label), option)

    def tick(self, label: str) -> None:
        """Tick a box or a round button."""
        self._hands.tick(words(self.page, label))

    def press(self, name: str, kind: str = "button", below: str = "") -> None:
        """Press a button or follow a link; a name that is no text of ours is the page's own."""
        self._hands.press(words(self.page, name), kind, below)

    def unfold(self, summary: str) -> None:
        """Open what is folded below a summary."""
        self._hands.unfold(words(self.page, summary))


class Reader:
    """Somebody who reads one language: by keys alone in two of them, without scripts in another."""

    def __init__(self, locale: str, context: BrowserContext, glass: Page | None = None) -> None:
        self.locale = locale
        self.has_scripts = glass is None
        self.page = context.new_page()
        self._glass = glass
        self.hands = Speaking(Keyboard(self.page) if locale in BY_KEYS else Pointer(self.page))

    def arrive(self, path: str) -> None:
        """Open the first page of a journey, in the language."""
        self.page.goto(f"{path}{'&' if '?' in path else '?'}lang={self.locale}")

    def hears(self, role: Literal["heading", "status"], text: str) -> None:
        """A heading or a status says an English text in the language."""
        found = self.page.get_by_role(role).filter(has_text=words(self.page, text))
        expect(found.first).to_be_visible()

    def looks(self) -> None:
        """The page has its language and direction, nothing of it is left in English, and axe finds nothing."""
        root = self.page.locator("html")
        expect(root).to_have_attribute("lang", self.locale)
        expect(root).to_have_attribute("dir", direction(self.locale))
        rules = ALL_RULES if self.locale == "en" else BUT_COLOUR
        seen = self._under_glass() if self._glass else self.page
        told = {"English": left_in_english(seen, self.locale), "axe": findings(seen, rules)}
        assert told == {"English": [], "axe": []}, (self.page.url, told)

    def _under_glass(self) -> Page:
        """The same page where axe can run; the scripts of the page stay away from it as well."""
        glass, content = self._glass, self.page.content()
        assert glass
        glass.route("**/*", lambda one: _shown(one, content))
        glass.goto(self.page.url)
        glass.unroute_all()
        return glass


def _shown(route: Route, content: str) -> None:
    kind = route.request.resource_type
    if kind == "document":
        route.fulfill(body=content, content_type="text/html; charset=utf-8")
    elif kind == "script":
        route.abort()
    else:
        route.continue_()


@contextmanager
def site(furnished: Path, folder: Path, fill: Callable[[], None] | None = None) -> Iterator[House]:
    """A furnished site on the morning of NOW, with more in it."""
    database = Path(shutil.copy(furnished, folder / "booking.db"))
    with clock.frozen(NOW), House(database, folder) as house:
        if fill:
            house.inside(fill)
        yield house


@contextmanager
def reading(chromium: Browser, house: House, locale: str, zone: str) -> Iterator[Reader]:
    """A reader with a browser of its own; at the end it must not have complained."""
    heard = Complaints()
    scripts = locale not in WITHOUT_SCRIPTS
    context = chromium.new_context(
        base_url=house.url, locale="en-GB", timezone_id=zone, java_script_enabled=scripts, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    heard.hear(context)
    carry_axe(context)
    glass = None if scripts else chromium.new_page(base_url=house.url, reduced_motion="reduce")
    if glass:
        carry_axe(glass.context)
    yield Reader(locale, context, glass)
    if glass:
        glass.context.close()
    context.close()
    assert heard == []
