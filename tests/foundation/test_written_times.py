"""Tests of times and days as people and programs write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import zones


@pytest.mark.parametrize(
    ("text", "offset", "is_utc"),
    [
        ("2027-03-30T10:00", None, False),
        ("2027-03-30T10:00:00", None, False),
        ("2027-03-30T10:00Z", timedelta(), True),
        ("2027-03-30T10:00:00.000Z", timedelta(), True),
        ("2027-03-30T10:00+02:00", timedelta(hours=2), False),
        ("2027-03-30T10:00:00-09:30", timedelta(hours=-9, minutes=-30), False),
        ("2027-03-30T10:00+14:00", timedelta(hours=14), False),
        ("2027-03-30T10:00-12:00", timedelta(hours=-12), False),
        ("2027-03-30T10:00+00:00", timedelta(), False),
    ],
)
def test_a_written_time_gives_its_clock_and_its_offset(text: str, offset: timedelta | None, *, is_utc: bool) -> None:
    parsed = zones.parse_time(text)
    assert parsed == zones.ParsedTime(datetime.fromisoformat("2027-03-30T10:00"), offset, is_utc)


def test_a_time_with_an_offset_is_an_instant() -> None:
    assert zones.parse_time("2027-03-30T00:30+02:00").instant == datetime(2027, 3, 29, 22, 30, tzinfo=UTC)
    assert zones.parse_time("2027-03-30T00:30").instant is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("0001-01-01T00:00", id="the first year"),
        pytest.param("1899-12-31T23:59", id="before telephones"),
        pytest.param("2201-01-01T00:00", id="after us"),
        pytest.param("9999-12-31T23:59", id="the last year"),
        pytest.param("2027-03-30T24:00", id="hour 24"),
        pytest.param("2027-03-30T10:60", id="minute 60"),
        pytest.param("2027-03-30T23:59:60", id="second 60"),
        pytest.param("2027-02-29T10:00", id="no leap year"),
        pytest.param("2027-13-01T10:00", id="month 13"),
        pytest.param("2027-03-30T10:00+14:01", id="east of everybody"),
        pytest.param("2027-03-30T10:00-12:01", id="west of everybody"),
        pytest.param("2027-03-30T10:00+99:99", id="an offset of 99:99"),
        pytest.param("2027-03-30T10:00+0200", id="an offset without colon"),
        pytest.param("2027-03-30T10:00+02", id="an offset in hours"),
        pytest.param("2027-03-30 10:00", id="a blank for the T"),
        pytest.param("2027-03-30t10:00z", id="small letters"),
        pytest.param("2027-03-30", id="a day"),
        pytest.param("10:00", id="an hour"),
        pytest.param("20270330T100000Z", id="iCalendar"),
        pytest.param("2027-W13-2T10:00", id="a week date"),
        pytest.param("+2027-03-30T10:00", id="a signed year"),
        pytest.param("２０２７-03-30T10:00", id="full-width digits"),  # noqa: RUF001  that is the point
        pytest.param("٢٠٢٧-03-30T10:00", id="Arabic digits"),
        pytest.param("2027-03-30T10:00:00.5", id="half a second"),
        pytest.param("2027-03-30T10:00\n", id="a line break"),
        pytest.param("2027-03-30T10:00\x00", id="NUL"),
        pytest.param(" 2027-03-30T10:00", id="a blank before"),
        pytest.param("9/1/27, 9:00:00 AM", id="a meeting platform's"),
        pytest.param("1" * 100_000, id="a hundred thousand digits"),
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(zones.BadTime) as refused:
        zones.parse_time(text)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    "text", ["", "2027-3-30", "2027-02-29", "20270330", "2027-03-30T10:00", "0001-01-01", "9999-12-31"]
)
def test_anything_else_is_no_day(text: str) -> None:
    with pytest.raises(zones.BadTime):
        zones.parse_day(text)


def test_a_written_day_is_a_day() -> None:
    assert zones.parse_day("2028-02-29") == date(2028, 2, 29)


@given(st.text())
def test_no_text_raises_anything_but_bad_time(text: str) -> None:
    with pytest.raises(zones.BadTime):
        zones.parse_time(text + "?")


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)),  # noqa: DTZ001  the offset is drawn beside
    st.integers(-12 * 60, 14 * 60),
)
def test_a_time_that_python_writes_is_read_again(local: datetime, minutes: int) -> None:
    offset = timedelta(minutes=minutes)
    written = local.replace(microsecond=0, tzinfo=timezone(offset))
    parsed = zones.parse_time(written.isoformat())
    assert parsed.instant == written
    assert parsed.offset == offset
