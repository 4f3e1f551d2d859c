"""The page of one offering, with its next times."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock, zones
from booking.accounts.access import open_to
from booking.bookings.offers import LARGEST_PAGE, SearchResult, Slot
from booking.bookings.presenting.offering import Shown, offering_page
from booking.bookings.queries.search import search
from booking.bookings.rules import phases_for, today
from booking.bookings.views.blueprint import blueprint
from booking.bookings.views.find import Wanted, wanted
from booking.catalogue.queries import Catalogue, offering_texts
from booking.catalogue.queries.material import materials_of, pictures_of
from booking.catalogue.terms import Format, OfferingFacts
from booking.db import db
from booking.scheduling.queries.closures import closures_of

NEXT_TIMES, A_DAY = 6, 2


@blueprint.get("/offerings/<slug>")
@open_to("everybody")
def offering(slug: str) -> ResponseReturnValue:
    """What it is, for whom, what happens, what is needed, and when it can be had next."""
    asked = wanted(request.args, clock.now())
    found = _offering(asked.known, slug)
    if found is None:
        abort(404)
    if slug != found.slug:
        query = urlencode(request.args)
        return redirect(url_for("bookings.offering", slug=found.slug) + (f"?{query}" if query else ""), 301)
    shown = asked.shown()
    texts, times = offering_texts(db.session(), found.code), _times(asked, found)
    page = offering_page(found, texts, _shown(found, asked), asked.known, times, shown.query, asked.zone, asked.explain)
    return render_template("catalogue/offering.html", page=page)


def _shown(found: OfferingFacts, asked: Wanted) -> Shown:
    """Pictures that have words, the materials that the page names, and what is asked of whoever comes on site."""
    pictures = pictures_of(db.session(), [found.id]).get(found.id, [])
    materials = materials_of(db.session(), [found.id]).get(found.id, [])
    station = asked.known.station_of(found)
    closures = closures_of(db.session(), station, asked.now) if found.format is Format.IN_PERSON else ()
    phases = phases_for(closures, found.format, found.kind, today(station, asked.now))
    return Shown([one for one in pictures if one.is_shown], materials, phases)


def _offering(known: Catalogue, slug: str) -> OfferingFacts | None:
    """By its slug; its code is another name of the same page."""
    return known.offerings.get(slug) or next((one for one in known.offerings.values() if one.slug == slug), None)


def _times(asked: Wanted, found: OfferingFacts) -> SearchResult:
    if found.format is Format.ON_DEMAND:
        return SearchResult(())
    result = search(replace(asked.criteria, offering=found.code, limit=LARGEST_PAGE, cursor=""), asked.now, asked.known)
    return replace(result, slots=_spread(result.slots, asked.zone))


def _spread(slots: Sequence[Slot], zone: str) -> tuple[Slot, ...]:
    """A few times over several days, not every half hour of the first."""
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(zones.local_date(slot.starts_at, zone), []).append(slot)
    several = [slot for on_day in days.values() for slot in on_day[:: max(1, len(on_day) // A_DAY)][:A_DAY]]
    return tuple(several[:NEXT_TIMES])
