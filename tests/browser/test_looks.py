"""How every page stands in every state: for axe, on a phone, enlarged, in the dark, and from right to left."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from booking import clock
from tests.browser.conftest import PATIENCE_MS, Complaints
from tests.browser.house import House
from tests.browser.states import STATES
from tests.builders import NOW

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
STATIC = Path(__file__).parents[2] / "static"
MOST_BYTES = 100_000
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]+\s(?:style|on[a-z]+)=|javascript:", re.IGNORECASE)
ALL_RULES = {"rules": {"target-size": {"enabled": True}}}
BUT_COLOUR = {"rules": {"color-contrast": {"enabled": False}}}
"""Colours and sizes know no language: they are judged in English."""
OF_LOOKS = {"runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]}
QUICKLY = {"resultTypes": ["violations"], "preload": False}
"""Nothing is reported of what is right, and style sheets are not fetched again, which none of the rules needs."""
PHONE, DESK = (375, 812), (1280, 800)
ENLARGED = (320, 200)  # a window of 1280 by 800 at 400 %, and as wide as the smallest phone


@pytest.fixture(scope="module", params=["en", "ar"])
def locale(request: pytest.FixtureRequest) -> str:
    """A language from left to right, and one from right to left."""
    return str(request.param)


@pytest.fixture(scope="module")
def gallery(furnished: Path, tmp_path_factory: pytest.TempPathFactory, locale: str) -> Iterator[House]:
    """One site for all pages of a language."""
    folder = tmp_path_factory.mktemp(f"gallery-{locale}")
    database = Path(shutil.copy(furnished, folder / "booking.db"))
    with clock.frozen(NOW), House(database, folder) as house:
        yield house


@dataclass
class Visitor:
    """A reader of one language: the page that is open, the documents that came, what the browser said against them."""

    page: Page
    documents: list[Response] = field(default_factory=list)
    heard: Complaints = field(default_factory=Complaints)

    def note(self, response: Response) -> None:
        """Keep what is a page of its own."""
        if response.request.resource_type == "document":
            self.documents.append(response)

    def source(self) -> str:
        """The page that is open, as it was sent."""
        return self.documents[-1].body().decode()


@pytest.fixture(scope="module")
def visitor(chromium: Browser, gallery: House, locale: str) -> Iterator[Visitor]:
    """Somebody who has chosen the language."""
    context = chromium.new_context(
        base_url=gallery.url, locale="en-GB", timezone_id="Asia/Seoul", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    carry_axe(context)
    reader = Visitor(context.new_page())
    reader.heard.hear(context)
    reader.page.on("response", reader.note)
    reader.page.goto(f"/?lang={locale}&time_zone=Asia/Seoul")
    assert reader.page.locator("html").get_attribute("lang") == locale
    yield reader
    context.close()


def weight(source: str) -> int:
    """Bytes of the page and of all that it loads, when nothing has been loaded before."""
    loaded: set[str] = set(re.findall(r'(?:src|href)="/static/([^"?]+)', source))
    assert {"css/site.css", "js/site.js"} <= loaded
    return len(source.encode()) + sum((STATIC / name).stat().st_size for name in loaded)


def carry_axe(context: BrowserContext) -> None:
    """Every page of the context has axe from its start: sent anew to each, it takes longer than to look."""
    context.add_init_script(AXE)


LOOK = "async options => window.axe ? (await axe.run(document, options)).violations : null"


def findings(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds: rule and places."""
    asked = {**QUICKLY, **options}
    found = page.evaluate(LOOK, asked)
    if found is None:
        page.evaluate(AXE)
        found = page.evaluate(LOOK, asked)
    return [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found]


def wider_than_the_window(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return list(page.evaluate(TOO_WIDE))


TOO_WIDE = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const out = [...document.querySelectorAll("body *")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > edge + 1 || box.left < -1) && getComputedStyle(one).position !== "absolute";
  });
  return ["scrolls", ...out.slice(-3).map(one => one.outerHTML.slice(0, 120))];
}"""


@pytest.mark.parametrize("name", STATES)
def test_everybody_can_use_it(visitor: Visitor, gallery: House, locale: str, name: str) -> None:
    page = visitor.page
    visitor.heard.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    STATES[name](page, gallery)
    told: dict[str, list[str]] = {"desk": findings(page, ALL_RULES if locale == "en" else BUT_COLOUR)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    told["phone"] = wider_than_the_window(page)
    if locale == "en":  # colours and sizes know no direction
        page.emulate_media(color_scheme="dark")
        told["phone in the dark"] = findings(page, OF_LOOKS)
    page.set_viewport_size({"width": ENLARGED[0], "height": ENLARGED[1]})
    told["enlarged"] = wider_than_the_window(page)
    assert {look: found for look, found in told.items() if found} == {}
    assert visitor.heard == []
    assert INLINE.findall(visitor.source()) == []
    assert weight(visitor.source()) < MOST_BYTES
