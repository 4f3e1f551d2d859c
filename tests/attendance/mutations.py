"""Reports made wrong in every way that a disk, a mail program, a spreadsheet or somebody malicious may think of."""

import codecs
from random import Random

from booking.attendance.platform_reports import Layout
from tests.attendance.samples import bytes_of, text_of

MARKS = {"utf-8": b"", "utf-8-sig": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
NASTY = (
    *("", "\0", '"', '""', "\r", "\n", "\r\n", "\t", ",", ";", "\ufeff", "\ufffd", "\u202e", "\u2028", "\x85", "\x1b"),
    *("-1h", "99999h", "1h" * 500, "9" * 400, "-", "--", "1/1/1", "13/13/2021, 9:00", "0/0/0 0:0", "1/31/21, 9:00 AM"),
    *(
        "9999-12-31T23:59:59+14:00",
        "0001-01-01T00:00:00Z",
        "\u0662\u0668/\u0661/\u0662\u0660\u0662\u0661 \u0669:\u0660\u0660",
        "sep=;\r\n",
    ),
    *(
        "2. Participants",
        "4. X",
        "Host Details,",
        "Attendee Details",
        "=cmd|'/c calc'!A1",
        "a@b",
        "@",
        "x" * 5000,
        "é" * 300,
        "😀",
        "\ud83d",
    ),
)


def mutated(mixed: Random) -> bytes:
    """A sample after one to six changes, to its text or to its bytes."""
    layout = mixed.choice(list(Layout))
    data = bytes_of(layout) if mixed.random() < 0.3 else _encoded(mixed, _text(mixed, text_of(layout)))
    for _ in range(mixed.randrange(4)):
        data = mixed.choice(_OF_BYTES)(mixed, data)
    return data


def _encoded(mixed: Random, text: str) -> bytes:
    encoding = mixed.choice([*MARKS, "utf-16-le", "utf-16-be", "latin-1", "utf-32"])
    mark = MARKS.get(encoding, b"") if mixed.random() < 0.7 else b""
    return mark + text.encode(encoding, "replace" if encoding == "latin-1" else "surrogatepass")


def _text(mixed: Random, text: str) -> str:
    for _ in range(1 + mixed.randrange(3)):
        text = mixed.choice((_cell, _rows, _blow_up, _splice))(mixed, text)
    return text


def _cell(mixed: Random, text: str) -> str:
    """Something nasty instead of a cell."""
    lines = text.split("\n")
    at = mixed.randrange(len(lines))
    delimiter = "\t" if "\t" in lines[at] else ","
    cells = lines[at].split(delimiter)
    cells[mixed.randrange(len(cells))] = mixed.choice(NASTY)
    lines[at] = delimiter.join(cells)
    return "\n".join(lines)


def _rows(mixed: Random, text: str) -> str:
    """Rows in another order, and some not at all."""
    lines = text.splitlines(keepends=True)
    mixed.shuffle(lines)
    return "".join(lines[: 1 + mixed.randrange(len(lines))]) if lines else text


def _blow_up(mixed: Random, text: str) -> str:
    """A row many times over."""
    lines = text.splitlines(keepends=True)
    at = mixed.randrange(len(lines)) if lines else 0
    return "".join(lines[:at] + lines[at : at + 1] * mixed.randrange(60) + lines[at:])


def _splice(mixed: Random, text: str) -> str:
    """The beginning of one report, and the end of another."""
    other = text_of(mixed.choice(list(Layout)))
    return text[: mixed.randrange(len(text) + 1)] + other[mixed.randrange(len(other)) :]


def _flip(mixed: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(1 + mixed.randrange(8)):
        if changed:
            changed[mixed.randrange(len(changed))] ^= 1 << mixed.randrange(8)
    return bytes(changed)


def _cut(mixed: Random, data: bytes) -> bytes:
    return data[: mixed.randrange(len(data) + 1)]


def _without(mixed: Random, data: bytes) -> bytes:
    at = mixed.randrange(len(data) + 1)
    return data[:at] + data[at + mixed.randrange(40) :]


def _with(mixed: Random, data: bytes) -> bytes:
    at = mixed.randrange(len(data) + 1)
    return data[:at] + mixed.randbytes(mixed.randrange(9)) + data[at:]


def _twice(mixed: Random, data: bytes) -> bytes:
    at = mixed.randrange(len(data) + 1)
    return data + data[at:] * (1 + mixed.randrange(3))


_OF_BYTES = (_flip, _cut, _without, _with, _twice)
