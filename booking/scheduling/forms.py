"""The shape of what a guide says about times, abilities and limits; made into the vocabulary of `terms`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import Any, Unpack

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from werkzeug.datastructures import MultiDict
from wtforms import Form

from booking.fields import (
    ChoiceField,
    Choices,
    ChoicesField,
    CleanField,
    ClockField,
    DayField,
    OpaqueField,
    Options,
    clean_clock,
    sentence,
)
from booking.scheduling.minutes import DAY
from booking.scheduling.terms import Limits, Skill, Stretch
from booking.text import Blank, InputRefused, clean_int

MOST_A_DAY = 6
"""Stretches of one weekday."""
WORKS, DOES_NOT = "yes", "no"
SKILLS: Choices = [
    (Skill.THEMATIC, _l("Thematic tours")),
    (Skill.CHILDREN, _l("Children’s tours")),
    (Skill.PROTOCOL, _l("Courtesy visits and protocol")),
]


def minutes(clock: time, *, end: bool = False) -> int:
    """Minutes since midnight; as an end, 00:00 is the midnight after the day."""
    found = clock.hour * 60 + clock.minute
    return DAY if end and not found else found


def written(minute: int) -> str:
    """Minutes since midnight as a time input holds them; the midnight after the day is 00:00."""
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


@dataclass
class Row:
    """One stretch of a weekday as it stands in the page: texts, and what is wrong with them."""

    name: str
    """The beginning of the names of its inputs: "0-1"."""
    opens: str = ""
    closes: str = ""
    is_preferred: bool = False
    error: str = ""
    stretch: Stretch | None = None


@dataclass
class WeekForm:
    """A working week: for each weekday the stretches it has, and an empty one to add another."""

    days: Sequence[list[Row]] = field(default_factory=lambda: [[] for _day in range(7)])

    @classmethod
    def of(cls, week: Iterable[Stretch]) -> "WeekForm":
        """The form of a week as it is."""
        form = cls()
        for one in week:
            rows = form.days[one.weekday]
            name = f"{one.weekday}-{len(rows)}"
            rows.append(Row(name, written(one.opens), written(one.closes), one.is_preferred, stretch=one))
        return form._with_empty_rows()

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> "WeekForm":
        """The form as it was sent; empty rows are left out."""
        form = cls()
        for weekday, rows in enumerate(form.days):
            for place in range(MOST_A_DAY):
                row = _row(f"{weekday}-{place}", weekday, sent)
                if row:
                    rows.append(row)
            _refuse_overlaps(rows)
        return form

    def _with_empty_rows(self) -> "WeekForm":
        for weekday, rows in enumerate(self.days):
            if len(rows) < MOST_A_DAY:
                rows.append(Row(f"{weekday}-{len(rows)}"))
        return self

    def validate(self) -> bool:
        """Whether every row is a stretch; otherwise the rows say what is wrong, and there is room for others."""
        if any(row.error for rows in self.days for row in rows):
            self._with_empty_rows()
            return False
        return True

    @property
    def week(self) -> tuple[Stretch, ...]:
        """The stretches, in order."""
        return tuple(sorted(row.stretch for rows in self.days for row in rows if row.stretch))


def _row(name: str, weekday: int, sent: MultiDict[str, str]) -> Row | None:
    row = Row(name, sent.get(f"{name}-from", ""), sent.get(f"{name}-to", ""), f"{name}-liked" in sent)
    if any(len(sent.getlist(f"{name}-{end}")) > 1 for end in ("from", "to")):
        row.error = sentence(InputRefused("twice"))
        return row
    try:
        opens, closes = minutes(clean_clock(row.opens)), minutes(clean_clock(row.closes), end=True)
    except Blank:
        if not row.opens.strip() and not row.closes.strip():
            return None
        row.error = str(_("Give both a beginning and an end."))
    except InputRefused as refused:
        row.error = sentence(refused)
    else:
        row.stretch = Stretch(weekday, opens, closes, row.is_preferred)
        row.error = str(_("The end comes before the beginning.")) if closes <= opens else ""
    return row


def _refuse_overlaps(rows: list[Row]) -> None:
    placed = sorted((row for row in rows if row.stretch and not row.error), key=lambda row: row.stretch or ())
    for before, after in pairwise(placed):
        if before.stretch and after.stretch and after.stretch.opens < before.stretch.closes:
            after.error = str(_("These hours overlap with others of the day."))


class _TimesForm(Form):
    """Two times of a day, one after the other."""

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Also that the end comes after the beginning."""
        good = bool(super().validate(extra_validators))
        opens, closes = self._fields["opens"].data, self._fields["closes"].data
        if good and minutes(closes, end=True) <= minutes(opens):
            self._fields["closes"].errors = [_("The end comes before the beginning.")]
            return False
        return good


class TimeField(ClockField):
    """A time of day, typed or taken from the device's own clock."""

    kind = "time"


class OtherHoursForm(_TimesForm):
    """One day on which the week is different."""

    on_day = DayField(_l("Day"), required=True)
    opens = TimeField(lazy_pgettext("hour", "From"), required=True)
    closes = TimeField(lazy_pgettext("hour", "To"), required=True)
    works = ChoiceField(
        _l("Then I"),
        choices=[(DOES_NOT, _l("do not work")), (WORKS, _l("work too"))],
        required=True,
        radio=True,
        default=DOES_NOT,
    )


class RemoveHoursForm(Form):
    """Which hours of one day are not different any more."""

    on_day = DayField(required=True)
    opens = TimeField(required=True)


class DaysForm(Form):
    """Some days in a row, off or worked again."""

    first = DayField(_l("First day"), required=True)
    last = DayField(_l("Last day"), required=True)
    off = ChoiceField(choices=[(WORKS, ""), (DOES_NOT, "")], required=True)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Also that the last day is not before the first, and that there are no more than two years between."""
        good = bool(super().validate(extra_validators))
        if good and not 0 <= (self.last.data - self.first.data).days <= 2 * 366:
            self.last.errors = [_("The last day comes after the first, within two years.")]
            return False
        return good


class MonthForm(Form):
    """Which month of the calendar is shown: its first day."""

    month = DayField()
    done = OpaqueField()

    @property
    def first(self) -> date | None:
        """The first day of the month asked for."""
        return self.month.data.replace(day=1) if self.month.data else None


def month_between(asked: date | None, first: date, last: date) -> date:
    """The first day of the month asked for, or of the nearest that is shown."""
    return min(max(asked or first, first), last).replace(day=1)


class AbilitiesForm(Form):
    """What somebody can be asked to give."""

    languages = ChoicesField(_l("Languages you work in"), required=True)
    leads = ChoicesField(_l("What you lead beside general tours"), choices=SKILLS)
    topics = ChoicesField(_l("Topics you brief on"))
    online = ChoicesField(_l("Other stations, online"))
    on_site = ChoicesField(_l("Other stations, also at their premises"))

    def offer(self, languages: Choices, stations: Choices, topics: Choices = ()) -> "AbilitiesForm":
        """The form with its lists."""
        self.topics.choices = topics
        self.languages.choices = languages
        self.online.choices = self.on_site.choices = stations
        return self


def _hours(*values: int) -> Choices:
    return [(str(one), f"{one // 60}:{one % 60:02}") for one in values]


def _numbers(most: int) -> Choices:
    return [(str(one), str(one)) for one in range(1, most + 1)]


class LimitField(CleanField):
    """A limit from a list of the usual ones; another that is in force already is kept."""

    kind = "select"

    def __init__(self, label: object, choices: Choices, most: int, **options: Unpack[Options]) -> None:
        super().__init__(label, **options)
        self.choices, self.blank, self.most = choices, _l("No limit"), most

    def clean(self, text: str) -> int:
        """The number."""
        return clean_int(text, 0, self.most)


class LimitsForm(Form):
    """How much somebody gives at most."""

    events_per_day = LimitField(_l("Events a day"), _numbers(8), 100)
    events_per_week = LimitField(_l("Events a week"), _numbers(30), 700)
    minutes_per_day = LimitField(_l("Hours a day"), _hours(*range(60, 601, 30)), DAY)
    minutes_per_week = LimitField(_l("Hours a week"), _hours(*range(120, 2401, 60)), 7 * DAY)
    rest_min = LimitField(_l("Rest between two days, in hours"), _hours(*range(480, 961, 30)), DAY)

    @classmethod
    def of(cls, limits: Limits) -> "LimitsForm":
        """The form of the limits as they are."""
        return cls(data=limits._asdict())

    @property
    def limits(self) -> Limits:
        """The limits that were sent."""
        return Limits(**self.data)
