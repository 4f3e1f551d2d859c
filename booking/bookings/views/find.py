"""Find a time, and choose one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from flask import abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.explanations import Explained, explain
from booking.bookings.forms import FindForm
from booking.bookings.guests import hold_token, known_situation
from booking.bookings.offers import LARGEST_PAGE, BadCursor, Blocked, Criteria
from booking.bookings.pages import BlockedRow
from booking.bookings.presenting.common import STANDARD_ZONE, find_choices
from booking.bookings.presenting.find import TIMES_SHOWN, Shown, blocked_row, criteria_of, find_page
from booking.bookings.queries.search import alternatives, request_for, search
from booking.bookings.rules import Situation
from booking.bookings.services.hold import hold
from booking.bookings.terms import BookingRefused, BookingRequest, Refusal, UnknownTime
from booking.bookings.views.blueprint import CONFLICT, blueprint
from booking.catalogue.queries import Catalogue, catalogue
from booking.db import db
from booking.i18n import Translated
from booking.text import number_in

LONGEST_QUERY = 2_000


@dataclass(frozen=True)
class Wanted:
    """What a class looks for, as it was asked: the form, the criteria, and the catalogue both were read with."""

    form: FindForm
    criteria: Criteria
    known: Catalogue
    query: dict[str, list[str]]
    zone: str
    zone_is_known: bool
    now: datetime

    def explain(self, refusals: Sequence[Refusal], asked: BookingRequest | None = None) -> list[Explained]:
        """Refusals in the page's language."""
        locale = i18n.current_locale()
        asked = asked or BookingRequest(
            size=self.criteria.size, contact=replace(BookingRequest().contact, time_zone=self.zone)
        )
        return explain(refusals, locale=locale, now=self.now, request=asked, known=self.known)

    def shown(self) -> Shown:
        """What the page is made of beside the times."""
        kept = {name: value for name, value in self.query.items() if name not in {"cursor", "lang"}}
        return Shown(
            form=self.form,
            zone=self.zone,
            query=kept,
            explain=self.explain,
            criteria_query=urlencode({**kept, "time_zone": self.zone}, doseq=True),
            next_query={**kept, "time_zone": self.zone},
            zone_is_known=self.zone_is_known,
            searched=bool(kept),
        )


def wanted(args: MultiDict[str, str], now: datetime) -> Wanted:
    """Read the query of the start page; what could not be read is said at its field and narrows nothing."""
    known = catalogue(db.session())
    stations, offerings = list(known.stations.values()), list(known.offerings.values())
    tags = {tag for given in known.tours.values() for tag in given}
    tags |= {tag for tag in (args.get("language"), args.get("language2")) if tag and i18n.base_language(tag) == tag}
    choices = find_choices(stations, offerings, tags, str(session.get("time_zone", STANDARD_ZONE)), now)
    form = FindForm(args, choices=choices)
    form.validate()
    given = form.time_zone.data
    if given:
        session["time_zone"] = given
    zone = given or session.get("time_zone") or STANDARD_ZONE
    if not form.time_zone.errors:
        form.time_zone.data = zone  # else the list would show, and send, its first zone
    cursor, shown = args.get("cursor", "")[:200], number_in(args.get("limit", ""))
    limit = TIMES_SHOWN if shown is None else max(1, min(shown, LARGEST_PAGE))
    criteria = replace(criteria_of(form.criteria(), zone, now, cursor), limit=limit)
    return Wanted(form, criteria, known, args.to_dict(flat=False), zone, bool(session.get("time_zone")), now)


@blueprint.get("/")
@open_to("everybody")
def find() -> ResponseReturnValue:
    """The start page: what fits, soonest first, or why nothing does and the nearest that do."""
    asked = wanted(request.args, clock.now())
    g.is_personal = g.has_token = "again" in request.args  # it carries the secret of an earlier booking
    try:
        result = search(asked.criteria, asked.now, asked.known)
    except BadCursor:
        abort(400, "cursor")
    status = 422 if asked.form.wrong else 200
    return render_template("bookings/find.html", page=find_page(result, asked.shown())), status


@blueprint.post("/choose")
@open_to("everybody")
def choose() -> ResponseReturnValue:
    """Hold the time whose button was pressed, and go on to the form; a time that is gone says why, among others."""
    now = clock.now()
    limits.hold_attempt(request.remote_addr, now)
    query = request.form.get("criteria", "")[:LONGEST_QUERY]
    asked = wanted(MultiDict(parse_qsl(query)), now)
    try:
        wish = request_for(request.form.get("slot", ""), asked.criteria)
    except UnknownTime:
        abort(404)
    try:
        held = hold(wish, now=now)
    except UnknownTime:
        abort(404)
    except BookingRefused as error:
        return _gone(asked, wish, error.refusals), CONFLICT
    return redirect(url_for("bookings.book", hold=hold_token(held.reference), criteria=query), 303)


def _gone(asked: Wanted, wish: BookingRequest, refusals: list[Refusal]) -> str:
    """The list again, the chosen time in it with its reason and the nearest that fit; 404 for a time of others."""
    found = _seen(wish, asked.now)
    row = _blocked(found, request.form["slot"], refusals)
    shown, instead = asked.shown(), alternatives(wish, found, asked.now)
    extra: BlockedRow = blocked_row(row, asked.explain(refusals, wish), shown, instead, is_open=True)
    return render_template(
        "bookings/find.html", page=find_page(search(asked.criteria, asked.now, asked.known), shown, extra)
    )


def _seen(wish: BookingRequest, now: datetime) -> Situation:
    try:
        return known_situation(wish, now)
    except UnknownTime:
        abort(404)


def _blocked(found: Situation, slot: str, refusals: Sequence[Refusal]) -> Blocked:
    if found.starts_at is None or found.ends_at is None:
        abort(404)
    return Blocked(
        slot=slot,
        event=found.event.code if found.event else "",
        offering=found.offering.code,
        slug=found.offering.slug,
        title=Translated(found.offering.titles),
        station=found.station.code,
        time_zone=found.station.time_zone,
        format=found.offering.format,
        kind=found.offering.kind,
        language=found.language or "",
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        refusals=tuple(refusals),
    )
