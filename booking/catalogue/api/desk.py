"""The catalogue for coordinators: make and change offerings, and read the library of all stations."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.desk_schemas import (
    DeskOfferingOut,
    MaterialsOut,
    OfferingChangeIn,
    OfferingIn,
    OfferingMatchHeader,
)
from booking.catalogue.links import public_url
from booking.catalogue.presenting.material import material_href
from booking.catalogue.queries.editing import Edited, edited
from booking.catalogue.queries.interest import counts
from booking.catalogue.queries.material import library, uses
from booking.catalogue.services.offerings import By, change_offering, create_offering
from booking.catalogue.terms import Format, LanguagePolicy, NotThere, OfferingWish, Overtaken
from booking.db import db
from booking.fields import sentence
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.problems import explanation, problem
from booking.text import InputRefused, clean_web_address

blueprint = Blueprint("catalogue_desk_api", __name__, url_prefix=PREFIX)
CONFLICT = 409
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_CODE = {"code": "As `offering_id` of any answer."}
_KEPT = frozenset({"min_group", "max_group", "min_age", "max_age", "lead_working_days"})
"""What null takes away; of anything else it says nothing."""


@blueprint.post("/catalogue/offerings")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_201=DeskOfferingOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["catalogue"],
    operation_id="make_offering",
)
def make_offering(json: OfferingIn) -> ResponseReturnValue:
    """Make an offering of one of your stations."""
    staff = staff_at(Role.COORDINATOR, json.station)
    given = {one.name: getattr(json, one.name) for one in fields(OfferingWish)}
    wish = _checked(OfferingWish(**given))
    try:
        code = create_offering(json.station, json.title, wish, By(staff.actor, clock.now()))
    except NotThere:
        abort(404)
    return _told(_mine(code), 201)


@blueprint.get("/catalogue/offerings/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=DeskOfferingOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["catalogue"],
    operation_id="edited_offering",
)
def edited_offering(code: str) -> ResponseReturnValue:
    """One of your offerings, as it is edited."""
    return _told(_mine(code))


@blueprint.patch("/catalogue/offerings/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=OfferingMatchHeader,
    resp=Answers(HTTP_200=DeskOfferingOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=Problem, HTTP_422=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["catalogue"],
    operation_id="change_offering",
)
def patch_offering(code: str, json: OfferingChangeIn) -> ResponseReturnValue:
    """Change an offering. Bookings outside new limits stand as they are. An old `If-Match` is 409 with `current`."""
    found = _mine(code)
    if "If-Match" in request.headers and not request.if_match.contains(str(found.version)):
        return _overtaken(code)
    given = {name: getattr(json, name) for name in json.model_fields_set}
    wish = _checked(
        replace(found.wish, **{name: one for name, one in given.items() if one is not None or name in _KEPT})
    )
    try:
        change_offering(code, wish, By(required_staff().actor, clock.now(), found.version))
    except Overtaken:
        return _overtaken(code)
    return _told(_mine(code))


@blueprint.get("/materials")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MaterialsOut, HTTP_401=Problem), security=_STAFF, tags=["catalogue"], operation_id="materials"
)
def materials() -> ResponseReturnValue:
    """The library that all stations share."""
    used = uses(db.session())
    found = [
        {
            "material_id": one.id,
            "station": one.station,
            "titles": dict(one.title),
            "level": one.level,
            "language": one.language,
            "kind": one.kind,
            "address": one.url or public_url(material_href(one)),
            "offerings": [code for code, _title, _station in used.get(one.id, ())],
        }
        for one in library(db.session())
    ]
    return answer({"materials": found})


def _mine(code: str) -> Edited:
    """The offering, if its station is the coordinator's; unknown and foreign ones are the same 404."""
    found = edited(db.session(), code) or abort(404)
    staff_at(Role.COORDINATOR, found.station)
    return found


def _checked(wish: OfferingWish) -> OfferingWish:
    """The wish, if its values fit one another; InvalidInput otherwise."""
    _in_order("min_group", wish.min_group, wish.max_group, _("The smallest group is larger than the largest."))
    _in_order("min_age", wish.min_age, wish.max_age, _("This age is above the highest."))
    on_demand, is_listed = wish.format is Format.ON_DEMAND, wish.language_policy is LanguagePolicy.LISTED
    if is_listed and not wish.languages:
        raise InvalidInput.of("languages", _("Tick the languages of its own list."))
    if not on_demand and not wish.duration_min:
        raise InvalidInput.of("duration_min", _("Only what is watched on demand may be without a length."))
    if wish.watch_url and not on_demand:
        raise InvalidInput.of("watch_url", _("Only what is given on demand is watched without a booking."))
    try:
        address = clean_web_address(wish.watch_url) if wish.watch_url else ""
    except InputRefused as refused:
        raise InvalidInput.of("watch_url", sentence(refused)) from refused
    return replace(wish, watch_url=address, languages=tuple(sorted(set(wish.languages))) if is_listed else ())


def _in_order(name: str, low: int | None, high: int | None, message: str) -> None:
    if low is not None and high is not None and low > high:
        raise InvalidInput.of(name, message)


def _overtaken(code: str) -> Response:
    """409 with the offering as it is now."""
    return problem(CONFLICT, explanation(CONFLICT), current=_json(_mine(code)))


def _told(found: Edited, status: int = 200) -> Response:
    return answer(_json(found), status, {"ETag": f'"{found.version}"'})


def _json(found: Edited) -> Mapping[str, Any]:
    given = {one.name: getattr(found.wish, one.name) for one in fields(OfferingWish)}
    return {
        "offering_id": found.code,
        "slug": found.slug,
        "station": found.station,
        "titles": {tag: text for tag, text in found.texts["title"].items() if text},
        **given,
        "languages": list(found.wish.languages),
        "waiting": counts(db.session(), found.code).waiting,
    }
