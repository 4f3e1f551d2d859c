"""The forms in which a desk keeps its official holidays."""

from flask_babel import lazy_gettext as _l

from booking.catalogue.forms.base import EditForm
from booking.fields import ChoiceField, ChoicesField, DayField, LineField


class HolidayForm(EditForm):
    """A day and its name."""

    day = DayField(_l("Day"), required=True)
    name = LineField(_l("Name"), required=True)


class ProposalForm(EditForm):
    """The days of a proposal that are to be kept; the values of the boxes are days, 2027-01-01."""

    days = ChoicesField(_l("Days"), required=True)


class CountryForm(EditForm):
    """Whose public holidays are proposed."""

    country = ChoiceField(_l("Country"), blank=_l("None"))
    subdivision = ChoiceField(_l("Part of the country"), blank=_l("The whole country"))
