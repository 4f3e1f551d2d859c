"""What the desk sees of organisations with several spellings: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.organisation_forms import MergeForm, NamesForm


@dataclass(frozen=True, slots=True)
class NameRow:
    """An organisation."""

    id: int
    name: str
    facts: str
    """ "Ghana, 12 bookings, 3 contacts"."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two that may be one; the first would be kept."""

    kept: NameRow
    other: NameRow
    url: str


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A merge that can be taken back, or was."""

    what: str
    when: str
    undo_url: str
    """Empty where it is too late, undone, or others' to undo."""


@dataclass(frozen=True, slots=True)
class NamesPage:
    """Which organisations may be one, what a search found, and what was merged lately."""

    form: NamesForm
    found: tuple[NameRow, ...]
    pairs: tuple[PairRow, ...]
    merged: tuple[MergedRow, ...]
    done: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CollisionRow:
    """A booking that needs a label of its own."""

    field: str
    """Name of the input."""
    what: str
    """ "VE-... on Fri 20 Nov, 14:00 in Vienna, beside VE-..."."""
    label: str


@dataclass(frozen=True, slots=True)
class MergePage:
    """What would be moved; nothing is done yet."""

    kept: NameRow
    merged: NameRow
    swap_url: str
    form: MergeForm
    sentence: str
    button: str
    collisions: tuple[CollisionRow, ...]
    problem: str = ""
