"""`explain`: every limit with its value and source, and the one that binds; a limit only ever takes away."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import given
from hypothesis import strategies as some

from booking.app import create_app
from booking.bookings.explanations import explain as in_words
from booking.bookings.queries.situation import situation
from booking.bookings.rules import Action, LimitSource, Situation, decide, explain, private_capacity
from booking.bookings.rules.limits import used_of
from booking.bookings.terms import BookingRequest, WishedTime
from booking.db import db
from booking.loading.services import load
from booking.scheduling.terms import LimitFacts, Measure, Per, Use, Visibility
from tests.bookings.test_rules import EVENT, FREE, JOIN, NOW, ON_SITE, PARTIAL, START, asked
from tests.conftest import settings_for

DATA = Path(__file__).parents[1] / "data"
SMALL = {"en": "The room is small"}
FIFTEEN = LimitFacts(1, "L-1", Measure.PEOPLE, Per.EVENT, START.date(), most=15)
JOINED = replace(JOIN, event=replace(EVENT, capacity=30, taken=4))
"""An event of 30 places, 4 of them taken, of an offering for 35."""


def per_day(measure: Measure, most: int) -> LimitFacts:
    """A limit of the day."""
    return LimitFacts(2, "L-2", measure, Per.DAY, START.date(), START.date(), most)


def use(people: int = 20, groups: int = 1, event: int = 9) -> Use:
    """Another event of the day."""
    return Use(event, 1, None, "virtual-live", 1, START.date(), people, groups)


TOMORROW = START.date() + timedelta(1)


@pytest.mark.parametrize(
    ("known", "source", "value", "room"),
    [
        (FREE, LimitSource.OFFERING, 35, 35),
        (replace(FREE, offering=ON_SITE, closures=(PARTIAL,)), LimitSource.CLOSURE, 15, 15),
        (replace(FREE, limits=(FIFTEEN,)), LimitSource.LIMIT, 15, 15),
        (replace(FREE, limits=(replace(FIFTEEN, most=None, percent=50),)), LimitSource.LIMIT, 17, 17),
        (replace(FREE, limits=(replace(FIFTEEN, most=10, percent=50),)), LimitSource.LIMIT, 10, 10),
        (JOINED, LimitSource.EVENT, 30, 26),
        (replace(JOINED, limits=(FIFTEEN,)), LimitSource.LIMIT, 15, 11),
        (replace(JOINED, limits=(replace(FIFTEEN, most=None, percent=50),)), LimitSource.LIMIT, 15, 11),
        (replace(JOINED, own_places=4, limits=(FIFTEEN,)), LimitSource.LIMIT, 15, 15),
        (replace(FREE, limits=(per_day(Measure.PEOPLE, 50),), uses=(use(),)), LimitSource.LIMIT, 50, 30),
        (replace(FREE, limits=(per_day(Measure.GROUPS, 1),), uses=(use(),)), LimitSource.LIMIT, 1, 0),
        (replace(FREE, limits=(per_day(Measure.EVENTS, 1),), uses=(use(),)), LimitSource.LIMIT, 1, 0),
        (replace(JOINED, limits=(per_day(Measure.EVENTS, 1),), uses=(use(),)), LimitSource.EVENT, 30, 26),
        (replace(FREE, limits=(replace(FIFTEEN, station_id=2),)), LimitSource.OFFERING, 35, 35),
        (replace(FREE, limits=(replace(FIFTEEN, format="in-person"),)), LimitSource.OFFERING, 35, 35),
        (
            replace(FREE, limits=(replace(FIFTEEN, starts_on=START.date() + timedelta(1)),)),
            LimitSource.OFFERING,
            35,
            35,
        ),
    ],
)
def test_the_limit_that_binds_is_the_one_that_leaves_the_least_room(
    known: Situation, source: LimitSource, value: int, room: int
) -> None:
    binding = explain(known, NOW).binding
    assert binding is not None
    assert (binding.source, binding.value, binding.room) == (source, value, room)


def test_an_event_of_ones_own_has_the_places_that_the_lowest_limit_allows() -> None:
    assert private_capacity(replace(FREE, limits=(FIFTEEN,)), NOW) == 15
    assert private_capacity(FREE, NOW) == 35


def test_a_limit_of_one_event_counts_the_groups_of_that_event() -> None:
    limit = LimitFacts(3, "L-3", Measure.GROUPS, Per.EVENT, START.date(), most=1)
    assert used_of(limit, (use(groups=2, event=7), use(groups=5)), START.date(), 7) == 2


@pytest.mark.parametrize(
    ("known", "size", "rule", "sentence"),
    [
        (
            replace(FREE, limits=(replace(FIFTEEN, reason=SMALL),)),
            24,
            "CAP-04",
            "at most 15 people",
        ),
        (replace(FREE, limits=(per_day(Measure.PEOPLE, 30),), uses=(use(),)), 24, "CAP-02", "Places left that day: 10"),
        (
            replace(FREE, limits=(per_day(Measure.GROUPS, 1),), uses=(use(),)),
            24,
            "CAP-02",
            "No more groups can be",
        ),
        (
            replace(
                JOIN,
                limits=(LimitFacts(3, "L-3", Measure.GROUPS, Per.EVENT, START.date(), most=1),),
                uses=(use(event=7),),
            ),
            24,
            "CAP-02",
            "This event takes no more groups",
        ),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_refusal_says_what_is_limited_why_and_what_to_do(
    known: Situation, size: int, rule: str, sentence: str
) -> None:
    request = asked(size=size, language=known.language)
    (refusal,) = decide(request, known, NOW).refusals
    (told,) = in_words([refusal], locale="en", now=NOW, request=request)
    assert (refusal.rule, told.way_out != "") == (rule, True)
    assert sentence in told.message
    assert ("The room is small." in told.message) == (rule == "CAP-04")


MEASURES = some.sampled_from(
    [
        (Measure.PEOPLE, Per.EVENT),
        (Measure.PEOPLE, Per.DAY),
        (Measure.GROUPS, Per.EVENT),
        (Measure.GROUPS, Per.DAY),
        (Measure.EVENTS, Per.DAY),
    ]
)


@some.composite
def limits(draw: some.DrawFn) -> LimitFacts:
    """Any limit around the day of the request."""
    measure, per = draw(MEASURES)
    shares = (measure, per) == (Measure.PEOPLE, Per.EVENT)
    percent = draw(some.none() | some.integers(25, 100)) if shares else None
    first = START.date() + timedelta(days=draw(some.integers(-2, 1)))
    return LimitFacts(
        draw(some.integers(1, 99)),
        "L",
        measure,
        per,
        first,
        draw(some.none() | some.just(first + timedelta(days=2))),
        draw(some.integers(0, 40)) if percent is None else draw(some.none() | some.integers(0, 40)),
        percent,
        draw(some.sampled_from([None, 1, 2])),
        None,
        draw(some.sampled_from([None, "virtual-live", "in-person"])),
        draw(some.sampled_from([None, 1, 2])),
    )


@some.composite
def situations(draw: some.DrawFn) -> Situation:
    """An open slot, or an event with some places taken, on a day with other events."""
    uses = tuple(
        use(draw(some.integers(0, 40)), draw(some.integers(0, 3)), n) for n in range(draw(some.integers(0, 3)))
    )
    if draw(some.booleans()):
        return replace(FREE, uses=uses)
    capacity = draw(some.integers(0, 40))
    event = replace(EVENT, capacity=capacity, taken=draw(some.integers(0, capacity)))
    if draw(some.booleans()):
        return replace(JOIN, event=event, uses=uses)
    event = replace(event, visibility=Visibility.PRIVATE, taken=max(1, event.taken), capacity=max(1, capacity))
    return replace(JOIN, event=event, uses=uses, is_own_event=True, own_places=event.taken)


@given(
    known=situations(),
    first=some.lists(limits(), max_size=3),
    more=limits(),
    size=some.integers(1, 40),
    wait=some.booleans(),
    action=some.sampled_from([Action.HOLD, Action.BOOK, Action.RESIZE, Action.ACCEPT, Action.PROPOSE]),
)
def test_another_limit_never_allows_what_was_refused(
    *, known: Situation, first: list[LimitFacts], more: LimitFacts, size: int, wait: bool, action: Action
) -> None:
    request = asked(size=size, language=known.language, wait=wait, accompanying_adults=3)
    before = decide(request, replace(known, limits=tuple(first)), NOW, action)
    after = decide(request, replace(known, limits=(*first, more)), NOW, action)
    if before.refusals:
        assert after.refusals
    bound, closer = (explain(replace(known, limits=those), NOW).people for those in (tuple(first), (*first, more)))
    assert closer is None or bound is None or closer <= bound
    assert bound is None or closer is not None


@pytest.fixture(scope="module")
def autumn(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[datetime]:
    """The data of 2020, looked at on 1 September."""
    folder = tmp_path_factory.mktemp("autumn")
    copyfile(sqlite_template, folder / "booking.db")
    now = datetime(2020, 9, 1, 9, 0, tzinfo=UTC)
    with create_app(settings_for(f"sqlite:///{folder / 'booking.db'}", folder)).app_context():
        load(DATA, now)
        yield now
        db.session.remove()
        db.engine.dispose()


def test_on_a_tour_in_geneva_in_september_2020_distancing_binds_and_not_the_offering(autumn: datetime) -> None:
    local = datetime(2020, 9, 22, 10, 0)  # noqa: DTZ001  a wall time, whose offset stands beside it
    request = BookingRequest(offering="P-GVA-07", language="fr", starts=WishedTime("", local, timedelta(hours=2)))
    known = situation(request, autumn)
    found = explain(known, autumn)
    told = {(one.source, one.code): one.value for one in found.bounds}
    assert told == {(LimitSource.OFFERING, "P-GVA-07"): 30, (LimitSource.CLOSURE, "C-GVA-02"): 15}
    assert found.binding is not None
    assert (found.binding.code, found.people) == ("C-GVA-02", 15)
    assert (found.binding.starts_on, found.binding.ends_on) == (date(2020, 8, 1), date(2020, 9, 30))
