"""What ends by itself for requests that hold no time: their deadline, and the search for an expert (SPK-01)."""

from dataclasses import replace
from datetime import datetime

from booking.bookings.queries.speakers import speakers_for
from booking.bookings.queries.visit_requests import VisitFacts, visits_due, visits_without_speaker
from booking.bookings.services.answering import Answer
from booking.bookings.services.visit_answer import VisitSaid, answer_visit, turned
from booking.bookings.services.writing import Stale
from booking.bookings.terms import RequestStatus
from booking.db import db

AT_ONCE = 200
WORKER = "worker"


def end_visits(now: datetime) -> int:
    """Requests that nobody answered in time expire, whoever had to: the group is told. How many there were."""
    return sum(_ended(visit, now) for visit in visits_due(db.session(), now, AT_ONCE))


def _ended(visit: VisitFacts, now: datetime) -> bool:
    mail = "visit_expired" if visit.status is RequestStatus.REQUESTED else "visit_unanswered"
    return _done(visit, turned(visit, RequestStatus.EXPIRED), VisitSaid("request.expire", mail), now)


def end_speaker_searches(now: datetime) -> int:
    """SPK-01: where no expert for the topic was free in the days there are, the desk proposes something else.

    The request goes to its red list; of those for whom somebody is there, the search is over too. How many moved.
    """
    return sum(_searched(visit, now) for visit in visits_without_speaker(db.session(), now, AT_ONCE))


def _searched(visit: VisitFacts, now: datetime) -> bool:
    speakers = speakers_for(db.session(), visit, now)
    if any(one.is_found or (one.knows and not visit.wishes) for one in speakers):
        over = replace(visit, speaker_by=None, version=visit.version + 1)
        _done(visit, over, VisitSaid("request.speaker_found"), now)
        return False
    moved = replace(visit, no_speaker_at=now, version=visit.version + 1)
    return _done(visit, moved, VisitSaid("request.no_speaker", after={"topic": visit.theme}), now)


def _done(visit: VisitFacts, after: VisitFacts, said: VisitSaid, now: datetime) -> bool:
    """Whether this very worker was first."""
    try:
        answer_visit(Answer(visit.reference, visit.version, now, WORKER), visit, after, said)
    except Stale:
        return False
    return True
