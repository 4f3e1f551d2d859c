"""The rules as tables of cases, each with its id; and what holds whatever is asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bookings.rules import Action, Situation, decide, needs_person
from booking.bookings.terms import BookingRequest, Contact, Engagement, WishedTime
from booking.catalogue.terms import Format, Kind, LanguagePolicy, OfferingFacts, OfferingStatus, StationFacts
from booking.scheduling.terms import ClosureFacts, ClosureType, EventFacts, EventStatus, Visibility

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)  # 10:00 in Vienna, a Monday
VIENNA = StationFacts(
    id=1,
    code="VIE",
    name="Vienna",
    time_zone="Europe/Vienna",
    working_weekdays=frozenset(range(5)),
    virtual_hours=(480, 1200),
    on_site_hours=(540, 1020),
)
GENEVA = replace(VIENNA, id=2, code="GVA", name="Geneva", time_zone="Europe/Zurich")
TOUR = OfferingFacts(
    id=1,
    code="P-1",
    station_id=1,
    title="Tour",
    kind=Kind.TOUR,
    format=Format.VIRTUAL_LIVE,
    theme="united-nations-general",
    min_group=8,
    max_group=35,
    lead_working_days=5,
    min_age=10,
)
ON_SITE = replace(TOUR, format=Format.IN_PERSON)
BRIEFING = replace(TOUR, kind=Kind.BRIEFING, max_group=60)
VISIT = replace(ON_SITE, kind=Kind.COURTESY_VISIT, min_group=1, max_group=8, min_age=18)
EVENT = EventFacts(
    id=7,
    code="VIE-1",
    status=EventStatus.OPEN,
    visibility=Visibility.OPEN,
    language="de",
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    capacity=35,
    taken=10,
    version=1,
    format=Format.VIRTUAL_LIVE,
    kind=Kind.TOUR,
    theme="refugees",
    time_zone="Europe/Vienna",
)
CLOSED = ClosureFacts(
    "C-1",
    ClosureType.PREMISES_CLOSED,
    date(2026, 12, 1),
    None,
    date(2026, 11, 1),
    frozenset({"in-person"}),
    frozenset({"courtesy-visit"}),
)
PARTIAL = ClosureFacts(
    "C-2",
    ClosureType.PARTIAL_REOPENING,
    date(2026, 12, 1),
    date(2026, 12, 31),
    date(2026, 11, 1),
    frozenset(),
    frozenset({"pre-booked-group", "courtesy-visit"}),
    15,
)
HOLIDAY = ClosureFacts(
    "H-1", ClosureType.OFFICIAL_HOLIDAY, START.date(), START.date(), date(2026, 1, 2), message="A day"
)
ASKED = BookingRequest(
    size=24,
    language="en",
    organisation="Inventedford School",
    organisation_type="school",
    country="KR",
    youngest_age=14,
    accompanying_adults=2,
    theme="refugees",
    technical_contact=True,
    starts=WishedTime("2026-12-14T10:00+01:00", datetime(2026, 12, 14, 10, 0), timedelta(hours=1)),  # noqa: DTZ001
    contact=Contact(time_zone="Asia/Seoul"),
)
FREE = Situation(
    station=VIENNA,
    offering=TOUR,
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    language="en",
    station_languages=frozenset({"en", "de", "fr"}),
    free_hosts=(1,),
    group_zone="Asia/Seoul",
)
JOIN = replace(FREE, event=EVENT, language="de", station_languages=None)


def asked(**values: object) -> BookingRequest:
    """The request with something else."""
    return replace(ASKED, **values)  # type: ignore[arg-type]  # cases name any field


def at(start: datetime, situation: Situation = FREE) -> Situation:
    """The situation at another time."""
    return replace(situation, starts_at=start, ends_at=start + timedelta(hours=1))


def rules_of(
    request: BookingRequest, situation: Situation, now: datetime = NOW, action: Action = Action.BOOK
) -> list[str]:
    """Ids of the refusals."""
    return [refusal.rule for refusal in decide(request, situation, now, action).refusals]


def wished(hour: int, offset: float | None) -> WishedTime:
    """A wall time with an offset in hours."""
    local = datetime(2026, 12, 14, hour, 0)  # noqa: DTZ001  a wall time
    return WishedTime("", local, None if offset is None else timedelta(hours=offset))


CASES = {
    "all is well": (asked(), FREE, []),
    "joining all is well": (asked(language="de"), JOIN, []),
    "REQ-01 each missing field once": (
        asked(organisation="", country="", size=None, language="", technical_contact=False),
        FREE,
        ["REQ-01"] * 5,
    ),
    "REQ-01 no date": (asked(starts=None), replace(FREE, starts_at=None, ends_at=None), ["REQ-01"]),
    "REQ-01 no technical contact for a webinar": (
        asked(technical_contact=False),
        replace(FREE, offering=replace(TOUR, kind=Kind.WEBINAR)),
        [],
    ),
    "REQ-02": (asked(country="UK"), replace(FREE, country_known=False), ["REQ-02"]),
    "LANG-04": (asked(language="cn"), replace(FREE, language=None), ["LANG-04"]),
    "REQ-02 and LANG-04 together": (
        asked(country="UK", language="cn"),
        replace(FREE, language=None, country_known=False),
        ["REQ-02", "LANG-04"],
    ),
    "REQ-03": (asked(), replace(FREE, asked_station=GENEVA), ["REQ-03"]),
    "OND-01": (asked(), replace(FREE, offering=replace(TOUR, format=Format.ON_DEMAND)), ["OND-01"]),
    "CLO-04": (asked(), replace(FREE, offering=replace(TOUR, status=OfferingStatus.AWAITING_REOPENING)), ["CLO-04"]),
    "suspended is only a label": (asked(), replace(FREE, offering=replace(TOUR, status=OfferingStatus.SUSPENDED)), []),
    "OFF-01": (asked(), replace(FREE, offering=replace(TOUR, format=Format.OFF_SITE)), ["OFF-01"]),
    "STA-01 cancelled": (
        asked(language="de"),
        replace(JOIN, event=replace(EVENT, status=EventStatus.CANCELLED)),
        ["STA-01"],
    ),
    "STA-01 somebody else's private event": (
        asked(language="de"),
        replace(JOIN, event=replace(EVENT, visibility=Visibility.PRIVATE)),
        ["STA-01"],
    ),
    "one's own private event": (
        asked(language="de"),
        replace(JOIN, event=replace(EVENT, visibility=Visibility.PRIVATE), is_own_event=True),
        [],
    ),
    "TIME-04": (asked(starts=wished(10, None)), FREE, ["TIME-04"]),
    "TIME-03": (asked(starts=wished(10, 2)), FREE, ["TIME-03"]),
    "TIME-03 the group's own offset fits": (asked(starts=wished(18, 9)), FREE, []),
    "LEAD-03": (asked(), at(NOW - timedelta(days=7)), ["LEAD-03"]),
    "LEAD-01 four working days": (asked(), at(datetime(2026, 11, 27, 9, 0, tzinfo=UTC)), ["LEAD-01"]),
    "LEAD-01 five working days": (asked(), at(datetime(2026, 11, 30, 9, 0, tzinfo=UTC)), []),
    "LEAD-01 a holiday does not count": (
        asked(),
        replace(
            at(datetime(2026, 11, 30, 9, 0, tzinfo=UTC)),
            closures=(replace(HOLIDAY, starts_on=date(2026, 11, 26), ends_on=date(2026, 11, 26)),),
        ),
        ["LEAD-01"],
    ),
    "LEAD-01 binds joins": (
        asked(language="de"),
        replace(JOIN, starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2, hours=1)),
        ["LEAD-01"],
    ),
    "LEAD-02": (asked(), at(NOW + timedelta(days=271)), ["LEAD-02"]),
    "CLO-01": (asked(), replace(FREE, offering=ON_SITE, closures=(CLOSED,)), ["CLO-01"]),
    "CLO-01 not announced yet": (
        asked(),
        replace(FREE, offering=ON_SITE, closures=(replace(CLOSED, announced_on=date(2026, 11, 24)),)),
        [],
    ),
    "CLO-06 online goes on": (asked(), replace(FREE, closures=(CLOSED,)), []),
    "CLO-02": (
        asked(organisation_type="individual"),
        replace(FREE, offering=ON_SITE, closures=(PARTIAL,)),
        ["CLO-02"],
    ),
    "CLO-03": (asked(), replace(FREE, offering=VISIT, closures=(CLOSED,)), ["CLO-03"]),
    "a delegation during the closure": (
        asked(organisation_type="member-state", size=4, youngest_age=35),
        replace(FREE, offering=VISIT, closures=(CLOSED,)),
        [],
    ),
    "TIME-02": (asked(), replace(FREE, closures=(HOLIDAY,)), ["TIME-02"]),
    "TIME-01 a Sunday": (asked(), at(datetime(2026, 12, 13, 9, 0, tzinfo=UTC)), ["TIME-01"]),
    "TIME-01 ends after closing": (asked(), at(datetime(2026, 12, 14, 18, 30, tzinfo=UTC)), ["TIME-01"]),
    "TIME-01 ends at closing": (asked(), at(datetime(2026, 12, 14, 18, 0, tzinfo=UTC)), []),
    "TIME-01 not for an event the station chose": (
        asked(language="de"),
        at(datetime(2026, 12, 13, 9, 0, tzinfo=UTC), JOIN),
        [],
    ),
    "LANG-01": (asked(language="ar"), replace(FREE, language="ar"), ["LANG-01"]),
    "LANG-02": (asked(language="ar"), replace(FREE, offering=BRIEFING, language="ar"), ["LANG-02"]),
    "LANG-03": (
        asked(),
        replace(FREE, offering=replace(TOUR, language_policy=LanguagePolicy.LISTED, languages=frozenset({"de"}))),
        ["LANG-03"],
    ),
    "any language is never checked": (
        asked(language="ar"),
        replace(FREE, language="ar", offering=replace(TOUR, language_policy=LanguagePolicy.ANY)),
        [],
    ),
    "LANG-05": (asked(), replace(JOIN, language="en"), ["LANG-05"]),
    "SPK-01": (asked(theme=""), replace(FREE, offering=BRIEFING), ["SPK-01"]),
    "SPK-01 the event has a topic": (asked(theme="", language="de"), replace(JOIN, offering=BRIEFING), []),
    "CAP-01": (asked(size=36), FREE, ["CAP-01"]),
    "CAP-03": (asked(size=7), FREE, ["CAP-03"]),
    "CAP-03 not in an open event": (asked(size=7, language="de"), JOIN, []),
    "CAP-04": (asked(size=16), replace(FREE, offering=ON_SITE, closures=(PARTIAL,)), ["CAP-04"]),
    "CAP-04 fifteen may come": (asked(size=15), replace(FREE, offering=ON_SITE, closures=(PARTIAL,)), []),
    "CAP-02": (asked(size=26, language="de"), JOIN, ["CAP-02"]),
    "CAP-02 one's own places count": (asked(size=26, language="de"), replace(JOIN, own_places=10), []),
    "CAP-01 and CAP-04 together": (
        asked(size=36),
        replace(FREE, offering=ON_SITE, closures=(PARTIAL,)),
        ["CAP-01", "CAP-04"],
    ),
    "AGE-01": (asked(youngest_age=9), FREE, ["AGE-01"]),
    "SUP-01": (asked(accompanying_adults=1), FREE, ["SUP-01"]),
    "SUP-01 not for adults": (asked(accompanying_adults=0, youngest_age=18), FREE, []),
    "AGE-01 and SUP-01 together": (asked(youngest_age=9, accompanying_adults=0), FREE, ["AGE-01", "SUP-01"]),
    "OVL-01": (
        asked(host="VIE-S01"),
        replace(FREE, host_engagements=(Engagement(START - timedelta(hours=1), START + timedelta(minutes=1)),)),
        ["OVL-01"],
    ),
    "OVL-02": (
        asked(),
        replace(FREE, engagements=(Engagement(START, START + timedelta(hours=1), "VE-1", 9),)),
        ["OVL-02"],
    ),
    "OVL-02 and DUP-01 not for individuals": (
        asked(organisation_type="individual", language="de"),
        replace(JOIN, booked_here="VE-1", engagements=(Engagement(START, START + timedelta(hours=1), "VE-1", 9),)),
        [],
    ),
    "DUP-01": (asked(language="de"), replace(JOIN, booked_here="VE-1"), ["DUP-01"]),
    "a failing step ends the check": (asked(size=36, youngest_age=9), FREE, ["CAP-01"]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_request_is_refused_for_exactly_these_rules(case: tuple[BookingRequest, Situation, list[str]]) -> None:
    request, situation, expected = case
    assert rules_of(request, situation) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(datetime(2026, 12, 6, 22, 59, 59, tzinfo=UTC), [], id="the last second of the Sunday before"),
        pytest.param(datetime(2026, 12, 6, 23, 0, tzinfo=UTC), ["CAN-01"], id="midnight of the station"),
    ],
)
def test_a_cancellation_is_free_until_six_working_days_before(now: datetime, expected: list[str]) -> None:
    assert rules_of(asked(), FREE, now, Action.CANCEL) == expected


@pytest.mark.parametrize(("state", "expected"), [("missing", ["SEC-01"]), ("pending", ["SEC-01"]), ("received", [])])
def test_without_its_list_a_group_is_stopped_three_working_days_before(state: str, expected: list[str]) -> None:
    situation = replace(FREE, offering=ON_SITE)
    late = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
    assert rules_of(asked(participant_list=state), situation, late, Action.FINAL_CHECK) == expected
    assert rules_of(asked(participant_list=state), situation, late - timedelta(days=1), Action.FINAL_CHECK) == []


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        pytest.param(FREE, False, id="a tour with a guide"),
        pytest.param(replace(FREE, free_hosts=()), True, id="a tour without a guide"),
        pytest.param(replace(FREE, offering=BRIEFING), True, id="a briefing"),
        pytest.param(replace(FREE, offering=VISIT), True, id="a courtesy visit"),
        pytest.param(replace(JOIN, offering=BRIEFING), False, id="a briefing on the calendar"),
    ],
)
def test_a_person_decides_where_nobody_is_free_or_protocol_must_agree(situation: Situation, expected: bool) -> None:  # noqa: FBT001
    assert needs_person(situation) is expected


def test_an_odd_hour_and_a_missing_guide_warn_and_do_not_refuse() -> None:
    decision = decide(asked(), replace(at(datetime(2026, 12, 14, 15, 0, tzinfo=UTC)), free_hosts=()), NOW)
    assert decision.refusals == []
    assert [warning.rule for warning in decision.warnings] == ["TIME-05", "LANG-06"]


requests = st.builds(
    BookingRequest,
    size=st.none() | st.integers(1, 100),
    language=st.sampled_from(["en", "de", "ar"]),
    organisation=st.sampled_from(["", "Inventedford School"]),
    organisation_type=st.sampled_from(["school", "individual", "member-state"]),
    country=st.just("KR"),
    youngest_age=st.none() | st.integers(0, 99),
    accompanying_adults=st.integers(0, 6),
    theme=st.sampled_from(["", "refugees"]),
    technical_contact=st.booleans(),
    starts=st.just(ASKED.starts),
)
situations = st.builds(
    lambda offering, days, language, joins: replace(
        at(START + timedelta(days=days), JOIN if joins else FREE), offering=offering, language=language
    ),
    st.sampled_from([TOUR, ON_SITE, BRIEFING, VISIT]),
    st.integers(-30, 300),
    st.sampled_from(["en", "de", "ar"]),
    st.booleans(),
)


@given(requests, situations, st.sampled_from([CLOSED, PARTIAL, HOLIDAY]))
def test_a_closure_more_never_makes_a_refused_request_allowed(
    request: BookingRequest, situation: Situation, closure: ClosureFacts
) -> None:
    if rules_of(request, situation):
        assert rules_of(request, replace(situation, closures=(closure,)))


@given(requests, situations)
def test_a_smaller_party_never_adds_a_reason_but_that_it_is_too_small(
    request: BookingRequest, situation: Situation
) -> None:
    if request.size is None or request.size == 1:
        return
    before, after = rules_of(request, situation), rules_of(replace(request, size=request.size - 1), situation)
    if not before:
        assert set(after) <= {"CAP-03"}


@given(requests, situations)
def test_all_refusals_belong_to_one_step_and_none_is_told_twice(request: BookingRequest, situation: Situation) -> None:
    refusals = decide(request, situation, NOW).refusals
    told = [(refusal.rule, refusal.field) for refusal in refusals]
    assert len(told) == len(set(told))
    assert refusals == decide(request, situation, NOW).refusals
