"""The desk's view of a request without a time: wishes side by side with who is free, and what may be proposed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n
from booking.accounts.queries import TrailLine
from booking.bookings.answer_forms import AnswerForm
from booking.bookings.desk_booking_pages import BookingLine, HistoryLine, OvertakenNote
from booking.bookings.presenting.common import contact_url
from booking.bookings.presenting.desk_booking import ACTIONS, ACTORS, WRITTEN, booking_line
from booking.bookings.presenting.visits import STATUSES, deadline_of, group_facts, visit_who, what_of
from booking.bookings.queries.asked import Asked
from booking.bookings.queries.bookings import Note
from booking.bookings.queries.speakers import Speaker
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.terms import RequestStatus
from booking.bookings.visit_pages import DeskVisitPage, SpeakerLine
from booking.clock_faces import STATION_CSS, station_moment

DONE = {
    "ask": _l("Asked. The question is on its way."),
    "refuse": _l("Refused. The group is being written to."),
    "suggest": _l("Suggested. The group is being written to."),
    "hand-on": _l("Handed on. The other desk has it now."),
    "take-back": _l("Taken back. The group is being written to."),
}


def asked_line(one: Asked) -> BookingLine:
    """What waits for an answer, or was found, whether it holds a time or not."""
    return visit_line(one) if isinstance(one, VisitFacts) else booking_line(one)


def visit_line(visit: VisitFacts) -> BookingLine:
    """A request in a list, as a booking stands there."""
    status, pill = STATUSES[visit.status]
    locale = i18n.current_locale()
    times = ngettext("%(num)s wished time", "%(num)s wished times", len(visit.wishes)) if visit.wishes else ""
    facts = [
        what_of(visit),
        times,
        i18n.language_name(visit.language, locale),
        ngettext("%(num)s person", "%(num)s people", visit.size),
        str(_("No speaker found")) if visit.no_speaker_at else "",
    ]
    return BookingLine(
        url=url_for("desk.visit", reference=visit.reference),
        reference=visit.reference,
        who=visit_who(visit),
        facts=" · ".join(filter(None, facts)),
        status=str(status),
        pill=" stop" if visit.no_speaker_at else pill,
        deadline=deadline_of(visit),
    )


def desk_visit_page(visit: VisitFacts, trail: Sequence[TrailLine], notes: Sequence[Note]) -> DeskVisitPage:
    """All about a request, without what may be done."""
    status, pill = STATUSES[visit.status]
    return DeskVisitPage(
        reference=visit.reference,
        who=visit_who(visit),
        title=what_of(visit),
        status=str(status),
        pill=pill,
        message=deadline_of(visit),
        alarm=_alarm(visit),
        station_css=STATION_CSS.get(visit.station.code, ""),
        facts=tuple(group_facts(visit)),
        history=tuple(_history(visit, trail, notes)),
        group_url=url_for("bookings.visit", reference=visit.reference),
        contact_url=contact_url(visit.reference, visit.contact),
        wishes=(),
        speakers=(),
    )


def _alarm(visit: VisitFacts) -> str:
    if visit.no_speaker_at is None or visit.status is not RequestStatus.REQUESTED:
        return ""
    topic = i18n.theme_name(visit.theme, i18n.current_locale()) if visit.theme else what_of(visit)
    days = visit.station.speaker_days
    return str(
        _(
            "Nobody was found for “%(topic)s” in %(days)s working days: propose another topic or a tour. Both are "
            "filled in below.",
            topic=topic,
            days=days,
        )
    )


def speaker_lines(speakers: Sequence[Speaker], wishes: Sequence[datetime]) -> tuple[SpeakerLine, ...]:
    """Everybody who could give it, the best first."""
    return tuple(SpeakerLine(one.guide.shown, _why(one, len(wishes)), one.knows) for one in speakers)


def _why(one: Speaker, wishes: int) -> str:
    known = _("has the topic") if one.knows else _("other topics")
    if not wishes:
        return str(known)
    return str(_("%(known)s, free at %(free)s of %(all)s times", known=known, free=len(one.free_at), all=wishes))


def _history(visit: VisitFacts, trail: Sequence[TrailLine], notes: Sequence[Note]) -> Iterable[HistoryLine]:
    """The newest first; what was written stands with what was done at that instant."""
    locale = i18n.current_locale()
    for line in reversed(trail):
        exceptions = i18n.join_facts((line.after or {}).get("exceptions") or ())
        what = str(ACTIONS.get(line.action, line.action))
        yield HistoryLine(
            when=station_moment(line.at, visit.station.time_zone, visit.station.code, locale),
            what=_("%(what)s, with an exception to %(rules)s", what=what, rules=exceptions) if exceptions else what,
            who=str(ACTORS.get(line.actor, line.actor)),
            text="\n".join(note.text for note in notes if note.at == line.at and line.action in WRITTEN[note.kind]),
        )


def overtaken_visit(form: AnswerForm, visit: VisitFacts, history: Sequence[HistoryLine]) -> OvertakenNote:
    """Both states, who made the difference, and what was typed."""
    names: Mapping[str, object] = {status.value: text for status, (text, _pill) in STATUSES.items()}
    then = str(names.get(form.seen.data or "", form.seen.data or ""))
    told = {"then": then, "now": str(STATUSES[visit.status][0])}
    sentence = _("You saw it as “%(then)s”; it is “%(now)s” by now. Nothing of yours was done.", **told)
    last = next(iter(history), None)
    by = _("Last: %(what)s, %(who)s, %(when)s.", what=last.what, who=last.who, when=last.when) if last else ""
    return OvertakenNote(i18n.join_sentences((sentence, by)), tuple(form.entered))
