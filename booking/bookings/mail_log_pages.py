"""What the desk's log of mails shows, and the form that narrows it."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, LineField


class MailsForm(ChosenForm):
    """Which mails; a GET form."""

    q = LineField(_l("Address or number of a booking"))
    state = ChoiceField(_l("Status"), blank=_l("All"))


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail."""

    id: int
    what: str
    recipient: str
    about: str
    about_url: str
    """Empty where there is no page about it."""
    status: str
    pill: str
    when: str
    why: str
    """Why it failed, or waits longer than it should; empty where it does neither."""
    can_be_sent_again: bool


@dataclass(frozen=True, slots=True)
class MailsPage:
    """The log."""

    form: MailsForm
    lines: tuple[MailLine, ...]
    sentence: str
    done: str
