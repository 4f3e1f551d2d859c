"""Times gathered into days and cards."""

from booking.bookings.pages import BlockedRow, Hold, SlotRow, days_of
from booking.catalogue.pages import LanguageName
from booking.clock_faces import Clock

ENGLISH, KOREAN = LanguageName("en", "English", "ltr", "English"), LanguageName("ko", "한국어", "ltr", "Korean")


def clock(day: int, time: str, *, at: int = 90) -> Clock:
    written = f"2026-12-{day:02}T{time}:00+09:00"
    return Clock(time, f"{day} Dec", "in Seoul", "", "", written, on_site=False, station_css="s-ny", ribbon_at=at)


def row(day: int, time: str, title: str = "Tour", language: LanguageName = ENGLISH, *, private: bool = True) -> SlotRow:
    return SlotRow(
        slot=f"{title}-{day}-{time}",
        clock=clock(day, time),
        day_key=f"2026-12-{day:02}",
        title=title,
        title_lang="",
        offering_url=f"/offerings/{title}",
        language=language,
        station="New York",
        format_label="Live online",
        duration_text="45 min",
        seats_text="",
        private=private,
    )


def test_the_times_of_an_offering_on_a_day_stand_in_one_card() -> None:
    days = days_of([row(1, "09:00"), row(1, "09:30", "Briefing"), row(1, "10:00"), row(2, "09:00")])
    assert [day.key for day in days] == ["2026-12-01", "2026-12-02"]
    assert [[each.clock.primary_time for each in card.rows] for card in days[0].cards] == [
        ["09:00", "10:00"],
        ["09:30"],
    ]
    assert days[0].heading == "1 Dec"


def test_two_languages_share_a_card_and_are_then_told_at_each_time() -> None:
    (day,) = days_of([row(1, "09:00"), row(1, "09:30", language=KOREAN)])
    assert [(len(card.rows), card.one_language) for card in day.cards] == [(2, False)]


def test_an_open_event_does_not_share_a_card_with_times_of_ones_own() -> None:
    (day,) = days_of([row(1, "09:00"), row(1, "09:30", private=False)])
    assert [len(card.rows) for card in day.cards] == [1, 1]


def test_a_blocked_time_stands_in_its_day_even_alone() -> None:
    blocked = BlockedRow(clock(2, "10:00"), "2026-12-02", "Tour", refusals=())
    days = days_of([row(1, "09:00"), row(3, "09:00")], (blocked,))
    assert [(day.key, len(day.cards), len(day.blocked)) for day in days] == [
        ("2026-12-01", 1, 0),
        ("2026-12-02", 0, 1),
        ("2026-12-03", 1, 0),
    ]


def test_the_ribbon_marks_each_start_of_the_day_once() -> None:
    (day,) = days_of([row(1, "09:00"), row(1, "09:00", "Briefing")])
    assert day.marks == (90,)


def test_the_minutes_left_are_rounded_up() -> None:
    assert [Hold("", "", seconds).minutes_left for seconds in (600, 541, 540, 1)] == [10, 10, 9, 1]
