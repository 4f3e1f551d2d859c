"""Payloads that tests write letters from: everything a domain may tell, and no more than it must."""

from datetime import UTC, datetime
from typing import Any

from booking.notices.terms import Claimed, Message

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
BOOKING_KINDS = (
    "booking_confirmed",
    "booking_restored",
    "booking_requested",
    "booking_changed",
    "booking_moved",
    "booking_cancelled",
    "request_withdrawn",
    "request_expired",
    "request_question",
    "request_proposed",
    "request_refused",
    "request_unanswered",
    "booking_cancelled_by_station",
    "desk_message",
    "waiting_joined",
    "waiting_offer",
    "waiting_left",
    "waiting_ended",
    "waiting_offer_ended",
    "test_call_arranged",
    "test_call_cancelled",
    "list_due",
    "list_missing",
    "closure_proposed",
    "closure_declined",
    "closure_expired",
    "closure_undone",
    "reminder_7_days",
    "reminder_1_day",
    "reminder_1_hour",
    "thanks",
    "missed",
)
ACCOUNT_KINDS = (
    "account_invitation",
    "password_reset",
    "password_changed",
    "second_factor_changed",
    "own_data",
    "private_calendar",
    "webhook_off",
    "closure_stuck",
)
NUMBER_KINDS = ("attendance_due", "attendance_overdue")
INTEREST_KINDS = ("interest_confirm", "interest_known", "interest_reopened", "interest_opening")
VISIT_KINDS = (
    "visit_requested",
    "visit_question",
    "visit_suggested",
    "visit_taken_back",
    "visit_refused",
    "visit_expired",
    "visit_unanswered",
    "visit_withdrawn",
)
PARTNER_KINDS = ("partner_asked", "partner_answered", "partner_ended", "partner_event")
KINDS = (
    *BOOKING_KINDS,
    *PARTNER_KINDS,
    *VISIT_KINDS,
    "guide_assigned",
    "guide_moved",
    "guide_released",
    "guide_offer",
    "my_links",
    *ACCOUNT_KINDS,
    *INTEREST_KINDS,
    *NUMBER_KINDS,
)
GUIDE_KINDS = ("guide_assigned", "guide_moved", "guide_released")
CANCELLING = {
    "booking_cancelled",
    "request_withdrawn",
    "request_expired",
    "request_refused",
    "request_unanswered",
    "booking_cancelled_by_station",
    "closure_declined",
    "closure_expired",
    "guide_released",
    "test_call_cancelled",
}

MINIMAL: dict[str, Any] = {
    "contact_name": "Sora Hanbit",
    "title": "How a resolution is made",
    "station": "NYC",
    "station_name": "New York",
    "station_zone": "America/New_York",
    "starts_at": "2026-12-01T01:00:00+00:00",
    "ends_at": "2026-12-01T01:45:00+00:00",
}
FULL: dict[str, Any] = {
    **MINIMAL,
    "title_lang": "en",
    "kind": "tour",
    "format": "virtual-live",
    "language": "fr",
    "premises": "United Nations Headquarters",
    "group_zone": "Asia/Seoul",
    "on_site": False,
    "size": 30,
    "accompanying_adults": 2,
    "youngest_age": 13,
    "theme": "refugees",
    "accessibility": ["live-captions", "slower-pace"],
    "reference": "VE-7KQ2-28",
    "organisation": "Haneulsaem Middle School",
    "group_label": "class 2-3",
    "manage_url": "https://visits.example.org/bookings/VE-7KQ2-28?t=secret",
    "ics_url": "https://visits.example.org/bookings/VE-7KQ2-28.ics?t=secret",
    "find_url": "https://visits.example.org/",
    "join_url": "https://visits.example.org/join/k3T9",
    "station_contact": "nyc@example.org",
    "free_until": "2026-11-20T05:00:00+00:00",
    "answer_by": "2026-11-12T15:00:00+00:00",
    "reason": "A pipe has burst",
    "late": True,
    "minutes": 15,
    "before": {"starts_at": "2026-11-30T01:00:00+00:00", "size": 28, "title": "The Security Council"},
    "conditions": "Please bring nothing but good humour",
    "instead": [{"starts_at": "2026-12-08T01:00:00+00:00", "title": "The Security Council", "language": "fr"}],
}

INTEREST: dict[str, Any] = {
    "title": "The children’s tour",
    "title_lang": "en",
    "station": "NBO",
    "station_name": "Nairobi",
    "station_zone": "Africa/Nairobi",
    "station_contact": "nbo@example.org",
}
WISHED: dict[str, Any] = {
    "wishes": ["2026-12-01T01:00:00+00:00", "2026-12-02T01:00:00+00:00"],
    "topic": "human-rights",
    "starts_at": None,
    "ends_at": None,
}

TO_DESK = "https://visits.example.org/desk/events/NYC-1"
SAID: dict[str, Any] = {"text": "Our colleague speaks for ten minutes"}

OFFERED: dict[str, Any] = {
    "note": "Two of them sign",
    "offer": {
        "url": "https://visits.example.org/offers/7?t=secret",
        "until": "2026-11-12T15:00:00+00:00",
        "reason": "cover",
        "from": "Noor Invented",
    },
}


def payload_of(kind: str, *, full: bool = True) -> dict[str, Any]:
    """A payload of this kind, with an invitation or its cancellation where everything is told."""
    if kind in ACCOUNT_KINDS:
        told: dict[str, Any] = (
            {"expires_at": "2026-11-02T09:00:00+00:00", "at": "2026-11-02T09:00:00+00:00"} if full else {}
        )
        change = {"change": "set up second factor"} if kind == "second_factor_changed" else {}
        change |= {"host": "hooks.example.org", "reason": "gone"} if kind == "webhook_off" else {}
        change |= {"day": "2026-12-01", "station": "VIE"} if kind == "closure_stuck" else {}
        return {"name": "Gil Invented", "url": "https://visits.example.org/set-password/x", **told, **change}
    facts = FULL if full else MINIMAL
    if kind in INTEREST_KINDS:
        links = {
            "url": "https://visits.example.org/interest/7?t=x",
            "book_url": "https://visits.example.org/offerings/x",
        }
        day = {"day": "2027-06-01", "opens": "2026-09-04T04:00:00+00:00"} if full else {}
        return {**INTEREST, **links, **day}
    if kind in VISIT_KINDS:
        return {**facts, **(WISHED if full else {"starts_at": None, "ends_at": None})}
    if kind == "guide_offer":
        return {**facts, **(OFFERED if full else {}), "for_guide": True}
    if kind in PARTNER_KINDS:
        facts = {**facts, "partner": "Nairobi", "desk_url": TO_DESK, "state": "asked", **(SAID if full else {})}
    if kind in (*PARTNER_KINDS, *NUMBER_KINDS, "my_links"):
        return _without_calendar(kind, facts, full=full)
    told = {"for_guide": True, "note": "Two of them sign"} if kind in GUIDE_KINDS else {}
    if kind == "desk_message" and full:
        told = {"written": {"subject": "Your tour, {time}", "text": "Come ten minutes early, {name}.\n\nBring maps."}}
    return {**facts, **told, "calendar": calendar_of(kind)} if full else dict(facts)


def _without_calendar(kind: str, facts: dict[str, Any], *, full: bool) -> dict[str, Any]:
    if kind == "my_links":
        link = {**facts, "status": "confirmed"} if full else facts
        return {"links": [{**link, "manage_url": "https://visits.example.org/bookings/VE-7KQ2-28?t=secret"}]}
    if kind in NUMBER_KINDS:
        events = [{**facts, "manage_url": "https://visits.example.org/guide/attendance/NYC-1"}]
        told = {"station": "NYC", "station_name": "New York", "url": "https://visits.example.org/guide/attendance"}
        return {**told, "events": events, **({"day": "2026-12-08"} if full else {})}
    return facts


def calendar_of(kind: str) -> dict[str, Any]:
    """What the calendar is told by a mail of this kind."""
    if kind in CANCELLING:
        return {"method": "CANCEL", "uid": "ev1-bk1@visits.example.org", "sequence": 3, "status": "CANCELLED"}
    return {"method": "REQUEST", "uid": "ev1-bk1@visits.example.org", "sequence": 2, "status": "CONFIRMED"}


def claimed(kind: str = "booking_confirmed", locale: str = "en", **values: Any) -> Claimed:  # noqa: ANN401
    """A notice as a worker holds it."""
    given = {
        "id": 7,
        "kind": kind,
        "recipient": "sora@haneulsaem.example.org",
        "locale": locale,
        "payload": payload_of(kind),
        "message_id": "<abc@visits.example.org>",
        "attempts": 1,
        "due_at": NOW,
        "worker_id": "test",
    }
    return Claimed(**{**given, **values})


def message(key: str = "booking:1:confirmed:0", **values: Any) -> Message:  # noqa: ANN401
    """A confirmation that is due now."""
    given = {
        "kind": "booking_confirmed",
        "dedupe_key": key,
        "subject": "booking:1",
        "recipient": "sora@haneulsaem.example.org",
        "locale": "en",
        "payload": payload_of("booking_confirmed"),
        "due_at": NOW,
    }
    return Message(**{**given, **values})
