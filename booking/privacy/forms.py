"""The forms about somebody's own data: a box that says one means it, and the reasons of a desk."""

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, Choices, FlagField
from booking.reporting.export_forms import ReasonField

FILES: Choices = [("json", _l("JSON")), ("csv", _l("CSV"))]


class EraseForm(ChosenForm):
    """The owner's: once it is done, nobody takes it back."""

    sure = FlagField(_l("I know that this cannot be taken back"), required=True)


class DeskEraseForm(EraseForm):
    """A desk's, for somebody who asked on the telephone."""

    reason = ReasonField(
        _l("How they asked, and how you know who they are"),
        required=True,
        hint=_l("It is kept in the audit trail with your name. Write no name and no address here."),
    )


class DeskFileForm(ChosenForm):
    """A file of a contact's data for whoever asked a desk for it."""

    reason = ReasonField(
        _l("How they asked, and how you know who they are"),
        required=True,
        hint=_l("It is kept in the audit trail with your name. Write no name and no address here."),
    )
    kind = ChoiceField(_l("File"), choices=FILES, required=True, default="json", name="file")
