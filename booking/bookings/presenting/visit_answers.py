"""The desk's answers to a request without a time, as forms filled in with what fits best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from booking import i18n, zones
from booking.bookings.answer_forms import AnswerForm, AskForm, RefuseForm
from booking.bookings.presenting.common import find_choices
from booking.bookings.queries.situation import is_hosted
from booking.bookings.queries.speakers import Speaker
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.terms import RequestStatus
from booking.bookings.visit_forms import AcceptWishForm, HandOnForm, ProposeForVisitForm, SuggestForm
from booking.bookings.visit_pages import VisitForms
from booking.catalogue.queries import Catalogue
from booking.catalogue.terms import Format, Kind, OfferingFacts, OfferingStatus
from booking.catalogue.words import title_of
from booking.fields import Choices

HELD_DAYS = 3
"""For how many days a proposed time is held, unless the desk says otherwise."""
Sent = MultiDict[str, str] | None


@dataclass(frozen=True)
class Desk:
    """What the forms are made of: the request, the catalogue, and who could give it."""

    visit: VisitFacts
    known: Catalogue
    speakers: Sequence[Speaker]
    topics: frozenset[str]
    now: datetime
    given: Mapping[str, AnswerForm] = field(default_factory=dict)
    """Forms that were sent, as they were filled in."""

    @property
    def state(self) -> dict[str, object]:
        """What goes along with every form."""
        return {"version": str(self.visit.version), "seen": self.visit.status.value}


def accept_form(desk: Desk, start: datetime | None, sent: Sent = None) -> AcceptWishForm:
    """Yes to a wish, given by one of those who are free then, the topic's own first; `start` None: any of them."""
    free = [one for one in desk.speakers if start is None or start in one.free_at]
    offering = desk.visit.offering
    data = {**desk.state, "starts_at": start.isoformat() if start else ""}
    form = AcceptWishForm(sent, choices={"guide": [(one.guide.code, one.guide.shown) for one in free]}, data=data)
    _apart(form, f"wish-{start:%Y%m%d%H%M}" if start else "wish")
    form.needs_guide = offering is not None and is_hosted(offering)
    form.needs_permission = offering is not None and offering.kind is Kind.COURTESY_VISIT
    return form


def _apart(form: AnswerForm, name: str) -> None:
    """Ids of its own, where a page has several forms with the same fields."""
    for one in form:
        one.id = f"{name}-{one.name}"


def propose_form(desk: Desk, sent: Sent = None) -> ProposeForVisitForm:
    """A time of what is asked for, or of a tour where no speaker was found; ready to be sent as it stands."""
    visit, zone = desk.visit, desk.visit.station.time_zone
    offered = _offered(desk)
    wanted = _tour(desk) if visit.no_speaker_at else visit.offering
    start = next((one for one in visit.wishes if one > desk.now), None)
    local = zones.to_local(start, zone) if start else None
    until = zones.local_date(desk.now + timedelta(days=HELD_DAYS), zone)
    data = {
        **desk.state,
        "offering": wanted.code if wanted else None,
        "language": visit.language,
        "proposed_on": local.date() if local else None,
        "proposed_at": local.time().replace(tzinfo=None) if local else None,
        "until_on": min(until, local.date()) if local else until,
    }
    return ProposeForVisitForm(sent, choices={**offered, "guide": _guides(desk)}, data=data)


def _guides(desk: Desk) -> Choices:
    return [(one.guide.code, one.guide.shown) for one in desk.speakers]


def _tour(desk: Desk) -> OfferingFacts | None:
    """The first tour of the station in the language that is asked for."""

    def fits(one: OfferingFacts) -> bool:
        return one.kind is Kind.TOUR and desk.visit.language in desk.known.languages_of(one)

    return desk.known.first(desk.visit.station.id, fits) or desk.visit.offering


def _offered(desk: Desk) -> dict[str, Choices]:
    known, station = desk.known, desk.visit.station
    mine = [
        (one.code, title_of(one.titles, one.title)[0])
        for one in known.offerings.values()
        if one.station_id == station.id
        and one.unit == "visitors-service"
        and one.format not in {Format.ON_DEMAND, Format.OFF_SITE}
        and one.status is not OfferingStatus.AWAITING_REOPENING
    ]
    tags = {*known.tours.get(station.id, ()), *known.briefings.get(station.id, ()), desk.visit.language}
    return {"offering": mine, "language": i18n.language_choices(tags, i18n.current_locale())}


def suggest_form(desk: Desk, sent: Sent = None) -> SuggestForm | None:
    """Another topic, the best of them chosen; None for what is neither a briefing nor a wish for advice."""
    offering, station = desk.visit.offering, desk.visit.station
    if offering is not None and offering.kind is not Kind.BRIEFING:
        return None
    locale = i18n.current_locale()
    others = find_choices([], list(desk.known.offerings.values()), (), station.time_zone, desk.now)["theme"]
    named = {str(code): str(text) for code, text in others}
    named |= {code: i18n.theme_name(code, locale) for code in desk.topics - set(named)}
    named.pop(desk.visit.theme, None)
    until = zones.local_date(desk.now + timedelta(days=HELD_DAYS), station.time_zone)
    best = next(iter(sorted(desk.topics - {desk.visit.theme})), None)
    data = {**desk.state, "theme": best if best in named else None, "until_on": until}
    form = SuggestForm(sent, choices={"theme": sorted(named.items(), key=lambda one: str(one[1]))}, data=data)
    _apart(form, "suggest")
    return form


def hand_on_form(desk: Desk, sent: Sent = None) -> HandOnForm | None:
    """Another desk, for a request for advice."""
    if desk.visit.offering is not None:
        return None
    locale = i18n.current_locale()
    others = [one for one in desk.known.stations.values() if one.id != desk.visit.station.id]
    choices = [(one.code, i18n.station_name(one.code, locale, one.name)) for one in others]
    return HandOnForm(sent, choices={"station": choices}, data=desk.state) if others else None


def forms_of(desk: Desk) -> VisitForms | None:
    """Every answer that may be given now; the one that was sent as it was filled in."""
    if desk.visit.status not in {RequestStatus.REQUESTED, RequestStatus.NEEDS_INFORMATION}:
        return None
    given = desk.given
    propose, ask, refuse, suggest, other = (
        given.get(name) for name in ("propose", "ask", "refuse", "suggest", "hand-on")
    )
    return VisitForms(
        propose=propose if isinstance(propose, ProposeForVisitForm) else propose_form(desk),
        ask=ask if isinstance(ask, AskForm) else AskForm(data=desk.state),
        refuse=refuse if isinstance(refuse, RefuseForm) else RefuseForm(data=desk.state),
        suggest=suggest if isinstance(suggest, SuggestForm) else suggest_form(desk),
        hand_on=other if isinstance(other, HandOnForm) else hand_on_form(desk),
    )
