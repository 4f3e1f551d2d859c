"""What the desk's pages of requests and bookings show: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.answer_forms import AcceptForm, AskForm, ProposeForm, RefuseForm, RequestsForm, SearchForm
from booking.bookings.desk_book_pages import TimeRow
from booking.bookings.forms import CancelForm, ChangeSizeForm, SeenForm
from booking.bookings.pages import Refused
from booking.bookings.preparation_pages import Preparation
from booking.bookings.visit_forms import TakeBackForm
from booking.catalogue.pages import Fact
from booking.clock_faces import Clock


@dataclass(frozen=True, slots=True)
class BookingLine:
    """A booking in a list."""

    url: str
    reference: str
    who: str
    facts: str
    status: str
    pill: str
    deadline: str
    """ "Answer by Fri 20 Nov, 14:00 in Vienna"; empty where none is waited for."""


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """Requests, by deadline."""

    form: RequestsForm
    lines: tuple[BookingLine, ...]
    more_url: str = ""
    """The next page; empty on the last one."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was found."""

    form: SearchForm
    lines: tuple[BookingLine, ...]
    sentence: str
    """How many; empty before anything was looked for."""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened, and what was written then."""

    when: str
    what: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class OvertakenNote:
    """Somebody else was first: both states, and what had been typed."""

    sentence: str
    entered: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnswerForms:
    """How a request may be answered."""

    accept: AcceptForm
    propose: ProposeForm
    ask: AskForm
    refuse: RefuseForm


@dataclass(frozen=True, slots=True)
class DeskBookingPage:
    """A request or a booking, with everything about it."""

    reference: str
    who: str
    title: str
    title_lang: str
    clock: Clock
    status: str
    pill: str
    message: str
    facts: tuple[Fact, ...]
    history: tuple[HistoryLine, ...]
    event_url: str
    group_url: str
    """The page as the group has it; changes there are made under the coordinator's name."""
    answers: AnswerForms | None = None
    take_back: TakeBackForm | None = None
    preparation: Preparation | None = None
    size_form: ChangeSizeForm | None = None
    cancel_form: CancelForm | None = None
    undo_form: SeenForm | None = None
    instead: tuple[TimeRow, ...] = ()
    """Times that can be had where the old one cannot."""
    absent: str = ""
    """NSH-01: to what the group did not come before, where that is why somebody decides."""
    late: bool = False
    contact_url: str = ""
    """What is kept of the contact; empty once it has been forgotten."""
    opened: str = ""
    done: str = ""
    problems: tuple[str, ...] = ()
    refusals: tuple[Refused, ...] = ()
    overtaken: OvertakenNote | None = None
    mail_problem: str = ""
    """Why the last mail to the group did not go; empty where it did."""
