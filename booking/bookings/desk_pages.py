"""What the desk's pages of series and events show: plain values in the reader's language, ready for the templates."""

from dataclasses import dataclass, field

from booking.bookings.event_desk_pages import EventDesk
from booking.bookings.pages import Refused
from booking.bookings.series_forms import CancelForm, ChangeForm, GuideForm, SeriesForm
from booking.catalogue.forms.base import EditForm
from booking.catalogue.offering_pages import Clash, MaterialRow, TextRow
from booking.catalogue.pages import Fact

Hidden = tuple[tuple[str, str], ...]
"""Names and values that go along with a form unseen."""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series in the list."""

    url: str
    title: str
    title_lang: str
    facts: str
    """ "Vienna, English, Tue 10:00"."""
    to_come: str
    """ "5 of 8 events to come, the last on Tue 27 Apr 2027"."""
    station_css: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list."""

    url: str
    code: str
    when: str
    """ "Tue 9 Mar 2027, 10:00"."""
    status: str
    pill: str
    """Class of the pill: empty, wait, stop, past."""
    facts: str
    """ "12 of 20 places taken, Ana Invented"."""
    is_exception: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A start in the preview."""

    value: str
    """What a ticked box sends: the start, and what the desk saw against it."""
    when: str
    offset: str
    """ "UTC+1"."""
    notes: tuple[str, ...]
    may_be: bool
    ticked: bool
    is_fresh: bool
    """It has changed since the desk looked."""


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The form of a series, and below it what it would make."""

    form: SeriesForm
    refusals: tuple[Refused, ...] = ()
    lines: tuple[PlanLine, ...] = ()
    summary: str = ""
    """ "8 times, 6 of them without anything against them"."""
    button: str = ""
    warning: str = ""
    hidden: Hidden = ()
    key: str = ""
    station_css: str = ""


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series and its events."""

    title: str
    title_lang: str
    facts: tuple[Fact, ...]
    events: tuple[EventRow, ...]
    past: tuple[EventRow, ...]
    done: str
    station_css: str
    texts_url: str = ""


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking of an event, as the desk recognises it."""

    reference: str
    organisation: str
    facts: str
    """ "24 people, booked"."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event, and what the desk can do with it."""

    code: str
    title: str
    title_lang: str
    when: str
    status: str
    pill: str
    facts: tuple[Fact, ...]
    bookings: tuple[BookingRow, ...]
    series_url: str
    station_css: str
    change_form: ChangeForm | None
    cancel_form: CancelForm | None
    guide_form: GuideForm | None
    in_series: bool
    done: str = ""
    problems: tuple[str, ...] = ()
    opened: str = ""
    binding: str = ""
    """Which limit of places binds; empty for an event that is over."""
    limits: tuple[str, ...] = ()
    desk: EventDesk | None = None


@dataclass(frozen=True, slots=True)
class AffectedRow:
    """An event that a change would reach."""

    code: str
    when: str
    then: str
    """ "New time: Tue 16 Mar 2027, 11:00"; empty where it stays."""
    facts: str
    notes: tuple[str, ...]
    ticked: bool
    is_exception: bool


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What a change or a cancellation would hit; nothing is done yet."""

    heading: str
    title: str
    title_lang: str
    sentence: str
    """ "8 events, 5 groups with 112 people, 2 guides."."""
    changes: tuple[str, ...]
    """ "Places: 30"."""
    rows: tuple[AffectedRow, ...]
    action: str
    back_url: str
    button: str
    is_bad: bool
    hidden: Hidden
    station_css: str
    problems: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """A booking or an event that is outside what its offering says by now."""

    title: str
    url: str
    facts: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class OutsidePage:
    """What is outside the limits of an offering."""

    title: str
    title_lang: str
    offering_url: str
    done: str
    bookings: tuple[OutsideRow, ...]
    events: tuple[OutsideRow, ...]


@dataclass(frozen=True, slots=True)
class SeriesTextsPage:
    """What a series is called, with whom it is held, and what belongs to it."""

    code: str
    title: str
    title_lang: str
    form: EditForm
    rows: tuple[TextRow, ...]
    used: tuple[MaterialRow, ...]
    others: tuple[MaterialRow, ...]
    clash: Clash | None = None
    done: str = ""
