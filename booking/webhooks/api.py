"""Webhooks over the API: for coordinators, those of their stations."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.fetching import FetchRefused
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.problems import problem
from booking.webhooks import words
from booking.webhooks.queries import endpoints as queries
from booking.webhooks.queries.endpoints import Delivery, Listed
from booking.webhooks.reach import look_at_address, my_endpoint, my_message, my_stations, still_there
from booking.webhooks.schemas import (
    MessageSentOut,
    MessagesOut,
    MessagesQuery,
    SecretOut,
    WebhookChangeIn,
    WebhookIn,
    WebhookMadeOut,
    WebhookMatchHeader,
    WebhookOut,
    WebhookProblem,
    WebhooksOut,
)
from booking.webhooks.services import endpoints as services
from booking.webhooks.services.endpoints import ChangedMeanwhile
from booking.webhooks.terms import DeliveryState, Off, Wish

CREATED, NO_CONTENT, CONFLICT = 201, 204, 409
MOST_ON_PAGE = 100
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_CODE = {"code": "`webhook` of any answer."}

blueprint = Blueprint("webhooks_api", __name__, url_prefix=PREFIX)


@blueprint.get("/webhooks")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=WebhooksOut, HTTP_401=Problem, HTTP_404=Problem),
    security=_STAFF,
    tags=["webhooks"],
    operation_id="webhooks",
)
def webhooks() -> ResponseReturnValue:
    """The addresses that are told of what changes at your stations."""
    return answer({"webhooks": [_as_json(one) for one in queries.endpoints(db.session(), my_stations())]})


@blueprint.post("/webhooks")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_201=WebhookMadeOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["webhooks"],
    operation_id="make_webhook",
)
def make_webhook(json: WebhookIn) -> ResponseReturnValue:
    """Have an address told of changes. The secret that signs the messages is in this answer and nowhere else."""
    staff = required_staff()
    wish = _checked(Wish(json.url, json.description, _once(json.stations), _once(json.types)))
    code, secret = services.register(wish, staff.account_id, now=clock.now(), actor=staff.actor)
    made = my_endpoint(code)
    return answer({**_as_json(made), "secret": secret}, CREATED, _etag(made))


@blueprint.get("/webhooks/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=WebhookOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["webhooks"],
    operation_id="webhook",
)
def webhook(code: str) -> ResponseReturnValue:
    """One of them."""
    found = my_endpoint(code)
    return answer(_as_json(found), headers=_etag(found))


@blueprint.patch("/webhooks/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=WebhookMatchHeader,
    resp=Answers(HTTP_200=WebhookOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=WebhookProblem, HTTP_422=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["webhooks"],
    operation_id="change_webhook",
)
def change_webhook(code: str, json: WebhookChangeIn) -> ResponseReturnValue:
    """Change one, switch it off or on again. An old `If-Match` is 409 with `current` and `asked`."""
    found, asked = my_endpoint(code), json.model_dump(exclude_unset=True, mode="json")
    if "If-Match" in request.headers and not request.if_match.contains(str(found.version)):
        return _both(found, asked)
    try:
        _change(found, json)
    except ChangedMeanwhile:
        return _both(my_endpoint(code), asked)
    changed = my_endpoint(code)
    return answer(_as_json(changed), headers=_etag(changed))


def _change(found: Listed, json: WebhookChangeIn) -> None:
    now, actor, version = clock.now(), required_staff().actor, found.version
    parts = {name: getattr(json, name) for name in ("url", "description", "stations", "types")}
    given = {name: value for name, value in parts.items() if value is not None}
    if not given and json.on is None:
        raise InvalidInput.of("types", words.CHOOSE_TYPES)
    if given:
        wish = Wish(
            given.get("url", found.url),
            given.get("description", found.description),
            _once(given.get("stations", found.stations)),
            _once(given.get("types", found.types)),
        )
        services.change(found.code, _checked(wish), version, now=now, actor=actor)
        version += 1
    if json.on is not None:
        services.switch(found.code, version, on=json.on, now=now, actor=actor)


@blueprint.delete("/webhooks/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers("HTTP_204", HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["webhooks"],
    operation_id="drop_webhook",
)
def drop_webhook(code: str) -> ResponseReturnValue:
    """Take one away, with its messages."""
    with still_there():
        services.drop(my_endpoint(code).code, now=clock.now(), actor=required_staff().actor)
    return Response(status=NO_CONTENT)


@blueprint.post("/webhooks/<code>/secret")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=SecretOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["webhooks"],
    operation_id="new_webhook_secret",
)
def new_webhook_secret(code: str) -> ResponseReturnValue:
    """Make another secret. For a day messages carry both signatures."""
    with still_there():
        secret = services.new_secret(my_endpoint(code).code, now=clock.now(), actor=required_staff().actor)
    return answer({"secret": secret, "old_secret_until": _instant(my_endpoint(code).old_secret_until)})


@blueprint.post("/webhooks/<code>/test")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MessageSentOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["webhooks"],
    operation_id="test_webhook",
)
def test_webhook(code: str) -> ResponseReturnValue:
    """Send a message of the type `webhook.test`."""
    with still_there():
        sent = services.send_test(my_endpoint(code).code, now=clock.now(), actor=required_staff().actor)
    return answer({"message": sent})


@blueprint.get("/webhooks/<code>/messages")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MessagesOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["webhooks"],
    operation_id="webhook_messages",
)
def webhook_messages(code: str, query: MessagesQuery) -> ResponseReturnValue:
    """The messages of the last 30 days, and what became of them; 100 a page."""
    found = queries.deliveries(db.session(), my_endpoint(code).id, MOST_ON_PAGE + 1, query.cursor)
    shown, more = found[:MOST_ON_PAGE], len(found) > MOST_ON_PAGE
    return answer({"messages": [_message(one) for one in shown], "next": str(shown[-1].id) if more else None})


@blueprint.post("/webhooks/messages/<message>/send-again")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MessageSentOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions={"message": "Its `webhook-id`."},
    security=_STAFF,
    tags=["webhooks"],
    operation_id="send_webhook_again",
)
def send_webhook_again(message: str) -> ResponseReturnValue:
    """Send a message that arrived or was given up once more, under its own `webhook-id`."""
    _found, code = my_message(message)
    services.send_again(message, code, now=clock.now(), actor=required_staff().actor)
    return answer({"message": message})


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _checked(wish: Wish) -> Wish:
    """The wish, if its address leads to the internet and its stations are the coordinator's; else 422."""
    known, reach = {one.code for one in all_stations(db.session())}, my_stations()
    if not set(wish.stations) <= (known if reach is None else known & reach):
        raise InvalidInput.of("stations", words.UNKNOWN_STATION)
    if not wish.stations and reach is not None:
        raise InvalidInput.of("stations", words.CHOOSE_STATIONS)
    try:
        look_at_address(wish.url)
    except FetchRefused:
        raise InvalidInput.of("url", words.ADDRESS_REFUSED) from None
    return wish


def _etag(endpoint: Listed) -> dict[str, str]:
    return {"ETag": f'"{endpoint.version}"'}


def _both(found: Listed, asked: dict[str, Any]) -> Response:
    said = str(words.CHANGED_MEANWHILE)
    return problem(CONFLICT, said, headers=_etag(found), current=_as_json(found), asked=asked)


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _as_json(one: Listed) -> dict[str, Any]:
    return {
        "webhook": one.code,
        "url": one.url,
        "description": one.description,
        "stations": list(one.stations),
        "types": list(one.types),
        "made_at": _instant(one.made_at),
        "on": one.off is Off.NOT,
        "off_reason": one.off.value,
        "failing_since": _instant(one.failing_since),
        "old_secret_until": _instant(one.old_secret_until),
        "queued": one.queued,
        "failed": one.failed,
    }


def _message(one: Delivery) -> dict[str, Any]:
    is_open = one.state in {DeliveryState.QUEUED, DeliveryState.SENDING}
    return {
        "message": one.message,
        "type": one.type,
        "subject": one.subject,
        "made_at": _instant(one.made_at),
        "state": one.state.value,
        "attempts": one.attempts,
        "next_try_at": _instant(one.next_try_at) if is_open else None,
        "status": one.status,
        "error": one.error,
        "delivered_at": _instant(one.delivered_at),
    }
