"""What of an export is chosen on its page: columns, how the file is written, and why people are to be named in it."""

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, Choices, ChoicesField, CleanField, FlagField
from booking.reporting.exporting.columns import COLUMNS, Column, chosen
from booking.reporting.filter_forms import PARAMETERS, FilterForm
from booking.reporting.services.exports import FileKind
from booking.text import InputRefused, clean_line

KINDS: Choices = [
    (FileKind.XLSX.value, _l("Workbook (XLSX)")),
    (FileKind.CSV.value, _l("CSV")),
    (FileKind.JSONL.value, _l("JSON Lines")),
]
COLUMN_CHOICES: Choices = [(one.id, one.title) for one in COLUMNS if not one.is_personal]
KEPT = (*PARAMETERS, "columns")
"""What of the address a saved choice keeps."""
SHORTEST_REASON = 10


class ExportForm(FilterForm):
    """Filters and columns; a GET form."""

    columns = ChoicesField(_l("Columns"), choices=COLUMN_CHOICES, hint=_l("None chosen: all of them but the last."))
    file = ChoiceField(_l("File"), choices=KINDS)
    bom = FlagField(_l("Begin CSV with a byte order mark, as Excel wants it"))

    @property
    def wanted(self) -> tuple[Column, ...]:
        """The columns chosen."""
        return chosen(self.columns.data or ())


class ReasonField(CleanField):
    """Why somebody needs to know whom a group's contact is."""

    def clean(self, text: str) -> str:
        """A line that says something."""
        reason = clean_line(text, 200)
        if len(reason) < SHORTEST_REASON:
            raise InputRefused("too_short", min=SHORTEST_REASON)
        return reason


class PersonalForm(ChosenForm):
    """An export that names the contacts of groups."""

    reason = ReasonField(
        _l("Why you need names and addresses"),
        required=True,
        hint=_l("It is kept in the audit trail with your name, the period and the time."),
    )
    kind = ChoiceField(_l("File"), choices=KINDS, required=True, default=FileKind.XLSX.value, name="file")
