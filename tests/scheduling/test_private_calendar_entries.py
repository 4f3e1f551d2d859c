"""What a private calendar keeps busy: entries, days, what repeats and what is left out, clocks of every kind."""

import pytest

from tests.scheduling.calendar_texts import OUTLOOK, component, event, reading, shown

ONE_HOUR = ("DTSTART:20261202T090000Z", "DTEND:20261202T100000Z")
WEEKLY = (f"DTSTART;TZID={OUTLOOK}:20261202T100000", f"DTEND;TZID={OUTLOOK}:20261202T110000")
OWN_CLOCKS = component(
    "VTIMEZONE",
    "TZID:Customized Time Zone",
    component(
        "STANDARD",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    )
    + component(
        "DAYLIGHT",
        "DTSTART:16010101T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    ).rstrip(),
)


def test_an_entry_keeps_its_time() -> None:
    assert shown(reading(event(*ONE_HOUR))) == ["12-02 09:00-10:00"]


def test_a_duration_is_as_good_as_an_end() -> None:
    assert shown(reading(event("DTSTART:20261202T090000Z", "DURATION:PT1H30M"))) == ["12-02 09:00-10:30"]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"])
def test_what_is_free_or_cancelled_keeps_nobody(line: str) -> None:
    assert reading(event(*ONE_HOUR, line)).intervals == ()


def test_entries_that_touch_are_one_interval() -> None:
    later = event("DTSTART:20261202T100000Z", "DTEND:20261202T110000Z", uid="two")
    assert shown(reading(event(*ONE_HOUR), later)) == ["12-02 09:00-11:00"]


def test_seconds_are_rounded_away_from_the_free_time() -> None:
    assert shown(reading(event("DTSTART:20261202T090010Z", "DTEND:20261202T093050Z"))) == ["12-02 09:00-09:31"]


def test_days_are_whole_days_at_home() -> None:
    days = event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261226")
    assert shown(reading(days)) == ["12-23 23:00-12-25 23:00"]


@pytest.mark.parametrize("end", [(), ("DTEND;VALUE=DATE:20261224",), ("DURATION:P1D",)])
def test_a_day_without_an_end_is_that_day(end: tuple[str, ...]) -> None:
    assert shown(reading(event("DTSTART;VALUE=DATE:20261224", *end))) == ["12-23 23:00-12-24 23:00"]


def test_a_time_without_an_end_keeps_nobody() -> None:
    found = reading(event("DTSTART:20261202T090000Z"))
    assert (found.intervals, found.skipped) == ((), 0)


def test_a_time_without_a_zone_is_on_the_clocks_at_home() -> None:
    assert shown(reading(event("DTSTART:20261202T100000", "DTEND:20261202T110000"))) == ["12-02 09:00-10:00"]
    found = reading(event("DTSTART:20261202T100000", "DTEND:20261202T110000"), home="Asia/Seoul")
    assert shown(found) == ["12-02 01:00-02:00"]


def test_a_weekly_rule_keeps_the_wall_clock_over_a_change_of_clocks() -> None:
    found = reading(event("DTSTART;TZID=Europe/Vienna:20270320T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert shown(found) == ["2027-03-20 09:00-10:00", "2027-03-27 09:00-10:00", "2027-04-03 08:00-09:00"]


def test_an_exception_of_a_rule_is_left_out_and_a_moved_one_is_where_it_was_moved_to() -> None:
    moved = event(
        f"RECURRENCE-ID;TZID={OUTLOOK}:20261216T100000",
        f"DTSTART;TZID={OUTLOOK}:20261216T140000",
        f"DTEND;TZID={OUTLOOK}:20261216T150000",
    )
    rule = event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=4", f"EXDATE;TZID={OUTLOOK}:20261209T100000")
    assert shown(reading(rule, moved)) == ["12-02 09:00-10:00", "12-16 13:00-14:00", "12-23 09:00-10:00"]


def test_an_exception_may_be_written_in_utc_or_as_a_day() -> None:
    rule = event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20261209T090000Z", "EXDATE;VALUE=DATE:20261216")
    assert shown(reading(rule)) == ["12-02 09:00-10:00", "12-23 09:00-10:00"]


def test_an_occurrence_that_was_cancelled_is_free() -> None:
    gone = event("RECURRENCE-ID:20261209T090000Z", "DTSTART:20261209T090000Z", "STATUS:CANCELLED")
    assert shown(reading(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2"), gone)) == ["12-02 09:00-10:00"]


def test_this_and_all_later_occurrences_move_together() -> None:
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261209T090000Z", "DTSTART:20261209T120000Z", "DTEND:20261209T123000Z"
    )
    found = reading(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"), later)
    assert shown(found) == ["12-02 09:00-10:00", "12-09 12:00-12:30", "12-16 12:00-12:30"]


def test_further_dates_and_periods_are_kept_too() -> None:
    more = ("RDATE:20261203T090000Z,20261204T090000Z", "RDATE;VALUE=PERIOD:20261205T090000Z/PT2H")
    assert shown(reading(event(*ONE_HOUR, *more))) == [
        "12-02 09:00-10:00",
        "12-03 09:00-10:00",
        "12-04 09:00-10:00",
        "12-05 09:00-11:00",
    ]


def test_a_rule_ends_with_its_last_day_included() -> None:
    assert len(reading(event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20261216T090000Z")).intervals) == 3
    assert len(reading(event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20261216")).intervals) == 3
    assert len(reading(event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20261216T085959Z")).intervals) == 2


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=1MO", ["12-07", "2027-01-04"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["11-30", "12-31"]),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", ["12-24", "2027-12-24"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["11-30", "12-31"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU", ["11-30", "12-14"]),
    ],
)
def test_old_rules_are_expanded_in_the_window_only(rule: str, days: list[str]) -> None:
    found = reading(event("DTSTART:20200106T090000Z", "DURATION:PT1H", f"RRULE:{rule}"))
    assert [one.split(" ")[0] for one in shown(found)[:2]] == days


@pytest.mark.parametrize(
    "tzid",
    [
        OUTLOOK,
        "Europe/Vienna",
        "/freeassociation.sourceforge.net/Europe/Vienna",
        "/mozilla.org/20050126_1/Europe/Vienna",
        '"Customized Time Zone"',
    ],
)
def test_zones_are_known_by_every_name(tzid: str) -> None:
    start = f"DTSTART;TZID={tzid}:20261202T100000"
    summer = f"DTSTART;TZID={tzid}:20270701T100000"
    found = reading(OWN_CLOCKS, event(start, "DURATION:PT1H"), event(summer, "DURATION:PT1H", uid="two"))
    assert shown(found) == ["12-02 09:00-10:00", "2027-07-01 08:00-09:00"]


def test_the_rule_of_a_calendar_s_own_zone_ends_where_it_says_in_utc() -> None:
    zone = 'TZID="Customized Time Zone"'
    rule = event(f"DTSTART;{zone}:20261202T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261203T090000Z")
    assert shown(reading(OWN_CLOCKS, rule)) == ["12-02 09:00-10:00", "12-03 09:00-10:00"]


def test_a_list_of_busy_times_is_read_as_well() -> None:
    listed = component(
        "VFREEBUSY",
        "FREEBUSY;FBTYPE=BUSY:20261202T090000Z/20261202T100000Z,20261203T090000Z/PT30M",
        "FREEBUSY;FBTYPE=FREE:20261204T090000Z/PT30M",
    )
    assert shown(reading(listed)) == ["12-02 09:00-10:00", "12-03 09:00-09:30"]


def test_folded_lines_and_lower_case_are_read() -> None:
    text = event("dtstart;tz\r\n id=Europe/Vienna:20261202T1\r\n\t00000", "dtend:20261202T100000Z")
    assert shown(reading(text)) == ["12-02 09:00-10:00"]
