"""What the desk prepares: a test call, and that a list has arrived; and which exceptions are listed."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from booking import zones
from booking.bookings.answer_forms import AnswerForm, ClockTimeField
from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, DayField, NoteField, NumberField, WebAddressField

SHORTEST, LONGEST = 5, 120


class CallForm(AnswerForm):
    """A test call, on the station's clock."""

    call_on = DayField(_l("Day"), required=True)
    call_at = ClockTimeField(_l("Time"), required=True, hint=_l("On the station’s clock."))
    minutes = NumberField(_l("Minutes"), low=SHORTEST, high=LONGEST, required=True, default=15)
    address = WebAddressField(_l("Address of the call"), hint=_l("The meeting room in which you try it."))
    said = NoteField(_l("Note for the technical contact"))

    def starts_at(self, zone: str) -> datetime | None:
        """The instant; None, with an error at the time, where clocks skip it."""
        try:
            return zones.to_instant(datetime.combine(self.call_on.data, self.call_at.data), zone)
        except zones.NonexistentTime:
            self.call_at.errors = [_l("The clocks skip this time on that day. Choose another.")]
            return None


class ExceptionsForm(ChosenForm):
    """Of which days, at which station, and to which rule; a GET form."""

    station = ChoiceField(_l("Duty station"), blank=_l("All"))
    rule = ChoiceField(_l("Rule"), blank=_l("All"))
    from_ = DayField(_l("First day"), name="from")
    to = DayField(_l("Last day"))
