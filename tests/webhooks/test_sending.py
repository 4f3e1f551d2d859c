"""Messages are signed and sent, tried again, given up; a receiver that is gone, slow or somewhere else harms nobody."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.accounts.models import Account
from booking.db import db
from booking.http.fetching import RESOLVER
from booking.notices.models import Notice
from booking.webhooks.keys import secret_of
from booking.webhooks.models import WebhookDelivery, WebhookEndpoint
from booking.webhooks.sending import send, send_due
from booking.webhooks.services import endpoints
from booking.webhooks.services.sending import claim, forget_old, has_old
from booking.webhooks.terms import FAILING_AT_MOST, LEASE, SCHEDULE, DeliveryState, Off
from tests.builders import NOW, make_event, make_offering, make_station
from tests.webhooks.making import NotOurs, Receiver, Verifier, make_endpoint, make_message

BY = "account:7"


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def endpoint_at(theirs: Receiver, **values: Any) -> WebhookEndpoint:  # noqa: ANN401
    return make_endpoint(url=theirs.url, **values)


def queued(endpoint: WebhookEndpoint, **values: Any) -> WebhookDelivery:  # noqa: ANN401
    waiting = {"state": DeliveryState.QUEUED, "attempts": 0, "status": None, "delivered_at": None, "took_ms": None}
    return make_message(endpoint, **{**waiting, **values})


def now_is(thing: Any) -> Any:  # noqa: ANN401  the row as the database has it
    db.session.rollback()
    db.session.refresh(thing)
    return thing


def run(at: datetime = NOW) -> int:
    with clock.frozen(at):
        return send_due()


@pytest.mark.usefixtures("inside")
def test_a_change_arrives_signed(theirs: Receiver) -> None:
    endpoint = endpoint_at(theirs)
    made = make_event(make_offering(make_station("VIE")))
    assert run() == 1
    (got,) = theirs.got
    assert got.headers["content-type"] == "application/json"
    assert made.code.encode() in got.body
    Verifier(secret_of(endpoint.code, 1)).verify(got.headers, got.body, now=NOW.timestamp())
    with pytest.raises(NotOurs):
        Verifier(secret_of(endpoint.code, 2)).verify(got.headers, got.body, now=NOW.timestamp())
    assert run() == 0


@pytest.mark.usefixtures("inside")
def test_for_a_day_after_a_new_secret_both_sign(theirs: Receiver) -> None:
    endpoint = endpoint_at(theirs)
    old = secret_of(endpoint.code, 1)
    new = endpoints.new_secret(endpoint.code, now=NOW, actor=BY)
    assert new != old
    for hours, holds in ((23, True), (25, False)):
        at = NOW + timedelta(hours=hours)
        queued(endpoint, next_try_at=at)
        run(at)
        got = theirs.got[-1]
        Verifier(new).verify(got.headers, got.body, now=at.timestamp())
        assert len(got.headers["webhook-signature"].split()) == (2 if holds else 1)
        if holds:
            Verifier(old).verify(got.headers, got.body, now=at.timestamp())


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("status", [500, 400, 301, 100 + 204])
def test_what_is_not_taken_is_tried_again_later_under_the_same_id(theirs: Receiver, status: int) -> None:
    endpoint = endpoint_at(theirs)
    message = queued(endpoint)
    theirs.status, theirs.headers = status, {"Location": theirs.url}
    run()
    assert len(theirs.got) == 1, "no redirect is followed"
    assert (now_is(message).state, message.status) == (DeliveryState.QUEUED, status)
    assert run(NOW + timedelta(seconds=4)) == 0
    theirs.status = 200
    assert run(NOW + timedelta(seconds=6)) == 1
    assert {one.id for one in theirs.got} == {message.message}
    assert now_is(message).state is DeliveryState.DELIVERED
    assert (now_is(endpoint).failures, endpoint.failing_since) == (0, None)


@pytest.mark.usefixtures("inside")
def test_after_ten_tries_a_message_is_given_up_and_can_be_sent_again(theirs: Receiver) -> None:
    endpoint, theirs.status = endpoint_at(theirs), 503
    message, at = queued(endpoint), NOW
    for wait in (*SCHEDULE, timedelta()):
        assert run(at) == 1
        at += wait + timedelta(minutes=6)
    assert (now_is(message).state, message.attempts) == (DeliveryState.FAILED, 10)
    assert now_is(endpoint).off is Off.NOT
    theirs.status = 200
    assert endpoints.send_again(message.message, endpoint.code, now=at, actor=BY)
    assert run(at) == 1
    assert {one.id for one in theirs.got} == {message.message}
    assert not endpoints.send_again("msg_none", endpoint.code, now=at, actor=BY)


@pytest.mark.usefixtures("inside")
def test_an_endpoint_that_is_gone_is_switched_off_at_once_and_its_maker_is_told(theirs: Receiver) -> None:
    endpoint, theirs.status = endpoint_at(theirs), 410
    queued(endpoint)
    other = queued(endpoint)
    run()
    assert (len(theirs.got), now_is(endpoint).off) == (1, Off.GONE)
    assert now_is(other).state is DeliveryState.QUEUED
    maker = db.session.get(Account, endpoint.made_by)
    mails = db.session.scalars(select(Notice).where(Notice.kind == "webhook_off")).all()
    assert maker
    assert [(one.recipient, one.payload["host"]) for one in mails] == [(maker.email, theirs.url.split("/")[2])]
    endpoints.switch(endpoint.code, on=True, now=NOW, actor=BY)
    theirs.status = 200
    assert run() == 1


@pytest.mark.usefixtures("inside")
def test_an_endpoint_that_has_taken_nothing_for_five_days_is_switched_off(theirs: Receiver) -> None:
    endpoint, theirs.status = endpoint_at(theirs, failing_since=NOW - FAILING_AT_MOST, failures=9), 500
    queued(endpoint)
    run()
    assert now_is(endpoint).off is Off.FAILING
    assert db.session.scalars(select(Notice.kind).where(Notice.kind == "webhook_off")).all() == ["webhook_off"]


@pytest.mark.usefixtures("inside")
def test_an_endpoint_that_fails_is_left_alone_while_others_go_on(theirs: Receiver) -> None:
    bad, good = make_endpoint(url="http://127.0.0.1:9/in"), endpoint_at(theirs)
    for endpoint in (bad, good):
        for _ in range(3):
            queued(endpoint)
    assert run() == 4
    assert len(theirs.got) == 3
    assert now_is(bad).paused_until == NOW + timedelta(seconds=5)


@pytest.mark.usefixtures("inside")
def test_a_long_answer_is_not_read(theirs: Receiver) -> None:
    message, theirs.body = queued(endpoint_at(theirs)), b"x" * 3_000_000
    run()
    assert now_is(message).state is DeliveryState.DELIVERED


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "https://10.0.0.7/in",
        "https://[::ffff:10.0.0.7]/in",
        "https://localhost/in",
        "http://hooks.example.org/in",
        "https://hooks.example.org:8443/in",
    ],
)
def test_nothing_is_sent_inside_even_where_such_an_address_was_kept(url: str) -> None:
    message = queued(make_endpoint(url=url))
    run()
    assert (now_is(message).state, message.status) == (DeliveryState.QUEUED, None)
    assert message.error in {"inside", "address"}


def test_a_name_that_leads_inside_by_now_is_not_followed(app: Flask, theirs: Receiver) -> None:
    asked: list[str] = []

    def rebound(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    app.extensions[RESOLVER], before = rebound, app.extensions[RESOLVER]
    message = queued(make_endpoint(url="https://hooks.example.org/in"))
    run()
    app.extensions[RESOLVER] = before
    assert asked == ["hooks.example.org"], "asked once, so that it cannot answer otherwise the second time"
    assert (now_is(message).error, theirs.got) == ("inside", [])


@pytest.mark.usefixtures("app")
def test_a_message_is_one_workers_until_its_lease_ends() -> None:
    message = queued(make_endpoint())
    (held,) = claim(NOW, "one", 8)
    assert claim(NOW, "two", 8) == []
    assert claim(NOW + LEASE - timedelta(seconds=1), "two", 8) == []
    (again,) = claim(NOW + LEASE, "two", 8)
    assert (held.message, again.message, again.attempts) == (message.message, message.message, 2)


@pytest.mark.usefixtures("app")
def test_one_message_of_an_endpoint_is_on_its_way_at_a_time() -> None:
    endpoint = make_endpoint()
    first, second = queued(endpoint), queued(endpoint)
    assert [one.message for one in claim(NOW, "one", 8)] == [first.message]
    assert claim(NOW, "one", 8) == []
    assert second.message != first.message


@pytest.mark.usefixtures("app")
def test_messages_are_forgotten_after_a_month() -> None:
    endpoint = make_endpoint()
    old, fresh = make_message(endpoint, made_at=NOW - timedelta(days=31)), make_message(endpoint)
    gone, stays = old.message, fresh.message
    assert has_old(db.session(), NOW)
    forget_old(NOW)
    assert db.session.scalars(select(WebhookDelivery.message)).all() == [stays]
    assert gone != stays


@pytest.mark.usefixtures("inside")
def test_secrets_and_addresses_stand_in_no_log(theirs: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    endpoint = endpoint_at(theirs)
    queued(endpoint)
    with caplog.at_level(logging.DEBUG):
        for one in claim(NOW, "one", 1):
            send(one)
    assert "webhook message msg_" in caplog.text
    assert secret_of(endpoint.code, 1)[6:] not in caplog.text
    assert "s3cr3t" not in caplog.text
