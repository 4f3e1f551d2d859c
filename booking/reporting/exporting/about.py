"""What an export says of itself: period, filters, who made it and when, what its words mean, how complete it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

from booking.reporting.exporting.rows import EventRows
from booking.reporting.terms import Filters
from booking.scheduling.terms import EventStatus

NAMES = {
    "stations": _l("Duty stations"),
    "units": _l("Units"),
    "kinds": _l("Kinds"),
    "formats": _l("Formats"),
    "themes": _l("Themes"),
    "languages": _l("Languages"),
    "countries": _l("Countries"),
    "audiences": _l("Audiences"),
    "series": _l("Series"),
    "offerings": _l("Offerings"),
    "months": _l("Months"),
    "raised": _l("Topics raised"),
}
"""What filters are called."""


@dataclass
class Tally:
    """What went through an export: events and people as reports count them, by station, kind, format and month."""

    rows: int = 0
    events: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)
    people: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)
    unrecorded: int = 0

    def add(self, events: Sequence[EventRows]) -> None:
        """Count these: held events alone make events and participants."""
        for event in events:
            fact = event.fact
            self.rows += len(event.groups)
            if fact.status == EventStatus.HELD.value:
                key = (fact.station, fact.kind, fact.format, fact.month)
                self.events[key] += fact.counts
                self.people[key] += fact.attended or 0
                self.unrecorded += bool(fact.attended is None or fact.unrecorded)


def filters_said(filters: Filters) -> list[tuple[str, str]]:
    """Each filter that names something: what it is called, and its codes."""
    shown = [(one.name, getattr(filters, one.name)) for one in fields(filters) if one.name in NAMES]
    return [(str(NAMES[name]), ", ".join(map(str, values))) for name, values in shown if values]


def about(filters: Filters, tally: Tally, *, who: str, at: datetime) -> list[tuple[str, str | int]]:
    """The first sheet, line by line: what it is about, and what it says."""
    period = filters.period
    days = _("%(first)s to %(last)s, both included", first=period.first.isoformat(), last=period.last.isoformat())
    return [
        (_("Period"), days),
        *(filters_said(filters) or [(_("Filters"), _("none"))]),
        (_("Made at"), at.strftime("%Y-%m-%d %H:%M UTC")),
        (_("Made by"), who),
        (_("Events held"), sum(tally.events.values())),
        (_("Participants"), sum(tally.people.values())),
        (_("Held, and a number is not recorded"), tally.unrecorded),
        (_("Rows"), tally.rows),
        *definitions(),
    ]


def definitions() -> list[tuple[str, str]]:
    """What the words mean."""
    return [
        (
            _("Days and times"),
            _("A day is the local day of the duty station, a time its clock with its offset from UTC."),
        ),
        (_("Event held"), _("It took place with at least one participant. A tour with a briefing counts once.")),
        (_("Participant"), _("Somebody who came, accompanying adults included, guides, speakers and staff not.")),
        (pgettext("people", "Booked"), _("People announced, accompanying adults included.")),
        (
            _("Attended"),
            _(
                "The official number: the desk's choice, else the guide's, the platform's, the teacher's. "
                "Empty: not recorded, which is not 0."
            ),
        ),
        (_("A row without a group"), _("The event had no group, or was counted as a whole.")),
        (_("A hybrid event"), _("Its two halves count as one event; the people of both count.")),
        (_("Country"), _("Of the organization. ZZ: not collected or withheld.")),
    ]
