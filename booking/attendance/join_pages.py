"""What the templates of the joining page are given."""

from dataclasses import dataclass

from booking.attendance.forms import PeopleForm, SurveyForm
from booking.catalogue.pages import Fact, Material
from booking.clock_faces import Clock


@dataclass(frozen=True)
class JoinPage:
    """The joining page of a group in one of its moments; what a moment does not have is empty."""

    moment: str
    """ "before", "open", "after", "unsure" or "gone"."""
    heading: str
    eyebrow: str
    """Whose page it is: organisation and class."""
    title: str
    title_lang: str
    clock: Clock
    text: str = ""
    was: str = ""
    """The time that it had before it was moved."""
    seconds: int = 0
    """To the start."""
    opens_in_s: int = 0
    count_text: str = ""
    test_url: str = ""
    test_text: str = ""
    """How to test where there is no page for it."""
    form: PeopleForm | None = None
    post_url: str = ""
    said: str = ""
    """How many the group has said that they are: "31 people"."""
    meeting_url: str = ""
    """The address of ours that leads to the meeting; the meeting's own never stands on the page."""
    is_going: bool = False
    """Whether the browser goes on to the meeting by itself."""
    materials: tuple[Material, ...] = ()
    certificate_url: str = ""
    survey: SurveyForm | None = None
    survey_url: str = ""
    has_answered: bool = False
    again_url: str = ""
    was_missed: bool = False
    """Whether it is over and nobody of the group came."""
    links_url: str = ""
    """Where the link to the booking is sent anew."""
    desk: str = ""
    """Address of the desk, for who has trouble."""


@dataclass(frozen=True)
class CertificatePage:
    """That a group took part: no name of anybody in it."""

    given_by: str
    """ "Visitors Service in Vienna"."""
    organisation: str
    group_label: str
    title: str
    title_lang: str
    times: tuple[str, ...]
    """Day and hour on the group's clock, and on the station's where that is another."""
    facts: tuple[Fact, ...]
    back_url: str
