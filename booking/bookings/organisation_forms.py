"""The forms of merging two spellings of an organisation."""

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import ChosenForm
from booking.fields import LineField, NumberField, OpaqueField

LARGEST_ID = 2**31 - 1


class NamesForm(ChosenForm):
    """What to look for, and which two were chosen; a GET form."""

    q = LineField(_l("Name of a school or organization"))


class MergeForm(ChosenForm):
    """Which of the two stays, as the page showed both."""

    kept = NumberField(low=1, high=LARGEST_ID, required=True)
    merged = NumberField(low=1, high=LARGEST_ID, required=True)
    state = OpaqueField()
