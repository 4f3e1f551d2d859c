"""Who is one person, how long somebody stayed, who is no participant; several reports of one event."""

import random

import pytest

from booking.attendance.platform_reports import DateOrder, Layout, Reason, figures_of, merge, read_report
from booking.attendance.platform_reports.terms import KeyKind, Oddity
from tests.attendance.samples import HOSTS, bytes_of, summary, teams, text_of, zoom

DAY = "11/15/2020"
IN_ANY_ORDER = {Layout.TEAMS_2020: 1, Layout.TEAMS_LIVE_EVENT: 1, Layout.ZOOM_PARTICIPANTS: 4, Layout.ZOOM_TOTALS: 1}
"""Layouts of which the rows after so many may stand in any order."""


def _minutes(data: bytes, *hosts: str) -> list[float]:
    return [person.minutes for person in read_report(data, hosts=hosts).participants]


def test_an_address_tells_people_apart_whatever_they_call_themselves() -> None:
    rows = (
        f"Ada|ada@example.org|{DAY} 9:00|{DAY} 9:10|10|Yes",
        f"Ada’s iPad|ADA@Example.org|{DAY} 9:20|{DAY} 9:25|5|Yes",
    )
    assert _minutes(zoom(*rows)) == [15]
    same_name = (f"Ada|a@example.org|{DAY} 9:00|{DAY} 9:10|10|Yes", f"Ada|b@example.org|{DAY} 9:20|{DAY} 9:25|5|Yes")
    assert _minutes(zoom(*same_name)) == [10, 5]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Müller, Ágnes", "Mu\u0308ller, A\u0301gnes"),
        ("Straße", "STRASSE"),
        ("Class  5B ", "class 5b"),
        ("Ada\u200b", "ada"),
        ("ΟΔΟΣ", "οδος"),
    ],
)
def test_a_name_tells_people_apart_in_whatever_letters_it_is_written(name: str, other: str) -> None:
    rows = (f"{name}||{DAY} 9:00|{DAY} 9:10|10|Yes", f"{other}||{DAY} 9:20|{DAY} 9:25|5|Yes")
    assert _minutes(zoom(*rows)) == [15]


def test_people_without_a_name_and_an_address_are_told_apart_by_their_connection() -> None:
    head = "SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role\r\n"
    rows = "".join(f"{session},,,x,{DAY} 2:00:00 PM,Joined,Attendee\r\n" for session in ("a", "b", ""))
    report = read_report((head + rows).encode())
    assert [person.key.kind for person in report.participants] == [KeyKind.CONNECTION] * 3


def test_overlapping_stays_count_once_and_coming_back_adds_up() -> None:
    rows = (
        f"A||{DAY} 9:00|{DAY} 9:20|20|Yes",
        f"A||{DAY} 9:10|{DAY} 9:30|20|Yes",
        f"A||{DAY} 9:40|{DAY} 9:45|5|Yes",
        f"A||{DAY} 9:40|{DAY} 9:45|5|Yes",
    )
    (person,) = read_report(zoom(*rows)).participants
    assert (person.minutes, person.joins, len(person.stays)) == (35, 4, 2)
    assert str(person.first_join) == "2020-11-15 09:00:00"
    assert str(person.last_leave) == "2020-11-15 09:45:00"


def test_two_devices_of_one_name_are_there_until_the_second_leaves() -> None:
    steps = (("Joined", "9:00"), ("Joined", "9:05"), ("Left", "9:10"), ("Left", "9:30"))
    assert _minutes(teams(*(f"A|{action}|{DAY}, {at}" for action, at in steps))) == [30]


def test_who_joined_twice_and_left_once_was_there_until_then() -> None:
    steps = (("Joined", "9:00"), ("Joined", "9:05"), ("Left", "9:10"))
    assert _minutes(teams(*(f"A|{action}|{DAY}, {at}" for action, at in steps), f"B|Joined|{DAY}, 9:40")) == [10, 0]


def test_a_stay_without_an_end_ends_with_the_meeting() -> None:
    assert _minutes(teams(f"A|Joined|{DAY}, 9:00", f"B|Joined|{DAY}, 9:10", f"B|Left|{DAY}, 9:50")) == [50, 40]
    rows = (f"A|{DAY}, 9:00||||Attendee|", f"B|{DAY}, 9:00|{DAY}, 9:10|10m||Attendee|")
    assert _minutes(summary(*rows, facts=(f"Meeting End Time|{DAY}, 9:30",))) == [30, 10]
    assert _minutes(summary(f"A|{DAY}, 9:00||7m||Attendee|", rows[1])) == [7, 10]


@pytest.mark.parametrize(
    ("host", "left"),
    [
        ("Tour Host (Guest)", 3),
        ("tour host", 3),
        ("TOUR HOST (guest)", 3),
        ("Tour", 4),
        ("Müller, A\u0301gnes", 3),
        ("", 4),
    ],
)
def test_a_host_is_named_in_any_spelling_of_the_whole_name(host: str, left: int) -> None:
    assert len(read_report(bytes_of(Layout.TEAMS_2020), hosts=[host]).participants) == left


def test_a_host_is_named_by_address_or_by_both() -> None:
    for host in ("HOST@example.org", "Somebody (host@example.org)"):
        report = read_report(bytes_of(Layout.ZOOM_TOTALS), hosts=[host])
        assert [one.reason for one in report.left_out] == [Reason.NAMED_BY_READER]


@pytest.mark.parametrize("role", ["Organizer", "Co-organizer", "Presenter", "Organisator", "Organisateur"])
def test_roles_that_give_the_meeting_are_left_out_in_any_language(role: str) -> None:
    rows = (f"A|{DAY}, 9:00|{DAY}, 9:10|10m||{role}|", f"B|{DAY}, 9:00|{DAY}, 9:20|20m||Attendee|")
    report = read_report(summary(*rows))
    assert ([one.minutes for one in report.participants], len(report.left_out)) == ([20], 1)
    assert report.remarks == ()


def test_who_only_waited_was_not_there() -> None:
    head = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room\r\n"
    waited = "".join(f"{name},,{DAY} 9:00,{DAY} 9:10,10,Yes,Yes\r\n" for name in "AB")
    report = read_report(f"{head}{waited}B,,{DAY} 9:10,{DAY} 9:30,20,Yes,No\r\n".encode())
    assert [(person.name, person.minutes) for person in report.participants] == [("B", 20)]
    assert [(one.person.name, one.reason) for one in report.left_out] == [("A", Reason.WAITING_ROOM)]


@pytest.mark.parametrize("layout", IN_ANY_ORDER)
def test_rows_in_any_order_give_the_same(layout: Layout) -> None:
    lines = text_of(layout).splitlines(keepends=True)
    head, rows = lines[: IN_ANY_ORDER[layout]], lines[IN_ANY_ORDER[layout] :]
    expected = {one.key: one.seconds for one in read_report(bytes_of(layout), hosts=HOSTS.get(layout, [])).participants}
    mixed = random.Random(5)  # noqa: S311  a seed, so that a failure comes again
    for _ in range(20):
        mixed.shuffle(rows)
        report = read_report("".join(head + rows).encode(), hosts=HOSTS.get(layout, []))
        assert {one.key: one.seconds for one in report.participants} == expected


@pytest.mark.parametrize("layout", Layout)
def test_headings_without_people_give_nobody(layout: Layout) -> None:
    lines = text_of(layout).splitlines(keepends=True)
    kept = [line for line in lines if "example.org" not in line and "202" not in line and "(Guest)" not in line]
    kept = [line for line in kept if "School 3" not in line and "articipants\t" not in line]
    report = read_report("".join(kept).encode())
    assert (report.layout, report.participants, report.left_out, report.remarks) == (layout, (), (), ())


GERMAN = """1. Zusammenfassung
Besprechungstitel|Führung
Teilnehmer|2
Startzeit|28.01.21, 18:00:00

2. Teilnehmer
Name|Erster Beitritt|Letztes Verlassen|Dauer der Besprechung|E-Mail|Teilnehmer-ID (UPN)|Rolle
Ada|28.01.21, 18:01:00|28.01.21, 19:00:00|59 Min. 0 Sek.|ada@example.org|ada@example.org|Organisator
Gast|28.01.21, 18:05:00|28.01.21, 18:20:00|10 Min.|||Teilnehmer

3. Aktivitäten in der Besprechung
Name|Beitreten|Verlassen|Dauer|E-Mail|Rolle
Ada|28.01.21, 18:01:00|28.01.21, 19:00:00|59 Min.|ada@example.org|Organisator
Gast|28.01.21, 18:05:00|28.01.21, 18:10:00|5 Min.||Teilnehmer
Gast|28.01.21, 18:15:00|28.01.21, 18:20:00|5 Min.||Teilnehmer
"""
FRENCH = """Nom complet|Action de l'utilisateur|Horodatage
Élise|Rejoint|22/10/2020 15:00:00
Élise|A quitté|22/10/2020 15:10:00
"""
SPANISH = """Nombre completo|Acción del usuario|Marca de tiempo
Inés|Unido|22/10/2020 15:00:00
Inés|Abandonó|22/10/2020 15:10:00
"""


@pytest.mark.parametrize("text", [GERMAN, FRENCH, SPANISH])
def test_headings_in_the_language_of_the_organizer_are_read(text: str) -> None:
    report = read_report(text.replace("|", "\t").encode("utf-16"))
    assert ([person.minutes for person in report.participants], report.date_order) == ([10], DateOrder.DAY_FIRST)
    assert report.remarks == ()


def test_all_the_time_of_a_person_is_taken_where_no_single_stays_follow() -> None:
    text = text_of(Layout.TEAMS_SECTIONS)
    report = read_report(text[: text.index("3. In-Meeting")].encode())
    assert [person.minutes for person in report.participants] == [60.65, 13]


def test_stays_without_an_address_belong_to_the_one_person_of_that_name() -> None:
    text = text_of(Layout.TEAMS_SECTIONS)
    stays = text.index("3. In-Meeting")
    text = text[:stays] + text[stays:].replace("rva@example.org", "")
    report = read_report(text.encode())
    assert [(one.key.value, one.minutes) for one in report.participants] == [
        ("rva@example.org", 60.63),
        ("coast college (guest)", 13),
    ]


def test_the_newer_line_of_a_zoom_meeting_names_its_host_with_the_address() -> None:
    rows = (
        *("Topic,ID,Host,Duration (minutes),Start time,End time,Participants", "Tour,1,Ada (ada@example.org),30,,,2"),
        *("", "Name (original name),Email,Total duration (minutes),Guest", "A. L.,ada@example.org,30,No", "B,,20,Yes"),
    )
    report = read_report("\r\n".join([*rows, ""]).encode())
    assert (report.layout, [one.reason for one in report.left_out]) == (Layout.ZOOM_TOTALS, [Reason.HOST])
    assert [person.minutes for person in report.participants] == [20]


def test_who_attends_a_webinar_by_telephone_is_a_participant() -> None:
    more = "Other Attended\r\nUser Name,Join Time,Leave Time,Time in Session (minutes),Country\r\n"
    caller = "4315550100,11/12/2020 09:00:00 AM,11/12/2020 09:10:00 AM,10,Austria\r\n"
    report = read_report((text_of(Layout.ZOOM_WEBINAR) + more + caller).encode())
    assert [person.minutes for person in report.participants] == [70, 67, 73, 10]


def test_several_reports_of_one_event_are_one() -> None:
    first = read_report(zoom(f"A||{DAY} 9:00|{DAY} 9:20|20|Yes", f"B||{DAY} 9:00|{DAY} 9:20|20|Yes"))
    other = read_report(
        zoom(f"a||{DAY} 9:10|{DAY} 9:30|20|Yes", f"C|c@example.org|{DAY} 9:10|{DAY} 9:30|20|Yes"),
        hosts=["c@example.org"],
    )
    both = merge([first, other, other])
    assert [(one.name, one.minutes, one.joins) for one in both.participants] == [("A", 30, 2), ("B", 20, 1)]
    assert [one.reason for one in both.left_out] == [Reason.NAMED_BY_READER]
    assert both.remarks == ()
    assert merge([first]) == first == merge([first, first])


def test_totals_of_two_meetings_add_up() -> None:
    head = "Name (Original Name),User Email,Total Duration (Minutes),Guest\r\n"
    reports = [read_report(f"{head}A,,{minutes},Yes\r\n".encode()) for minutes in (12, 30)]
    assert [person.minutes for person in merge(reports).participants] == [42]


def test_reports_whose_dates_cannot_be_compared_count_nobody_twice() -> None:
    known = read_report(zoom(f"A||{DAY} 9:00|{DAY} 9:20|20|Yes"))
    unknown = read_report(zoom("A||11/05/2020 9:00|11/05/2020 9:30|30|Yes"))
    both = merge([known, unknown])
    assert [person.minutes for person in both.participants] == [30]
    assert [one.oddity for one in both.remarks] == [Oddity.NOT_COMPARABLE]


def test_nothing_is_made_of_no_report() -> None:
    with pytest.raises(ValueError, match="no report"):
        merge([])


@pytest.mark.parametrize("layout", Layout)
def test_what_may_be_stored_names_nobody(layout: Layout) -> None:
    report = read_report(bytes_of(layout))
    told = repr(figures_of(report))
    people = [*report.participants, *(one.person for one in report.left_out)]
    assert not [text for person in people for text in (person.name, person.email) if text and text in told]
    assert figures_of(report).participants == len(report.participants)


def test_a_name_is_shown_on_one_line_and_turns_nothing_around() -> None:
    (person,) = read_report(zoom(f"Ada\u202e exe\u200b.|| {DAY} 9:00|{DAY} 9:20|20|Yes")).participants
    assert person.name == "Ada exe ."
