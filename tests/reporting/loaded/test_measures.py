"""The saved questions over the files of 2020: every published figure, and none of the wrong ones."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, and_, distinct, event, func, select, true

from booking.attendance.models import SurveyResult
from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import BookingStatus
from booking.db import db, table_of
from booking.reporting.measures import measures
from booking.reporting.models import EventFact, GroupFact
from booking.reporting.services.reading import answers
from booking.reporting.terms import Period, Question
from booking.scheduling.models import Event

pytestmark = pytest.mark.usefixtures("app")

PERIOD = Period(date(2020, 7, 1), date(2021, 1, 31))
EXPECTED = {
    row["measure_id"]: row["value"]
    for row in csv.DictReader(
        (Path(__file__).parents[2] / "data" / "expected_totals_2020.csv").read_text(encoding="utf-8").splitlines()
    )
}
BY_ID = {question.id: question for question in measures()}
ALWAYS = date(1, 1, 1), date(9999, 12, 31)

_EVENT, _BOOKING, _FACT = table_of(Event).c, table_of(Booking).c, table_of(EventFact).c
ONLINE = and_(_FACT.kind.in_(["tour", "briefing"]), _FACT.format.in_(["virtual-live", "virtual-recorded"]))
HELD, OUR_UNIT = _FACT.status == "held", _FACT.unit == "visitors-service"
IN_PERIOD = _FACT.starts_on.between(PERIOD.first, PERIOD.last)
BY_UTC = func.date(_FACT.starts_at).between(str(PERIOD.first), str(PERIOD.last))


def asked(*questions: Question, period: Period = PERIOD, stations: tuple[str, ...] = ()) -> dict[str, str]:
    """Values as the file of totals writes them."""
    return {id_: str(one.plain) for id_, one in answers(questions, period, stations).items()}


def test_every_measure_is_the_expected_one() -> None:
    assert asked(*measures()) == EXPECTED
    assert len(EXPECTED) == 47


def test_they_take_six_statements_however_many_they_are() -> None:
    asked(BY_ID["M01"])  # facts are up to date
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    asked(*measures())
    reads = [one for one in seen if "fact_keeper" not in one and "fact_due" not in one and one.startswith("SELECT")]
    assert len(reads) == 6


def test_sums_kept_by_an_index_and_a_pass_over_events_give_the_same() -> None:
    spoken = tuple(db.session.execute(select(_FACT.language).distinct()).scalars())
    ids = [one.id for one in measures() if not one.filters.keys() & {"series", "offerings", "raised"}]
    alone = [replace(one, filters={**one.filters, "languages": spoken}) for one in measures() if one.id in ids]
    assert asked(*alone) == {id_: EXPECTED[id_] for id_ in ids}
    assert len(ids) > 25


def test_stations_together_are_the_total() -> None:
    for whole, parts in (("M01", "M03"), ("M02", "M04")):
        shares = [int(value) for id_, value in EXPECTED.items() if id_.startswith(f"{parts}-")]
        assert sum(shares) == int(EXPECTED[whole])
    at_vienna = asked(BY_ID["M01"], BY_ID["M02"], BY_ID["M08"], stations=("VIE",))
    assert at_vienna == {"M01": EXPECTED["M03-VIE"], "M02": EXPECTED["M04-VIE"], "M08": "None"}


# The mistakes that the files are made to show: what each would give, and that no question gives it.
@pytest.mark.parametrize(
    ("mistake", "events", "people"),
    [
        ("the date of UTC", 351, 10025),
        ("no period", 352, 10055),
        ("no unit", 351, 10101),
        ("cancelled and no-show", 368, 10000),
        ("live only", 330, 9480),
        ("every kind and format", 401, 11491),
    ],
)
def test_a_wrong_way_to_count_gives_its_wrong_figure_and_ours_does_not(mistake: str, events: int, people: int) -> None:
    wrong: dict[str, tuple[ColumnElement[bool], ...]] = {
        "the date of UTC": (ONLINE, HELD, OUR_UNIT, BY_UTC),
        "no period": (ONLINE, HELD, OUR_UNIT),
        "no unit": (ONLINE, HELD, IN_PERIOD),
        "cancelled and no-show": (ONLINE, OUR_UNIT, IN_PERIOD),
        "live only": (ONLINE, HELD, OUR_UNIT, IN_PERIOD, _FACT.format == "virtual-live"),
        "every kind and format": (HELD, OUR_UNIT, IN_PERIOD),
    }
    if mistake == "the date of UTC" and db.session.get_bind().dialect.name == "postgresql":
        wrong[mistake] = (ONLINE, HELD, OUR_UNIT, func.date(_FACT.starts_at).between(PERIOD.first, PERIOD.last))
    row = db.session.execute(select(func.count(), func.sum(_FACT.attended)).where(*wrong[mistake])).one()
    assert tuple(row) == (events, people)
    ours = asked(BY_ID["M01"], BY_ID["M02"])
    assert (ours["M01"], ours["M02"]) == ("350", "10000")


def test_people_who_were_announced_are_more_than_those_who_came() -> None:
    group = table_of(GroupFact).c
    of_event = (_FACT.event_id == group.event_id, ONLINE, HELD, OUR_UNIT, IN_PERIOD)
    announced = select(func.count(distinct(group.event_id)), func.sum(group.booked)).where(*of_event)
    assert tuple(db.session.execute(announced).one()) == (350, 10696)
    assert asked(BY_ID["M02"]) == {"M02": "10000"}


def test_what_is_filtered_by_data_gives_the_wrong_figure_as_soon_as_a_filter_is_left_out() -> None:
    online = BY_ID["M01"], BY_ID["M02"]
    without_unit = [replace(one, filters={k: v for k, v in one.filters.items() if k != "units"}) for one in online]
    live = [replace(one, filters={**one.filters, "formats": ("virtual-live",)}) for one in online]
    assert list(asked(*without_unit).values()) == ["351", "10101"]
    assert list(asked(*live).values()) == ["330", "9480"]
    assert list(asked(*online, period=Period(date(2020, 6, 30), date(2021, 1, 31))).values()) == ["351", "10025"]


def test_webinars_and_other_units_would_make_43_countries_of_eleven() -> None:
    everything = replace(BY_ID["M08"], id="all", filters={"stations": ("NYC",)})
    told = asked(BY_ID["M08"], everything)
    assert len(told["M08"].split()) == 11
    assert len(told["all"].split()) == 43


def test_the_mean_of_percentages_would_be_two_points_too_low() -> None:
    result = table_of(SurveyResult).c
    rows = db.session.execute(
        select(result.question_code, result.positive, result.respondents).where(result.survey_code == "SV-75MIN")
    ).all()
    means = {
        code: round(sum(100 * p / n for q, p, n in rows if q == code) / sum(q == code for q, _, _ in rows))
        for code in ("Q1", "Q2", "Q3")
    }
    assert list(means.values()) == [84, 82, 86]
    assert list(asked(BY_ID["M32"], BY_ID["M33"], BY_ID["M34"]).values()) == ["86", "84", "88"]


def test_the_event_of_the_evening_before_is_outside_by_its_station_s_clock() -> None:
    row = db.session.execute(select(_FACT.starts_on, _FACT.starts_at).where(_FACT.code == "NYC-0001")).one()
    assert (row.starts_on, row.starts_at.date()) == (date(2020, 6, 30), date(2020, 7, 1))


def test_facts_hold_the_groups_of_every_booking_and_no_name_of_anybody() -> None:
    booked = db.session.execute(select(func.count()).select_from(Booking)).scalar_one()
    facts = db.session.execute(select(func.count(), func.count(distinct(GroupFact.event_id)))).one()
    assert facts[0] == booked
    columns = {column.name for column in (*table_of(GroupFact).columns, *table_of(EventFact).columns)}
    assert not {name for name in columns if "name" in name or "mail" in name or "contact" in name or name == "note"}
    assert db.session.execute(select(true()).where(Organisation.id < 0)).first() is None


def test_no_show_groups_beside_others_are_not_people_who_came() -> None:
    beside = and_(_BOOKING.event_id == _EVENT.id, _BOOKING.status == BookingStatus.NO_SHOW)
    number = select(func.count()).select_from(Booking).join(Event, beside).where(_EVENT.status == "held")
    assert db.session.execute(number).scalar_one() == 21
    came = select(func.count()).where(table_of(GroupFact).c.came == 1)
    assert db.session.execute(came).scalar_one() == 752


def test_a_day_later_the_period_loses_its_first_day() -> None:
    first = Period(PERIOD.first, PERIOD.first)
    rest = Period(PERIOD.first + timedelta(days=1), PERIOD.last)
    ours = [int(asked(BY_ID["M01"], period=some)["M01"]) for some in (first, rest)]
    assert ours[0] >= 1
    assert sum(ours) == 350
