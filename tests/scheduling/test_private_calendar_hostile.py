"""Calendars that nobody means well with: refused with the line, or cut; never a crash, never for long (A44, A45)."""

import os
import random
import time

import pytest

from booking.scheduling.foreign.apart import read_apart
from booking.scheduling.foreign.busy import MOST_INTERVALS, read
from booking.scheduling.foreign.lines import Unreadable, components
from tests.conclusive import in_time
from tests.scheduling.calendar_texts import BEGIN, END, HOME, calendar, component, event, reading, shown

GOOD = event("DTSTART:20261202T090000Z", "DTEND:20261202T100000Z", uid="good")
FILES = 20_000 if os.environ.get("RACE") == "full" else 400
FRAGMENTS = [
    b"BEGIN:VEVENT\r\n",
    b"END:VEVENT\r\n",
    b"RRULE:FREQ=WEEKLY;COUNT=99999999999999999999\r\n",
    b"RRULE:FREQ=MONTHLY;BYDAY=9MO;BYSETPOS=0\r\n",
    b'DTSTART;TZID=":":20261202T090000\r\n',
    b"DTSTART:99991231T235959Z\r\nDURATION:P9999W\r\n",
    b"DTSTART:00010101T000000\r\nRRULE:FREQ=DAILY\r\n",
    b"RDATE;VALUE=PERIOD:20261202T090000Z/\r\n",
    b"EXDATE:" + b"20261202T090000Z," * 50 + b"\r\n",
    b"TZOFFSETTO:+9999\r\n",
    b"\x00",
    b"\xff\xfe",
    b"\r\n ",
    b";",
    b":",
    b"=",
    b"\xf0\x9f\x98\x80",
    b"-1",
    b"99",
]


def refused(body: bytes) -> tuple[str, int]:
    """Why a calendar is refused, and in which line."""
    with pytest.raises(Unreadable) as error:
        read(body, HOME, BEGIN, END)
    return error.value.code, error.value.line


def test_more_than_5_mb_are_refused() -> None:
    assert refused(calendar(event("DESCRIPTION:" + "x" * 10_000_000))) == ("too_large", 0)


def test_a_hundred_thousand_entries_are_refused_at_the_first_too_many() -> None:
    body = calendar("BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 100_000)
    assert refused(body) == ("too_many", 40_002)


def test_a_thousand_components_inside_each_other_are_refused() -> None:
    assert refused(calendar("BEGIN:VEVENT\r\n" * 1000 + "END:VEVENT\r\n" * 1000)) == ("too_deep", 9)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "no_calendar"),
        (b"<!doctype html><title>Sign in</title>", "no_calendar"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "no_calendar"),
        (calendar(GOOD)[:-15], "cut_off"),
        (calendar("BEGIN:VEVENT\r\nEND:VALARM\r\n"), "unbalanced"),
        (calendar("BEGIN:\r\n"), "unbalanced"),
        (calendar(event("EXDATE:" + "20261202T090000Z," * 10_000)), "long_line"),
    ],
    ids=["empty", "a page", "no calendar around", "cut off", "unbalanced", "nameless", "an endless line"],
)
def test_what_is_no_calendar_is_refused(body: bytes, code: str) -> None:
    assert refused(body)[0] == code


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20261202T100000Z", "DTEND:20261202T090000Z"),
        ("DTSTART;TZID=Nowhere/Land:20261202T100000", "DURATION:PT1H"),
        ("DTEND:20261202T090000Z",),
        ("DTSTART:20261302T100000Z", "DURATION:PT1H"),
        ("DTSTART", "DURATION:PT1H"),
        ("DTSTART:20261202T100000Z", "DURATION:P99999W"),
        ("DTSTART:20261202T100000Z", "DURATION:-PT1H"),
        ("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"),
        ("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=MINUTELY;INTERVAL=5"),
        ("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=FORTNIGHTLY"),
        ("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0"),
        ("DTSTART:20261202T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYHOUR=99"),
    ],
)
def test_an_entry_that_makes_no_sense_is_counted_and_the_others_are_read(lines: tuple[str, ...]) -> None:
    found = reading(event(*lines), GOOD)
    assert (shown(found), found.skipped) == (["12-02 09:00-10:00"], 1)


def test_a_zone_that_changes_its_clocks_each_second_is_unknown() -> None:
    clocks = component(
        "STANDARD", "DTSTART:20200101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=SECONDLY"
    )
    zone = component("VTIMEZONE", "TZID:Mine", clocks.rstrip())
    found = reading(zone, event("DTSTART;TZID=Mine:20261202T100000", "DURATION:PT1H"), GOOD)
    assert (shown(found), found.skipped) == (["12-02 09:00-10:00"], 1)


def test_what_repeats_every_hour_is_cut_at_500_times() -> None:
    found = reading(event("DTSTART:20261123T000000Z", "DURATION:PT10M", "RRULE:FREQ=HOURLY"))
    assert (len(found.intervals), found.shortened) == (500, True)


def test_at_most_5000_intervals_are_kept_the_first_ones() -> None:
    rules = [
        event(f"DTSTART:20261123T{hour:02}0000Z", "DURATION:PT10M", "RRULE:FREQ=DAILY", uid=str(hour))
        for hour in range(24)
    ]
    found = reading(*rules)
    assert (len(found.intervals), found.shortened) == (MOST_INTERVALS, True)
    assert shown(found)[0] == "11-23 00:00-00:10"


def test_attachments_alarms_and_titles_are_dropped_unread() -> None:
    alarm = component("VALARM", "TRIGGER:-PT15M", "ATTACH:file:///etc/passwd", "DTSTART:20270101T000000Z").rstrip()
    lines = ("SUMMARY:A secret", "URL:file:///etc/passwd", "ATTACH:file:///etc/passwd", "ATTENDEE:mailto:a@example.org")
    found = components(calendar(event("DTSTART:20261202T090000Z", "DURATION:PT1H", *lines, alarm)))
    assert [(one.name, [given.name for given in one.properties]) for one in found] == [
        ("VEVENT", ["UID", "DTSTART", "DURATION"])
    ]


def test_a_calendar_that_keeps_its_reader_busy_is_given_up() -> None:
    never = [
        event("DTSTART:20261123T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", uid=str(number))
        for number in range(100)
    ]
    began = time.monotonic()
    with pytest.raises(Unreadable) as error:
        read_apart(calendar(*never), HOME, BEGIN, END, seconds=3)
    assert error.value.code == "too_complicated"
    in_time(time.monotonic() - began, 10)


def test_read_apart_says_the_same() -> None:
    assert read_apart(calendar(GOOD), HOME, BEGIN, END) == reading(GOOD)
    with pytest.raises(Unreadable) as error:
        read_apart(b"<html>\n", HOME, BEGIN, END)
    assert (error.value.code, error.value.line) == ("no_calendar", 1)


def mutated(body: bytes, dice: random.Random) -> bytes:
    """The calendar with a few bytes or lines changed, doubled, dropped, put in."""
    text = bytearray(body)
    for _ in range(dice.randint(1, 6)):
        place, length = dice.randrange(len(text)), dice.randrange(1, 30)
        piece = bytes(text[place : place + length])
        text[place : place + length] = dice.choice(
            [b"", piece * 2, piece[::-1], piece + dice.choice(FRAGMENTS), bytes([dice.randrange(256)])]
        )
    return bytes(text)


def test_no_mutation_makes_it_crash_or_linger() -> None:
    seeds = [
        calendar(
            GOOD,
            event("DTSTART;TZID=Europe/Vienna:20261202T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE"),
            event("RECURRENCE-ID:20261209T090000Z", "DTSTART:20261209T100000Z", "DTEND:20261209T110000Z"),
        ),
        calendar(
            component(
                "VTIMEZONE",
                "TZID:Mine",
                component("STANDARD", "DTSTART:20200101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200").rstrip(),
            ),
            event("DTSTART;TZID=Mine:20261202T100000", "DTEND;TZID=Mine:20261202T110000", "RDATE:20261203T090000Z"),
            component("VFREEBUSY", "FREEBUSY:20261202T090000Z/PT1H"),
        ),
    ]
    dice = random.Random(20261122)  # noqa: S311  dice, not secrets
    slowest, refusals = 0.0, 0
    for _ in range(FILES):
        body, began = mutated(dice.choice(seeds), dice), time.process_time()
        try:
            read(body, HOME, BEGIN, END)
        except Unreadable:
            refusals += 1
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 0.2
    assert 0 < refusals < FILES
