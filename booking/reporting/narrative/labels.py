"""Figures of the paragraphs in the reader's words."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.reporting.narrative.numbers import Qualifier, Rounded

LABELS: Mapping[str, object] = {
    "12.visits": _l("visits of groups with a booking, on site"),
    "12.visitors": _l("people who came with them"),
    "13.events": _l("online tours and briefings held"),
    "13.people": _l("participants in them"),
    "14.visits": _l("courtesy visits held"),
    "16.countries": _l("countries of groups that came"),
    "16.states": _l("states of the United States"),
    "16.topics": _l("briefings held on each topic"),
    "16.briefings": _l("briefings held"),
    "16.raised_count": _l("briefings in which the topic was raised"),
    "17.people": _l("educators in the webinars"),
    "17.regions": _l("regional groups, of five"),
    "17.repeats": _l("webinars repeated"),
    "18.people1": _l("participants in the programme"),
    "18.people2": _l("participants in the special tour"),
    "18.videos": _l("videos made"),
    "19.count": _l("languages in which tours are offered"),
}
"""The figures that the margin explains; what else is bound (months, days, "often") leads to the same events."""


def label_of(name: str) -> str:
    """What a figure (13.events, 12.visits_2) counts."""
    base, _underscore, number = name.rpartition("_")
    return str(LABELS.get(base if number.isdigit() else name, name))


def how(said: Rounded) -> str:
    """How the words around a number were reached."""
    told = {
        Qualifier.EXACT: "",
        Qualifier.ABOUT: _("“About”: two significant figures"),
        Qualifier.MORE: _("“More than”: rounded down"),
        Qualifier.NEARLY: _("“Nearly”: rounded up, by at most 5 per cent"),
        Qualifier.AT_LEAST: _("“At least”: rounded down"),
    }
    return str(told[said.qualifier])
