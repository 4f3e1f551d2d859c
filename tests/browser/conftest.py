"""A real Chromium, and the site that it opens."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from booking import clock
from tests.browser import world
from tests.browser.house import House
from tests.builders import NOW
from tests.conftest import missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 60_000
HANGS_S = 120
"""How long a test of a page takes at most. A browser that hangs is asked once more, and the summary tells of it; a page
that is wrong is wrong: no other failure is tried again."""

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(HANGS_S))
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[r"Timeout \(>", "Inconclusive"]), append=False)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all; each test has a context of its own."""
    named = [os.environ.get("CHROMIUM", ""), *(shutil.which(name) or "" for name in NAMES)]
    program = next((name for name in named if name), "")
    if not program:
        missing("no Chromium: install it, or say where it is by CHROMIUM")
    as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *as_root])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the four stations of `world`; each house has a copy."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("furnished") / "world.db"))
    house = House(path, path.parent)
    with clock.frozen(NOW), house:
        house.inside(world.fill)
    return path


@pytest.fixture
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def house(furnished: Path, tmp_path: Path, _now: None) -> Iterator[House]:
    """The site of this test, on the morning of NOW."""
    database = Path(shutil.copy(furnished, tmp_path / "booking.db"))
    with House(database, tmp_path) as served:
        yield served


class Complaints(list[str]):
    """What browsers said against the pages: errors on the console, among them each breach of the policy."""

    def hear(self, context: BrowserContext) -> None:
        """Listen to every page of the context; an answer that is no success is none of them, tests ask for some."""
        context.on("console", lambda said: self._note(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: self.append(str(error.error)))

    def _note(self, text: str) -> None:
        if not text.startswith("Failed to load resource: the server responded with a status of 4"):
            self.append(text)


@pytest.fixture
def visit(chromium: Browser, house: House) -> Iterator[Visit]:
    """Opens a page of a visitor of its own; its values are those of a browser context: `timezone_id`, `locale`, ...

    At the end no browser must have complained.
    """
    heard = Complaints()
    with ExitStack() as stack:

        def open_page(**values: Any) -> Page:  # noqa: ANN401  what Playwright's new_context takes
            asked = {"locale": "en-GB", "timezone_id": "Asia/Seoul", "base_url": house.url, **values}
            context = chromium.new_context(**asked)
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            heard.hear(context)
            return context.new_page()

        yield open_page
    assert heard == []
