"""How long a roster takes until it is proven that none is better, and what a greedy one is worth beside it.

Four stations or one, 22 languages, events of 45 to 120 minutes that begin at half hours between 8 and 19, one guide in
seven with a second station, days off, eleven hours of rest, limits of a day and a week, hours already given in the
month. The yardstick takes the events that fewest could give first, and gives each to whoever is free and has least.
"""

import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import season

from booking import schema
from booking.app import create_app
from booking.db import db
from booking.scheduling.roster.model import Chance, Colleague, Left, Question, Score, Span, Wanted, score_of, too_close
from booking.scheduling.roster.solver import solve
from booking.scheduling.roster.weeks import Week
from booking.scheduling.services import roster as services
from booking.settings import Settings

SIZES = ((40, 200, 4, 2.0), (60, 400, 4, 5.0), (40, 200, 1, 2.0), (60, 400, 1, 5.0))
"""Guides, events, stations, and the aim in seconds."""
SEEDS = range(int(sys.argv[1]) if sys.argv[1:] else 5)
LANGUAGES, DAYS, DAY = 22, 5, 1440
LENGTHS = (60,) * 16 + (45,) * 6 + (75, 75, 120)
TIME_LIMIT_S = 60.0


class Season:
    """A week of all stations, the same for the same seed."""

    def __init__(self, guides: int, events: int, stations: int, seed: int) -> None:
        self.stations = stations
        self.dice = random.Random(seed)  # noqa: S311  not a secret
        self.guides = [self._guide(number) for number in range(guides)]
        self.speaks = {
            one.id: {0, *self.dice.sample(range(1, LANGUAGES), self.dice.choice((1, 2, 2, 3)))} for one in self.guides
        }
        self.works_for = {one.id: {one.id % self.stations, self._second(one.id)} for one in self.guides}
        self.off = {one.id: self.dice.choice((None, None, *range(DAYS))) for one in self.guides}
        self.events = [self._event(number) for number in range(events)]

    def question(self) -> Question:
        """What is to be decided."""
        chances = [chance for event in self.events for chance in self._chances(event)]
        return Question(self.events, self.guides, chances, list(self._limits()))

    def _guide(self, number: int) -> Colleague:
        return Colleague(number, self.dice.randrange(20), 660, {0: self.dice.randrange(5, 40)})

    def _second(self, guide: int) -> int:
        return self.dice.randrange(self.stations) if self.dice.random() < 1 / 7 else guide % self.stations

    def _event(self, number: int) -> Wanted:
        start = self.dice.randrange(DAYS) * DAY + 480 + 30 * self.dice.randrange(22)
        end = start + self.dice.choice(LENGTHS)
        return Wanted(number, start, end, end + 15)

    def _chances(self, event: Wanted) -> Iterator[Chance]:
        station, day = event.id % self.stations, event.starts // DAY
        own = [one.id for one in self.guides if station in self.works_for[one.id]]
        spoken = sorted(set().union(*(self.speaks[guide] for guide in own)))
        language = 0 if self.dice.random() < 0.35 else self.dice.choice(spoken)
        for guide in own:
            if language in self.speaks[guide] and self.off[guide] != day:
                yield Chance(event.id, guide, day, 0, 0, self.dice.choice((0, 0, 0, 1, 2)))

    def _limits(self) -> Iterator[Left]:
        for guide in self.guides:
            yield from (Left(guide.id, Span.DAY, day, self.dice.choice((2, 3, 4))) for day in range(DAYS))
            yield Left(guide.id, Span.WEEK, 0, self.dice.choice((8, 10, 12)), self.dice.choice((None, None, None, 600)))


def greedy(question: Question) -> Mapping[int, int]:
    """The roster of somebody who never looks back."""
    events = {event.id: event for event in question.events}
    guides = {guide.id: guide for guide in question.guides}
    chances: dict[int, list[Chance]] = defaultdict(list)
    for chance in question.chances:
        chances[chance.event].append(chance)
    left = {(one.guide, one.span, one.number): [one.events, one.minutes] for one in question.left}
    own: dict[int, list[Chance]] = defaultdict(list)
    given = {}
    for event in sorted(chances, key=lambda one: (len(chances[one]), events[one].starts)):
        free = [one for one in chances[event] if _is_free(one, own[one.guide], events, guides[one.guide], left)]
        if free:
            best = min(free, key=lambda one: (guides[one.guide].month_hours[0] + len(own[one.guide]), one.guide))
            given[event] = best.guide
            own[best.guide].append(best)
            for key in ((best.guide, Span.DAY, best.day), (best.guide, Span.WEEK, best.week)):
                used = (1, events[event].minutes)
                left[key] = [None if one is None else one - more for one, more in zip(left[key], used, strict=True)]
    return given


def _is_free(
    chance: Chance,
    own: list[Chance],
    events: Mapping[int, Wanted],
    guide: Colleague,
    left: Mapping[tuple[int, Span, int], list[int | None]],
) -> bool:
    event = events[chance.event]
    for key in ((chance.guide, Span.DAY, chance.day), (chance.guide, Span.WEEK, chance.week)):
        few, minutes = left[key]
        if few == 0 or (minutes is not None and minutes < event.minutes):
            return False
    others = [events[one.event] for one in own]
    if any(other.starts < event.until and event.starts < other.until for other in others):
        return False
    return not any(too_close(chance, one, events, guide.rest_min) for one in own)


def measure(guides: int, events: int, stations: int, aim: float) -> None:
    """One line of the table: the seeds' median and worst."""
    seconds, processor, greedy_ms, found, proven = [], [], [], [], 0
    for seed in SEEDS:
        question = Season(guides, events, stations, seed).question()
        begun, worked = time.perf_counter(), time.process_time()
        answer = solve(question, TIME_LIMIT_S)
        seconds.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
        begun = time.perf_counter()
        given = greedy(question)
        greedy_ms.append((time.perf_counter() - begun) * 1000)
        found.append((answer.score, score_of(question, given)))
        proven += answer.proven_optimal
    (covered, by_greedy), (load, greedy_load) = (_means(found, name) for name in ("covered", "load"))
    took = f"{statistics.median(seconds):>9.2f}{max(seconds):>8.2f}{statistics.median(processor):>10.2f}{aim:>6.0f}"
    worth = f"{covered:>9.1f}{by_greedy:>8.1f}{load:>9.0f}{greedy_load:>8.0f}{statistics.median(greedy_ms):>8.0f}"
    print(f"{guides:>4} x {events}, {stations}{took}{proven:>9} of {len(found)}{worth}")


def _means(found: list[tuple[Score, Score]], name: str) -> tuple[float, float]:
    """What solver and greedy reached on average."""
    ours, theirs = zip(*((getattr(one, name), getattr(other, name)) for one, other in found), strict=True)
    return statistics.mean(ours), statistics.mean(theirs)


def whole() -> None:
    """A week of the season of `bench_slots`, read from the database, decided anew, and kept as a proposal."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"BOOKING_SECRET_KEY": "k" * 40, "BOOKING_PUBLIC_URL": "http://localhost"}
        url = f"sqlite:///{Path(folder) / 'season.db'}"
        app = create_app(Settings.from_environment(environment, database_url=url, instance_dir=Path(folder)))
        with app.app_context():
            with db.engine.begin() as connection:
                schema.upgrade(connection)
            season.fill()
            begun = time.perf_counter()
            found = services.find(Week.of(season.FIRST_MONDAY), None, now=season.NOW, reassign=True)
            services.propose(found, None, now=season.NOW, by="command")
            seconds, proven = time.perf_counter() - begun, "proven" if found.answer.proven_optimal else "not proven"
            guides, events = len(found.situation.hosts), len(found.situation.events)
            print(f"the whole of a proposal, {guides} x {events} from the database: {seconds:.2f} s, {proven}")
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    """Print the table; the solver is imported before it is measured, as in a process that has served for a while."""
    solve(Season(4, 8, 4, 0).question())
    print(
        f"{len(SEEDS)} weeks each. Seconds; events covered and weight of the load, by the solver and by the greedy one"
    )
    heads = ("p50", 9), ("worst", 8), ("processor", 10), ("aim", 6), ("proven", 14), ("covered", 9), ("greedy", 8)
    heads += ("load", 9), ("greedy", 8), ("ms", 8)
    print(" " * 13 + "".join(head.rjust(width) for head, width in heads))
    for guides, events, stations, aim in SIZES:
        measure(guides, events, stations, aim)
    whole()


if __name__ == "__main__":
    main()
