"""What each paragraph says, bound to what was counted: pure. A value that is not there leaves its sentence out."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from booking.reporting.narrative.closing import closed_since, was_closed
from booking.reporting.narrative.numbers import Qualifier
from booking.reporting.narrative.reading import Offered, Read, Received, Told
from booking.reporting.narrative.values import (
    Codes,
    Content,
    Count,
    Day,
    Flag,
    Item,
    Months,
    Phrases,
    Places,
    Since,
    Value,
    Variable,
)
from booking.reporting.narrative.wording import bindings
from booking.reporting.terms import Answer

OFFICIAL = frozenset({"ar", "zh", "en", "fr", "ru", "es"})
ALL_REGIONS, FEWEST_STATES, STATIONS_WITH_A_NAME = 5, 2, 4
"""Regional groups there are; states that make "across the United States"; stations that "all four" names."""
_SUMMER = {6, 7, 8}
_HASHTAG = re.compile(r"#\w+")
_UNITED_STATES = "US"


@dataclass
class Bound:
    """A paragraph while it is put together: variables, rows, and the answer that each bound variable leads to."""

    number: str
    variables: dict[str, Variable] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Variable]]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    def say(self, name: str, value: Value | None, answer: Answer | None = None) -> None:
        """Give the variable its value, if there is one, and what it leads to."""
        if value is None:
            return
        self.variables[name] = Variable(value, is_bound=answer is not None)
        if answer is not None:
            self.answers[name] = answer

    def count(self, read: Read, name: str, *, with_zero: bool = False) -> int | None:
        """Give the variable the number of its saved question; 0 is not said unless the sentence can."""
        answer = read.answers[f"{self.number}.{name}"]
        value = answer.value if isinstance(answer.value, int) else None
        if value is not None and (value or with_zero):
            self.say(name, self._counted(name, value), answer)
        return value

    def _counted(self, name: str, value: int) -> Count:
        wish = bindings()[self.number].get(name, {}).get("wish")
        return Count(value, Qualifier(wish), has_choice=True) if wish else Count(value)

    def row(self, rows: str, **values: tuple[Value | None, Answer | None]) -> None:
        """Add a row of values with their answers."""
        here = self.rows.setdefault(rows, [])
        suffix = f"_{len(here) + 1}" if here else ""
        here.append({name: Variable(value, answer is not None) for name, (value, answer) in values.items() if value})
        self.answers |= {name + suffix: answer for name, (value, answer) in values.items() if answer and value}

    def value(self, name: str) -> Value | None:
        """The value of a variable, or of a row's (`visits_2`)."""
        base, _, number = name.rpartition("_")
        if name not in self.variables and number.isdigit():
            found = [rows[int(number) - 1] for rows in self.rows.values() if len(rows) >= int(number)]
        else:
            base, found = name, [self.variables, *(rows[0] for rows in self.rows.values() if rows)]
        return next((one[base].value for one in found if base in one), None)

    @property
    def content(self) -> Content:
        """What it says."""
        return Content(self.variables, {name: tuple(rows) for name, rows in self.rows.items()})


def bound(read: Read) -> dict[str, Bound]:
    """Every paragraph by its number."""
    found = {}
    for number, say in _SAY.items():
        one = Bound(number)
        say(one, read)
        found[number] = one
    return found


def _places(read: Read, codes: Iterable[str]) -> Places:
    chosen = tuple((code, read.stations[code]) for code in codes)
    return Places(chosen, is_whole=len(chosen) == len(read.stations) == STATIONS_WITH_A_NAME)


def _items(kind: str, offerings: Iterable[Offered]) -> Phrases | None:
    items = tuple(Item(one.code, one.titles) for one in offerings)
    return Phrases(kind, items) if items else None


def _phrases(kind: str, codes: Iterable[str], within: str = "") -> Phrases | None:
    items = tuple(map(Item, codes))
    return Phrases(kind, items, within) if items else None


def _number(answer: Answer) -> Count | None:
    return Count(answer.value) if isinstance(answer.value, int) and answer.value else None


def _say_12(one: Bound, read: Read) -> None:
    since = {code: closed_since(shuts, read.period) for code, shuts in read.shuts.items()}
    days = [day for day in since.values() if day]
    if days and len(days) == len(since):
        one.say("closed_since", Since(min(days), max(days)))
    closed = [code for code, shuts in read.shuts.items() if was_closed(shuts, read.period)]
    one.say("stations", _places(read, closed) if closed else None)
    for received in read.received:
        _say_received(one, read, received)
    wanted = bindings()["12"]
    told = [offering for offering in read.offerings if offering.was_held and offering.kind == "tour"]
    audiences = {offering.audience for offering in told} & set(wanted["audiences"])
    one.say("audiences", _phrases("audience", sorted(audiences), "special_groups"))
    themes = {
        offering.theme for offering in told if (offering.format, offering.audience) == ("virtual-live", "mixed")
    } - set(wanted["common_themes"])
    one.say("themes", _phrases("theme", sorted(themes)))


def _say_received(one: Bound, read: Read, received: Received) -> None:
    visits, visitors, reopening = received.visits, received.visitors, received.reopening
    if not _number(visits):
        return
    one.row(
        "visits",
        station=(_places(read, [reopening.station]), None),
        visits=(_number(visits), visits),
        visitors=(_number(visitors), visitors),
        months=(Months(reopening.months), visits),
        until=(_phrases("until", ["premises-closed"]) if reopening.is_followed else None, None),
    )


def _say_13(one: Bound, read: Read) -> None:
    one.count(read, "events", with_zero=True)
    one.count(read, "people", with_zero=True)


def _station(one: Bound, read: Read) -> str:
    code: str = bindings()[one.number]["station"]
    return code if code in read.stations else ""


def _say_14(one: Bound, read: Read) -> None:
    station = _station(one, read)
    if not station:
        return
    one.count(read, "visits")
    films = [offering for offering in read.offerings if offering.station == station and offering.kind == "film"]
    one.say("items", _items("offering", (film for film in films if film.is_of_period and film.status == "active")))
    one.say("station", _places(read, [station]))


def _say_15(one: Bound, read: Read) -> None:
    station = _station(one, read)
    waiting = [
        offering
        for offering in read.offerings
        if offering.station == station and offering.status == "awaiting-reopening" and offering.is_of_period
    ]
    if waiting:
        one.say("station", _places(read, [station]))
        one.say("offerings", _items("offering", waiting))


def _say_16(one: Bound, read: Read) -> None:
    station = _station(one, read)
    if not station:
        return
    one.say("station", _places(read, [station]))
    _say_countries(one, read)
    topics = read.answers["16.topics"]
    pairs = [pair for pair in topics.value if isinstance(pair, tuple)] if isinstance(topics.value, tuple) else []
    if pairs:
        one.say("topics", Phrases("topic", tuple(Item(code, number=number) for code, number in pairs)), topics)
    briefings = one.count(read, "briefings")
    times = one.count(read, "raised_count") if read.raised else None
    if briefings and times:
        topic = read.raised[0][0]
        answer = one.answers["raised_count"]
        one.say("raised", Phrases("raised", (Item(topic, {"en": topic}),)), answer)
        one.say("raised_of", Count(briefings), one.answers["briefings"])
        one.say("frequency", Flag("often" if 2 * times >= briefings else "sometimes"), answer)


def _say_countries(one: Bound, read: Read) -> None:
    answer = read.answers["16.countries"]
    codes = [code for code in answer.value if isinstance(code, str)] if isinstance(answer.value, tuple) else []
    states = read.answers["16.states"].value
    if isinstance(states, int) and states >= FEWEST_STATES:
        one.count(read, "states")
        codes = [code for code in codes if code != _UNITED_STATES]
    if codes:
        one.say("countries", Codes("country", tuple(codes)), answer)


def _partner(told: Told, kind: str = "partner") -> Phrases | None:
    return Phrases(kind, (Item(told.partner, {"en": told.partner}),)) if told.partner else None


def _say_17(one: Bound, read: Read) -> None:
    series, again = read.series.get("17.people"), read.series.get("17.repeats")
    if not series:
        return
    one.say("partner", _partner(series))
    one.say("themes", _phrases("dealt", series.themes))
    one.count(read, "people")
    regions = read.answers["17.regions"]
    if isinstance(regions.value, int) and regions.value:
        one.say("regions", Flag("all" if regions.value >= ALL_REGIONS else str(regions.value)), regions)
    if again and one.count(read, "repeats"):
        one.say("month", Months(again.months), one.answers["repeats"])
        one.say(
            "conference",
            Phrases("conference", (Item(again.partner, {"en": again.partner}),)) if again.partner else None,
        )


def _say_18(one: Bound, read: Read) -> None:
    station = _station(one, read)
    programme, tour = read.series.get("18.people1"), read.series.get("18.people2")
    if programme and one.count(read, "people1"):
        answer = one.answers["people1"]
        one.say("partner", _partner(programme))
        one.say("theme", _phrases("title", programme.themes[:1]))
        one.say("month", Months(programme.months), answer)
        one.say("season", Flag("summer" if set(programme.months) <= _SUMMER else "other"))
    if tour and one.count(read, "people2"):
        one.say("day", Phrases("day", (Item(re.sub(r"-\d{4}$", "", tour.code), tour.titles),)))
        one.say("date", Day(tour.first), one.answers["people2"])
        one.say("partner2", _partner(tour))
        if programme and programme.partner != tour.partner:
            one.say("partners_differ", Flag("yes"))
    _say_videos(one, read, station)
    if one.variables and station:
        one.say("station", _places(read, [station]))


def _say_videos(one: Bound, read: Read, station: str) -> None:
    if not one.count(read, "videos"):
        return
    films = [film for film in read.offerings if film.station == station and film.kind == "film"]
    tags = [found[0] for film in films if (found := _HASHTAG.search(film.titles.get("en", "")))]
    one.say("hashtag", Flag(tags[0]) if tags else None)


def _say_19(one: Bound, read: Read) -> None:
    tours = {code: tours for code, (tours, _) in read.languages.items() if tours}
    if not tours:
        return
    six = [code for code, (given, briefed) in read.languages.items() if given & briefed >= OFFICIAL]
    rest = [code for code in tours if code not in six]
    one.say("stations_six", _places(read, six) if six else None)
    if six and len(rest) == 1 and tours[rest[0]] & OFFICIAL and tours[rest[0]] - OFFICIAL:
        one.say("station", _places(read, rest))
        one.say("languages", _official(tours[rest[0]]))
    else:
        _say_each(one, read, rest, tours)
    one.count(read, "count")
    every = frozenset().union(*tours.values())
    has_six = bool(every >= OFFICIAL and every - OFFICIAL)
    one.say("other_languages", Codes("language", tuple(sorted(every - OFFICIAL))) if has_six else None)
    stations = _places(read, tours)
    one.say("stations_list", None if stations.is_whole and has_six else stations)


def _official(tags: frozenset[str]) -> Codes:
    return Codes("language", tuple(sorted(tags & OFFICIAL)))


def _say_each(one: Bound, read: Read, stations: Iterable[str], tours: Mapping[str, frozenset[str]]) -> None:
    for code in stations:
        shown = tours[code] & OFFICIAL or tours[code]
        one.row(
            "some",
            station=(_places(read, [code]), None),
            languages=(Codes("language", tuple(sorted(shown))), None),
            others=(Flag("yes" if tours[code] - shown else "no"), None),
        )


_SAY: dict[str, Callable[[Bound, Read], None]] = {
    "12": _say_12,
    "13": _say_13,
    "14": _say_14,
    "15": _say_15,
    "16": _say_16,
    "17": _say_17,
    "18": _say_18,
    "19": _say_19,
}
