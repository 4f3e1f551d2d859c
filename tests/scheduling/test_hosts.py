"""Who can give an event, as the database has it: the choice of a host, the search's sets and the reasons agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event as sqlalchemy_event

from booking.catalogue.models import Offering, Station
from booking.catalogue.queries import catalogue
from booking.db import db
from booking.scheduling.models import AvailabilityException, BusyInterval, Event, Guide, GuideStation
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.queries.hosts import free_hosts, hosts_of
from booking.scheduling.terms import HostRole, Reason, Unfit
from tests.builders import make_assignment, make_day_off, make_event, make_guide, make_offering, make_station, save

pytestmark = pytest.mark.usefixtures("app")
VIENNA = ZoneInfo("Europe/Vienna")
START = datetime(2026, 12, 15, 10, 0, tzinfo=VIENNA)
WEEK = (date(2026, 12, 14), date(2026, 12, 20))


@pytest.fixture
def vienna() -> Station:
    return make_station("VIE")


@pytest.fixture
def tour(vienna: Station) -> Offering:
    return make_offering(vienna)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What runs meanwhile."""
    heard: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield heard
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", keep)


def chosen(offering: Offering, start: datetime, language: str = "en") -> set[int]:
    """Who would be chosen for an open slot."""
    known = catalogue(db.session())
    facts = known.offerings[offering.code]
    station = next(one for one in known.stations.values() if one.id == offering.station_id)
    end = start + timedelta(minutes=facts.duration_min)
    return set(free_hosts(db.session(), station, facts, language, (start.astimezone(UTC), end.astimezone(UTC))))


def reasons(event: Event, guide: Guide) -> list[Reason]:
    return [unfit.reason for unfit in fitness(db.session(), [event.id])[event.id][guide.id]]


def test_a_guide_without_a_week_works_the_virtual_hours_of_the_home_station(vienna: Station) -> None:
    make_guide(vienna)
    (host,) = hosts_of(db.session(), [vienna.id], *WEEK)
    assert host.hours == tuple((day, 480, 1200) for day in range(5))
    assert host.zone == "Europe/Vienna"


def test_a_guide_of_another_station_is_a_host_of_both(vienna: Station) -> None:
    guide = make_guide(make_station("NYC"))
    save(GuideStation(guide_id=guide.id, station_id=vienna.id))
    (host,) = hosts_of(db.session(), [vienna.id], *WEEK)
    assert (host.zone, host.online_at, host.on_site_at) == ("America/New_York", frozenset({vienna.id}), frozenset())


def test_the_stations_own_guides_are_chosen_before_those_of_others(vienna: Station, tour: Offering) -> None:
    far = make_guide(make_station("GVA"))
    save(GuideStation(guide_id=far.id, station_id=vienna.id))
    own = make_guide(vienna)
    make_assignment(own, make_event(tour, START + timedelta(hours=4)))
    known = catalogue(db.session())
    station = next(one for one in known.stations.values() if one.id == vienna.id)
    interval = START.astimezone(UTC), START.astimezone(UTC) + timedelta(hours=1)
    found = free_hosts(db.session(), station, known.offerings[tour.code], "en", interval)
    assert found == (own.id, far.id)


def test_the_events_own_guide_does_not_stand_in_the_way_and_others_learn_why(vienna: Station, tour: Offering) -> None:
    own, busy, away, speaker = (make_guide(vienna, "en") for _ in range(4))
    speaker.role = HostRole.SPEAKER
    save(speaker)
    event, other = make_event(tour, START), make_event(tour, START + timedelta(minutes=30))
    make_assignment(own, event)
    make_assignment(busy, other)
    make_day_off(away, START.date())
    found = fitness(db.session(), [event.id])[event.id]
    assert found[own.id] == ()
    assert found[busy.id] == (Unfit(Reason.EVENT, other.code),)
    assert found[away.id] == (Unfit(Reason.DAY_OFF),)
    assert fitness(db.session(), [event.id], [busy.id], given_up=[other.id]) == {event.id: {busy.id: ()}}


def test_a_private_calendar_and_an_hour_taken_out_are_reasons(vienna: Station, tour: Offering) -> None:
    busy, out = make_guide(vienna), make_guide(vienna)
    at = START.astimezone(UTC)
    save(
        BusyInterval(guide_id=busy.id, starts_at=at, ends_at=at + timedelta(minutes=10)),
        AvailabilityException(guide_id=out.id, on_day=START.date(), opens=630, closes=700, works=False),
    )
    event = make_event(tour, START)
    assert reasons(event, busy) == [Reason.BUSY]
    assert reasons(event, out) == [Reason.HOURS]


def test_no_event_and_a_guide_who_left_are_judged_as_nothing(vienna: Station, tour: Offering) -> None:
    left = make_guide(vienna, is_active=False)
    event = make_event(tour, START)
    assert fitness(db.session(), []) == {}
    assert fitness(db.session(), [event.id], [left.id]) == {event.id: {}}


def test_the_choice_of_a_host_and_the_reasons_agree_on_whatever_guides_there_are(
    vienna: Station, tour: Offering
) -> None:
    gva = make_station("GVA")
    for place, (limit, language, station) in enumerate(product((None, 1), ("en", "fr", "en fr"), (vienna, gva))):
        guide = make_guide(station, language, max_events_per_day=limit, min_rest_min=840 if place % 3 else None)
        if station is gva:
            save(GuideStation(guide_id=guide.id, station_id=vienna.id, on_site=bool(place % 2)))
        if place % 2:
            make_assignment(guide, make_event(tour, START + timedelta(hours=3 if place % 4 else -15)))
    seen = set()
    for hours in (-2, 0, 2, 4, 23, 24):
        event = make_event(tour, START + timedelta(hours=hours))
        found = fitness(db.session(), [event.id])[event.id]
        free = {host for host, against in found.items() if not against}
        assert chosen(tour, START + timedelta(hours=hours)) == free
        seen.add(len(free))
    assert len(seen) > 2


def test_the_statements_are_five_whatever_the_events_and_guides(vienna: Station, tour: Offering) -> None:
    events = [make_event(tour, START + timedelta(hours=hours)).id for hours in range(5)]
    counts = []
    for _round in range(2):
        make_guide(vienna)
        with statements() as heard:
            fitness(db.session(), events[: 1 + 4 * _round])
        counts.append(len([one for one in heard if one.lstrip("( ").startswith("SELECT")]))
    assert counts == [5, 5]
