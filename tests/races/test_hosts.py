"""P2: a guide is never in two places, whoever assigns, moves, books and cancels at the same time."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from booking.scheduling.services.assign import assign_guide
from booking.scheduling.services.rooms import save_room
from booking.scheduling.terms import HostTaken
from tests.builders import NOW, make_event, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, Outcome, at, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Perform, dealt, errors, percentile, race, results
from tests.scheduling.asked import make_person

pytestmark = pytest.mark.race

SECONDS = 60.0 if FULL else 2.0
CLIENTS = 8
NINE_IN_VIENNA = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)
DAY = [NINE_IN_VIENNA + timedelta(minutes=30 * half) for half in range(12)]


@dataclass(frozen=True)
class Desk:
    """Somebody who assigns, takes off and moves at random, as fast as it goes."""

    events: Sequence[str]
    guides: Sequence[str]
    seed: int
    seconds: float

    def play(self, perform: Perform) -> None:
        """Until the time is over; a swap is two assignments."""
        choice = random.Random(self.seed)  # noqa: S311  a plan, not a secret
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            event, other = choice.sample(self.events, 2)
            guides = choice.sample(self.guides, 2)
            calls = {
                "assign": [Call("assign", {"event": event, "guide": guides[0]})],
                "swap": [
                    Call("assign", {"event": one, "guide": g}) for one, g in zip((event, other), guides, strict=True)
                ],
                "unassign": [Call("unassign", {"event": event})],
                "move": [Call("move_event", {"event": event, "starts_at": choice.choice(DAY)})],
            }
            for call in calls[choice.choices(list(calls), weights=(5, 2, 1, 2))[0]]:
                perform(call)


@dataclass(frozen=True)
class Groups:
    """Groups that book open slots of the day, each with a host, and cancel most of them."""

    offering: str
    number: int
    seconds: float

    def play(self, perform: Perform) -> None:
        """Until the time is over."""
        choice = random.Random(self.number)  # noqa: S311  as above
        end, mine, count = time.monotonic() + self.seconds, list[str](), 0
        while time.monotonic() < end:
            count += 1
            if mine and choice.random() < 0.6:
                perform(Call("cancel", {"reference": mine.pop(choice.randrange(len(mine)))}))
                continue
            key = f"{self.number}-{count}"
            request = wish(key, offering=self.offering, starts=at(choice.choice(DAY)), size=10)
            booked = perform(Call("book", {"request": request, "key": key}))
            if booked.result == "ok":
                mine.append(booked.value.reference)


@dataclass(frozen=True)
class Guides:
    """Guides who take what is offered, ask for cover and fall ill, and a worker who offers what nobody gives."""

    events: Sequence[str]
    guides: Sequence[str]
    seed: int
    seconds: float

    def play(self, perform: Perform) -> None:
        """Until the time is over."""
        choice = random.Random(self.seed)  # noqa: S311  as above
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            guide, event = choice.choice(self.guides), choice.choice(self.events)
            calls = [
                Call("offer", {}),
                Call("accept_any", {"guide": guide}),
                Call("accept_any", {"guide": guide}),
                Call("cover", {"event": event}),
                Call("sick", {"guide": guide, "now": DAY[0] - timedelta(hours=1)}),
            ]
            perform(choice.choices(calls, weights=(3, 3, 3, 2, 1))[0])


def _lanes(arena: Arena, seconds: float) -> list[Lane]:
    """Three guides of one station, eight events of its day, and open slots besides."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station)
        people = [make_person(station)[0] for _ in range(3)]
        for number, guide in enumerate(people):
            save_room(guide.id, "Zoom", f"https://zoom.example.org/{number}", now=NOW, actor="desk")
        addresses = ["https://own.example.org/room"] * 3 + [""] * 5  # three events take one room of their own
        starts = zip(DAY[:8], addresses, strict=True)
        events = [make_event(offering, start, meeting_url=url).code for start, url in starts]
        guides = [guide.code for guide in people]
    desks: list[Lane] = [Desk(events, guides, seed, seconds) for seed in range(CLIENTS // 2)]
    groups: list[Lane] = [Groups(offering.code, number, seconds) for number in range(CLIENTS // 4)]
    own: list[Lane] = [Guides(events, guides, seed, seconds) for seed in range(CLIENTS // 4)]
    return [lane for pair in zip(desks, [*groups, *own], strict=True) for lane in pair]


def _share_refused(outcomes: Sequence[Outcome]) -> float:
    """The share of assignments and moves that met somebody who was there before."""
    counted = results(outcomes, "assign", "move_event")
    return counted["conflict"] / counted.total()


def test_assigning_moving_booking_and_cancelling_at_once_put_nobody_in_two_places(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _lanes(arena, SECONDS))
    refused = _share_refused(outcomes)
    tell(f"{len(outcomes)} calls, {dict(results(outcomes))}, {refused:.0%} of assignments and moves refused")
    for action in ("offer", "accept_any", "cover", "sick"):
        tell(f"  {action}: {dict(results(outcomes, action))}")
    booked = results(outcomes, "book", "cancel")
    tell(f"  slots booked and cancelled: {dict(booked)}, p99 {percentile(outcomes):.0f} ms")
    assert errors(outcomes) == []
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0
    assert arena.oversold() == []
    happened(refused >= 0.2, f"only {refused:.0%} were refused")
    assert _hosts_of_cancelled(arena) == 0
    assert _offered_twice(arena) == []
    assert arena.rooms_shared() == []
    assert arena.mistold() == []


def _hosts_of_cancelled(arena: Arena) -> int:
    statement = """
        SELECT count(*) FROM assignment JOIN event ON event.id = assignment.event_id
        WHERE assignment.status = 'active' AND event.status = 'cancelled'
    """
    return int(arena.value(statement))


def _offered_twice(arena: Arena) -> list[object]:
    """Events given by several, and events that are offered though somebody gives them."""
    statement = """
        SELECT event_id FROM assignment WHERE status = 'active' GROUP BY event_id HAVING count(*) > 1
        UNION SELECT offer.event_id FROM offer
        WHERE offer.status = 'pending' AND offer.reason <> 'cover' AND EXISTS (
          SELECT 1 FROM assignment WHERE assignment.event_id = offer.event_id AND assignment.status = 'active')
    """
    return list(arena.rows(statement))


@pytest.mark.control
def test_without_the_rules_of_the_database_a_guide_is_soon_in_two_places(arena: Arena, tell: Tell) -> None:
    arena.drop_overlap_guard()
    race(arena, _lanes(arena, 2.0))
    tell(f"{len(arena.overlaps())} overlaps of guides, {len(arena.rooms_shared())} of rooms")
    happened(arena.overlaps(), "no guide was in two places")
    happened(arena.rooms_shared(), "no room was taken twice")


@pytest.mark.parametrize(("minutes", "allowed"), [(75, True), (74, False), (-75, True), (-74, False)])
def test_fifteen_minutes_lie_between_two_events_of_a_guide(arena: Arena, minutes: int, allowed: bool) -> None:  # noqa: FBT001
    with arena.desk():
        station = make_station()
        offering, guide = make_offering(station), make_guide(station)
        ten = NINE_IN_VIENNA + timedelta(hours=1)
        first, second = make_event(offering, ten), make_event(offering, ten + timedelta(minutes=minutes))
        assign_guide(first.code, guide.code, now=NOW, actor="desk")
        try:
            assign_guide(second.code, guide.code, now=NOW, actor="desk")
        except HostTaken:
            assert not allowed
        else:
            assert allowed


def test_of_many_groups_that_want_one_hour_each_guide_gets_one_and_the_rest_is_asked_for(
    arena: Arena, tell: Tell
) -> None:
    with arena.desk():
        station = make_station()
        offering = make_offering(station)
        guides = [make_guide(station).code for _ in range(4)]
    request = {"offering": offering.code, "starts": at(NINE_IN_VIENNA), "size": 10}
    calls = [Call("book", {"request": wish(n, **request), "key": f"{n}"}) for n in range(24)]
    outcomes = race(arena, dealt(calls, CLIENTS * 2))
    assert errors(outcomes) == []
    assert results(outcomes) == {"ok": len(calls)}
    answers = [one.value.answer for one in outcomes]
    confirmed = sum('"confirmed"' in answer for answer in answers)
    tell(f"{len(calls)} groups, {len(guides)} guides: {confirmed} confirmed, p99 {percentile(outcomes):.0f} ms")
    assert confirmed == len(guides)
    assert arena.overlaps() == []
    assert arena.value("SELECT count(*) FROM assignment WHERE status = 'active'") == len(guides)
