"""Days on which the stations of the demonstration do not work, and the closure of one of them around today."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from booking import zones
from booking.loading.csv_tables import Row, Table
from booking.scheduling.terms import PRE_BOOKED_GROUP, ClosureType

ALL_FORMATS = ("in-person", "off-site", "virtual-live", "virtual-recorded")
CLOSED_STATION = "GVA"
CLOSED_SINCE, REOPENS, REOPENED_UNTIL = -8, 5, 14
"""Weeks from this one: the closure begins, a part reopens, and that ends."""
REOPENED_FOR = 15  # people in a group

Rule = Callable[[int], date]
_MONDAY, _THURSDAY, _SUNDAY = 0, 3, 6


def easter(year: int) -> date:
    """Easter Sunday of the western churches (the anonymous Gregorian computus)."""
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    corrected = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leaps - corrected + 15) % 30
    quads, left = divmod(of_century, 4)
    shift = (32 + 2 * rest + 2 * quads - epact - left) % 7
    full = (year % 19 + 11 * epact + 22 * shift) // 451
    month, day = divmod(epact + shift - 7 * full + 114, 31)
    return date(year, month, day + 1)


def _fixed(month: int, day: int) -> Rule:
    return lambda year: date(year, month, day)


def _after_easter(days: int) -> Rule:
    return lambda year: easter(year) + timedelta(days=days)


def _weekday(month: int, weekday: int, count: int) -> Rule:
    """The n-th such weekday of the month."""

    def rule(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))

    return rule


def _fast(year: int) -> date:
    """Jeûne genevois: the Thursday after the first Sunday of September."""
    return _weekday(9, _SUNDAY, 1)(year) + timedelta(days=4)


NEW_YEAR, CHRISTMAS = ("New Year’s Day", _fixed(1, 1)), ("Christmas Day", _fixed(12, 25))
GOOD_FRIDAY, EASTER_MONDAY = ("Good Friday", _after_easter(-2)), ("Easter Monday", _after_easter(1))
PENTECOST_MONDAY, MAY_DAY = ("Pentecost Monday", _after_easter(50)), ("Labour Day", _fixed(5, 1))
SECOND_DAY = ("26 December", _fixed(12, 26))

HOLIDAYS: Mapping[str, tuple[tuple[str, Rule], ...]] = {
    "NYC": (
        NEW_YEAR,
        ("Presidents’ Day", _weekday(2, _MONDAY, 3)),
        ("Juneteenth", _fixed(6, 19)),
        ("Independence Day", _fixed(7, 4)),
        ("Labor Day", _weekday(9, _MONDAY, 1)),
        ("Thanksgiving Day", _weekday(11, _THURSDAY, 4)),
        CHRISTMAS,
    ),
    "GVA": (
        NEW_YEAR,
        GOOD_FRIDAY,
        EASTER_MONDAY,
        ("Ascension Day", _after_easter(39)),
        PENTECOST_MONDAY,
        ("Jeûne genevois", _fast),
        CHRISTMAS,
    ),
    "VIE": (
        NEW_YEAR,
        ("Epiphany", _fixed(1, 6)),
        EASTER_MONDAY,
        MAY_DAY,
        PENTECOST_MONDAY,
        ("Austrian National Day", _fixed(10, 26)),
        CHRISTMAS,
        SECOND_DAY,
    ),
    "NBO": (
        NEW_YEAR,
        GOOD_FRIDAY,
        EASTER_MONDAY,
        MAY_DAY,
        ("Madaraka Day", _fixed(6, 1)),
        ("Mashujaa Day", _fixed(10, 20)),
        CHRISTMAS,
        SECOND_DAY,
    ),
}


def monday_of(today: date) -> date:
    """The Monday of the week."""
    return today - timedelta(days=today.weekday())


def closures(today: date, stations: Mapping[str, str]) -> Table:
    """Holidays from last year to next, and the closure with its partial reopening; `stations`: names by code."""
    table = Table("closures")
    years = range(today.year - 1, today.year + 2)
    for code, name in stations.items():
        for values in _holidays(code, years):
            table.rows.append(Row(0, {**values, "station": name}))
    for values in _closed(monday_of(today)):
        table.rows.append(Row(0, {**values, "station": stations[CLOSED_STATION]}))
    return table


def _holidays(station: str, years: range) -> Iterator[dict[str, object]]:
    for year in years:
        for number, (name, rule) in enumerate(HOLIDAYS[station], 1):
            yield {
                "closure_id": f"H-{station}-{year}-{number:02}",
                "type": ClosureType.OFFICIAL_HOLIDAY,
                "starts_on": rule(year),
                "ends_on": rule(year),
                "announced_on": date(year - 1, 1, 2),
                "blocks_formats": ALL_FORMATS,
                "allows": (),
                "distanced_capacity": None,
                "source": "",
                "message": name,
            }


def _closed(monday: date) -> Iterator[dict[str, object]]:
    """Closed to the public around today, then open again to small groups with a booking."""
    week = timedelta(weeks=1)
    reopens = monday + REOPENS * week
    yield {
        "closure_id": f"C-{CLOSED_STATION}-D1",
        "type": ClosureType.PREMISES_CLOSED,
        "starts_on": monday + CLOSED_SINCE * week,
        "ends_on": reopens - timedelta(days=1),
        "announced_on": monday + (CLOSED_SINCE - 1) * week,
        "blocks_formats": ("in-person",),
        "allows": ("courtesy-visit",),
        "distanced_capacity": None,
        "source": "",
        "message": "The Palais des Nations is closed to the public while its entrance is renewed.",
    }
    yield {
        "closure_id": f"C-{CLOSED_STATION}-D2",
        "type": ClosureType.PARTIAL_REOPENING,
        "starts_on": reopens,
        "ends_on": monday + REOPENED_UNTIL * week - timedelta(days=1),
        "announced_on": monday - week,
        "blocks_formats": (),
        "allows": ("courtesy-visit", PRE_BOOKED_GROUP),
        "distanced_capacity": REOPENED_FOR,
        "source": "",
        "message": "Groups with a booking are received, up to 15 people.",
    }


def holidays_of(closures_: Table, station: str) -> frozenset[date]:
    """The official holidays of a station, by its name."""
    return frozenset(
        row.values["starts_on"]
        for row in closures_.rows
        if row.values["station"] == station and row.values["type"] is ClosureType.OFFICIAL_HOLIDAY
    )


def in_force(closures_: Table, station: str, day: date) -> list[dict[str, object]]:
    """The closures of the premises on a day, holidays left out."""
    return [
        row.values
        for row in closures_.rows
        if row.values["station"] == station
        and row.values["type"] is not ClosureType.OFFICIAL_HOLIDAY
        and row.values["starts_on"] <= day <= row.values["ends_on"]
    ]


def working_days_before(day: date, count: int, off: frozenset[date]) -> date:
    """The day that many working days before, Monday to Friday."""
    return zones.nth_working_day_before(day, count, frozenset(range(5)), off)
