"""What is said of a move: the question before groups are told, why it cannot be, what was done."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.bookings.rules.planning import Collision
from booking.catalogue.words import title_of
from booking.guiding.forms import MoveForm
from booking.guiding.grid import HOUR
from booking.guiding.pages import Asked
from booking.guiding.presenting.common import when
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.tours import Tour
from booking.guiding.services.move import MoveRefused


def question(tour: Tour, form: MoveForm) -> Asked:
    """Before the groups of an event are told."""
    n, title = tour.group_count, title_of(tour.title)[0]
    moment = i18n.format_date_time(form.local, i18n.current_locale())
    text = ngettext(
        "Move “%(title)s” to %(when)s? %(num)s group will be told.",
        "Move “%(title)s” to %(when)s? %(num)s groups will be told.",
        n,
        title=title,
        when=moment,
    )
    button = ngettext("Move it and tell %(num)s group", "Move it and tell %(num)s groups", n)
    kept = {"event": tour.code, "day": form.day.typed, "time": form.time.typed, "version": str(tour.version)}
    return Asked(str(text), str(button), tuple({**kept, "confirmed": "yes"}.items()))


def moved(tour: Tour, guide: OwnGuide, now: datetime) -> str:
    """The sentence after it."""
    title = title_of(tour.title)[0]
    text = _("“%(title)s” is on %(when)s now.", title=title, when=when(tour.starts_at, guide, now))
    if not tour.group_count:
        return str(text)
    told = ngettext("%(num)s group is being told.", "%(num)s groups are being told.", tour.group_count)
    return i18n.join_sentences([text, told])


def why_not(refused: MoveRefused, guide: OwnGuide, now: datetime) -> str:
    """Why it cannot be then; nothing was moved."""
    if refused.why is Collision.GUIDE and refused.other:
        return str(
            _(
                "You give “%(title)s” at %(when)s, and need %(pause)s free minutes between two tours.",
                title=title_of(refused.other.title)[0],
                when=when(refused.other.starts_at, guide, now),
                pause=refused.other.station.buffer_min,
            )
        )
    opens, closes = (f"{minute // HOUR:02}:{minute % HOUR:02}" for minute in refused.hours)
    sentences = {
        Collision.CLOCKS: _("The clocks skip that hour on this day."),
        Collision.PAST: _("That time is over."),
        Collision.HOLIDAY: _("That day is an official holiday: %(name)s.", name=refused.named),
        Collision.CLOSURE: _("The premises are closed then. %(reason)s", reason=refused.named),
        Collision.HOURS: _(
            "That is outside the station’s hours, %(opens)s to %(closes)s on working days.", opens=opens, closes=closes
        ),
    }
    return str(sentences.get(refused.why, _("You give another tour then.")))
