"""The text of a PDF that Chromium has written: its glyphs by the maps of its own fonts, no other kind of PDF."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"^(<<.*?>>)\s*stream\r?\n(.*)\r?\nendstream$", re.DOTALL)
_SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(Tj|TJ|ET)")
_ONE = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)>\n")
_MANY = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]+)>")


def pages_of(pdf: bytes) -> int:
    """How many sheets it has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def text_of(pdf: bytes) -> str:
    """Everything that is written, in the order in which it was drawn, without blanks."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    maps = {
        number: _glyphs(_unpacked(objects[int(found[1])]))
        for number, body in objects.items()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    drawn = [_unpacked(body) for body in objects.values() if b"stream" in body and b"/Filter" in body]
    return "".join(_text(one, maps) for one in drawn if b" Tf" in one)


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.match(body)
    if not found:
        return b""
    try:
        return zlib.decompress(found[2])
    except zlib.error:  # a picture
        return b""


def _glyphs(source: bytes) -> dict[int, str]:
    glyphs: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar\n(.*?)endbfchar", source, re.DOTALL):
        glyphs |= {int(code, 16): _said(text) for code, text in _ONE.findall(part)}
    for part in re.findall(rb"beginbfrange\n(.*?)endbfrange", source, re.DOTALL):
        for first, last, text in _MANY.findall(part):
            begin = int(text, 16)
            glyphs |= {code: chr(begin + at) for at, code in enumerate(range(int(first, 16), int(last, 16) + 1))}
    return glyphs


def _said(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be")


def _text(drawing: bytes, maps: dict[int, dict[int, str]]) -> str:
    glyphs: dict[int, str] = {}
    said = []
    for font, codes, _end in _SHOWN.findall(drawing):
        if font:
            glyphs = maps.get(int(font), {})
        elif codes:
            said += [glyphs.get(int(codes[at : at + 4], 16), "") for at in range(0, len(codes), 4)]
    return re.sub(r"\s+", "", "".join(said))
