"""What the desks of a joint event see of it: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.joint_forms import AskPartnersForm, CoHostForm, PartnerAnswerForm, PartnerEndForm
from booking.catalogue.pages import Fact, Link


@dataclass(frozen=True, slots=True)
class Said:
    """What one desk did, "Asked by Ada Invented, Fri 20 Nov, 14:00 in Nairobi", and what it wrote with it."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A station that was asked, for the desk that leads the event."""

    station: str
    station_css: str
    state: str
    pill: str
    """Class of the state."""
    when: str
    """On its own clock: "Mon 14 Dec, 17:00 in Nairobi"."""
    said: tuple[Said, ...]
    """The question, and the answer if there is one."""
    along: str
    """Who comes along; empty for nobody."""
    act: Link | None = None
    """Where the reader answers for the station too, or sends somebody along; None for whoever does not."""
    end_form: PartnerEndForm | None = None
    end_url: str = ""
    opened: bool = False
    closed: str = ""
    """That its premises are closed then, and why."""


@dataclass(frozen=True, slots=True)
class JointPanel:
    """Who takes part in an event, and the form that asks others."""

    lines: tuple[PartnerLine, ...] = ()
    ask_form: AskPartnersForm | None = None
    ask_url: str = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class JointPage:
    """An event of another station, as the desk of a partner sees it: it answers, and sends somebody along."""

    title: str
    title_lang: str
    station_css: str
    station: str
    """Whose desk this is."""
    leader: str
    state: str
    pill: str
    clocks: tuple[str, ...]
    """The start on each station's clock, its own first."""
    facts: tuple[Fact, ...]
    asked: str
    """ "Asked by Ada Invented, Fri 20 Nov, 14:00 in Nairobi"."""
    question: str
    answer: str
    """What the own desk wrote."""
    action: str
    """Where its forms are sent, without their last part."""
    answer_form: PartnerAnswerForm | None = None
    guide_form: CoHostForm | None = None
    end_form: PartnerEndForm | None = None
    is_over: bool = False
    closed: str = ""
    """That its own premises are closed then, and why."""
    done: str = ""
    problems: tuple[str, ...] = ()
