"""What the pages of a guide's availability show: texts and values, nothing to look up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.scheduling.forms import AbilitiesForm, DaysForm, LimitsForm, OtherHoursForm, WeekForm


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose pages they are: the guide's own, or those of a guide of the coordinator's station."""

    name: str
    """Of the guide whose pages a coordinator sees; empty on one's own."""
    place: str
    """The entry of the navigation to which the pages belong."""
    times_url: str
    profile_url: str
    urls: Mapping[str, str]
    """Where each form is sent."""
    done: str = ""
    """What was saved just now."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the month: one tap makes it a day off, or a working day again."""

    value: str
    number: int
    label: str
    """For those who hear it: day, state, events."""
    css: str
    events: int
    is_off: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month in weeks from Monday; None outside it."""

    title: str
    weekdays: Sequence[tuple[str, str]]
    """Short and long names."""
    weeks: Sequence[Sequence[DayCell | None]]
    before_url: str
    after_url: str


@dataclass(frozen=True, slots=True)
class OtherDay:
    """Hours of one day that are different."""

    text: str
    on_day: str
    opens: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """An event that is the guide's own and that something stands against by now."""

    when: str
    title: str
    title_lang: str
    facts: str
    why: str
    is_asked: bool
    """Whether colleagues are being asked to take it over."""
    cover_url: str
    """Where the guide asks them; empty for a coordinator, and once they are being asked."""


@dataclass(frozen=True, slots=True)
class TimesPage:
    """When somebody works."""

    frame: Frame
    clocks: str
    """Whose clocks all hours are on."""
    no_pattern: str
    """What counts where no hours are given; empty where there are some."""
    week_form: WeekForm
    weekdays: Sequence[str]
    month: Month
    days_form: DaysForm
    other_days: Sequence[OtherDay]
    other_form: OtherHoursForm
    misfits: Sequence[Misfit]
    opened: str = ""
    """Which folded form has something to correct."""


@dataclass(frozen=True, slots=True)
class Use:
    """A limit and how much of it the present day or week has used."""

    text: str
    used: int
    most: int


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """What somebody can be asked to give, and how much."""

    frame: Frame
    abilities_form: AbilitiesForm
    leads_hint: str
    has_skills: bool
    limits_form: LimitsForm
    uses: Sequence[Use]
    misfits: Sequence[Misfit]


@dataclass(frozen=True, slots=True)
class ListedGuide:
    """A guide in the coordinator's list."""

    name: str
    code: str
    station: str
    times_url: str
    profile_url: str
