"""The words of mails over the API, for coordinators: which there are, one of them, new words for one."""

from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.bookings.mail_places import ALL, Place, may_write, place_of
from booking.bookings.mail_text_forms import told
from booking.bookings.mail_text_schemas import MailTextIn, MailTextOut, MailTextProblem, MailTextsOut, WhichText
from booking.bookings.presenting.mail_texts import Known, is_stale, known_of
from booking.bookings.schemas import MatchHeader
from booking.bookings.services.mail_texts import Saving, save_words
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.fields import sentence
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.notices.wording import checks, stored
from booking.notices.wording.kinds import KINDS
from booking.notices.wording.parts import MailKind, Part
from booking.notices.wording.stored import Overtaken
from booking.problems import problem
from booking.text import InputRefused

blueprint = Blueprint("mail_texts_api", __name__, url_prefix=PREFIX)
CONFLICT = 409
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_KIND = {"kind": "As `kind` of the list."}


@blueprint.get("/mail-texts")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MailTextsOut, HTTP_401=Problem),
    security=_STAFF,
    tags=["mail texts"],
    operation_id="mail_texts",
)
def mail_texts() -> ResponseReturnValue:
    """Every kind of mail, and where its words are not the shipped ones: for all stations and for your own."""
    mine = {"", *_codes()}
    found = [one for one in stored.all_current(db.session()) if one.parts and one.station in mine and one.kind in KINDS]
    return answer({"kinds": [_kind(one) for one in KINDS.values()], "own_words": [_own_words(one) for one in found]})


def _kind(kind: MailKind) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "label": str(kind.label),
        "stations": kind.has_stations,
        "parts": [part.name for part in kind.parts],
    }


def _own_words(own: stored.Stored) -> dict[str, Any]:
    return {
        "kind": own.kind,
        "locale": own.locale,
        "station": own.station or ALL,
        "version": own.version,
        "parts": sorted(own.parts),
        "outdated": _outdated(Place(KINDS[own.kind], own.locale, own.station), own),
    }


@blueprint.get("/mail-texts/<kind>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=MailTextOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    path_parameter_descriptions=_KIND,
    security=_STAFF,
    tags=["mail texts"],
    operation_id="mail_text",
)
def mail_text(kind: str, query: WhichText) -> ResponseReturnValue:
    """The words of one kind of mail in one locale, part by part."""
    return _answer(_place(kind, query))


@blueprint.put("/mail-texts/<kind>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=Answers(HTTP_200=MailTextOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=MailTextProblem, HTTP_422=Problem),
    path_parameter_descriptions=_KIND,
    security=_STAFF,
    tags=["mail texts"],
    operation_id="write_mail_text",
)
def write_mail_text(kind: str, query: WhichText, json: MailTextIn) -> ResponseReturnValue:
    """Put words in the place of those there are; a part that is left out, or empty, has the words it would have anyway.

    An old `If-Match` is 409 with `current` and `asked`.
    """
    place, staff, now = _place(kind, query), required_staff(), clock.now()
    if not may_write(staff, place):
        abort(404)
    texts, known = _read(place, json.parts), known_of(place)
    if "If-Match" in request.headers and not request.if_match.contains(str(known.version)):
        return _overtaken(known, json)
    try:
        save_words(Saving(place, known.version, now, staff.actor), texts)
    except Overtaken:
        return _overtaken(known_of(place), json)
    return _answer(place)


def _codes() -> list[str]:
    reach = required_staff().stations(Role.COORDINATOR)
    return [one.code for one in all_stations(db.session()) if reach is None or one.code in reach]


def _place(kind: str, query: WhichText) -> Place:
    """The place; 404 for an unknown kind and for stations of others."""
    return place_of(required_staff(), _codes(), kind, query.locale, query.station) or abort(404)


def _read(place: Place, parts: dict[str, str]) -> dict[str, str]:
    """The texts as they are kept; `InvalidInput` with all that is wrong."""
    texts: dict[str, str] = {}
    wrong = [(f"parts.{name}", str(_("There is no such part."))) for name in parts if name not in place.kind.by_name]
    for part in place.kind.parts:
        try:
            texts[part.name] = _checked(part, parts.get(part.name, ""))
        except ValueError as refused:
            wrong.append((f"parts.{part.name}", str(refused)))
    if wrong:
        raise InvalidInput(wrong)
    return texts


def _checked(part: Part, text: str) -> str:
    try:
        kept = checks.cleaned(part, text)
    except InputRefused as refused:
        raise ValueError(sentence(refused)) from refused
    faults = checks.faults(part, kept) if kept else ()
    if faults:
        raise ValueError(" ".join(map(told, faults)))
    return kept


def _outdated(place: Place, own: stored.Stored) -> bool:
    return any(is_stale(place, part, own) for part in place.kind.parts)


def _as_json(place: Place, known: Known) -> dict[str, Any]:
    own = known.own
    return {
        "kind": place.kind.name,
        "locale": place.locale,
        "station": place.station or ALL,
        "version": known.version,
        "parts": [
            {
                "name": part.name,
                "label": str(part.label),
                "text": known.texts[part.name],
                "otherwise": known.anyway[part.name],
                "own": bool(own and part.name in own.parts),
                "outdated": bool(own and is_stale(place, part, own)),
                "placeholders": sorted(part.placeholders),
                "required": sorted(part.required),
            }
            for part in place.kind.parts
        ],
    }


def _answer(place: Place) -> Response:
    known = known_of(place)
    return answer(_as_json(place, known), headers={"ETag": f'"{known.version}"'})


def _overtaken(known: Known, asked: MailTextIn) -> Response:
    """409 with what is kept and what was sent."""
    detail = _("Somebody else has saved these words since you read them. Nothing was changed.")
    current = {"version": known.version, "parts": known.texts}
    return problem(CONFLICT, detail, current=current, asked={"parts": asked.parts})
