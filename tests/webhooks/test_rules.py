"""Kinds of messages, times of tries and signatures, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.webhooks.rules import concerns, next_try, pause, signatures, type_of, written
from booking.webhooks.terms import SCHEDULE, TYPES, Change, Thing
from booking.webhooks.words import TYPE_WORDS
from tests.webhooks.making import NotOurs, Verifier

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def change(thing: Thing, was: str, became: str = "", *, moved: bool = False) -> Change:
    return Change(1, thing, 7, "", "VIE", was, became, moved, NOW)


@pytest.mark.parametrize(
    ("was", "became", "moved", "kind"),
    [
        ("", "confirmed", False, "booking.confirmed"),
        ("", "requested", False, "booking.requested"),
        ("", "waiting", False, "booking.waiting"),
        ("on_hold", "confirmed", False, "booking.confirmed"),
        ("requested", "needs_information", False, "booking.needs_information"),
        ("requested", "proposed", True, "booking.proposed"),
        ("confirmed", "confirmed", False, "booking.changed"),
        ("confirmed", "confirmed", True, "booking.moved"),
        ("confirmed", "cancelled_by_group", False, "booking.cancelled"),
        ("confirmed", "cancelled_by_station", False, "booking.cancelled"),
        ("cancelled_by_group", "confirmed", False, "booking.confirmed"),
        ("requested", "refused", False, "booking.refused"),
        ("requested", "withdrawn", False, "booking.withdrawn"),
        ("proposed", "expired", False, "booking.expired"),
        ("on_hold", "expired", False, None),
        ("", "on_hold", False, None),
        ("on_hold", "on_hold", False, None),
        ("confirmed", "attended", False, None),
        ("attended", "attended", False, None),
        ("expired", "expired", True, None),
    ],
)
def test_what_became_of_a_booking_says_which_kind_of_message_it_is(
    was: str,
    became: str,
    moved: bool,  # noqa: FBT001  a parameter of the table
    kind: str | None,
) -> None:
    assert type_of(change(Thing.BOOKING, was, became, moved=moved)) == kind


@pytest.mark.parametrize(
    ("was", "became", "kind"),
    [
        ("", "open", "event.created"),
        ("open", "open", "event.changed"),
        ("planned", "open", "event.changed"),
        ("open", "cancelled", "event.cancelled"),
        ("cancelled", "cancelled", "event.changed"),
    ],
)
def test_what_became_of_an_event_says_which_kind_of_message_it_is(was: str, became: str, kind: str) -> None:
    assert type_of(change(Thing.EVENT, was, became)) == kind


@pytest.mark.parametrize(
    ("became", "kind"),
    [("made", "closure.announced"), ("lifted", "closure.lifted"), ("changed", "closure.changed")],
)
def test_what_became_of_a_closure_says_which_kind_of_message_it_is(became: str, kind: str) -> None:
    assert type_of(change(Thing.CLOSURE, "", became)) == kind


def test_every_kind_has_its_words() -> None:
    assert set(TYPES) <= set(TYPE_WORDS)


def test_an_endpoint_without_stations_is_told_of_all() -> None:
    assert concerns((), "VIE")
    assert concerns(("GVA", "VIE"), "VIE")
    assert not concerns(("GVA",), "VIE")


def test_waits_grow_as_the_specification_proposes_and_end_after_ten_tries() -> None:
    waits = [next_try(attempts, NOW) for attempts in range(1, 11)]
    assert waits[0] == NOW + timedelta(seconds=5)
    assert waits[-1] is None
    assert list(SCHEDULE) == sorted(SCHEDULE)
    assert [pause(failures) for failures in (1, 2, 3, 99)] == [
        timedelta(seconds=seconds) for seconds in (5, 10, 20, 300)
    ]


def test_a_signature_is_that_of_the_specification() -> None:
    """The vector of the specification's own libraries."""
    secret, identity, timestamp = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    signed = signatures([secret], identity, timestamp, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


SECRET, OLD, OTHER = (written(bytes([number]) * 32) for number in (1, 2, 3))


def signed(*secrets: str, at: int = 1000, body: bytes = b'{"type":"event.created"}') -> tuple[dict[str, str], bytes]:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(at)}
    return {**headers, "webhook-signature": signatures(secrets, "msg_1", at, body)}, body


def test_a_receiver_takes_a_message_once() -> None:
    verifier, (headers, body) = Verifier(SECRET), signed(SECRET)
    verifier.verify(headers, body, now=1000)
    with pytest.raises(NotOurs, match="before"):
        verifier.verify(headers, body, now=1000)


def test_while_secrets_change_over_either_will_do() -> None:
    for mine in (SECRET, OLD):
        Verifier(mine).verify(*signed(SECRET, OLD), now=1000)


@pytest.mark.parametrize(
    ("headers", "body", "now"),
    [
        (*signed(OTHER), 1000),
        (signed(SECRET)[0], b'{"type":"event.Created"}', 1000),
        ({**signed(SECRET)[0], "webhook-id": "msg_2"}, signed(SECRET)[1], 1000),
        ({**signed(SECRET)[0], "webhook-timestamp": "1001"}, signed(SECRET)[1], 1000),
        ({**signed(SECRET)[0], "webhook-signature": ""}, signed(SECRET)[1], 1000),
        (*signed(SECRET), 1361),
        (*signed(SECRET), 639),
    ],
    ids=["wrong secret", "a changed byte", "another id", "another time", "no signature", "six minutes old", "to come"],
)
def test_a_receiver_takes_nothing_that_is_not_ours(headers: dict[str, str], body: bytes, now: float) -> None:
    with pytest.raises(NotOurs):
        Verifier(SECRET).verify(headers, body, now=now)
