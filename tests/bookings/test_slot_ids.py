"""The names of times: written and read back, nothing else is taken for one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bookings.slot_ids import LONGEST, EventSlot, OpenSlot, event_slot_id, open_slot_id, read

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
codes = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
languages = st.sampled_from(["fr", "sw", "pt-BR", "zh-Hans"])
starts = st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001  made aware by timezones
    lambda instant: instant.replace(second=0, microsecond=0)
)


@given(codes, languages, starts)
def test_an_open_slot_is_read_back_as_it_was_written(code: str, language: str, start: datetime) -> None:
    text = open_slot_id(code, language, start)
    assert read(text) == OpenSlot(code, language, start)
    assert len(text) <= LONGEST


@given(codes)
def test_an_event_is_read_back_as_it_was_written(code: str) -> None:
    assert read(event_slot_id(code)) == EventSlot(code)


def test_the_start_may_be_given_in_any_zone() -> None:
    seoul = datetime.fromisoformat("2026-12-01T10:00+09:00")
    assert open_slot_id("P-NYC-01", "en", seoul) == open_slot_id("P-NYC-01", "en", START)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e.",
        "e.NYC 1",
        "e.NYC-1\n",
        "x.NYC-1",
        "o.P-NYC-01.en",
        "o.P-NYC-01.en.20261301T0100",
        "o.P-NYC-01.en.20261201T2460",
        "o.P-NYC-01.en.\uff120261201T0100",
        "o.P-NYC-01.e.20261201T0100",
        "o.P/NYC.en.20261201T0100",
        "e." + "N" * 100,
        "e.NYC-1.en",
        "o.../../etc.en.20261201T0100",
    ],
)
def test_any_other_text_is_no_time(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("code", ["", "NYC 1", "NYC.1", "ü", "N" * 60])
def test_a_code_that_could_not_be_read_back_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="cannot name a time"):
        event_slot_id(code)
