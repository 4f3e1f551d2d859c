"""Participant lists, test calls and exceptions in words."""

from collections.abc import Collection
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.answer_forms import AnswerForm
from booking.bookings.preparation_forms import CallForm
from booking.bookings.preparation_pages import ExceptionLine, MissingList, Preparation
from booking.bookings.presenting.desk_booking import who
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.preparation import NOT_RECEIVED, CallFacts, ExceptionMade, number_of
from booking.bookings.rules.changes import list_due_on
from booking.bookings.terms import TAKES_PLACES, BookingStatus, ParticipantList
from booking.catalogue.words import title_of
from booking.clock_faces import station_moment

RULES = {
    "LANG-02": _l("A briefing in another language"),
    "LEAD-01": _l("Sooner than the lead time"),
    "CAN-01": _l("A late change without a mark"),
}


def preparation_of(
    booking: BookingFacts, call: CallFacts | None, now: datetime, given: CallForm | None = None
) -> Preparation | None:
    """What is prepared for a booking to come; None for one that has ended."""
    if booking.status not in TAKES_PLACES or booking.event.starts_at <= now:
        return None
    state = {"version": str(booking.version), "seen": booking.status.value}
    waits = booking.participant_list in NOT_RECEIVED and booking.offering.is_on_site
    may_call = booking.status is BookingStatus.CONFIRMED and bool(booking.technical_email)
    return Preparation(
        list_text=_list_text(booking),
        list_form=AnswerForm(data=state) if waits else None,
        call_text=call_text(call, booking) if call else "",
        call_form=(given or CallForm(data={**state, "minutes": 15})) if may_call else None,
        opened=given is not None,
        call_number=number_of(call),
    )


def call_text(call: CallFacts, booking: BookingFacts) -> str:
    """When the test call is, on the station's clock."""
    station, locale = booking.station, i18n.current_locale()
    when = station_moment(call.starts_at, station.time_zone, station.code, locale)
    length = ngettext("%(num)s minute", "%(num)s minutes", call.minutes)
    return str(_("Test call: %(when)s, %(length)s, with %(name)s", when=when, length=length, name=_tester(booking)))


def _tester(booking: BookingFacts) -> str:
    return booking.technical_name or booking.technical_email


def _list_text(booking: BookingFacts) -> str:
    if booking.participant_list == ParticipantList.RECEIVED:
        return str(_("The participant list is received."))
    if booking.participant_list not in NOT_RECEIVED or not booking.offering.is_on_site:
        return ""
    last = due_day(booking)
    return str(
        _("The participant list must be here by %(day)s.", day=i18n.format_day_year(last, i18n.current_locale()))
    )


def due_day(booking: BookingFacts) -> date:
    """The last day of the participant list."""
    day = zones.local_date(booking.event.starts_at, booking.station.time_zone)
    return list_due_on(booking.station, day, booking.holidays)


def missing_list(booking: BookingFacts, now: datetime) -> MissingList:
    """A visit in the list of those that wait for their participants' list."""
    locale, station = i18n.current_locale(), booking.station
    last = due_day(booking)
    facts = [
        title_of(booking.titles, booking.offering.title)[0],
        station_moment(booking.event.starts_at, station.time_zone, station.code, locale),
        ngettext("%(num)s person", "%(num)s people", booking.size or 0),
    ]
    return MissingList(
        url=url_for("desk.one", reference=booking.reference),
        who=who(booking),
        facts=" · ".join(facts),
        due=str(_("Due by %(day)s", day=i18n.format_day_year(last, locale))),
        is_over=zones.local_date(now, station.time_zone) > last,
        reference=booking.reference,
        version=str(booking.version),
    )


def exception_lines(found: Collection[ExceptionMade], stations: dict[str, str]) -> tuple[ExceptionLine, ...]:
    """Exceptions as the report lists them; `stations`: time zones by code."""
    locale = i18n.current_locale()
    return tuple(
        ExceptionLine(
            when=station_moment(one.at, stations.get(one.station, "UTC"), one.station, locale),
            rules=i18n.join_facts(one.rules),
            what="; ".join(str(RULES[rule]) for rule in one.rules if rule in RULES),
            who=one.who,
            why=one.why,
            url=url_for("desk.one", reference=one.reference),
            reference=one.reference,
        )
        for one in found
    )
