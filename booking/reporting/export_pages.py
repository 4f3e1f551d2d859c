"""What the page of exports shows."""

from dataclasses import dataclass

from booking.fields import CleanField
from booking.reporting.export_forms import ExportForm, PersonalForm


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to be had."""

    name: str
    url: str
    says: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    """The form, what it comes to, and the files."""

    form: ExportForm
    personal: PersonalForm
    days: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    """What is counted, and its number."""
    unrecorded: str = ""
    """How many events have no number; empty: none."""
    files: tuple[FileLink, ...] = ()
    document: FileLink | None = None
    """The report for print."""
    personal_url: str = ""
    """Where names may be asked for; empty: nobody's."""

    @property
    def wrong(self) -> list[CleanField]:
        """The fields that say what is wrong with them."""
        return [*self.form.wrong, *self.personal.wrong]
