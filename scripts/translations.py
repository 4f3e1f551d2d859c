"""The catalogues of the six languages: `python -m scripts.translations` writes them, `--check` only looks.

Written are `booking/translations/<locale>/LC_MESSAGES/messages.po`, made of what the code and the templates say today
and of the translations that are there, and `messages.mo`, its compiled form. Both depend on nothing else: no date, no
version, no line number, so that the same texts are the same bytes.
"""

import csv
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po

from booking.i18n.locales import COMPLETE_LOCALES, DEFAULT_LOCALE, LOCALES
from scripts.translation_faults import faults_of, is_translated

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "booking" / "translations"
TRANSLATED = tuple(locale for locale in LOCALES if locale != DEFAULT_LOCALE)
"""English is written in the code."""

_KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
_JINJA = {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "silent": "false", "newstyle_gettext": "true"}
_SOURCES: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("booking", ".py", "python", {}),
    ("templates", ".html", "jinja2", _JINJA),
    ("templates", ".txt", "jinja2", _JINJA),
)
_WIDTH = 110
_TOLD = 40
_ARABIC = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_DATED = (b'"POT-Creation-Date:', b'"PO-Revision-Date:')


class Texts(Catalog):
    """A catalogue whose header tells only what a program must know."""

    @property
    def plural_expr(self) -> str:
        """Which form a number takes. Babel's rule for Arabic has the fifth and the sixth the wrong way round."""
        return _ARABIC if str(self.locale) == "ar" else super().plural_expr

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The language, its plural forms and how the file is written."""
        wanted = {"Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
        return [(name, value) for name, value in super().mime_headers if name in wanted]

    @mime_headers.setter
    def mime_headers(self, headers: object) -> None:
        """What a file says of itself is known already."""


def _empty(locale: str | None) -> Texts:
    comment = (
        "# What the program says, and its translation. `make i18n` writes this file; only what follows msgstr is yours."
    )
    return Texts(locale=locale, header_comment=comment, creation_date=_NO_DATE, revision_date=_NO_DATE, fuzzy=False)


def source_files() -> Iterator[tuple[Path, str, Mapping[str, str]]]:
    """The files that hold texts, sorted, each with how it is read."""
    for folder, suffix, method, options in _SOURCES:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            yield path, method, options


def extracted() -> Catalog:
    """What the code and the templates say today, each with the files that say it."""
    found = _empty(None)
    for path, method, options in source_files():
        name = path.relative_to(ROOT).as_posix()
        for _line, text, comments, context in extract_from_file(
            method, path, _KEYWORDS, comment_tags=("Translators:",), options=options, strip_comment_tags=True
        ):
            found.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def po_path(locale: str) -> Path:
    """Where the translations of a locale stand."""
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def read(locale: str, content: bytes | None = None) -> Catalog:
    """The catalogue of a locale, from its file or these bytes; empty where there is none yet."""
    catalog = _empty(locale)
    if content is None and po_path(locale).exists():
        content = po_path(locale).read_bytes()
    PoFileParser(catalog, ignore_obsolete=False, abort_invalid=True).parse(BytesIO(content or b""))
    return catalog


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "booking" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def ruled(locale: str) -> dict[str, str]:
    """The sentences that the organisation has settled, by their English text: the table is their source."""
    return {
        row[f"{part}_en"]: row[f"{part}_{locale}"]
        for row in _rows("translations/rule_messages.csv")
        for part in ("message", "way_out")
        if row[f"{part}_en"] and row[f"{part}_{locale}"]
    }


@cache
def terms(locale: str) -> dict[str, str]:
    """The terms that have one translation, by their English text: a proposal where nothing is written yet."""
    found: dict[str, set[str]] = {}
    for row in _rows("data/terminology.csv"):
        found.setdefault(row["en"], set()).add(row[locale])
    return {english: known.pop() for english, known in found.items() if len(known) == 1}


def merged(template: Catalog, old: Catalog, locale: str) -> Catalog:
    """The texts of the template with the translations that are there; what is said no more is left out."""
    result = _empty(locale)
    for message in template:
        if message.id:
            before = old.get(message.id, message.context)
            string = _translation(message, before, result.num_plurals, locale)
            result.add(
                message.id,
                string,
                flags=(message.flags | (before.flags if before else set())) - ({"fuzzy"} if not any(string) else set()),
                auto_comments=message.auto_comments,
                user_comments=before.user_comments if before else (),
                context=message.context,
            )
    return result


def _translation(message: Message, before: Message | None, forms: int, locale: str) -> str | tuple[str, ...]:
    kept = before.string if before else ""
    if not isinstance(message.id, str):
        return kept if isinstance(kept, tuple) and len(kept) == forms else ("",) * forms
    if message.id in ruled(locale) and not message.context:
        return ruled(locale)[message.id]
    return kept if isinstance(kept, str) and kept else terms(locale).get(message.id, "")


def as_po(catalog: Catalog) -> bytes:
    """The catalogue as its file: sorted by the English text."""
    written = BytesIO()
    write_po(written, catalog, width=_WIDTH, no_location=True, sort_output=True)
    return written.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The compiled form; what is not translated in every plural form is left out and so stays English."""
    whole, written = _empty(str(catalog.locale)), BytesIO()
    for message in catalog:
        if message.id and is_translated(message, catalog.num_plurals) and not message.fuzzy:
            whole.add(message.id, message.string, context=message.context)
    write_mo(written, whole)
    return written.getvalue()


def write() -> None:
    """Extract, merge and compile."""
    template = extracted()
    for locale in TRANSLATED:
        catalog, path = merged(template, read(locale), locale), po_path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(catalog))
        path.with_suffix(".mo").write_bytes(as_mo(catalog))
        done = sum(is_translated(one, catalog.num_plurals) and not one.fuzzy for one in catalog if one.id)
        sys.stdout.write(f"{locale}: {done} of {len(catalog)} translated\n")


def stale() -> list[str]:
    """What `make i18n` would write otherwise: texts added or taken away, tables that moved on, a .mo not of its .po."""
    found, template = [], extracted()
    for locale in TRANSLATED:
        path, catalog = po_path(locale), read(locale)
        wanted, there = as_po(merged(template, catalog, locale)), path.read_bytes() if path.exists() else b""
        if wanted != there:
            found += difference(locale, template, catalog) or [f"{locale}: messages.po is not as `make i18n` writes it"]
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != as_mo(catalog):
            found.append(f"{locale}: messages.mo is not compiled from its messages.po")
    return found


def difference(locale: str, template: Catalog, there: Catalog) -> list[str]:
    """What the template says and the catalogue has not, and the other way round."""
    said = {(one.id, one.context) for one in template if one.id}
    kept = {(one.id, one.context) for one in there if one.id}
    new, gone = sorted(map(str, said - kept)), sorted(map(str, kept - said))
    return [f"{locale}: not in messages.po: {one}" for one in new] + [f"{locale}: said no more: {one}" for one in gone]


def wrong() -> list[str]:
    """What is wrong in the translations; in a complete locale also what is missing."""
    return [
        f"{locale}: {fault}"
        for locale in TRANSLATED
        for fault in faults_of(read(locale), complete=locale in COMPLETE_LOCALES)
    ]


def main(arguments: list[str]) -> int:
    """Write the catalogues; with `--check` say what is stale or wrong, and answer 1 if anything is."""
    if arguments != ["--check"]:
        write()
        return 0
    found = stale() + wrong()
    for line in found[:_TOLD]:
        sys.stderr.write(f"{line}\n")
    if len(found) > _TOLD:
        sys.stderr.write(f"... and {len(found) - _TOLD} more\n")
    if found:
        sys.stderr.write("Run `make i18n`, and write what is missing into booking/translations/<locale>/.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
