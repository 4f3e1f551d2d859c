"""Which number of a date is the day: decided by the file or asked, never guessed."""

from datetime import date, datetime

import pytest

from booking.attendance.platform_reports import DateOrder, Layout, NotReadable, Refusal, Report, read_report
from booking.attendance.platform_reports.terms import Oddity
from booking.attendance.platform_reports.times import seconds_of, stamp_of
from tests.attendance.samples import bytes_of, summary, teams, zoom

DMY, MDY, YMD = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST


def _both(join: str, leave: str) -> bytes:
    return teams(f"A|Joined|{join}", f"A|Left|{leave}")


def _first(report: Report) -> datetime | None:
    return report.participants[0].first_join


@pytest.mark.parametrize(
    ("join", "leave", "order", "minutes"),
    [
        ("10/22/2020, 3:58:00 PM", "10/22/2020, 4:08:00 PM", MDY, 10),
        ("22/10/2020, 15:58:00", "22/10/2020, 16:08:00", DMY, 10),
        ("22.10.20, 15:58:00", "22.10.20, 16:08:00", DMY, 10),
        ("2.10.2020, 15:58:00", "2.10.2020, 16:08:00", DMY, 10),
        ("2020-10-02 15:58:00", "2020-10-02 16:08:00", YMD, 10),
        ("2020-10-02T15:58:00Z", "2020-10-02T16:08:00+00:00", YMD, 10),
        ("3/11/2021, 11:50:00 PM", "4/11/2021, 12:10:00 AM", DMY, 20),
        ("11/3/2021, 11:50:00 PM", "11/4/2021, 12:10:00 AM", MDY, 20),
        ("9/1/27, 9:00:00 AM", "9/1/27, 9:10:00 AM", None, 10),
        ("2/2/2021, 9:00", "2/2/2021, 9:10", None, 10),
    ],
)
def test_a_file_decides_by_a_number_over_twelve_a_year_in_front_dots_or_what_is_possible(
    join: str, leave: str, order: DateOrder | None, minutes: int
) -> None:
    report = read_report(_both(join, leave))
    assert (report.date_order, report.participants[0].minutes) == (order, minutes)
    assert report.remarks == ()


def test_what_is_open_gives_minutes_and_no_times_until_somebody_says() -> None:
    data = bytes_of(Layout.TEAMS_2020)
    asked = read_report(data)
    assert [person.first_join for person in asked.participants] == [None] * 4
    assert [(reading.order, reading.first.date()) for reading in asked.readings] == [
        (DMY, date(2020, 2, 10)),
        (MDY, date(2020, 10, 2)),
    ]
    for order, day in ((DMY, datetime(2020, 2, 10, 15, 55, 10)), (MDY, datetime(2020, 10, 2, 15, 55, 10))):  # noqa: DTZ001  wall times
        told = read_report(data, date_order=order)
        assert (told.date_order, _first(told)) == (order, day)
        assert [one.minutes for one in told.participants] == [one.minutes for one in asked.participants]


def test_a_day_that_is_the_same_either_way_has_its_times() -> None:
    report = read_report(_both("2/2/2021, 9:00", "2/2/2021, 9:10"))
    assert _first(report) == datetime(2021, 2, 2, 9, 0)  # noqa: DTZ001  a wall time
    assert (report.date_order, report.readings) == (None, ())


def test_what_somebody_says_must_be_possible() -> None:
    with pytest.raises(NotReadable) as refused:
        read_report(bytes_of(Layout.TEAMS_2021), date_order=DMY)
    assert (refused.value.code, refused.value.row) == (Refusal.OTHER_DATE_ORDER, 4)


def test_days_that_contradict_each_other_are_refused_at_the_row() -> None:
    with pytest.raises(NotReadable) as refused:
        read_report(teams("A|Joined|22/10/2020, 9:00", "A|Left|22/10/2020, 9:05", "B|Joined|10/22/2020, 9:00"))
    assert (refused.value.code, refused.value.row) == (Refusal.MIXED_DATES, 4)


def test_other_dates_of_the_file_decide_too() -> None:
    row = "A|1/2/2021, 9:00:00 AM|1/2/2021, 9:30:00 AM|30m||Attendee|"
    assert read_report(summary(row)).date_order is None
    assert read_report(summary(row, facts=("Meeting End Time|1/31/2021, 9:30:00 AM",))).date_order is MDY


def test_a_meeting_that_is_yet_to_come_is_remarked_on_only_if_it_is_in_either_order() -> None:
    data = zoom("A||11/05/2027 9:00|11/05/2027 9:10|10|Yes")
    for today, remarked in ((date(2027, 5, 9), True), (date(2027, 5, 10), False), (date(2027, 11, 30), False)):
        found = [one.oddity for one in read_report(data, today=today).remarks]
        assert found == ([Oddity.IN_THE_FUTURE] if remarked else [])
    assert read_report(data).remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        "1/28/21, 1:55:10 PM",
        "1/28/21, 1:55:10\u202fPM",
        "1/28/2021 01:55:10 pm",
        "28/1/21 13:55:10",
        "28/01/2021 1:55:10 p.\u00a0m.",
        "28.01.21, 13:55:10",
        "28-1-2021, 13:55:10",
        "2021-01-28 13:55:10",
        "2021/1/28 13:55:10",
        "2021-01-28T13:55:10.123Z",
        "2021-01-28T16:55:10+03:00",
        "2021-01-28T05:25:10-08:30",
        "\u200e1/28/21, 1:55:10 PM\u200f",
    ],
)
def test_a_time_is_read_as_platforms_write_it_in_their_languages(text: str) -> None:
    stamp = stamp_of(text)
    assert stamp
    assert stamp.at(stamp.only or MDY) == datetime(2021, 1, 28, 13, 55, 10)  # noqa: DTZ001  a wall time


@pytest.mark.parametrize(
    "text",
    [
        *("", "--", "soon", "1/28/21", "13:55", "1/28/21, 24:00", "1/28/21, 13:60", "1/28/21, 13:55:60"),
        *("1/28/21, 13:55 PM", "1/28/21, 0:55 PM", "31/2/2021 9:00", "13/13/2021 9:00", "1/28/0021 9:00"),
        *("1/28/9999 9:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2021-01-28T13:55:10+99:99x"),
    ],
)
def test_what_is_no_time_is_not_made_one(text: str) -> None:
    assert stamp_of(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("1h 2m 3s", 3723), ("57m 49s", 3469), ("13m", 780), ("1h", 3600), ("0s", 0), ("1:02:03", 3723)),
        *(("59 Min. 0 Sek.", 3540), ("1 Std. 2 Min.", 3720), ("1 h 2 min 3 s", 3723), ("2 hours, 5 minutes", 7500)),
        *(("-1h", -3600), ("99999h", 359_996_400), ("", None), ("soon", None), ("1x", None), ("1h x", None)),
        *(("65", None), ("1" * 50 + "h", None)),
    ],
)
def test_a_duration_is_read_as_platforms_write_it(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


def test_a_bare_number_is_minutes_where_the_heading_says_so() -> None:
    assert seconds_of("65", bare_unit=60) == 3900
