"""The values of the rules: what a station or an offering may set, between which bounds, and what holds otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from booking.catalogue.terms import ON_SITE_FORMATS, Format, Kind

MOST_MINUTES = 24 * 60


class Unit(StrEnum):
    """What a value counts."""

    MINUTES = "minutes"
    WORKING_DAYS = "working-days"
    DAYS = "days"
    PEOPLE = "people"
    YEARS = "years"
    CLOCK = "clock"  # minutes since midnight


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A setting; `name` is its column. A default of None: without a limit."""

    name: str
    rule: str
    """Id of the rule that it belongs to; empty for a value of the desk's own work."""
    unit: Unit
    low: int
    high: int
    default: int | None = None
    is_optional: bool = False
    """Whether it may be empty: no limit."""


STATION_VALUES = (
    RuleValue("booking_horizon_days", "LEAD-02", Unit.DAYS, 1, 1825, 270),
    RuleValue("slot_step_min", "TIME-01", Unit.MINUTES, 5, 240, 30),
    RuleValue("earliest_comfort", "TIME-05", Unit.CLOCK, 0, MOST_MINUTES - 1, 480),
    RuleValue("latest_comfort", "TIME-05", Unit.CLOCK, 1, MOST_MINUTES, 1230),
    RuleValue("distancing_gap_min", "CAP-04", Unit.MINUTES, 0, 240, 30),
    RuleValue("minor_age", "SUP-01", Unit.YEARS, 1, 30, 18),
    RuleValue("people_per_adult", "SUP-01", Unit.PEOPLE, 1, 500, 20),
    RuleValue("buffer_min", "OVL-01", Unit.MINUTES, 0, 240, 15),
    RuleValue("free_change_days", "CAN-01", Unit.WORKING_DAYS, 0, 60, 6),
    RuleValue("list_due_days", "SEC-01", Unit.WORKING_DAYS, 0, 60, 3),
    RuleValue("id_age", "SEC-01", Unit.YEARS, 0, 120, 18),
    RuleValue("registration_age", "SEC-01", Unit.YEARS, 0, 120, None, is_optional=True),
    RuleValue("speaker_days", "SPK-01", Unit.WORKING_DAYS, 1, 60, 5),
    RuleValue("no_show_min", "NSH-01", Unit.MINUTES, 1, 240, 15),
    RuleValue("attendance_days", "ATT-01", Unit.WORKING_DAYS, 1, 60, 5),
    RuleValue("contact_days", "", Unit.DAYS, 30, 180, 180),
    RuleValue("hold_min", "", Unit.MINUTES, 1, 240, 10),
    RuleValue("request_answer_days", "", Unit.WORKING_DAYS, 1, 60, 5),
)
OFFERING_VALUES = (
    RuleValue("lead_working_days", "LEAD-01", Unit.WORKING_DAYS, 0, 260, is_optional=True),
    RuleValue("max_group", "CAP-01", Unit.PEOPLE, 1, 100_000, is_optional=True),
    RuleValue("min_group", "CAP-03", Unit.PEOPLE, 1, 100_000, is_optional=True),
    RuleValue("min_age", "AGE-01", Unit.YEARS, 0, 120, is_optional=True),
    RuleValue("max_age", "AGE-01", Unit.YEARS, 0, 120, is_optional=True),
)
"""Their defaults follow from what is offered: `offering_defaults`."""

_LEAD = {Kind.TOUR: 5, Kind.BRIEFING: 15, Kind.WEBINAR: 2}
_ON_SITE_LEAD = 10
_LARGEST = {Kind.TOUR: 35, Kind.BRIEFING: 60, Kind.WEBINAR: 300}
_CHILDREN, _LARGEST_OF_CHILDREN, _CHILDRENS_AGES = "children", 30, (5, 12)
_SMALLEST_PRIVATE = 8


def offering_defaults(kind: Kind, offered_as: Format, audience: str) -> dict[str, int | None]:
    """What holds for an offering of that kind unless its station says otherwise, by the name of the value."""
    is_bookable = offered_as is not Format.ON_DEMAND
    is_for_children = kind is Kind.TOUR and audience.startswith(_CHILDREN)
    lead = _ON_SITE_LEAD if offered_as in ON_SITE_FORMATS and kind is Kind.TOUR else _LEAD.get(kind)
    largest = _LARGEST_OF_CHILDREN if is_for_children else _LARGEST.get(kind)
    low, high = _CHILDRENS_AGES if is_for_children else (None, None)
    return {
        "lead_working_days": lead if is_bookable else None,
        "max_group": largest if is_bookable else None,
        "min_group": _SMALLEST_PRIVATE if is_bookable and kind in {Kind.TOUR, Kind.BRIEFING} else None,
        "min_age": low,
        "max_age": high,
    }


ORDERED = (("earliest_comfort", "latest_comfort"), ("min_group", "max_group"), ("min_age", "max_age"))
"""Pairs of which the first may not be above the second."""


def out_of_order(values: Mapping[str, int | None]) -> list[str]:
    """The names of values that stand above their partner; an empty one stands above nothing."""
    found = []
    for low, high in ORDERED:
        below, above = values.get(low), values.get(high)
        if below is not None and above is not None and below > above:
            found.append(high)
    return found


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """What differs, as it was and as it is to be."""
    names = [name for name, value in after.items() if before.get(name) != value]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def default_values(values: Sequence[RuleValue]) -> dict[str, int | None]:
    """The defaults of a station, by name."""
    return {one.name: one.default for one in values}
