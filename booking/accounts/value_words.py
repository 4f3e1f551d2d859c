"""Values of the audit trail in words: codes by the field that they stand in, days, instants, names, numbers."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from flask_babel import LazyString, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n, zones
from booking.accounts.code_words import CODES, NOT_A_CALENDAR, WEEKDAYS
from booking.accounts.field_words import PARTS, field_label, inside
from booking.accounts.schedule import guide_names

MOST = 160
"""Signs of a value that a line shows; longer ones are cut."""
_HEX = frozenset("0123456789abcdef")
_DIGEST, _SHOWN = 32, 8
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:\d\d")
_LOCAL = len("2026-11-23T09:00")
_MIDNIGHT = 24 * 60
EMPTY: Mapping[str, LazyString] = {
    **dict.fromkeys(("ends_on", "last_on"), _l("until further notice")),
    **dict.fromkeys(
        (
            *(
                "events_per_day",
                "events_per_week",
                "minutes_per_day",
                "minutes_per_week",
                "rest_min",
                "most",
                "percent",
            ),
            *("lead_working_days", "max_age", "max_group", "min_age", "min_group", "registration_age"),
        ),
        _l("no limit"),
    ),
    **dict.fromkeys(("leads", "official", "said", "views", "whole", "groups"), _l("not recorded")),
    "guide": _l("nobody"),
    "read_on": _l("day not kept"),
    "shared": _l("Only me"),
    "station": _l("Of every desk"),
}
"""What it means that there is none, where that is not just nothing."""
_YES_AND_NO = {"stations": (_l("On site and online"), _l("Live online"))}
"""What yes and no mean, where they are not just that: how somebody works for another station."""


def in_words(field: str, value: object) -> str:
    """A JSON value for a line: names for codes, yes and no, lists as phrases; long ones are cut.

    What runs in the other direction than the page is kept apart from what stands beside it.
    """
    return _said(field, value)


def part_label(field: str, part: str) -> str:
    """What one of several values of a field is called: a language of a text, a station, the number of a group."""
    if field in PARTS:
        return inside(PARTS[field].get(part.partition("_")[0], _("Text")))
    if part in i18n.LOCALES:
        return _language(part)
    return in_words(field, part.replace("_", " "))


def is_nothing(value: object) -> bool:
    """Whether a value tells nothing: what was not said, an empty list."""
    return value is None or value in ("", [], {})


def on_the_clock(value: object, zone: str) -> object:
    """An instant as the time that clocks of the zone show then, without an offset; any other value as it is."""
    if isinstance(value, list):
        return [on_the_clock(one, zone) for one in value]
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return value
    try:
        return zones.to_local(datetime.fromisoformat(value), zone).replace(tzinfo=None).isoformat()
    except (ValueError, OverflowError):
        return value


def _said(field: str, value: object) -> str:
    if is_nothing(value):
        return inside(_("nothing") if value in ([], {}) else EMPTY.get(field, _("nothing")))
    if isinstance(value, bool):
        yes, no = _YES_AND_NO.get(field, (_("yes"), _("no")))
        return inside(yes if value else no)
    if isinstance(value, list):
        return _LISTS.get(field, partial(_listed, field))(value)
    if isinstance(value, dict):
        return _facts(value)
    if isinstance(value, int | float):
        return _NUMBERS.get(field, _number)(value)
    return _text(field, str(value))


def _text(field: str, text: str) -> str:
    return i18n.isolated(_cut(_named(field, text)), i18n.current_locale())


def _named(field: str, text: str) -> str:
    word = CODES.get(field, {}).get(text)
    if word is not None:
        return inside(word).rstrip(".。")
    name = _NAMES.get(field)
    return name(text) if name else _by_shape(text)


def _listed(field: str, values: Sequence[object]) -> str:
    if field == "files" and all(isinstance(one, str) for one in values):
        return _number(len(values))
    return _joined([_said(field, one) for one in values])


def _joined(said: Sequence[str]) -> str:
    """Several values as a phrase; of many only so many as a line can hold."""
    kept = said
    while len(kept) > 1 and sum(map(len, kept)) > MOST:
        kept = kept[:-1]
    more = len(said) - len(kept)
    last = [str(_("%(number)s more", number=more))] if more else []
    return i18n.join_list([*kept, *last], i18n.current_locale())


def _facts(value: Mapping[str, object]) -> str:
    """A text in the page's language; of other things every part with its label."""
    texts = value.get("text", value)
    if isinstance(texts, dict) and texts.keys() <= set(i18n.LOCALES):
        text = i18n.Translated({tag: str(one) for tag, one in texts.items()}).in_locale(i18n.current_locale())[0]
        return i18n.isolated(_cut(text), i18n.current_locale())
    return i18n.join_facts(i18n.labelled(field_label(name), _said(name, one)) for name, one in value.items())


def _by_shape(text: str) -> str:
    """A digest by its beginning, a day or an instant as the page writes them; any other text as it is."""
    if len(text) >= _DIGEST and _HEX.issuperset(text):
        return f"{text[:_SHOWN]}…"
    try:
        return _when(text) if text[4:5] == "-" else text
    except (ValueError, OverflowError):
        return text


def _when(text: str) -> str:
    """A day, days, a week or an instant as ISO writes it; ValueError, OverflowError for anything else."""
    first, slash, last = text.partition("/")
    if slash:
        return _days(date.fromisoformat(first), date.fromisoformat(last))
    if text[5:6] == "W":
        monday = datetime.strptime(f"{text}-1", "%G-W%V-%u").date()  # noqa: DTZ007  a day has no zone
        return _days(monday, monday + timedelta(days=6))
    if len(text) >= _LOCAL:
        return _instant(datetime.fromisoformat(text))
    return i18n.format_day_year(date.fromisoformat(text), i18n.current_locale())


def _days(first: date, last: date) -> str:
    if first == last:
        return i18n.format_day_year(first, i18n.current_locale())
    start, end = i18n.format_days(first, last, i18n.current_locale())
    return str(_("%(first)s to %(last)s", first=start, last=end))


def _instant(at: datetime) -> str:
    """An instant in UTC, said so; a time on a station's own clock without."""
    told = {"day": i18n.format_day_year(at, i18n.current_locale()), "time": i18n.format_time(at)}
    return str(_("%(day)s, %(time)s in UTC", **told) if at.tzinfo else _("%(day)s, %(time)s", **told))


def _cut(text: str) -> str:
    """At most so many signs, to the end of a word where there is one."""
    if len(text) <= MOST:
        return text
    kept = text[:MOST]
    whole = kept.rpartition(" ")[0]
    return f"{whole if len(whole) > MOST // 2 else kept}…"


def _number(value: float) -> str:
    return str(format_decimal(value))


def _clock(minute: float) -> str:
    """Minutes since midnight; the midnight after the day is 24:00."""
    return "24:00" if minute == _MIDNIGHT else i18n.format_time(time(int(minute) // 60 % 24, int(minute) % 60))


def _hours(minutes: float) -> str:
    return _number(minutes / 60)


def _weekday(number: float) -> str:
    return str(WEEKDAYS[int(number) % 7])


def _weekdays(digits: str) -> str:
    """The weekdays of a station, a digit each."""
    return _joined([_weekday(int(one)) for one in digits]) if digits.isdecimal() else digits


def _stretch(opens: float, closes: float) -> str:
    return f"{_clock(opens)}–{_clock(closes)}"


def _week(rows: Sequence[Any]) -> str:
    """Hours of every week: weekday, from, until, and whether they are liked."""
    return _joined([f"{_weekday(day)} {_stretch(opens, closes)}" for day, opens, closes, *_rest in rows])


def _other_hours(rows: Sequence[Mapping[str, Any]]) -> str:
    """Hours of single days, and whether they are worked."""
    return _joined([_on_a_day(one) for one in rows])


def _on_a_day(one: Mapping[str, Any]) -> str:
    when = f"{_by_shape(one['on_day'])} {_stretch(one['opens'], one['closes'])}"
    return str(_("%(what)s (%(part)s)", what=when, part=_("works") if one["works"] else _("does not work")))


def _language(tag: str) -> str:
    return i18n.language_name(tag, i18n.current_locale())


def _station(code: str) -> str:
    return i18n.station_name(code, i18n.current_locale(), code)


def _theme(code: str) -> str:
    return i18n.theme_name(code, i18n.current_locale())


def _country(code: str) -> str:
    return i18n.country_name(code, i18n.current_locale())


def _zone(zone: str) -> str:
    return i18n.place_name(zone, i18n.current_locale())


def _role_at(text: str) -> str:
    """A role, and where it holds: "coordinator@VIE"."""
    role, _at, station = text.partition("@")
    place = _station(station) if station else inside(_("All duty stations"))
    return str(_("%(what)s (%(part)s)", what=_named("role", role), part=place))


def _guide(code: object) -> str:
    """A guide's name by code or number."""
    return guide_names().get(str(code)) or str(code)


def _subject(text: str) -> str:
    """Because of what: the kind of a thing in words, and its code."""
    kind, _colon, code = text.partition(":")
    return f"{_named('subject', kind)} {code}"


def _text_of(name: str) -> str:
    """A text in one language: "title.fr"."""
    field, _dot, locale = name.partition(".")
    return str(_("%(what)s (%(part)s)", what=field_label(field), part=_language(locale)))


def _problem(text: str) -> str:
    """Why a guide's calendar could not be read ("unbalanced:17", in a line)."""
    code = text.partition(":")[0]
    return inside(CODES["problem"].get(code, NOT_A_CALENDAR)).rstrip(".。")


def _vocabulary(kind: str) -> Callable[[str], str]:
    """Words of a shipped list; a desk's own as its code reads."""

    def name(code: str) -> str:
        return i18n.shipped_word(f"{kind}.{code}", i18n.current_locale()) or code.replace("-", " ")

    return name


_NAMES: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("language", "languages", "locale", "tours", "briefings"), _language),
    **dict.fromkeys(("station", "stations", "partner", "from", "shared"), _station),
    **dict.fromkeys(("theme", "topic", "topics"), _theme),
    **dict.fromkeys(("guide", "guides"), _guide),
    **{name: _vocabulary(name) for name in ("audience", "channel", "measure", "unit")},
    "because": _subject,
    "holiday_country": _country,
    "confirmed": _text_of,
    "problem": _problem,
    "roles": _role_at,
    "time_zone": _zone,
    "working_weekdays": _weekdays,
}
"""Names of what has one, by field."""
_CLOCKS = ("earliest_comfort", "latest_comfort", "on_site_closes", "on_site_opens", "virtual_closes", "virtual_opens")
_NUMBERS: Mapping[str, Callable[[float], str]] = {
    **dict.fromkeys(_CLOCKS, _clock),
    **dict.fromkeys(("guide", "guides"), _guide),
    **dict.fromkeys(("minutes_per_day", "minutes_per_week", "rest_min"), _hours),
    **dict.fromkeys(("weekdays", "week_starts"), _weekday),
    **dict.fromkeys(("message", "offer", "organisation", "report_id"), str),
}
_LISTS: Mapping[str, Callable[[Sequence[Any]], str]] = {"hours": _other_hours, "week": _week}
