"""The pictures of README.md and docs/: the demonstration as Chromium shows it. Run by `make pictures`.

Serves a new demonstration on a free port of 127.0.0.1, looks at the pages of `PICTURES`, and stops it. What they show
moves with the day on which they are made.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "images"
DESK, TALL, PHONE = (1280, 900), (1280, 1500), (375, 760)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COLOURS = 128
"""Enough for flat pages; a picture is then a third of its size."""


@dataclass(frozen=True)
class Picture:
    """A page to show: its file's name, who looks, the links and buttons on the way, and the screen in CSS pixels."""

    name: str
    role: str
    address: str
    presses: tuple[str, ...] = ()
    size: tuple[int, int] = DESK
    whole: bool = False


PICTURES = (
    Picture("find", "", "/?language=fr&size=28&youngest_age=12"),
    Picture("find-arabic", "", "/?lang=ar&language=fr&size=28&youngest_age=12", size=PHONE),
    Picture("offerings", "", "/offerings"),
    Picture("request", "", "/request"),
    Picture("guide-today", "guide", "/guide/", size=PHONE),
    Picture("guide-week", "guide", "/guide/week"),
    Picture("guide-offers", "guide", "/guide/offers", size=PHONE),
    Picture("guide-hours", "guide", "/guide/availability", size=PHONE),
    Picture("desk-board", "coordinator", "/desk/", size=TALL),
    Picture("desk-requests", "coordinator", "/desk/requests"),
    Picture("desk-closure", "coordinator", "/desk/closures/new"),
    Picture("desk-roster", "coordinator", "/desk/roster"),
    Picture("desk-attendance", "coordinator", "/desk/attendance"),
    Picture("desk-report", "coordinator", "/desk/reports", size=TALL),
    Picture("desk-export", "coordinator", "/desk/reports/export"),
    Picture("desk-translations", "coordinator", "/desk/catalogue/translations"),
)


def main() -> None:
    """Make every picture, or those that are named."""
    wanted = set(sys.argv[1:]) or {picture.name for picture in PICTURES}
    FOLDER.mkdir(exist_ok=True)
    with served() as lines, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        start = next(line.rpartition(" ")[2] for line in lines if line.startswith("Find a time: ")).rstrip("/")
        seen: dict[str, BrowserContext] = {}
        for picture in PICTURES:
            if picture.name in wanted:
                if picture.role not in seen:
                    seen[picture.role] = _signed_in(browser, picture.role, lines)
                _take(seen[picture.role].new_page(), start, picture)
        browser.close()


@contextmanager
def served() -> Iterator[list[str]]:
    """The site with demonstration data in a folder of its own; what it said until it was ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "booking.cli", "run", "--demo", "--port", str(port)]
        environment = {**os.environ, "BOOKING_INSTANCE_DIR": folder}
        site = subprocess.Popen(  # noqa: S603  this project's own command
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            yield _until_ready(site)
        finally:
            site.terminate()
            site.wait(30)


def _until_ready(site: "subprocess.Popen[str]") -> list[str]:
    lines: list[str] = []
    for line in site.stdout or ():
        lines.append(line.strip())
        if line.startswith("Visits & Events: http"):
            return lines
    raise SystemExit("\n".join([*lines, "The site did not start."]))


def _signed_in(browser: Browser, role: str, lines: list[str]) -> BrowserContext:
    context = browser.new_context(device_scale_factor=1, reduced_motion="reduce")
    if role:
        page = context.new_page()
        link = next(line for line in lines if line.startswith(f"Sign in as {role} "))
        page.goto(re.findall(r"http\S+", link)[0])
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        page.close()
    return context


def _take(page: Page, start: str, picture: Picture) -> None:
    width, height = picture.size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(start + picture.address)
    for name in picture.presses:
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()
        page.wait_for_load_state()
    path = FOLDER / f"{picture.name}.png"
    page.screenshot(path=path, full_page=picture.whole)
    page.close()
    with Image.open(path) as image:
        smaller = image.convert("RGB").quantize(COLOURS)
    smaller.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")  # noqa: T201  a command that tells


def _chromium() -> str:
    found = next((path for name in (os.environ.get("CHROMIUM", ""), *NAMES) if name and (path := which(name))), None)
    if found is None:
        raise SystemExit("No Chromium: install one, or say where it is in CHROMIUM.")
    return found


if __name__ == "__main__":
    main()
