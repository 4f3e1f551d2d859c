"""The desk's view of a request or a booking: what is asked, its history, and how it may be answered."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext

from booking import i18n
from booking.accounts.queries import TrailLine
from booking.accounts.trail_words import differences, what_was_done
from booking.bookings.answer_forms import AnswerForm
from booking.bookings.desk_booking_pages import BookingLine, DeskBookingPage, HistoryLine, OvertakenNote
from booking.bookings.forms import ACCESS, ORGANISATION_TYPES, SeenForm
from booking.bookings.presenting.book import held_clock
from booking.bookings.presenting.common import contact_text, contact_url
from booking.bookings.queries.bookings import BookingFacts, Note
from booking.bookings.terms import AWAITING, MANY_NO_SHOWS, UNDECIDED, BookingStatus, NoteKind, ParticipantList
from booking.catalogue.pages import Fact
from booking.catalogue.words import KINDS, format_inside, title_of
from booking.clock_faces import moment, station_moment
from booking.text import email_for_staff

STATUSES = {
    BookingStatus.ON_HOLD: (_l("Held for a moment"), " past"),
    BookingStatus.REQUESTED: (_l("Requested"), " wait"),
    BookingStatus.NEEDS_INFORMATION: (_l("Question asked"), " wait"),
    BookingStatus.PROPOSED: (_l("Time proposed"), " wait"),
    BookingStatus.WAITING: (_l("Waiting"), " wait"),
    BookingStatus.CONFIRMED: (_l("Booked"), ""),
    BookingStatus.ATTENDED: (lazy_pgettext("booking", "Attended"), " past"),
    BookingStatus.NO_SHOW: (_l("Did not come"), " past"),
    BookingStatus.NOT_RECORDED: (_l("Not recorded"), " past"),
    BookingStatus.REFUSED: (_l("Refused"), " stop"),
    BookingStatus.WITHDRAWN: (_l("Withdrawn"), " stop"),
    BookingStatus.EXPIRED: (_l("Expired"), " stop"),
    BookingStatus.CANCELLED_BY_GROUP: (_l("Cancelled by the group"), " stop"),
    BookingStatus.CANCELLED_BY_STATION: (_l("Called off by us"), " stop"),
}
LISTS = {
    ParticipantList.PENDING: _l("not received yet"),
    ParticipantList.RECEIVED: _l("received"),
    ParticipantList.MISSING: _l("not received yet"),
}
DONE = {
    "overtaken": _l("Somebody else was first. Below is how it is now; nothing of yours was done."),
    "take-back": _l("Taken back. The group is being written to."),
    "list": _l("Noted: the participant list is here."),
    "call": _l("Arranged. The technical contact is being invited."),
    "no-call": _l("Cancelled. The technical contact is being written to."),
    "accept": _l("Accepted. The group and the guide are being written to."),
    "propose": _l("Proposed. The time is held, and the group is being written to."),
    "ask": _l("Asked. The question is on its way."),
    "refuse": _l("Refused. The group is being written to."),
    "size": _l("The number is changed. The group is being written to."),
    "cancel": _l("Cancelled. The group is being written to."),
    "book": _l("Booked for the group. Whoever has an address is being written to."),
    "undo": _l("The booking stands again. The group is being written to."),
}
ACTIONS = {
    "booking.book": _l("Asked for, or booked"),
    "booking.change": _l("Number changed"),
    "booking.restore": _l("The cancellation was taken back"),
    "booking.message": _l("The desk wrote to the group"),
    "booking.regroup": _l("Given to another spelling of the organization"),
    "booking.move": _l("Moved to another time"),
    "booking.moved": _l("Moved with its event"),
    "booking.cancel": _l("Cancelled"),
    "booking.expire": _l("Expired without an answer"),
    "booking.confirm": _l("Confirmed: a guide was found"),
    "booking.accept": _l("Accepted"),
    "booking.refuse": _l("Refused"),
    "booking.ask": _l("The group was asked"),
    "booking.answer": _l("The group answered"),
    "booking.propose": _l("Another time proposed"),
    "booking.take_proposal": _l("The group took the proposed time"),
    "booking.offer": _l("Places offered from the waiting list"),
    "booking.pass_over": _l("Passed over: too few places came free"),
    "booking.take_offer": _l("The group took the places"),
    "booking.decline_proposal": _l("The group declined the proposed time"),
    "booking.give_back": _l("The proposed time was given back"),
    "request.ask": _l("Asked for, without a fixed time"),
    "request.question": _l("The group was asked"),
    "request.answer": _l("The group answered"),
    "request.refuse": _l("Refused"),
    "request.suggest": _l("Another topic suggested"),
    "request.take_suggestion": _l("The group took the suggested topic"),
    "request.counter": _l("The group would rather have something else"),
    "request.take_back": _l("The proposal was taken back"),
    "request.withdraw": _l("Withdrawn by the group"),
    "request.hand_on": _l("Handed on to another desk"),
    "request.no_speaker": _l("No speaker found in time"),
    "request.speaker_found": _l("A speaker is there"),
    "request.expire": _l("Expired without an answer"),
    "request.list_received": _l("The participant list was received"),
    "request.test_call": _l("Test call arranged"),
    "request.no_test_call": _l("Test call cancelled"),
}
WRITTEN = {
    NoteKind.QUESTION: ("booking.ask", "request.question"),
    NoteKind.ANSWER: ("booking.answer", "request.answer"),
    NoteKind.PROPOSAL: ("booking.propose",),
    NoteKind.REFUSAL: ("booking.refuse", "request.refuse"),
    NoteKind.EXCEPTION: ("booking.accept", "booking.propose", "booking.book"),
    NoteKind.SUGGESTION: ("request.suggest",),
    NoteKind.COUNTER: ("request.counter",),
    NoteKind.TAKEN_BACK: ("request.take_back",),
}
"""With which actions what was written goes."""
MOST_DAYS = 3
"""Of events to which a group did not come."""
ACTORS = {"group": _l("the group"), "worker": _l("by itself"), "command": _l("a command")}


def status_text(status: str) -> str:
    """A status in words; the text itself where it is none."""
    return str(STATUSES[BookingStatus(status)][0]) if status in set(BookingStatus) else status


def _status(booking: BookingFacts) -> tuple[str, str]:
    """The status and its pill; what a group in line is offered is no time that the desk proposes."""
    if booking.status is BookingStatus.PROPOSED and booking.waiting_since is not None:
        return str(_("Places offered")), " wait"
    text, pill = STATUSES[booking.status]
    return str(text), pill


def booking_line(booking: BookingFacts) -> BookingLine:
    """A booking in a list; one that awaits an answer leads to its decision."""
    text, pill = _status(booking)
    title = title_of(booking.titles, booking.offering.title)[0]
    facts = [title, _here(booking, booking.event.starts_at), *_short(booking)]
    endpoint = "desk.asked" if booking.is_open_request else "desk.one"
    return BookingLine(
        url=url_for(endpoint, reference=booking.reference),
        reference=booking.reference,
        who=who(booking),
        facts=" · ".join(facts),
        status=str(text),
        pill=pill,
        deadline=deadline(booking),
    )


def who(booking: BookingFacts) -> str:
    """The organisation, and which of its groups."""
    known = booking.organisation or str(_("A group that is choosing"))
    return i18n.join_facts((known, booking.group_label)) if booking.group_label else known


def _short(booking: BookingFacts) -> Iterable[str]:
    yield i18n.language_name(booking.event.language, i18n.current_locale())
    yield ngettext("%(num)s person", "%(num)s people", booking.size or 0)


def _here(booking: BookingFacts, instant: datetime) -> str:
    """An instant on the clock of the booking's station."""
    return station_moment(instant, booking.station.time_zone, booking.station.code, i18n.current_locale())


def deadline(booking: BookingFacts) -> str:
    """Until when somebody must answer, and who."""
    if booking.status not in AWAITING or booking.answer_by is None:
        return ""
    when = _here(booking, booking.answer_by)
    if booking.status is BookingStatus.REQUESTED:
        return str(_("We answer by %(when)s.", when=when))
    return str(_("The group answers by %(when)s.", when=when))


def desk_booking_page(booking: BookingFacts, trail: Sequence[TrailLine], notes: Sequence[Note]) -> DeskBookingPage:
    """All about a booking, without what may be done."""
    title, lang = title_of(booking.titles, booking.offering.title)
    text, pill = _status(booking)
    return DeskBookingPage(
        reference=booking.reference,
        who=who(booking),
        title=title,
        title_lang=lang,
        clock=held_clock(booking, booking.station.time_zone),
        status=str(text),
        pill=pill,
        message=deadline(booking),
        facts=tuple(_facts(booking)),
        history=tuple(_history(booking, trail, notes)),
        event_url=url_for("series.event", code=booking.event.code),
        group_url=url_for("bookings.booking", reference=booking.reference),
        contact_url=contact_url(booking.reference, booking.contact),
    )


def absent(missed: Sequence[datetime], booking: BookingFacts) -> str:
    """NSH-01: that the group did not come before, and when; empty where that happened once or never."""
    if len(missed) < MANY_NO_SHOWS:
        return ""
    days = i18n.join_list([_here(booking, one) for one in missed[:MOST_DAYS]], i18n.current_locale())
    told = ngettext(
        "Nobody came to %(num)s event of this contact or organization within a year: %(days)s. So you decide.",
        "Nobody came to %(num)s events of this contact or organization within a year: %(days)s. So you decide.",
        len(missed),
        days=days,
    )
    return str(told)


def is_undecided(booking: BookingFacts, now: datetime) -> bool:
    """Whether the desk may still answer it."""
    return booking.status in UNDECIDED and booking.event.starts_at > now


def _facts(booking: BookingFacts) -> Iterable[Fact]:
    locale = i18n.current_locale()
    kinds, access = dict(ORGANISATION_TYPES), dict(ACCESS)
    zone = booking.contact.time_zone or booking.station.time_zone
    country = i18n.country_in_text(booking.country, locale) if booking.country else ""
    theirs = moment(booking.event.starts_at, zone, locale) if zone != booking.station.time_zone else ""
    needs = i18n.join_list([str(access.get(one, one)) for one in booking.accessibility], locale)
    people = _people(booking)
    rows = [
        (_("On the group’s clock"), theirs),
        (_("What"), i18n.join_facts((KINDS[booking.offering.kind], format_inside(booking.offering.format)))),
        (_("Language"), i18n.language_name(booking.event.language, locale)),
        (_("Group"), people),
        (_("Kind"), str(kinds.get(booking.organisation_type, booking.organisation_type))),
        (_("Country or area"), country),
        (_("Dwell on"), i18n.theme_name(booking.theme, locale) if booking.theme else ""),
        (_("Access"), needs),
        (_("Note"), booking.note),
        (_("Contact"), contact_text(booking.contact, booking.station.time_zone)),
        (_("E-mail"), email_for_staff(booking.contact.email)),
        (_("Telephone"), booking.contact.phone),
        (
            _("Tested by"),
            i18n.join_facts(filter(None, [booking.technical_name, email_for_staff(booking.technical_email)])),
        ),
        (_("Participant list"), str(LISTS.get(ParticipantList(booking.participant_list), ""))),
        (_("Duty station"), i18n.station_name(booking.station.code, locale, booking.station.name)),
    ]
    return (Fact(str(label), text) for label, text in rows if text)


def _people(booking: BookingFacts) -> str:
    parts = [ngettext("%(num)s person", "%(num)s people", booking.size or 0)]
    if booking.accompanying_adults:
        parts.append(ngettext("%(num)s of them an adult", "%(num)s of them adults", booking.accompanying_adults))
    if booking.youngest_age is not None:
        parts.append(str(_("youngest %(age)s", age=booking.youngest_age)))
    return i18n.join_facts(parts)


def _history(booking: BookingFacts, trail: Sequence[TrailLine], notes: Sequence[Note]) -> Iterable[HistoryLine]:
    """The newest first; what was written stands with what was done at that instant."""
    for line in reversed(trail):
        actor = ACTORS.get(line.actor, line.actor)
        exceptions = i18n.join_facts(line.after.get("exceptions") or ())
        what = str(ACTIONS.get(line.action, line.action))
        if line.action == "booking.book" and line.is_staff:
            what = str(_("Booked by the desk"))
        yield HistoryLine(
            when=_here(booking, line.at),
            what=_("%(what)s, with an exception to %(rules)s", what=what, rules=exceptions) if exceptions else what,
            who=str(actor),
            text="\n".join(note.text for note in notes if note.at == line.at and line.action in WRITTEN[note.kind]),
        )


def changed_meanwhile(booking: BookingFacts, form: SeenForm | None, trail: Sequence[TrailLine]) -> OvertakenNote:
    """What somebody else has changed since the page was shown, and what was typed here."""
    said = [_("Somebody has changed this booking meanwhile. Nothing of yours was done: look, then send it again.")]
    if trail:
        last = trail[-1]
        what, who = what_was_done(last.action), str(ACTORS.get(last.actor, last.actor))
        said.append(_("Last: %(what)s, %(who)s, %(when)s.", what=what, who=who, when=_here(booking, last.at)))
        said.extend(f"{one}." for one in differences(last.before, last.after, booking.station.time_zone))
    kept = [one for one in form or () if one.kind not in {"hidden", "checkbox"} and one.typed]
    return OvertakenNote(i18n.join_sentences(said), tuple((str(one.label.text), one.typed) for one in kept))


def overtaken(form: AnswerForm, booking: BookingFacts, history: Collection[HistoryLine]) -> OvertakenNote:
    """Both states, who made the difference, and what was typed."""
    last = next(iter(history), None)
    told = {"then": status_text(form.seen.data or ""), "now": str(STATUSES[booking.status][0])}
    sentence = _("You saw it as “%(then)s”; it is “%(now)s” by now. Nothing of yours was done.", **told)
    by = _("Last: %(what)s, %(who)s, %(when)s.", what=last.what, who=last.who, when=last.when) if last else ""
    return OvertakenNote(i18n.join_sentences((sentence, by)), tuple(form.entered))
