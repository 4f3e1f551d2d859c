"""The page behind the manage link, in every state of a booking."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.answer_forms import ReplyForm
from booking.bookings.forms import ACCESS, CancelForm, ChangeSizeForm, MoveForm
from booking.bookings.messages import conditions_of, end_of_free_change
from booking.bookings.offers import Slot
from booking.bookings.pages import BookingPage, MoveOption, Refused
from booking.bookings.presenting.book import held_clock, the_rule
from booking.bookings.presenting.closed import with_closure
from booking.bookings.presenting.common import alternative, contact_text, find_url, kept_text, slot_clock
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.closing_told import ClosedFor
from booking.bookings.queries.preparation import CallFacts
from booking.bookings.rules import adults_needed
from booking.bookings.rules.waiting import is_offered
from booking.bookings.terms import CHANGEABLE, BookingStatus
from booking.catalogue.pages import Fact, Step
from booking.catalogue.words import format_inside, title_of
from booking.clock_faces import moment, station_moment
from booking.scheduling.queries.rooms import ONLINE

JOIN_FROM = timedelta(hours=1)
OVER = frozenset({BookingStatus.ATTENDED, BookingStatus.NO_SHOW, BookingStatus.NOT_RECORDED})
DONE = {
    "booked": _l("You are booked. A mail with the calendar entry is on its way."),
    "requested": _l("We have your request. A mail says so too."),
    "waiting": _l("You are in line. A mail says so too, and we write again when there is room for you."),
    "accepted": _l("The places are yours. A mail with the calendar entry is on its way."),
    "left": _l("Done. You are no longer in line."),
    "size": _l("The number is changed. An updated calendar entry is on its way."),
    "moved": _l("You have moved. An updated calendar entry is on its way."),
    "move_requested": _l("We have your request for the new time. A mail says when we answer at the latest."),
    "cancelled": _l("Done. The place is free for others, and your calendar is told."),
    "no-address": _l("The address of the meeting is not there yet; we are seeing to it. Try again in some minutes."),
    "answered": _l("Thank you. Your answer is with the desk."),
    "taken": _l("You are booked for the new time. A mail with the calendar entry is on its way."),
    "declined": _l("Done. The time is no longer kept for you."),
    "overtaken": _l("This has changed meanwhile, or the time to answer is over. Below is how it is now."),
    "link": _l("A new link is on its way to your address; the old one no longer works."),
}
ENDED = {
    BookingStatus.CANCELLED_BY_GROUP: (_l("You have cancelled"), _l("Cancelled")),
    BookingStatus.CANCELLED_BY_STATION: (_l("We had to cancel"), _l("Cancelled")),
    BookingStatus.WITHDRAWN: (_l("You have withdrawn your request"), _l("Withdrawn")),
    BookingStatus.REFUSED: (_l("We could not say yes"), _l("Refused")),
    BookingStatus.EXPIRED: (_l("The request has expired"), _l("Expired")),
}
ASKED = {
    BookingStatus.PROPOSED: (_l("We propose this time"), _l("Your answer, please")),
    BookingStatus.NEEDS_INFORMATION: (_l("We have a question"), _l("Your answer, please")),
}
"""What the desk waits for the group to answer."""
ENDED_IN_LINE = {
    BookingStatus.WITHDRAWN: (_l("You have left the waiting list"), _l("Left")),
    BookingStatus.EXPIRED: (_l("The waiting list has ended for you"), _l("Ended")),
}


@dataclass(frozen=True)
class Managed:
    """What the page is made of: the booking, its forms, times to move to, and what a post was refused for."""

    booking: BookingFacts
    token: str | None
    """That of the address; none where the desk opened it."""
    now: datetime
    size_form: ChangeSizeForm
    move_form: MoveForm
    cancel_form: CancelForm
    options: Sequence[Slot] = ()
    refusals: tuple[Refused, ...] = ()
    alternatives: Sequence[Slot] = ()
    opened: str = ""
    done: str = ""
    said: str = ""
    """What the desk wrote last: a question, a proposal, the reason of a refusal."""
    reply_form: ReplyForm | None = None
    ahead: int = 0
    """Groups before this one in its line."""
    closed: ClosedFor | None = None
    """The closure that proposes this event."""
    call: CallFacts | None = None
    """The test call with the technical contact, where one is agreed."""
    may_counter: bool = False
    """It may ask for something else than is proposed."""

    @property
    def zone(self) -> str:
        """The group's clock, else the station's."""
        return self.booking.contact.time_zone or self.booking.station.time_zone


def is_late(booking: BookingFacts, now: datetime) -> bool:
    """CAN-01: a sure booking whose free change is over."""
    return booking.status is BookingStatus.CONFIRMED and end_of_free_change(booking, now) is None


def booking_page(shown: Managed) -> BookingPage:
    """The page in its state."""
    booking, now, zone = shown.booking, shown.now, shown.zone
    title, title_lang = title_of(booking.titles, booking.offering.title)
    state, heading, pill = _state(booking, now)
    page = BookingPage(
        reference=booking.reference,
        organisation=booking.organisation,
        group_label=booking.group_label,
        title=title,
        title_lang=title_lang,
        state=state,
        heading=heading,
        pill=pill,
        clock=held_clock(booking, zone),
        message=_message(booking, now, zone),
        said=shown.said,
        facts=tuple(_facts(booking, shown.call)),
        notes=tuple(line_notes(booking, shown.ahead, zone)) if state == "waiting" else (),
        steps=tuple(_steps(booking, zone)) if state == "requested" else (),
        ics_url=_own(shown, "bookings.ics") if state == "confirmed" else "",
        join_url=_own(shown, "bookings.join") if may_join(booking, now) else "",
        again_url=_again(shown),
        done=str(DONE.get(shown.done, "")),
        opened=shown.opened,
        kept_text=kept_text(booking.contact, booking.station),
        data_url=_own(shown, "privacy.ask"),
        refusals=shown.refusals,
        alternatives=tuple(alternative(slot, zone) for slot in shown.alternatives),
    )
    if state in {"waiting", "answer"} and booking.waiting_since is not None:
        return _in_line(shown, page)
    page = _with_answers(shown, page) if is_asked(booking, now) else page
    return _with_changes(shown, page) if can_change(booking, now) else page


def may_join(booking: BookingFacts, now: datetime) -> bool:
    """Whether the way to the meeting is open: from an hour before the start to the end, for a sure booking online."""
    near = booking.event.starts_at - JOIN_FROM <= now < booking.event.ends_at
    return near and booking.status is BookingStatus.CONFIRMED and booking.event.format in ONLINE


def can_change(booking: BookingFacts, now: datetime) -> bool:
    """Whether the group itself may still do something about it."""
    return booking.status in CHANGEABLE and booking.event.starts_at > now


def is_asked(booking: BookingFacts, now: datetime) -> bool:
    """Whether the desk waits for an answer of the group."""
    in_time = booking.event.starts_at > now and (booking.answer_by is None or booking.answer_by > now)
    return booking.status in ASKED and in_time


def _with_answers(shown: Managed, page: BookingPage) -> BookingPage:
    """Yes or no to a proposed time, or the answer to a question."""
    if shown.booking.status is BookingStatus.NEEDS_INFORMATION:
        return replace(page, reply_url=_own(shown, "bookings.reply_to_desk"), reply_form=shown.reply_form)
    asked = replace(
        page,
        accept_url=_own(shown, "bookings.answer_proposal"),
        accept_text=str(_("Take this time")),
        counter_url=_own(shown, "bookings.counter_form") if shown.may_counter else "",
        version=str(shown.booking.version),
    )
    return with_closure(asked, shown.booking, shown.closed, shown.zone) if shown.closed else asked


def _with_changes(shown: Managed, page: BookingPage) -> BookingPage:
    """The three forms: the number, another time, cancelling."""
    booking, now, zone = shown.booking, shown.now, shown.zone
    _hints(shown)
    kept = _(
        "You keep %(day)s, %(time)s until the new time is sure.",
        day=page.clock.primary_date_text,
        time=page.clock.primary_time,
    )
    sure = booking.status is BookingStatus.CONFIRMED
    return replace(
        page,
        change_size_url=_own(shown, "bookings.change_size"),
        change_form=shown.size_form,
        move_url=_own(shown, "bookings.move"),
        move_form=shown.move_form,
        move_options=tuple(_option(slot, zone) for slot in shown.options),
        move_hint=str(kept),
        all_times_url=find_url({"offering": booking.offering.slug, "time_zone": zone, "size": str(booking.size or "")}),
        cancel_url=_own(shown, "bookings.cancel"),
        cancel_form=shown.cancel_form,
        cancel_text=_cancel_text(booking, now, zone),
        cancel_button=str(_("Cancel this booking") if sure else _("Withdraw the request")),
        late=is_late(booking, now),
        new_link_url=_own(shown, "bookings.new_link"),
    )


def _in_line(shown: Managed, page: BookingPage) -> BookingPage:
    """What a group in line can say: yes or no to what it is offered, or that it waits no longer."""
    if page.state == "answer":
        return replace(
            page,
            accept_url=_own(shown, "bookings.answer_offer"),
            accept_text=str(_("Yes, we come")),
            version=str(shown.booking.version),
        )
    return replace(
        page,
        cancel_url=_own(shown, "bookings.cancel"),
        cancel_form=shown.cancel_form,
        cancel_text=str(_("Your place in line is given up.")),
        cancel_button=str(_("Leave the waiting list")),
    )


def _own(shown: Managed, endpoint: str) -> str:
    """An address of this booking, with its secret."""
    return url_for(endpoint, reference=shown.booking.reference, t=shown.token)


def _again(shown: Managed) -> str:
    """The same again for another class: the same wishes, and the form filled in as far as it can be."""
    booking = shown.booking
    query = {
        "language": booking.event.language,
        "size": str(booking.size or ""),
        "youngest_age": str(booking.youngest_age if booking.youngest_age is not None else ""),
        "offering": booking.offering.slug,
        "time_zone": shown.zone,
        "again": f"{booking.reference}.{shown.token}",
    }
    return url_for("bookings.find") + "?" + urlencode({name: value for name, value in query.items() if value})


def _state(booking: BookingFacts, now: datetime) -> tuple[str, str, str]:
    """The state's name, its heading and its pill."""
    if booking.status in ENDED:
        in_line = ENDED_IN_LINE if booking.waiting_since else {}
        heading, pill = in_line.get(booking.status, ENDED[booking.status])
        return "cancelled", str(heading), str(pill)
    if booking.status in OVER or booking.event.ends_at <= now:
        return "past", str(_("This has taken place")), str(_("Past"))
    if booking.status is BookingStatus.CONFIRMED:
        return "confirmed", str(_("You are booked")), str(_("Confirmed"))
    if booking.waiting_since is not None:
        return _line_state(booking, now)
    if booking.status in ASKED:
        heading, pill = ASKED[booking.status]
        return "answer", str(heading), str(pill)
    return "requested", str(_("We have your request")), str(_("Requested"))


def _line_state(booking: BookingFacts, now: datetime) -> tuple[str, str, str]:
    """That of a group that has no place of its own yet; an offer may be over before the worker has seen it."""
    if booking.status is BookingStatus.WAITING:
        return "waiting", str(_("You are on the waiting list")), str(_("Waiting"))
    if is_offered(booking, now):
        return "answer", str(_("There is room for you")), str(_("Your answer, please"))
    heading, pill = ENDED_IN_LINE[BookingStatus.EXPIRED]
    return "cancelled", str(heading), str(pill)


def _message(booking: BookingFacts, now: datetime, zone: str) -> str:
    if booking.status is BookingStatus.CANCELLED_BY_STATION:
        return booking.status_reason
    if is_offered(booking, now) and booking.answer_by:
        when = moment(booking.answer_by, zone, i18n.current_locale())
        return str(_("The places are kept for you until %(when)s. Then they go to the next in line.", when=when))
    if booking.is_open_request and booking.answer_by:
        return _until(booking.status, moment(booking.answer_by, zone, i18n.current_locale()))
    if booking.status is not BookingStatus.CONFIRMED or booking.event.starts_at <= now:
        return ""
    days = (zones.local_date(booking.event.starts_at, zone) - zones.local_date(now, zone)).days
    when = ngettext("In %(num)s day.", "In %(num)s days.", days) if days else str(_("Today."))
    if booking.offering.is_on_site:
        return when
    return str(_("%(when)s The link to join comes by mail one hour before, and stands here from then on.", when=when))


def _until(status: BookingStatus, when: str) -> str:
    """Who answers by when, and what is held meanwhile."""
    if status is BookingStatus.REQUESTED:
        return str(_("We answer by %(when)s. Until then the time is yours; nobody else can take it.", when=when))
    if status is BookingStatus.PROPOSED:
        return str(_("We hold this time for you until %(when)s. Please say whether it suits you.", when=when))
    return str(_("Please answer by %(when)s. Until then the time is yours.", when=when))


def line_notes(booking: BookingFacts, ahead: int, zone: str) -> Iterator[str]:
    """Where a group stands in line, why it was passed over last, and the rule."""
    if ahead:
        yield ngettext("%(num)s group is before you in line.", "%(num)s groups are before you in line.", ahead)
    else:
        yield str(_("You are the first in line."))
    if booking.skipped_at is not None:
        when = moment(booking.skipped_at, zone, i18n.current_locale())
        places = ngettext(
            "%(num)s place was free on %(when)s when it was your turn.",
            "%(num)s places were free on %(when)s when it was your turn.",
            booking.skipped_places or 0,
            when=when,
        )
        people = ngettext("You are %(num)s person.", "You are %(num)s people.", booking.size or 0)
        yield i18n.join_sentences([places, people])
    yield the_rule()


def _facts(booking: BookingFacts, call: CallFacts | None) -> list[Fact]:
    locale = i18n.current_locale()
    station = i18n.station_name(booking.station.code, locale, booking.station.name)
    access = dict(ACCESS)
    rows = [
        (_("Language"), i18n.language_name(booking.event.language, locale)),
        (_("Where you are met"), booking.meeting_point if booking.offering.is_on_site else ""),
        (_("On that day"), conditions_of(booking, locale) or ""),
        (_("Group"), _group(booking)),
        (_("Dwell on"), i18n.theme_name(booking.theme, locale) if booking.theme else ""),
        (_("Access"), i18n.join_list([str(access.get(one, one)) for one in booking.accessibility], locale)),
        (_("Contact"), contact_text(booking.contact, booking.station.time_zone)),
        (_("E-mail"), booking.contact.email),
        (_("Tested by"), booking.technical_name),
        (_("Test call"), call_on_both(call, booking) if call else ""),
        (_("Note"), booking.note),
        (_("Given by"), i18n.join_facts((station, format_inside(booking.offering.format)))),
    ]
    return [Fact(str(label), str(text)) for label, text in rows if text]


def call_on_both(call: CallFacts, booking: BookingFacts) -> str:
    """When the test call is, on the group's clock and on the station's where that is another, and at which address."""
    locale, station = i18n.current_locale(), booking.station
    zone = booking.contact.time_zone or station.time_zone
    there = station_moment(call.starts_at, station.time_zone, station.code, locale)
    here = moment(call.starts_at, zone, locale) if zone != station.time_zone else there
    length = ngettext("%(num)s minute", "%(num)s minutes", call.minutes)
    return "\n".join(filter(None, (i18n.join_facts((here, length)), there if there != here else "", call.address)))


def _group(booking: BookingFacts) -> str:
    people = ngettext("%(num)s person", "%(num)s people", booking.size or 0)
    parts = [people]
    if booking.accompanying_adults:
        parts.append(ngettext("%(num)s of them an adult", "%(num)s of them adults", booking.accompanying_adults))
    if booking.youngest_age is not None:
        parts.append(str(_("youngest %(age)s", age=booking.youngest_age)))
    return i18n.join_facts(parts)


def _steps(booking: BookingFacts, zone: str) -> list[Step]:
    locale = i18n.current_locale()

    def day(instant: datetime | None) -> str:
        return i18n.format_day(zones.local_date(instant, zone), locale) if instant else ""

    return [
        Step(day(booking.created_at), str(_("Request received"))),
        Step(str(_("now")), str(_("A person looks who can give it")), current=True),
        Step(day(booking.answer_by), str(_("Answer, at the latest"))),
    ]


def _hints(shown: Managed) -> None:
    """Say at the fields how many people and adults there may be."""
    booking, form = shown.booking, shown.size_form
    adults = adults_needed(booking.size or 1, booking.station)
    form.size.hint = _size_hint(booking)
    form.accompanying_adults.hint = ngettext(
        "At least %(num)s for this group.", "At least %(num)s for this group.", adults
    )


def _size_hint(booking: BookingFacts) -> str:
    most = min(booking.offering.max_group or 10_000, booking.event.capacity - booking.event.taken + (booking.size or 0))
    return str(_("Adults included, at most %(most)s.", most=most))


def _cancel_text(booking: BookingFacts, now: datetime, zone: str) -> str:
    if booking.status is not BookingStatus.CONFIRMED:
        return str(_("The time is given back at once."))
    free = end_of_free_change(booking, now)
    if free is None:
        return str(
            _("This is late: it is recorded as a late cancellation. The place is freed for others all the same.")
        )
    when = moment(free, zone, i18n.current_locale())
    return str(_("Until %(when)s you can cancel without a note. Later we record a late cancellation.", when=when))


def _option(slot: Slot, zone: str) -> MoveOption:
    return MoveOption(slot.slot, slot_clock(slot, zone), i18n.language_name(slot.language, i18n.current_locale()))
