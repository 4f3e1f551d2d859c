"""What the desk's pages of limits show."""

from dataclasses import dataclass

from booking.bookings.limit_forms import ChangeLimitForm, DayForm, EndLimitForm, LimitForm, LimitsForm, PlaceForm


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit in the list."""

    url: str
    amount: str
    scope: str
    days: str
    reason: str
    station_css: str


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place of a station."""

    name: str
    station: str
    offerings: str


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """The list, and the places there are."""

    form: LimitsForm
    limits: tuple[LimitLine, ...]
    places: tuple[PlaceLine, ...]
    place_form: PlaceForm
    done: str = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group where there are too many."""

    name: str
    reference: str
    url: str
    people: str
    is_within: bool


@dataclass(frozen=True, slots=True)
class OverLine:
    """An event or a day with more than the limit allows."""

    heading: str
    url: str
    """Of the event; empty for a day."""
    sentence: str
    groups: tuple[GroupLine, ...]


@dataclass(frozen=True, slots=True)
class NewLimitPage:
    """The form of a new limit."""

    form: LimitForm
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What a limit would reach; nothing is written yet."""

    heading: str
    facts: tuple[str, ...]
    sentence: str
    over: tuple[OverLine, ...]
    action: str
    back_url: str
    button: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LimitPage:
    """A limit, what it reaches now, and what can be done with it."""

    code: str
    amount: str
    scope: str
    facts: tuple[str, ...]
    sentence: str
    over: tuple[OverLine, ...]
    station_css: str
    change_form: ChangeLimitForm | None
    end_form: EndLimitForm | None
    done: str = ""
    problems: tuple[str, ...] = ()
    entered: tuple[tuple[str, str], ...] = ()
    """What was typed into a form that somebody else was quicker than."""
    opened: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedPage:
    """What limits an offering on a day."""

    title: str
    title_lang: str
    code: str
    form: DayForm
    when: str
    binding: str
    limits: tuple[str, ...]
