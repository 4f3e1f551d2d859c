"""What the page of a platform's report shows: plain values in the reader's language."""

from dataclasses import dataclass

from booking.attendance.report_forms import ReportForm


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of the report, shown and never stored."""

    field: str
    name: str
    email: str
    minutes: str
    group: str
    """The value chosen."""
    is_left_over: bool
    is_short: bool


@dataclass(frozen=True, slots=True)
class OutRow:
    """Somebody who is no participant, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What would be stored of a group."""

    name: str
    number: str
    about: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The reports that wait, and what they would say; or only the form to upload some."""

    title: str
    title_lang: str
    when: str
    back_url: str
    upload_url: str
    settle_url: str
    form: ReportForm | None = None
    sentence: str = ""
    files: tuple[str, ...] = ()
    until: str = ""
    groups: tuple[GroupRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    out: tuple[OutRow, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    left_over: str = ""
    asks_order: bool = False
    is_far: bool = False
    far: str = ""
    state: str = ""
    problems: tuple[str, ...] = ()
    replaces: str = ""
    """That a report was accepted before, whose number this one takes the place of."""
    done: str = ""
