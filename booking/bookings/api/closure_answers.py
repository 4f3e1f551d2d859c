"""Closures as JSON, and why one cannot be declared, changed or taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response
from flask_babel import gettext as _

from booking import i18n
from booking.bookings.api.answers import CONFLICT, instant
from booking.bookings.closing import (
    CannotUndo,
    ClosureRefused,
    Declared,
    EventHit,
    NotPossible,
    Preview,
    PreviewOvertaken,
    Undone,
    Way,
)
from booking.bookings.closing_terms import Hurdle
from booking.bookings.closing_words import against, said
from booking.bookings.queries.closing_log import ClosureRow, Operation, Step
from booking.bookings.services.closure_days import ClosureChanged
from booking.bookings.terms import Conflict, KeyReused
from booking.http.inputs import InvalidInput
from booking.problems import problem
from booking.scheduling.terms import HostTaken


def preview_json(preview: Preview) -> dict[str, Any]:
    """What a closure would hit."""
    zone, locale = preview.station.time_zone, i18n.current_locale()
    return {
        "state": preview.state,
        "events": len(preview.hits),
        "groups": len(preview.bookings),
        "people": preview.people,
        "by_language": preview.by_language,
        "by_country": preview.by_country,
        "by_locale": preview.by_locale,
        "hits": [_hit(one, zone, locale) for one in preview.hits],
        "stays": [
            {
                "event_id": one.event.code,
                "starts_at": instant(one.event.starts_at, zone),
                "title": one.title.in_locale(locale)[0],
                "kind": one.event.kind,
            }
            for one in preview.stays
        ],
        "untouched": dict(preview.untouched),
        "over": [
            {
                "reference": one.booking.reference,
                "event_id": one.booking.event.code,
                "size": one.booking.size,
                "limit": one.limit,
            }
            for one in preview.over
        ],
    }


def _hit(one: EventHit, zone: str, locale: str) -> dict[str, Any]:
    return {
        "event_id": one.event.code,
        "starts_at": instant(one.event.starts_at, zone),
        "title": one.title.in_locale(locale)[0],
        "kind": one.event.kind,
        "language": one.event.language,
        "people": one.people,
        "groups": [
            {
                "reference": booking.reference,
                "organisation": booking.organisation,
                "country": booking.country,
                "size": booking.size,
                "writes": booking.contact.locale,
            }
            for booking in one.bookings
        ],
        "waiting": len(one.line),
        "is_whole": one.is_whole,
        "online": _way(one.online, zone),
        "not_online": one.not_online,
        "later": _way(one.later, zone),
        "not_later": one.not_later,
        "choices": list(one.choices),
        "proposed": one.proposed,
        "needs_choice": one.needs_choice,
    }


def _way(way: Way | None, zone: str) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "offering_id": way.offering.code,
        "language": way.language,
        "is_other_language": way.is_other_language,
        "starts_at": instant(way.starts_at, zone),
        "ends_at": instant(way.ends_at, zone),
        "guide": way.guides[0].code if way.guides else None,
        "keeps_guide": way.keeps_guide,
        "event_id": way.event.code if way.event else None,
    }


def declared_json(done: Declared) -> dict[str, Any]:
    """What was done."""
    return {
        "operation": done.operation,
        "closures": list(done.closures),
        "events": list(done.events),
        "bookings": list(done.bookings),
        "prepared": done.is_prepared,
    }


def closure_json(closure: ClosureRow) -> dict[str, Any]:
    """A closure as it is stored."""
    return {
        "closure_id": closure.code,
        "station": closure.station,
        "type": closure.type,
        "starts_on": closure.starts_on.isoformat(),
        "ends_on": closure.ends_on.isoformat() if closure.ends_on else None,
        "announced_on": closure.announced_on.isoformat(),
        "blocks_formats": list(closure.blocks_formats),
        "allows": list(closure.allows),
        "distanced_capacity": closure.distanced_capacity,
        "messages": dict(closure.message),
        "conditions": dict(closure.conditions or {}),
        "lifted_at": _instant(closure.lifted_at, closure.time_zone),
        "operation": closure.operation or None,
    }


def operation_json(operation: Operation, steps: list[Step]) -> dict[str, Any]:
    """An operation with its log."""
    zone = operation.time_zone
    return {
        "operation": operation.code,
        "station": operation.station,
        "state": operation.state,
        "created_at": instant(operation.created_at, zone),
        "due_on": operation.due_on.isoformat(),
        "stuck": operation.stuck,
        "stuck_about": operation.stuck_about.split() if operation.stuck else [],
        "closures": list(operation.closures),
        "answers": {state.value: number for state, number in operation.answers.items()},
        "may_be_undone": operation.may_be_undone,
        "steps": [_step(one, zone) for one in steps if one.event_id],
    }


def _step(one: Step, zone: str) -> dict[str, Any]:
    return {
        "event_id": one.event,
        "reference": one.reference or None,
        "organisation": one.organisation or None,
        "choice": one.choice,
        "state": one.state,
        "new_event_id": one.new_event or None,
        "answer_by": _instant(one.answer_by, zone),
        "answered_at": _instant(one.answered_at, zone),
        "answered_by": one.answered_by,
    }


def undone_json(undone: Undone) -> dict[str, Any]:
    """What was taken back."""
    return {
        "operation": undone.operation,
        "events": list(undone.events),
        "bookings": list(undone.bookings),
        "told": list(undone.told),
        "left_out": [{"event_id": one.event, "guide": one.guide} for one in undone.left_out],
    }


def _instant(moment: datetime | None, zone: str) -> str | None:
    return instant(moment, zone) if moment else None


def done_or_refused(do: Callable[[], Response], asked: dict[str, Any], zone: str) -> Response:
    """The answer of what is done; 409 with what stands against it, InvalidInput for a field that is wrong."""
    try:
        return do()
    except KeyReused:
        message = _("This key was sent before with another body. Use a new one.")
        raise InvalidInput.of("Idempotency-Key", message) from None
    except (ClosureRefused, PreviewOvertaken, NotPossible, ClosureChanged, HostTaken) as error:
        return _refused(error, asked, zone)


def _refused(error: Conflict | HostTaken, asked: dict[str, Any], zone: str) -> Response:
    if isinstance(error, PreviewOvertaken):
        detail = _("Something has changed since the preview was read. Nothing was changed.")
        return problem(CONFLICT, detail, current=preview_json(error.preview), asked=asked)
    if isinstance(error, NotPossible):
        detail = _("Some events do not admit the choice, or need one of their own.")
        return problem(CONFLICT, detail, events=[one.event.code for one in error.hits])
    if isinstance(error, ClosureChanged):
        detail = _("This closure has changed since it was read. Nothing was changed.")
        return problem(CONFLICT, detail, current=closure_json(error.closure), asked=asked)
    if isinstance(error, ClosureRefused):
        return _hurdle(error, zone)
    return problem(CONFLICT, _("A guide is in another event at that time. Look again."))


def _hurdle(error: ClosureRefused, zone: str) -> Response:
    told = said(error, i18n.current_locale())
    if told.field and error.hurdle is not Hurdle.OVERLAP:
        raise InvalidInput.of(told.field, f"{told.message} {told.way_out}")
    refusals = [{"rule": "CLO-05", "field": told.field, "message": told.message, "way_out": told.way_out}]
    hindrances = error.hindrances if isinstance(error, CannotUndo) else ()
    listed = [
        {
            "subject": one.subject,
            "why": one.why,
            "message": against(one),
            "guide": one.guide,
            "at": _instant(one.at, zone),
        }
        for one in hindrances
    ]
    title = _("The rules do not allow this")
    return problem(CONFLICT, told.message, title=title, refusals=refusals, hindrances=listed or None)
