"""The booking form: a held time, who comes, and the answer."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.explanations import explain
from booking.bookings.forms import MOST_PEOPLE, BookForm
from booking.bookings.guests import booking_again, held_reference, hold_token, in_line, known_situation, opened_booking
from booking.bookings.links import token_of
from booking.bookings.offers import Criteria, Slot
from booking.bookings.pages import Refused
from booking.bookings.presenting.book import (
    book_choices,
    book_page,
    booked_before,
    joint_fact,
    long_enough,
    overtaken,
)
from booking.bookings.presenting.common import STANDARD_ZONE, find_url, refused
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.search import alternatives, request_for
from booking.bookings.queries.situation import situation
from booking.bookings.rules import decide, holidays, needs_person
from booking.bookings.rules.request import needs_technical_contact
from booking.bookings.services.book import Booked, retaken
from booking.bookings.services.book import book as book_place
from booking.bookings.services.expire import end_hold
from booking.bookings.services.hold import hold as hold_place
from booking.bookings.services.hold import hold_longer
from booking.bookings.services.refused import counting_refusals
from booking.bookings.slot_ids import event_slot_id
from booking.bookings.terms import (
    BookingRefused,
    BookingRequest,
    BookingStatus,
    Conflict,
    KeyReused,
    Refusal,
    UnknownTime,
)
from booking.bookings.views.blueprint import CONFLICT, blueprint
from booking.catalogue.queries import catalogue
from booking.db import db
from booking.http.headers import with_token
from booking.scheduling.queries.partners import taking_part
from booking.text import number_in

DONE = {
    BookingStatus.CONFIRMED.value: "booked",
    BookingStatus.REQUESTED.value: "requested",
    BookingStatus.WAITING.value: "waiting",
}
"""What the page says that is gone to, by the status of the new booking."""


@blueprint.get("/book")
@open_to("holder")
@with_token
def book() -> ResponseReturnValue:
    """The form for the time that is held, filled in as far as the class has said already."""
    now = clock.now()
    held = _held(request.args.get("hold"))
    if held.status is not BookingStatus.ON_HOLD and held.contact.email:
        return redirect(url_for("bookings.my_links"), 303)  # booked already; its own link was mailed
    form = _form(held, now)
    return _page(held, form, now), 200


@blueprint.post("/book")
@open_to("holder")
@with_token
def save_booking() -> ResponseReturnValue:
    """Book it; whatever is wrong or refused, the page comes again with all that was typed."""
    now = clock.now()
    held = _held(request.form.get("hold"))
    form = _form(held, now, posted=True)
    if request.form.get("slot") or request.form.get("longer"):
        return (_another_time if request.form.get("slot") else _longer)(held, form, now)
    if not form.validate():
        return _page(held, form, now), 422
    wish = _request(form, held)
    limits.booking_attempt(wish.contact.email, request.remote_addr, now, wish.organisation)
    try:
        with counting_refusals(wish, now):
            booked = book_place(wish, key=form.key.data or held.reference, now=now, hold=held.reference)
    except BookingRefused as error:
        return _refused(held, form, wish, error.refusals, now), CONFLICT
    except KeyReused:
        return _page(held, form, now, said=(booked_before(),)), CONFLICT
    except Conflict:
        return _page(held, _asked_anew(form), now, said=(overtaken(),)), CONFLICT
    return redirect(_after(booked), 303)


def _after(booked: Booked) -> str:
    """The page of the booking; where its link was renewed since, a page sent again opens nothing."""
    token = token_of(booked.reference)
    if opened_booking(booked.reference, token) is None:
        return url_for("bookings.my_links")
    done = DONE[booked.answer["status"]]
    return url_for("bookings.booking", reference=booked.reference, t=token, done=done)


def _asked_anew(form: BookForm) -> BookForm:
    """The form with a key of its own."""
    form.key.raw_data = [secrets.token_urlsafe(24)]
    return form


@blueprint.post("/book/release")
@open_to("holder")
@with_token
def release() -> ResponseReturnValue:
    """Give the time back, and look for another."""
    held = _held(request.form.get("hold"))
    end_hold(held.reference, clock.now())
    return redirect(find_url(_criteria()), 303)


def _held(token: str | None) -> BookingFacts:
    """The hold that the token opens, or a place in the line of the event that it names.

    404 for any other text, counted as a look-up that failed.
    """
    reference = held_reference(token)
    held = booking_by_reference(db.session(), reference) if reference else in_line(token, clock.now())
    if held is None:
        limits.wrong_reference(request.remote_addr, clock.now())
        abort(404)
    return held


def _criteria() -> dict[str, list[str]]:
    """What the class had asked for when it chose the time."""
    text = (request.form if request.method == "POST" else request.args).get("criteria", "")[:2_000]
    return parse_qs(text)


def _zone(held: BookingFacts) -> str:
    return held.contact.time_zone or str(session.get("time_zone") or "") or STANDARD_ZONE


def _form(held: BookingFacts, now: datetime, *, posted: bool = False) -> BookForm:
    known = catalogue(db.session())
    choices = book_choices(list(known.offerings.values()), _zone(held), now)
    form = BookForm(request.form, choices=choices) if posted else BookForm(choices=choices, data=_filled_in(held))
    form.needs_tester = needs_technical_contact(held.offering)
    return form


def _filled_in(held: BookingFacts) -> dict[str, Any]:
    """What is known before anybody types: the class's own words, and a school that comes again."""
    asked = _criteria()
    values: dict[str, Any] = {
        "size": held.size if asked.get("size") and held.reference else _size_wished(asked),
        "youngest_age": held.youngest_age,
        "theme": "".join(asked.get("theme", [])[:1]),
        "contact_locale": _offered(i18n.current_locale()),
        "time_zone": _zone(held),
        "hold": hold_token(held.reference) if held.reference else event_slot_id(held.event.code),
        "key": secrets.token_urlsafe(24),
        "criteria": request.args.get("criteria", ""),
    }
    again = booking_again("".join(asked.get("again", [])[:1]))
    return values if again is None else {**values, **_known_group(again)}


def _size_wished(asked: dict[str, list[str]]) -> int | None:
    return number_in("".join(asked.get("size", [])[:1]), MOST_PEOPLE)


def _offered(locale: str) -> str:
    """The language of our mails, of those that the form offers: a page may be read in one that is not complete yet."""
    return locale if locale in i18n.COMPLETE_LOCALES else i18n.DEFAULT_LOCALE


def _known_group(again: BookingFacts) -> dict[str, Any]:
    """The school and the person of an earlier booking; the class is another one."""
    return {
        "organisation": again.organisation,
        "organisation_type": again.organisation_type,
        "country": again.country,
        "subdivision": again.subdivision,
        "accompanying_adults": again.accompanying_adults,
        "contact_name": again.contact.name,
        "contact_email": again.contact.email,
        "contact_locale": _offered(again.contact.locale),
        "accessibility": again.accessibility,
    }


def _request(form: BookForm, held: BookingFacts) -> BookingRequest:
    wish = form.request()
    contact = replace(wish.contact, time_zone=wish.contact.time_zone or _zone(held))
    wish = replace(wish, language=held.event.language, contact=contact)
    return wish if held.reference else replace(wish, event=held.event.code, wait=True)


def _page(
    held: BookingFacts,
    form: BookForm,
    now: datetime,
    refusals: Sequence[Refusal] = (),
    wish: BookingRequest | None = None,
    instead: Sequence[Slot] = (),
    said: tuple[Refused, ...] = (),
) -> str:
    asked = wish or BookingRequest(size=held.size, offering=held.offering.code, contact=held.contact)
    found = situation(_same_time(held, asked, now), now, own=held)
    held = replace(held, holidays=holidays(found.closures))
    told = explain(refusals, locale=i18n.current_locale(), now=now, request=asked)
    warnings = decide(asked, found, now).warnings if not (refusals or said) else []
    page = book_page(
        held,
        form,
        _zone(held),
        now,
        choose_again_url=find_url(_criteria()),
        requested=needs_person(found),
        refusals=refused(told, anchors=form.data, query=_criteria()) + said,
        warnings=refused(explain(warnings, locale=i18n.current_locale(), now=now, request=asked)),
        alternatives=instead,
    )
    offered = any(one.has_line for one in told)
    partners = [(one.code, one.time_zone) for one in taking_part(db.session(), held.event.id)]
    page = replace(page, waiting_offered=offered, facts=page.facts + joint_fact(held, partners))
    return render_template("bookings/book.html", page=page)


def _same_time(held: BookingFacts, asked: BookingRequest, now: datetime) -> BookingRequest:
    """The held event, or, when the hold has ended, its time as it would be chosen now."""
    until = held.hold_expires_at
    if held.status is BookingStatus.ON_HOLD and until is not None and until > now:
        return replace(asked, event=held.event.code, language=held.event.language)
    return retaken(held, replace(asked, language=held.event.language))


def _refused(
    held: BookingFacts, form: BookForm, wish: BookingRequest, refusals: Sequence[Refusal], now: datetime
) -> str:
    """The form again: each refusal at its field and in the summary, with the three nearest times."""
    told = explain(refusals, locale=i18n.current_locale(), now=now, request=wish)
    form.refuse({one.field: one.message for one in told})
    found = situation(_same_time(held, wish, now), now, own=held)
    return _page(held, form, now, refusals, wish, alternatives(replace(wish, offering=held.offering.code), found, now))


def _longer(held: BookingFacts, form: BookForm, now: datetime) -> ResponseReturnValue:
    """Hold the time longer, and show the form with all that was typed; it says how long, or that it cannot be."""
    longer = hold_longer(held.reference, held.station.hold_min, now=now)
    fresh = booking_by_reference(db.session(), held.reference) or held
    return (_page(fresh, form, now), 200) if longer else (_page(fresh, form, now, said=(long_enough(),)), CONFLICT)


def _another_time(held: BookingFacts, form: BookForm, now: datetime) -> ResponseReturnValue:
    """An alternative was chosen: hold it instead, and show the form with all that was typed."""
    form.validate()
    limits.hold_attempt(request.remote_addr, now)
    size = form.size.data or held.size
    wish = _chosen(_as_criteria(form, held, size))
    try:
        new = hold_place(wish, now=now)
    except UnknownTime:
        abort(404)
    except BookingRefused as error:
        _is_known(wish, now)
        return _refused(held, form, _request(form, held), error.refusals, now), CONFLICT
    except Conflict:
        return _page(held, form, now, said=(overtaken(),)), CONFLICT
    end_hold(held.reference, now)
    fresh = booking_by_reference(db.session(), new.reference)
    if fresh is None:
        abort(404)
    form.hold.raw_data = [hold_token(new.reference)]
    for field in form.wrong:
        field.errors = []
    return _page(fresh, form, now), 200


def _chosen(criteria: Criteria) -> BookingRequest:
    try:
        return request_for(request.form["slot"], criteria)
    except UnknownTime:
        abort(404)


def _is_known(wish: BookingRequest, now: datetime) -> None:
    """404 for another group's private event, as for one that is not there."""
    try:
        known_situation(wish, now)
    except UnknownTime:
        abort(404)


def _as_criteria(form: BookForm, held: BookingFacts, size: int | None) -> Criteria:
    """What the new hold is asked for with."""
    return Criteria(
        languages=(held.event.language,),
        size=size,
        youngest_age=form.youngest_age.data,
        organisation_type=form.organisation_type.data or "",
        time_zone=_zone(held),
    )
