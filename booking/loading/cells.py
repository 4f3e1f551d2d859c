"""Converters: what may stand in a cell of a loaded file, and what it becomes. Each raises `CellRefused`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from booking import zones
from booking.i18n import NOT_RECORDED, base_language, is_country, is_us_state
from booking.i18n.tables import table
from booking.loading.csv_tables import CellRefused
from booking.text import LINE_LENGTH, TEXT_LENGTH, Blank, InputRefused, clean_int, clean_line, clean_text

Value = TypeVar("Value")
Member = TypeVar("Member", bound=StrEnum)

MOST_PEOPLE = 100_000
MOST = 2_000_000_000  # what every database keeps as an integer
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_HOUR = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MIDNIGHT = 24 * 60
_REASONS = {
    "too_long": "the text is longer than {max} characters",
    "too_small": "the number is less than {min}",
    "too_large": "the number is more than {max}",
    "digits": "this is not a whole number",
    "line_break": "the text has a line break",
    "control": "the text holds control characters",
    "surrogate": "the text holds half a character",
    "broken": "the text holds the mark of a broken encoding",
}


@dataclass(frozen=True, slots=True)
class LocalStart:
    """A start as the file has it: the wall clock of the station and its offset from UTC."""

    local: datetime
    offset: timedelta

    @property
    def instant(self) -> datetime:
        """The instant, in UTC."""
        return zones.ParsedTime(self.local, self.offset, is_utc=False).instant or self.local


def _shown(cell: str) -> str:
    return f"{cell!r:.60}"


def _refuse(rule: str, reason: str) -> CellRefused:
    return CellRefused(rule, reason)


def _told(refused: InputRefused) -> CellRefused:
    return CellRefused("text", _REASONS.get(refused.code, refused.code).format(**refused.values))


def required(cell: str) -> str:
    """One line of text that must not be empty."""
    try:
        return clean_line(cell, LINE_LENGTH)
    except Blank as blank:
        raise _refuse("REQ-01", "the cell is empty") from blank
    except InputRefused as refused:
        raise _told(refused) from refused


def text(cell: str) -> str:
    """Text of any length up to 2,000 characters; empty stays empty."""
    try:
        return clean_text(cell, TEXT_LENGTH) if cell.strip() else ""
    except InputRefused as refused:
        raise _told(refused) from refused


def ignored(cell: str) -> str:
    """A cell that is kept as it is, since nothing is made of it."""
    return cell


def maybe(convert: Callable[[str], Value]) -> Callable[[str], Value | None]:
    """The same converter, with None for an empty cell."""
    return lambda cell: convert(cell) if cell else None


def or_else(convert: Callable[[str], Value], default: Value) -> Callable[[str], Value]:
    """The same converter, with `default` for an empty cell."""
    return lambda cell: convert(cell) if cell else default


def code(cell: str) -> str:
    """A code: letters, digits, dots, hyphens and underscores."""
    if not cell:
        raise _refuse("REQ-01", "the cell is empty")
    if not _CODE.fullmatch(cell):
        raise _refuse("code", f"{_shown(cell)} is not a code of letters, digits and hyphens")
    return cell


def number(low: int, high: int) -> Callable[[str], int]:
    """A whole number in digits, from `low` to `high`."""

    def convert(cell: str) -> int:
        try:
            return clean_int(cell, low, high)
        except Blank as blank:
            raise _refuse("REQ-01", "the cell is empty") from blank
        except InputRefused as refused:
            raise _refuse("number", f"{_shown(cell)}: {_told(refused)}") from refused

    return convert


def day(cell: str) -> date:
    """A day written 2020-07-01."""
    try:
        return zones.parse_day(cell)
    except zones.BadTime as bad:
        raise _refuse("date", str(bad)) from bad


def one_of(kind: type[Member], **renamed: Member) -> Callable[[str], Member]:
    """A value of the enum, or one of the file's own words for it (hyphens written as underscores)."""
    words = {member.value: member for member in kind} | {word.replace("_", "-"): m for word, m in renamed.items()}

    def convert(cell: str) -> Member:
        if cell not in words:
            raise _refuse("choice", f"{_shown(cell)} is none of {', '.join(words)}")
        return words[cell]

    return convert


def yes(cell: str) -> bool:
    """`yes`, or `no` or nothing."""
    if cell not in {"yes", "no", ""}:
        raise _refuse("choice", f"{_shown(cell)} is neither yes nor no")
    return cell == "yes"


def country(cell: str) -> str:
    """An ISO 3166-1 alpha-2 code in capitals, or ZZ: not collected or withheld."""
    if cell != NOT_RECORDED and not is_country(cell):
        raise _refuse("REQ-02", f"{_shown(cell)} is not an ISO 3166-1 alpha-2 country code")
    return cell


def subdivision(cell: str) -> str:
    """An ISO 3166-2 code, those of the United States from the list; empty stays empty."""
    known = not cell.startswith("US-") or is_us_state(cell)
    if cell and not (_SUBDIVISION.fullmatch(cell) and known):
        raise _refuse("REQ-02", f"{_shown(cell)} is not an ISO 3166-2 code")
    return cell


def language(cell: str) -> str:
    """A BCP 47 tag that CLDR knows, as its base language."""
    base = base_language(cell)
    if base is None:
        raise _refuse("LANG-04", f"{_shown(cell)} is not a language tag")
    return base


def languages(separator: str | None) -> Callable[[str], tuple[str, ...]]:
    """Several tags, in the order of the file; at least one."""

    def convert(cell: str) -> tuple[str, ...]:
        tags = tuple(dict.fromkeys(language(tag.strip()) for tag in cell.split(separator)))
        if not tags:
            raise _refuse("REQ-01", "the cell is empty")
        return tags

    return convert


def codes(cell: str) -> tuple[str, ...]:
    """Codes with semicolons between them; nothing is none."""
    return tuple(code(part.strip()) for part in cell.split(";")) if cell else ()


def zone(cell: str) -> str:
    """The name of an IANA zone."""
    try:
        zones.zone(cell)
    except zones.UnknownZone as unknown:
        raise _refuse("zone", str(unknown)) from unknown
    return cell


def hour(cell: str) -> int:
    """A time of day as minutes since midnight, up to 24:00."""
    found = _HOUR.fullmatch(cell)
    minutes = int(found[1]) * 60 + int(found[2]) if found else _MIDNIGHT + 1
    if minutes > _MIDNIGHT:
        raise _refuse("time", f"{_shown(cell)} is not a time like 09:30")
    return minutes


def weekdays(cell: str) -> str:
    """Days like `Mon-Fri` or `Sun;Mon` as digits, 0 = Monday."""
    digits: set[int] = set()
    for part in cell.split(";"):
        first, _, last = part.partition("-")
        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            raise _refuse("choice", f"{_shown(cell)} is not like Mon-Fri or Sun;Mon")
        low, high = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        digits |= {step % 7 for step in range(low, high + 1 + (7 if high < low else 0))}
    return "".join(map(str, sorted(digits)))


def start(cell: str) -> LocalStart:
    """A local start with its offset from UTC; whether the offset fits its zone is asked where the zone is known."""
    try:
        parsed = zones.parse_time(cell)
    except zones.BadTime as bad:
        raise _refuse("time", str(bad)) from bad
    if parsed.offset is None:
        raise _refuse("TIME-04", f"{_shown(cell)} has no offset from UTC")
    if parsed.is_utc:
        raise _refuse("TIME-03", f"{_shown(cell)} is in UTC, not in the station's local time")
    return LocalStart(parsed.local, parsed.offset)


def known_code(name: str, key: str) -> Callable[[str], str]:
    """A code that the package's own table of that name has as well."""

    def convert(cell: str) -> str:
        if cell not in table(name, key):
            raise _refuse("reference", f"{_shown(cell)} is not in the product's own table of {name}")
        return cell

    return convert


def moment(cell: str) -> datetime:
    """An instant: a time with its offset from UTC."""
    try:
        parsed = zones.parse_time(cell)
    except zones.BadTime as bad:
        raise _refuse("time", str(bad)) from bad
    if parsed.instant is None:
        raise _refuse("TIME-04", f"{_shown(cell)} has no offset from UTC")
    return parsed.instant


def wished_start(cell: str) -> zones.ParsedTime | None:
    """A start as somebody wishes it, with an offset or without one: the rules judge it. Nothing is none."""
    try:
        return zones.parse_time(cell) if cell else None
    except zones.BadTime as bad:
        raise _refuse("time", str(bad)) from bad
