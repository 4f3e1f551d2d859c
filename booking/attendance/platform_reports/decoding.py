"""Bytes to text: which encoding a report is in, and what is no text at all.

A mark at the beginning decides, then the places of NUL bytes (UTF-16 without a mark), then the rules of UTF-8. What is
left is read as Windows-1252, which has Latin-1 in it, and said to be guessed.
"""

import codecs
import re
from dataclasses import dataclass

from booking.attendance.platform_reports.terms import NotReadable, Refusal

MOST_BYTES = 5 * 1024 * 1024
MOST_TOLD = "5 MB"
_LOOKED_AT = 4096
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FALLBACK = "windows-1252"
_CLEARLY = 4
"""So many times more NUL bytes on one side than on the other say which half of a character comes first."""
_FEW = 20
"""A text of which not even one byte in so many is NUL is no UTF-16."""
_KINDS = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"MZ", "a program for Windows"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or Word document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
)
_TEXT_KINDS = (
    ("<!doctype", "an HTML page"),
    ("<html", "an HTML page"),
    ("<?xml", "an XML document"),
    ("<svg", "a picture"),
    ("begin:vcalendar", "a calendar"),
    ("begin:vcard", "an address card"),
    ("{", "JSON"),
)
_WORKBOOK = b"xl/"
_SAVE_AS = "save the report as CSV and try again"
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file without its mark, the codec it was read with, and whether that was guessed."""

    text: str
    encoding: str
    is_guessed: bool = False


def decode(data: bytes) -> Text:
    """The text of a file; `NotReadable` for what is no text, is cut within a character, or is too large."""
    _refuse_by_size(data)
    _refuse_other_kinds(data)
    found = _with_mark(data) or _without_mark(data)
    _refuse_what_is_no_text(found.text)
    return found


def _refuse_by_size(data: bytes) -> None:
    if not data.strip(b"\x00 \t\r\n"):
        raise NotReadable(Refusal.EMPTY, "the file is empty")
    if len(data) > MOST_BYTES:
        row = data.count(b"\n", 0, MOST_BYTES) + 1
        raise NotReadable(Refusal.TOO_LARGE, f"the file is larger than {MOST_TOLD}, which ends here", row=row)


def _refuse_other_kinds(data: bytes) -> None:
    for sign, kind in _KINDS:
        if data.startswith(sign):
            is_workbook = sign == b"PK\x03\x04" and _WORKBOOK in data
            told = "an Excel workbook" if is_workbook else kind
            raise NotReadable(Refusal.OTHER_KIND, f"the file is {told}: {_SAVE_AS}")


def _with_mark(data: bytes) -> Text | None:
    """The text, if a mark says how to read it. A mark of UTF-8 may stand before UTF-16: some programs put it there."""
    if data.startswith(codecs.BOM_UTF8):
        rest = data[len(codecs.BOM_UTF8) :]
        return _with_mark(rest) or (_without_mark(rest) if b"\x00" in rest else _strictly(rest, "utf-8"))
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    return None


def _without_mark(data: bytes) -> Text:
    if b"\x00" in data:
        return _strictly(data, _wide_encoding(data))
    try:
        return Text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(data) and not data[: error.start].isascii():
            return _strictly(data, "utf-8")
        return _guessed(data)


def _wide_encoding(data: bytes) -> str:
    """Which half of a character comes first: of Latin letters and separators one half is NUL."""
    head = data[:_LOOKED_AT]
    first, second = head[::2].count(0), head[1::2].count(0)
    if (first + second) * _FEW > len(head):
        if second > _CLEARLY * first:
            return "utf-16-le"
        if first > _CLEARLY * second:
            return "utf-16-be"
    raise _nul(data.count(b"\n", 0, data.index(b"\x00")) + 1)


def _nul(row: int) -> NotReadable:
    return NotReadable(Refusal.NUL, "there is a NUL character, which no report has", row=row)


def _strictly(data: bytes, encoding: str) -> Text:
    try:
        return Text(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "ignore")
        row = before.count("\n") + 1
        if error.end >= len(data):
            raise NotReadable(Refusal.CUT_OFF, "the file ends within a character: it was cut off", row=row) from None
        raise NotReadable(Refusal.NO_TEXT, f"there is no whole character of {encoding.upper()}", row=row) from None


def _guessed(data: bytes) -> Text:
    try:
        return Text(data.decode(_FALLBACK), _FALLBACK, is_guessed=True)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise NotReadable(Refusal.NO_TEXT, "the bytes are no text in UTF-8 or Windows-1252", row=row) from None


def _refuse_what_is_no_text(text: str) -> None:
    if "\x00" in text:
        raise _nul(text.count("\n", 0, text.index("\x00")) + 1)
    begins = text[:100].lstrip().lower()
    for sign, kind in _TEXT_KINDS:
        if begins.startswith(sign):
            raise NotReadable(Refusal.OTHER_KIND, f"the file is {kind}, no report: {_SAVE_AS}")
    found = _CONTROLS.search(text)
    if found:
        row = text.count("\n", 0, found.start()) + 1
        raise NotReadable(Refusal.NO_TEXT, "there is a control character: the file is no text", row=row)
