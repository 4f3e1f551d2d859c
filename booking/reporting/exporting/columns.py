"""The columns that an export may have: those of an event first, then those of a group in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext


class Part(StrEnum):
    """What a column is about."""

    EVENT = "event"
    GROUP = "group"


class Nature(StrEnum):
    """What stands in a column."""

    CODE = "code"  # of ours or of a standard, or a day or time: never the start of a formula
    TYPED = "typed"  # by somebody: a program may take it for a formula
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, its title for people."""

    id: str
    title: object
    """Translated late."""
    part: Part
    nature: Nature = Nature.CODE
    is_personal: bool = False
    is_extra: bool = False
    """Whether it is left out where nothing was chosen."""
    width: int = 14
    """In characters, for a workbook."""


def _event(name: str, title: object, nature: Nature = Nature.CODE, width: int = 14) -> Column:
    return Column(name, title, Part.EVENT, nature, width=width)


def _group(name: str, title: object, nature: Nature = Nature.CODE, width: int = 14) -> Column:
    return Column(name, title, Part.GROUP, nature, width=width)


def _person(name: str, title: object) -> Column:
    return Column(name, title, Part.GROUP, Nature.TYPED, is_personal=True, width=28)


COLUMNS = (
    _event("event_id", _l("Event"), width=18),
    _event("station", _l("Duty station"), width=10),
    _event("unit", _l("Unit"), width=18),
    _event("offering_id", _l("Offering"), width=24),
    _event("title", _l("Title"), Nature.TYPED, 40),
    _event("kind", _l("Kind")),
    _event("format", _l("Format"), width=16),
    _event("series", _l("Series"), width=18),
    _event("partner", _l("Partner"), Nature.TYPED, 20),
    _event("theme", _l("Theme"), width=24),
    _event("audience", _l("Audience")),
    _event("language", _l("Language"), width=10),
    _event("language_name", _l("Name of the language"), width=16),
    _event("starts_at", _l("Starts at"), width=26),
    _event("starts_on", _l("Day at the station"), width=12),
    _event("time_zone", _l("Time zone"), width=20),
    _event("duration_min", _l("Minutes"), Nature.NUMBER, 9),
    _event("event_status", _l("State of the event")),
    _event("status_reason", _l("Why it was called off"), Nature.TYPED, 28),
    _event("topics_raised", _l("Topics raised"), Nature.TYPED, 28),
    _group("booking", _l("Booking"), width=16),
    _group("organisation", _l("Organization"), Nature.TYPED, 36),
    _group("organisation_type", _l("Kind of organization")),
    _group("group_label", _l("Group"), Nature.TYPED, 14),
    _group("country", _l("Country"), width=9),
    _group("country_name", _l("Name of the country"), width=24),
    _group("region", _l("Regional group"), width=22),
    _group("subdivision", _l("State or province"), width=12),
    _group("topic", _l("Topic asked for"), width=24),
    _group("language_asked", _l("Language asked for"), width=12),
    _group("booking_status", _l("State of the booking"), width=18),
    _group("late", _l("Cancelled late"), Nature.NUMBER, 9),
    _group("requested_on", _l("Asked for on"), width=12),
    _group("booked", lazy_pgettext("people", "Booked"), Nature.NUMBER, 9),
    _group("attended", _l("Attended"), Nature.NUMBER, 9),
    _group("attended_source", _l("Who says so"), width=12),
    Column("history", _l("Everything that was said of the number"), Part.GROUP, is_extra=True, width=60),
    _person("contact_name", _l("Contact")),
    _person("contact_email", _l("E-mail of the contact")),
    _person("contact_phone", _l("Telephone of the contact")),
)
BY_ID = {column.id: column for column in COLUMNS}
NAMELESS = tuple(column.id for column in COLUMNS if not column.is_personal)
"""The columns that anybody may choose: every one that is about nobody."""
USUAL = tuple(column.id for column in COLUMNS if not column.is_personal and not column.is_extra)
"""Those of an export in which nothing was chosen."""


def chosen(ids: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these names in our order; the usual ones where none is named. KeyError for others."""
    wanted = set(ids)
    if unknown := sorted(wanted - set(BY_ID)):
        raise KeyError(unknown[0])
    return tuple(column for column in COLUMNS if column.id in (wanted or USUAL))


def of_part(columns: Sequence[Column], part: Part) -> tuple[Column, ...]:
    """Those about events, or about groups."""
    return tuple(column for column in columns if column.part is part)
