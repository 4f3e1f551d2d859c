"""Tests of stations, places, days and lists as each language writes them."""

from datetime import UTC, date, datetime, time

import pytest
from markupsafe import Markup

from booking import i18n, zones
from booking.i18n.finishing import right_to_left
from booking.i18n.places import OFFERED_ZONES
from booking.i18n.tables import table

WINTER = datetime(2026, 12, 1, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "name", "where", "clock", "house"),
    [
        ("en", "Vienna", "in Vienna", "Vienna time", "Vienna International Centre"),
        ("fr", "Vienne", "à Vienne", "heure de Vienne", "Centre international de Vienne"),
        ("ru", "Вена", "в Вене", "по венскому времени", "Венский международный центр"),
        ("ar", "فيينا", "في فيينا", "بتوقيت فيينا", "مركز فيينا الدولي"),
    ],
)
def test_a_station_has_its_phrases_in_each_language(locale: str, name: str, where: str, clock: str, house: str) -> None:
    phrases = [
        say("VIE", locale, "x") for say in (i18n.station_name, i18n.station_in, i18n.station_time, i18n.premises)
    ]
    assert phrases == [name, where, clock, house]


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_a_station_that_the_table_lacks_keeps_its_english_name_in_the_phrases(locale: str) -> None:
    assert i18n.station_name("BRU", locale, "Brussels") == i18n.premises("BRU", locale, "Brussels") == "Brussels"
    assert "Brussels" in i18n.station_in("BRU", locale, "Brussels")
    assert "Brussels" in i18n.station_time("BRU", locale, "Brussels")


def test_a_station_that_the_table_lacks_reads_well_in_english() -> None:
    assert i18n.station_in("BRU", "en", "Brussels") == "in Brussels"
    assert i18n.station_time("BRU", "en", "Brussels") == "Brussels time"


def test_no_line_begins_with_a_dot_between_facts() -> None:
    assert i18n.stopped(Markup("<b>Tour</b> · 28 people")) == Markup("<b>Tour</b>\u00a0· 28 people")
    assert i18n.stopped(None) is None


def test_every_term_is_there_in_every_language() -> None:
    terms = table("terminology", "key")
    assert [key for key in terms for locale in i18n.LOCALES if not i18n.term(key, locale).strip()] == []


def test_a_term_that_nobody_wrote_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        i18n.term("no.such.term", "en")


@pytest.mark.parametrize(
    ("zone", "locale", "name"),
    [
        ("Asia/Seoul", "en", "Seoul"),
        ("Asia/Seoul", "ru", "Сеул"),
        ("America/New_York", "en", "New York"),
        ("America/New_York", "es", "Nueva York"),
        ("Europe/Vienna", "ar", "فيينا"),
        ("Asia/Calcutta", "en", "Kolkata"),
        ("Asia/Kolkata", "zh", "加尔各答"),
        ("Europe/Kyiv", "ru", "Киев"),
        ("America/Argentina/Buenos_Aires", "zh", "布宜诺斯艾利斯"),
        ("America/Indiana/Tell_City", "en", "Tell City, Indiana"),
        ("Pacific/Port_Moresby", "en", "Port Moresby"),
        ("UTC", "fr", "UTC"),
    ],
)
def test_a_zone_is_called_after_its_city(zone: str, locale: str, name: str) -> None:
    assert i18n.place_name(zone, locale) == name


def test_zones_are_offered_from_west_to_east_with_the_offset_of_the_day() -> None:
    winter, summer = i18n.zone_choices("en", WINTER), i18n.zone_choices("en", SUMMER)
    assert ("Europe/Vienna", "Vienna (UTC+1)") in winter
    assert ("Europe/Vienna", "Vienna (UTC+2)") in summer
    assert ("Asia/Seoul", "Seoul (UTC+9)") in winter
    assert ("UTC", "UTC") in winter
    offsets = [zones.offset_at(WINTER, zone) for zone, _ in winter]
    assert offsets == sorted(offsets)
    assert winter[0][0] == "Pacific/Pago_Pago"
    assert winter[-1][0] == "Pacific/Kiritimati"


@pytest.mark.parametrize("at", [WINTER, SUMMER])
def test_every_offset_on_which_people_live_is_offered(at: datetime) -> None:
    offered = {zones.offset_at(at, zone) for zone in OFFERED_ZONES}
    places = [zone for zone in zones.zone_names() if zone.split("/")[0] not in {"Etc", "Antarctica"} and "/" in zone]
    in_use = {zones.offset_at(at, zone) for zone in places}
    assert {zones.format_offset(offset) for offset in in_use - offered} == set()


def test_the_offered_zones_are_distinct_known_and_not_too_many() -> None:
    assert len(OFFERED_ZONES) == len(set(OFFERED_ZONES)) == len({i18n.canonical_zone(zone) for zone in OFFERED_ZONES})
    assert set(OFFERED_ZONES) <= zones.zone_names()
    assert 90 <= len(OFFERED_ZONES) <= 120


def test_the_readers_own_zone_is_added_once() -> None:
    with_chile = [zone for zone, _ in i18n.zone_choices("en", WINTER, "America/Punta_Arenas")]
    assert with_chile.count("America/Punta_Arenas") == 1
    assert len(with_chile) == len(OFFERED_ZONES) + 1
    assert len(i18n.zone_choices("en", WINTER, "Asia/Seoul")) == len(OFFERED_ZONES)


def test_an_old_name_of_the_readers_zone_takes_the_place_of_the_new_one() -> None:
    choices = dict(i18n.zone_choices("en", WINTER, "Asia/Calcutta"))
    assert choices["Asia/Calcutta"] == "Kolkata (UTC+5:30)"
    assert "Asia/Kolkata" not in choices


def test_a_zone_that_is_none_is_not_added() -> None:
    with pytest.raises(zones.UnknownZone):
        i18n.zone_choices("en", WINTER, "Mars/Olympus")


@pytest.mark.parametrize(
    ("locale", "day", "with_year", "with_hour"),
    [
        ("en", "Tue 1 Dec", "Tue 1 Dec 2026", "Tue 1 Dec, 09:05"),
        ("fr", "mar. 1er déc.", "mar. 1er déc. 2026", "mar. 1er déc., 09:05"),
        ("es", "mar 1 dic", "mar 1 dic 2026", "mar 1 dic, 09:05"),
        ("ru", "вт 1 дек.", "вт 1 дек. 2026 г.", "вт 1 дек., 09:05"),  # noqa: RUF001  Cyrillic is meant
        ("zh", "12月1日周二", "2026年12月1日周二", "12月1日周二09:05"),
        ("ar", "الثلاثاء 1 ديسمبر", "الثلاثاء 1 ديسمبر 2026", "الثلاثاء 1 ديسمبر، 09:05"),
    ],
)
def test_days_and_hours_are_written_as_the_language_does(locale: str, day: str, with_year: str, with_hour: str) -> None:
    first = date(2026, 12, 1)
    at_nine = datetime.combine(first, time(9, 5))
    written = (
        i18n.format_day(first, locale),
        i18n.format_day_year(first, locale),
        i18n.format_date_time(at_nine, locale),
    )
    assert written == (day, with_year, with_hour)


def test_french_counts_only_the_first() -> None:
    assert i18n.format_day(date(2026, 12, 2), "fr") == "mer. 2 déc."
    assert i18n.format_day(date(2026, 12, 11), "fr") == "ven. 11 déc."


def test_an_hour_has_24_hours_and_latin_digits() -> None:
    assert i18n.format_time(time(21, 5)) == "21:05"
    assert i18n.format_time(datetime(2026, 12, 1, 0, 0, tzinfo=UTC)) == "00:00"


@pytest.mark.parametrize(
    ("locale", "items", "phrase"),
    [
        ("en", [], ""),
        ("en", ["A"], "A"),
        ("en", ["A", "B"], "A and B"),
        ("en", ["A", "B", "C"], "A, B and C"),
        ("fr", ["A", "B", "C"], "A, B et C"),
        ("ru", ["A", "B", "C"], "A, B и C"),
        ("zh", ["A", "B", "C"], "A、B和C"),
        ("ar", ["A", "B", "C"], "A وB وC"),
        ("es", ["inglés", "francés"], "inglés y francés"),
        ("es", ["francés", "inglés"], "francés e inglés"),
        ("es", ["Italia", "Hungría"], "Italia y Hungría"),
        ("es", ["inglés", "hindi"], "inglés e hindi"),
        ("es", ["madera", "hierro"], "madera y hierro"),
    ],
)
def test_a_list_is_joined_as_the_language_does(locale: str, items: list[str], phrase: str) -> None:
    assert i18n.join_list(items, locale) == phrase


def test_one_instant_has_the_day_of_each_zone_that_is_asked() -> None:
    tour = datetime(2026, 12, 1, 1, tzinfo=UTC)
    days = [i18n.format_day(zones.to_local(tour, zone), "en") for zone in ("Asia/Seoul", "America/New_York")]
    assert days == ["Tue 1 Dec", "Mon 30 Nov"]


@pytest.mark.parametrize(
    ("locale", "ends"),
    [
        ("en", ("Mon 23 Nov", "Fri 27 Nov 2026")),
        ("zh", ("2026年11月23日周一", "11月27日周五")),
        ("ar", ("الاثنين 23 نوفمبر", "الجمعة 27 نوفمبر 2026")),
    ],
)
def test_a_span_of_days_says_its_year_once_where_the_language_puts_it(locale: str, ends: tuple[str, str]) -> None:
    assert i18n.format_days(date(2026, 11, 23), date(2026, 11, 27), locale) == ends


def test_a_span_over_new_year_says_both_years() -> None:
    assert i18n.format_days(date(2026, 12, 28), date(2027, 1, 3), "zh") == ("2026年12月28日周一", "2027年1月3日周日")


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ("Liceo delle Nuvole، إيطاليا", "\u200fLiceo delle Nuvole، إيطاليا"),
        ("17 شخصا، Liceo delle Nuvole", "17 شخصا، Liceo delle Nuvole"),
        ("School A، Room B", "\u200fSchool A،\u200f Room B"),
    ],
)
def test_arabic_facts_keep_their_side_when_a_latin_name_begins_them(facts: str, kept: str) -> None:
    assert right_to_left(facts) == kept
