"""What every page's frame needs: addresses of style sheets and scripts, and of the same page in another language."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, g, request, url_for

from booking.i18n import comma, gap
from booking.text import own_path

HASH_LENGTH = 12


@cache
def fingerprints(folder: Path) -> dict[str, str]:
    """The first twelve hexadecimal digits of each file's SHA-256, by its path below the folder."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def language_query(locale: str) -> str:
    """The query that asks for this page in another language, the rest of it kept: "?size=28&lang=fr".

    The page of an error keeps nothing, so that wrong links are one page; a way on that leads off this site is dropped.
    """
    asked = [] if "is_error" in g else request.args.items(multi=True)
    kept = [(name, value) for name, value in asked if name != "lang" and (name != "next" or own_path(value))]
    return "?" + urlencode([*kept, ("lang", locale)])


def init_app(app: Flask) -> None:
    """Give templates `asset_url("css/site.css")`, `language_query("fr")`, the page's `comma()` and its `gap()`.

    The hash in an asset's address is of its bytes at the start of the program, so that browsers may keep it for ever;
    a file that is not there is a KeyError, a mistake in the template.
    """
    hashes = fingerprints(Path(app.static_folder or "static"))

    @app.template_global()
    def asset_url(filename: str) -> str:
        return url_for("static", filename=filename, v=hashes[filename])

    app.add_template_global(language_query)
    app.add_template_global(comma)
    app.add_template_global(gap)
