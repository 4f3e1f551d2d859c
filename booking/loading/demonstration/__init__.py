"""Demonstration data: four stations around today, so that every page has something to show. All people are invented."""

from datetime import datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.catalogue.models import Station
from booking.db import db, transaction
from booking.loading import catalogue_rows as catalogue
from booking.loading.csv_tables import Row, Table
from booking.loading.demonstration import calendars, guides, people, rows
from booking.loading.demonstration.cover import seek_cover
from booking.loading.demonstration.exhibits import write_exhibits
from booking.loading.demonstration.groups import Crowd
from booking.loading.demonstration.joint import hold_together
from booking.loading.demonstration.programme import Planned, Roster, planned_events
from booking.loading.demonstration.sayings import answer_surveys, write_sayings
from booking.loading.demonstration.tables import shipped
from booking.loading.demonstration.views import write_views
from booking.loading.demonstration.visits import write_requests, write_topics

HOME = "America/New_York"
"""The zone whose day is today: the last of the four stations to begin it."""


def is_empty() -> bool:
    """Whether the database holds no station yet."""
    return db.session.execute(select(Station.id).limit(1)).first() is None


def fill(app: Flask, now: datetime) -> list[str]:
    """Fill an empty database as of `now`, the same for the same moment; what to tell whoever looks at it, in lines.

    A database that holds anything is left alone.
    """
    with app.app_context():
        if not is_empty():
            return ["The database holds data already: the demonstration was left out."]
        with transaction() as session:
            _fill(session, now)
        seek_cover(now)
        hold_together(now)
        write_exhibits(now)
        write_sayings(now)
        answer_surveys()
    return _told(app.extensions["booking.settings"].public_url)


def ways_in(app: Flask, now: datetime) -> list[str]:
    """A line for each role: who it is, and a link that signs in once; none where the site is no demonstration.

    Only for a site that no other machine reaches: whoever has a link needs no password.
    """
    settings = app.extensions["booking.settings"]
    if settings.is_public:
        return []
    with app.app_context():
        found = people.links(now)
    return [f"Sign in as {role.value} ({name}): {settings.public_url}{path}" for role, name, path in found]


def _fill(session: Session, now: datetime) -> None:
    tables, today = shipped(), zones.local_date(now, HOME)
    names = {row.values["code"]: row.values["station"] for row in tables["stations"].rows}
    closures = calendars.closures(today, names)
    _write_catalogue(session, closures)
    hosts = guides.hosts_of(session, tables["guides"], tables["stations"], today)
    guides.write_guides(session, tables["guides"], hosts)
    write_topics(session)
    people.write_accounts(session, tables["guides"], now)
    rows.write_series(session, tables["series"])
    planned = list(planned_events(tables, closures, Roster(hosts, catalogue.station_ids(session)), today))
    catalogue.write_terms(session, {"offerings": tables["offerings"], "events": _words(planned)})
    crowd = Crowd(tables["groups"], closures, today)
    booked = [(event, list(crowd.bookings(event))) for event in planned]
    taking_place = [(event, groups) for event, groups in booked if groups or not event.is_private]
    full = [event for event, _ in taking_place if event.fill == "full" and event.starts_at > now]
    waiting = [one for event in full for one in crowd.waiting(event)]
    ending = rows.ending_of(taking_place, waiting, now)
    rows.write_events(session, ending, now)
    rows.write_bookings(session, ending, closures, today, now)
    write_requests(session, now)
    write_views(session, today, now)
    counts = {"events": len(taking_place), "bookings": crowd.made}
    audit(session, at=now, actor="command", action="loaded", subject="folder:demonstration", after=counts)


def _write_catalogue(session: Session, closures: Table) -> None:
    tables = shipped()
    catalogue.write_stations(session, tables["stations"])
    stations = catalogue.station_ids(session)
    catalogue.write_station_languages(session, tables["station_languages"], stations)
    catalogue.write_offerings(session, tables["offerings"], stations)
    catalogue.write_closures(session, closures, stations)
    rows.describe_catalogue(session, tables["stations"])


def _words(planned: list[Planned]) -> Table:
    """The words of vocabularies that the events use."""
    return Table(
        "programme",
        [Row(0, {**event.offering, "theme": event.theme, "platform": "Microsoft Teams"}) for event in planned],
    )


def _told(address: str) -> list[str]:
    return [
        "Demonstration data: four stations, their offerings, guides, events and invented groups around today.",
        f"Find a time: {address}/",
        f"Find a time in French for 28 people of 12: {address}/?language=fr&size=28&youngest_age=12",
    ]


__all__ = ["fill", "is_empty", "ways_in"]
