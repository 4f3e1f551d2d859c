"""What tables, columns and notes are called, in the reader's language; and the names of what stands in them."""

from collections.abc import Callable
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from booking.i18n import country_name, language_name, station_name, theme_name, us_state_name
from booking.reporting.table_terms import Cell, Column, Kind, Value

TITLES = {
    "T1.station": _l("Events held and participants, by station"),
    "T1.unit": _l("Events held and participants, by unit"),
    "T1.kind": _l("Events held and participants, by kind"),
    "T1.format": _l("Events held and participants, by format"),
    "T1.online": _l("Online tours and briefings of the Visitors Service, by station"),
    "T1.month": _l("Events held and participants, by month"),
    "T1.station_month": _l("Events held and participants, by station and month"),
    "T2.countries": _l("Groups by country"),
    "T2.states": _l("Groups by state of the United States"),
    "T2.stations": _l("Number of countries, by station"),
    "T3.requested": _l("Topics of events held"),
    "T3.raised": _l("Topics raised in events"),
    "T4.numbers": _l("Number of languages"),
    "T4.offered": _l("Languages offered"),
    "T4.used": _l("Languages in which events were held"),
    "T5": _l("Offerings new in the period"),
    "T6": _l("Closures, reopenings and what was held meanwhile"),
    "T7": _l("Series"),
    "T8": _l("Surveys"),
    "T9": _l("Online items"),
    "T10.events": _l("Events cancelled, and events to which nobody came"),
    "T10.reasons": _l("Reasons of cancellations"),
    "T10.groups": _l("Groups that did not come"),
    "T10.rules": _l("Requests refused by a rule"),
    "T10.requests": _l("Requests without a time that came to nothing"),
    "T11.missing": _l("What is missing"),
    "T11.overrides": _l("Rules that coordinators did not keep"),
}
COLUMNS = {
    "announced_on": _l("Announced"),
    "audience": _l("Audience"),
    "briefings": _l("Briefings"),
    "cancelled": _l("Events cancelled"),
    "channel": _l("Channel"),
    "closure": _l("Premises"),
    "countries": _l("Countries"),
    "country": _l("Country"),
    "cumulative": _l("Contains another figure"),
    "ends_on": _l("To"),
    "events": _l("Events held"),
    "exceptions": _l("Exceptions made"),
    "first": _l("First day"),
    "format": _l("Format"),
    "groups": _l("Groups"),
    "held_meanwhile": _l("Held on site meanwhile"),
    "item": _l("Item"),
    "items": _l("Items"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "languages_offered": _l("Languages offered"),
    "languages_used": _l("Languages used"),
    "last": _l("Last day"),
    "late": _l("Of these late"),
    "measure": _l("Counted as"),
    "message": _l("Message"),
    "month": _l("Month"),
    "no_show": _l("Events to which nobody came"),
    "note": _l("Note"),
    "offering": _l("Offering"),
    "owner": _l("Owner"),
    "participants": _l("Participants"),
    "partner": _l("Partner"),
    "positive": _l("Positive, per cent"),
    "qualifier": _l("Qualifier"),
    "question": _l("Question"),
    "read_on": _l("Read on"),
    "reason": _l("Reason"),
    "regions": _l("Regional groups"),
    "replies": _l("Replies"),
    "requests": _l("Requests"),
    "rule": _l("Rule"),
    "series": _l("Series"),
    "since": _l("Since"),
    "starts_on": _l("From"),
    "state": _l("State"),
    "station": _l("Station"),
    "status": _l("State of it"),
    "survey": _l("Survey"),
    "theme": _l("Theme"),
    "topic": _l("Topic"),
    "tour_countries": _l("Countries, tours and briefings"),
    "tour_groups": _l("Groups in tours and briefings"),
    "tour_participants": _l("Participants in tours and briefings"),
    "tours": _l("Tours"),
    "undecided": _l("Events over that nobody concluded"),
    "unit": _l("Unit"),
    "unknown_countries": _l("Groups of unknown country"),
    "unrecorded": _l("Events with a number missing"),
    "value": _l("Figure"),
}
NOTES = {
    "unknown-countries": _l(
        "Groups whose country was not collected are left out here; their number is in the last table."
    ),
    "offered-today": _l("As the catalogue is now."),
    "since": _l("The day on which it was made or, where that was not kept, first held."),
    "fewest-replies": _l("Replies are pooled. No result is shown below ten replies."),
    "answers-by-month": _l(
        "Answers on the page of a link are kept by month, station and unit, so that none can be told from the others. "
        "They are left out where a filter asks for something else, such as a language or a country."
    ),
    "views-apart": _l("Views are never added to participants; a figure that contains another is not added to it."),
    "refused-when-sent": _l(
        "Counted when a group sends a request that a rule refuses, not while it is still choosing. "
        "Only the numbers are kept: there is no event behind them."
    ),
    "requests-without-events": _l("No time was found for these requests: there is no event behind them."),
    "exceptions-listed": _l("A number opens the list of exceptions, which holds those of your own duty stations."),
}
REASONS = {
    "unrecorded": _l("Events held of which a number is missing"),
    "undecided": _l("Events over that nobody concluded"),
}
STATUSES = {
    "planned": _l("Not concluded"),
    "open": _l("Not concluded"),
    "closed": _l("Not concluded"),
    "held": _l("Held"),
    "cancelled": _l("Cancelled"),
    "no-show": _l("Nobody came"),
    "requested": _l("Requested"),
    "needs_information": _l("Waiting for an answer of the group"),
    "proposed": _l("Another time proposed"),
    "waiting": _l("On the waiting list"),
    "confirmed": _l("Booked"),
    "attended": _l("Came"),
    "not_recorded": _l("Nobody said whether it came"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
    "expired": _l("Expired"),
    "cancelled_by_group": _l("Cancelled by the group"),
    "cancelled_by_station": _l("Cancelled by the station"),
    "no_show": _l("Did not come"),
    "premises-closed": lazy_pgettext("premises", "Closed"),
    "partial-reopening": _l("Partly reopened"),
    "active": _l("Running"),
    "limited": _l("In small groups for now"),
    "suspended": _l("Not at present"),
    "awaiting-reopening": _l("Starts when the premises reopen"),
}
NOT_RECORDED = _l("not recorded")
TOTAL = _l("Total")


def named(value: Value, column: Column, locale: str) -> str:
    """A value in words: a name for a code, a number as it is; "not recorded" for a number that nobody has said."""
    if isinstance(value, Cell):
        return str(NOT_RECORDED) if value.value is None else str(value.value)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_YES if value else _NO)
    if isinstance(value, date | int):
        return str(value)
    return _name(value, column.kind, locale)


def _name(code: str, kind: Kind, locale: str) -> str:
    if kind in _WORDED:
        return str(STATUSES.get(code, code.replace("-", " ")))
    name = _NAMES.get(kind)
    return name(code, locale) if name else code


_WORDED = frozenset({Kind.KIND, Kind.FORMAT, Kind.UNIT, Kind.AUDIENCE, Kind.STATUS})
_NAMES: dict[Kind, Callable[[str, str], str]] = {
    Kind.COUNTRY: country_name,
    Kind.LANGUAGE: language_name,
    Kind.THEME: theme_name,
    Kind.STATION: lambda code, locale: station_name(code, locale, code),
    Kind.STATE: us_state_name,
}
_YES, _NO = _l("yes"), _l("no")
