"""What the pages of requests without a time show: plain values in the reader's language, ready for the templates."""

from dataclasses import dataclass

from booking.bookings.answer_forms import AskForm, RefuseForm, ReplyForm
from booking.bookings.desk_booking_pages import HistoryLine, OvertakenNote
from booking.bookings.pages import Refused
from booking.bookings.visit_forms import (
    AcceptWishForm,
    CounterForm,
    HandOnForm,
    ProposeForVisitForm,
    SuggestForm,
    TakeBackForm,
    VisitForm,
)
from booking.catalogue.pages import Fact


@dataclass(frozen=True, slots=True)
class WishLine:
    """A time that was wished, on the group's clock and the station's, and what stands against it."""

    when: str
    other: str
    against: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form in which a group asks."""

    form: VisitForm
    refusals: tuple[Refused, ...] = ()
    checked: tuple[WishLine, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A request as its group sees it."""

    reference: str
    who: str
    heading: str
    pill: str
    """Class of the pill."""
    status: str
    message: str
    said: str
    """What the desk wrote last."""
    what: str
    wishes: tuple[WishLine, ...]
    facts: tuple[Fact, ...]
    version: str
    token: str
    done: str = ""
    suggested: str = ""
    """The topic that the desk suggests."""
    reply_form: ReplyForm | None = None
    is_open: bool = False
    kept_text: str = ""
    """For how long the contact is kept."""


@dataclass(frozen=True, slots=True)
class CounterPage:
    """What a group would rather have than what was proposed."""

    reference: str
    token: str
    back_url: str
    zone: str
    form: CounterForm
    refusals: tuple[Refused, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """Somebody who could give it."""

    name: str
    facts: str
    """ "free at 2 of 2 times, knows the topic"."""
    knows: bool


@dataclass(frozen=True, slots=True)
class WishChoice:
    """A wish at the desk: who is free then, and the form that says yes to it."""

    line: WishLine
    form: AcceptWishForm | None
    free: tuple[str, ...]
    """Names of those who are free, those with the topic first."""


@dataclass(frozen=True, slots=True)
class VisitForms:
    """How the desk may answer."""

    propose: ProposeForVisitForm
    ask: AskForm
    refuse: RefuseForm
    suggest: SuggestForm | None
    hand_on: HandOnForm | None


@dataclass(frozen=True, slots=True)
class DeskVisitPage:
    """A request without a time, as the desk sees it."""

    reference: str
    who: str
    title: str
    status: str
    pill: str
    message: str
    alarm: str
    """SPK-01: nobody was found; empty otherwise."""
    station_css: str
    facts: tuple[Fact, ...]
    history: tuple[HistoryLine, ...]
    group_url: str
    wishes: tuple[WishChoice, ...]
    speakers: tuple[SpeakerLine, ...]
    forms: VisitForms | None = None
    take_back: TakeBackForm | None = None
    contact_url: str = ""
    """What is kept of the contact; empty once it has been forgotten."""
    opened: str = ""
    done: str = ""
    problems: tuple[str, ...] = ()
    refusals: tuple[Refused, ...] = ()
    overtaken: OvertakenNote | None = None
