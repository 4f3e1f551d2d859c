"""The forms with which desks hold an event together: asking, answering, withdrawing, sending a guide along."""

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import ChosenForm, SeenForm
from booking.fields import ChoiceField, ChoicesField, LineField, NoteField

AGREE, DECLINE = "agree", "decline"


class AskPartnersForm(ChosenForm):
    """Which stations are asked to take part."""

    stations = ChoicesField(_l("Stations"), required=True)
    question = NoteField(_l("Message to their desks"))


class PartnerAnswerForm(SeenForm):
    """Whether a station takes part; `version` is its row as the page showed it, here and below."""

    answer = ChoiceField(
        _l("Your answer"), choices=[(AGREE, _l("Takes part")), (DECLINE, _l("Does not take part"))], required=True
    )
    note = NoteField(_l("Message to the desk that asks"))


class PartnerEndForm(SeenForm):
    """Either side takes it back."""

    reason = LineField(_l("Reason"), required=True, hint=_l("The other desk reads it."))


class CoHostForm(SeenForm):
    """Who comes along for a partner."""

    guide = ChoiceField(_l("Guide or speaker who comes along"), blank=_l("Nobody"))
