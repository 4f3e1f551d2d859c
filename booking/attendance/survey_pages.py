"""What the desk's pages of surveys show: plain values in the reader's language."""

from dataclasses import dataclass

from booking.attendance.forms import SurveyForm
from booking.attendance.survey_forms import SurveyEditForm
from booking.catalogue.station_pages import Overtaken, Tab
from booking.fields import CleanField


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A question with its replies; `result` says how many there are while they are too few."""

    survey: str
    question: str
    replies: int
    result: str
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey that a desk has written."""

    title: str
    title_lang: str
    url: str
    facts: str


@dataclass(frozen=True, slots=True)
class SurveysPage:
    """What groups said, and the surveys of desks."""

    rows: tuple[SurveyRow, ...]
    lines: tuple[SurveyLine, ...]


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """The fields of a question; `heading` is what it says by now."""

    number: int
    heading: str
    is_open: bool
    code: CleanField
    place: CleanField
    kind: CleanField
    texts: tuple[CleanField, ...]


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """A survey, written or to be written."""

    title: str
    form: SurveyEditForm
    questions: tuple[QuestionEntry, ...]
    action: str
    is_new: bool
    rows: tuple[SurveyRow, ...] = ()
    preview: SurveyForm | None = None
    tabs: tuple[Tab, ...] = ()
    done: str = ""
    overtaken: Overtaken | None = None
