"""What the pages of preparations show: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.answer_forms import AnswerForm
from booking.bookings.preparation_forms import CallForm, ExceptionsForm


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is prepared for a booking, beside its page at the desk."""

    list_text: str
    """ "Participant list: due by Wed 9 Dec"; empty where none is needed."""
    list_form: AnswerForm | None
    """Where it may be marked as received."""
    call_text: str
    """ "Test call: Mon 7 Dec, 09:00 in Vienna"; empty where none is arranged."""
    call_form: CallForm | None
    """Where one may be arranged; the booking has a technical contact."""
    opened: bool = False
    call_number: str = ""
    """Which test call is shown; empty where none is."""


@dataclass(frozen=True, slots=True)
class MissingList:
    """A visit whose participant list is missing."""

    url: str
    who: str
    facts: str
    due: str
    is_over: bool
    reference: str
    version: str


@dataclass(frozen=True, slots=True)
class ListsPage:
    """Participant lists that are still to arrive."""

    lines: tuple[MissingList, ...]
    done: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """An exception to a rule."""

    when: str
    rules: str
    what: str
    """The rule's sentence in short."""
    who: str
    why: str
    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class ExceptionsPage:
    """Exceptions of a period."""

    form: ExceptionsForm
    lines: tuple[ExceptionLine, ...]
    sentence: str
