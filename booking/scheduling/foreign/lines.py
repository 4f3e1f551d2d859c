"""The lines of a foreign calendar that say when somebody is busy; all others are dropped before anybody reads them.

Titles, places, people, attachments, alarms and addresses never leave this module. Everything is bounded: bytes,
components, depth, the length of a line that is kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LONGEST = 5 * 1024 * 1024  # bytes of a calendar
MOST_COMPONENTS = 20_000
DEEPEST = 6  # components inside each other; a calendar needs three
LONGEST_LINE = 20_000  # characters of a line that is kept: 1,000 exceptions of a rule

_EVENT = "DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID UID STATUS TRANSP X-MICROSOFT-CDO-BUSYSTATUS"
_CLOCKS = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})
_KEPT: Mapping[tuple[str, ...], frozenset[str]] = {
    ("VCALENDAR", "VEVENT"): frozenset(_EVENT.split()),
    ("VCALENDAR", "VFREEBUSY"): frozenset({"FREEBUSY"}),
    ("VCALENDAR", "VTIMEZONE"): frozenset({"TZID"}),
    ("VCALENDAR", "VTIMEZONE", "STANDARD"): _CLOCKS,
    ("VCALENDAR", "VTIMEZONE", "DAYLIGHT"): _CLOCKS,
}
_QUOTED = r'(?:"[^"]*"|[^";:,]*)'
_LINE = re.compile(rf"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+={_QUOTED}(?:,{_QUOTED})*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(rf";([A-Za-z0-9-]+)=({_QUOTED}(?:,{_QUOTED})*)")
_NAME = re.compile(r"[A-Za-z0-9-]{1,40}")


class Unreadable(ValueError):
    """The calendar as a whole cannot be read. `code` says why, `line` where: 0 where no line is to blame."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(f"{code}, line {line}")
        self.code, self.line = code, line


@dataclass(frozen=True, slots=True)
class Property:
    """One line: its name and the names of its parameters in capitals."""

    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """A VEVENT, VFREEBUSY or VTIMEZONE, or one of the STANDARD and DAYLIGHT inside the latter."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)
    is_broken: bool = False
    """One of its lines that matter could not be read."""

    def first(self, name: str) -> Property | None:
        """The first property of that name."""
        return next((one for one in self.properties if one.name == name), None)

    def text(self, name: str) -> str:
        """The value of the first property of that name in capitals, empty where there is none."""
        found = self.first(name)
        return found.value.strip().upper() if found else ""

    def all(self, name: str) -> Iterator[Property]:
        """All properties of that name."""
        return (one for one in self.properties if one.name == name)


def components(body: bytes) -> list[Component]:
    """The components that matter, in their order; raises Unreadable."""
    if len(body) > LONGEST:
        raise Unreadable("too_large")
    text = body.decode("utf-8-sig", "replace").replace("\x00", "")
    reader = _Reader()
    for number, line in _unfolded(text):
        reader.take(number, line)
    return reader.end()


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are not empty with their numbers, those that continue in the next put together."""
    number, parts = 0, [""]
    for at, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if line[:1] in {" ", "\t"}:
            parts.append(line[1:])
            continue
        if whole := "".join(parts):
            yield number, whole
        number, parts = at, [line]
    if whole := "".join(parts):
        yield number, whole


class _Reader:
    """Where in the calendar the next line stands."""

    def __init__(self) -> None:
        self._path: tuple[str, ...] = ()
        self._open: list[Component | None] = []
        self._found: list[Component] = []
        self._count = 0
        self._line = 0

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        self._line = number
        head = line[:6].upper()
        if head == "BEGIN:":
            self._begin(_component_name(line[6:], number))
        elif head.startswith("END:"):
            self._end(_component_name(line[4:], number))
        elif not self._path:
            raise Unreadable("no_calendar", number)
        elif kept := _KEPT.get(self._path):
            self._keep(line, kept)

    def _begin(self, name: str) -> None:
        if not self._path and name != "VCALENDAR":
            raise Unreadable("no_calendar", self._line)
        self._path = (*self._path, name)
        self._count += 1
        if len(self._path) > DEEPEST:
            raise Unreadable("too_deep", self._line)
        if self._count > MOST_COMPONENTS:
            raise Unreadable("too_many", self._line)
        self._open.append(self._new(name) if self._path in _KEPT else None)

    def _new(self, name: str) -> Component:
        made = Component(name)
        above = self._open[-1]
        (self._found if above is None else above.parts).append(made)
        return made

    def _end(self, name: str) -> None:
        if not self._path or self._path[-1] != name:
            raise Unreadable("unbalanced", self._line)
        self._path = self._path[:-1]
        self._open.pop()

    def _keep(self, line: str, kept: frozenset[str]) -> None:
        name = _NAME.match(line)
        component = self._open[-1]
        if component is None or not name or name[0].upper() not in kept:
            return
        if len(line) > LONGEST_LINE:
            raise Unreadable("long_line", self._line)
        found = _property(line)
        if found is None:
            component.is_broken = True
        else:
            component.properties.append(found)

    def end(self) -> list[Component]:
        """What was found; a calendar that was cut off is none."""
        if self._path or not self._count:
            raise Unreadable("cut_off" if self._path else "no_calendar", self._line)
        return self._found


def _component_name(text: str, line: int) -> str:
    name = text.strip().upper()
    if not _NAME.fullmatch(name):
        raise Unreadable("unbalanced", line)
    return name


def _property(line: str) -> Property | None:
    found = _LINE.fullmatch(line)
    if not found:
        return None
    parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])}
    return Property(found[1].upper(), parameters, found[3].strip())
