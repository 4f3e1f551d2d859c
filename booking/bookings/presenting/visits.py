"""Requests without a time in words: wishes on two clocks, what was asked, what is waited for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n
from booking.bookings.answer_forms import ReplyForm
from booking.bookings.explanations import explain
from booking.bookings.forms import ACCESS, ORGANISATION_TYPES
from booking.bookings.pages import Refused
from booking.bookings.presenting.common import contact_text, kept_text, refused
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.terms import Platform, Refusal, RequestStatus, VisitDetails
from booking.bookings.visit_pages import VisitPage, WishLine
from booking.catalogue.pages import Fact
from booking.catalogue.terms import StationFacts
from booking.catalogue.words import KINDS, format_inside, title_of
from booking.clock_faces import moment, station_moment
from booking.text import email_for_staff

STATUSES = {
    RequestStatus.REQUESTED: (_l("Requested"), " wait"),
    RequestStatus.NEEDS_INFORMATION: (_l("Question asked"), " wait"),
    RequestStatus.PROPOSED: (_l("Topic suggested"), " wait"),
    RequestStatus.BOOKED: (_l("Booked"), ""),
    RequestStatus.REFUSED: (_l("Refused"), " stop"),
    RequestStatus.WITHDRAWN: (_l("Withdrawn"), " stop"),
    RequestStatus.EXPIRED: (_l("Expired"), " stop"),
}
HEADINGS = {
    RequestStatus.REQUESTED: _l("We have your request"),
    RequestStatus.NEEDS_INFORMATION: _l("We have a question"),
    RequestStatus.PROPOSED: _l("We suggest another topic"),
    RequestStatus.BOOKED: _l("Your request has become a booking"),
    RequestStatus.REFUSED: _l("We could not say yes"),
    RequestStatus.WITHDRAWN: _l("Your request is withdrawn"),
    RequestStatus.EXPIRED: _l("Your request has ended"),
}
DONE = {
    "asked": _l("Sent. A mail with the number and this link is on its way."),
    "answered": _l("Your answer is with us."),
    "countered": _l("Sent. We look at it and write to you."),
    "taken": _l("We look for a speaker on this topic and write to you."),
    "withdrawn": _l("Withdrawn. Nothing is waited for any more."),
    "overtaken": _l("This was answered meanwhile. Below is how it is now."),
}


def visit_who(visit: VisitFacts) -> str:
    """The organisation, and which of its groups."""
    return i18n.join_facts((visit.organisation, visit.group_label)) if visit.group_label else visit.organisation


def what_of(visit: VisitFacts) -> str:
    """What is asked for; advice, where no offering is."""
    if visit.offering is None:
        return str(_("Advice on what to choose"))
    return title_of(visit.offering.titles, visit.offering.title)[0]


def wish_line(start: datetime, station: StationFacts, zone: str, against: Sequence[Refused] = ()) -> WishLine:
    """A wish on the group's clock, and on the station's where that is another."""
    locale = i18n.current_locale()
    there = station_moment(start, station.time_zone, station.code, locale)
    here = moment(start, zone, locale) if zone and zone != station.time_zone else there
    return WishLine(here, there if here != there else "", tuple(against))


def told_against(found: Mapping[int, Sequence[Refusal]], now: datetime) -> dict[int, list[Refused]]:
    """Refusals by wish, in words."""
    locale = i18n.current_locale()
    return {place: list(refused(explain(list(one), locale=locale, now=now))) for place, one in found.items()}


def deadline_of(visit: VisitFacts) -> str:
    """Until when somebody must answer, and who."""
    if not visit.is_open or visit.answer_by is None:
        return ""
    locale = i18n.current_locale()
    when = station_moment(visit.answer_by, visit.station.time_zone, visit.station.code, locale)
    if visit.status is RequestStatus.REQUESTED:
        return str(_("We answer by %(when)s.", when=when))
    return str(_("The group answers by %(when)s.", when=when))


def visit_page(visit: VisitFacts, token: str, said: str, done: str, reply: ReplyForm | None) -> VisitPage:
    """The page of the group."""
    zone = visit.contact.time_zone or visit.station.time_zone
    status, pill = STATUSES[visit.status]
    asks = visit.status is RequestStatus.NEEDS_INFORMATION
    return VisitPage(
        reference=visit.reference,
        who=visit_who(visit),
        heading=str(HEADINGS[visit.status]),
        pill=pill,
        status=str(status),
        message=_message(visit, zone),
        said=said,
        what=what_of(visit),
        wishes=tuple(wish_line(start, visit.station, zone) for start in visit.wishes),
        facts=tuple(group_facts(visit)),
        version=str(visit.version),
        token=token,
        done=str(DONE.get(done, "")),
        suggested=_suggested(visit),
        reply_form=(reply or ReplyForm(data={"version": str(visit.version)})) if asks else None,
        is_open=visit.is_open,
        kept_text=kept_text(visit.contact, visit.station),
    )


def _suggested(visit: VisitFacts) -> str:
    if visit.status is not RequestStatus.PROPOSED or not visit.suggested_theme:
        return ""
    return i18n.theme_name(visit.suggested_theme, i18n.current_locale())


def _message(visit: VisitFacts, zone: str) -> str:
    if not visit.is_open or visit.answer_by is None:
        return ""
    when = moment(visit.answer_by, zone, i18n.current_locale())
    if visit.status is RequestStatus.REQUESTED:
        return str(_("Nothing is held yet. We answer by %(when)s, with a time that suits both of us.", when=when))
    return str(_("Answer by %(when)s.", when=when))


def group_facts(visit: VisitFacts) -> Iterable[Fact]:
    """What the group said, as far as it said anything."""
    locale = i18n.current_locale()
    offering = visit.offering
    topics = visit.details.topics or ((visit.theme,) if visit.theme else ())
    kinds, access = dict(ORGANISATION_TYPES), dict(ACCESS)
    rows = [
        (_("What"), i18n.join_facts((KINDS[offering.kind], format_inside(offering.format))) if offering else ""),
        (_("Language"), i18n.language_name(visit.language, locale)),
        (_("Group"), _people(visit)),
        (_("Kind"), str(kinds.get(visit.organisation_type, visit.organisation_type))),
        (_("Country or area"), i18n.country_in_text(visit.country, locale)),
        (_("Topics"), i18n.join_list([i18n.theme_name(one, locale) for one in topics], locale)),
        *detail_rows(visit.details),
        (_("Access"), i18n.join_list([str(access.get(one, one)) for one in visit.accessibility], locale)),
        (_("Note"), visit.note),
        (_("Contact"), contact_text(visit.contact, visit.station.time_zone)),
        (_("E-mail"), email_for_staff(visit.contact.email)),
        (_("Tested by"), i18n.join_facts(filter(None, [visit.technical_name, email_for_staff(visit.technical_email)]))),
        (_("Duty station"), i18n.station_name(visit.station.code, locale, visit.station.name)),
    ]
    return (Fact(str(label), text) for label, text in rows if text)


def detail_rows(details: VisitDetails) -> list[tuple[str, str]]:
    """What was said beyond a booking, as (label, text)."""
    second = details.second_language
    theirs = details.platform == Platform.THEIRS
    return [
        (_("Second choice"), i18n.language_name(second, i18n.current_locale()) if second else ""),
        (_("Grade or year"), details.grade),
        (_("Knows already"), details.prior_knowledge),
        (_("Meeting room"), _("theirs: they send a link") if theirs else ""),
        (_("Recording"), _("wished; everybody in the group agrees") if details.recording else ""),
        (_("Vehicle"), details.vehicle),
        (_("Heard of us"), details.heard_from),
    ]


def _people(visit: VisitFacts) -> str:
    parts = [ngettext("%(num)s person", "%(num)s people", visit.size)]
    if visit.accompanying_adults:
        parts.append(ngettext("%(num)s of them an adult", "%(num)s of them adults", visit.accompanying_adults))
    if visit.youngest_age is not None:
        parts.append(str(_("youngest %(age)s", age=visit.youngest_age)))
    return i18n.join_facts(parts)
