"""What an event's page at the desk shows beside its facts: messages, history, address, and the page of a message."""

from dataclasses import dataclass

from booking.bookings.desk_booking_pages import HistoryLine
from booking.bookings.event_desk_forms import MessageForm, PlaceForm, RestoreForm
from booking.bookings.joint_pages import JointPanel


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that went to groups."""

    when: str
    """ "Fri 20 Nov, 14:00 in Vienna, Ilse Marwood, 12 groups"."""
    subject: str
    text: str
    locale: str


@dataclass(frozen=True, slots=True)
class EventDesk:
    """Beside the facts."""

    message_url: str
    book_url: str
    """Empty where nobody can be booked into it any more."""
    history: tuple[HistoryLine, ...]
    messages: tuple[SentMessage, ...]
    place_form: PlaceForm | None = None
    restore_form: RestoreForm | None = None
    opened: str = ""
    joint: JointPanel | None = None
    """Who takes part."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A text before it is sent, and who would read it."""

    heading: str
    action: str
    back_url: str
    form: MessageForm
    readers: str = ""
    """ "13 groups: 10 in English, 3 in French."; empty before it was looked at."""
    left_out: str = ""
    """ "2 have read this very text already. 1 has no e-mail address: call them."."""
    samples: tuple[tuple[str, str, str], ...] = ()
    """Language tag, subject and text of one mail in each language."""
    button: str = ""
    """ "Send 13 messages"; empty where there is nobody to write to."""
    problem: str = ""
