"""What the pages about somebody's own data show."""

from dataclasses import dataclass

from booking.privacy.forms import DeskEraseForm, DeskFileForm, EraseForm


@dataclass(frozen=True, slots=True)
class StationDays:
    """How long a station keeps contacts."""

    name: str
    days: str


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """What is kept, and for how long."""

    stations: tuple[StationDays, ...]


@dataclass(frozen=True, slots=True)
class AskPage:
    """The page of a booking from which the link to one's data is asked for."""

    reference: str
    back_url: str
    action: str
    address: str
    """Masked; empty where the booking has none."""
    is_sent: bool
    removed: str
    """Since when nothing is kept; empty where something is."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a kind there are."""

    label: str
    number: int


@dataclass(frozen=True, slots=True)
class KeptLine:
    """Something that is still to come and needs the contact."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnDataPage:
    """All that is kept of a contact, to take along or to erase."""

    who: str
    counts: tuple[Count, ...]
    kept: tuple[KeptLine, ...]
    json_url: str
    csv_url: str
    erase_url: str
    erase_form: EraseForm | None
    """None where there is nothing left but what is to come, and that has been asked for."""
    done: str = ""
    more: int = 0
    """How many more are to come than are listed."""


@dataclass(frozen=True, slots=True)
class DeskContactPage:
    """The same for a desk."""

    reference: str
    own: OwnDataPage
    file_url: str
    file_form: DeskFileForm
    erase_form: DeskEraseForm
