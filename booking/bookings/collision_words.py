"""What stands against an event of the desk's, in sentences: what it is, and what can be done."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.bookings.rules.planning import Collision
from booking.scheduling.terms import Unfit
from booking.scheduling.words import in_words

RULES: Mapping[Collision, str] = {
    Collision.CLOCKS: "TIME-03",
    Collision.PAST: "LEAD-03",
    Collision.HOLIDAY: "TIME-02",
    Collision.CLOSURE: "CLO-01",
    Collision.LIMIT: "CAP-02",
    Collision.HOURS: "TIME-01",
    Collision.TWICE: "DUP-01",
    Collision.GUIDE: "OVL-01",
    Collision.ROOM: "OVL-01",
}
"""The rule of the catalogue that each comes nearest to."""

_SAID: Mapping[Collision, LazyString] = {
    Collision.CLOCKS: _l("The clocks skip this time."),
    Collision.PAST: _l("This time is over."),
    Collision.HOLIDAY: _l("An official holiday."),
    Collision.CLOSURE: _l("The premises are closed."),
    Collision.LIMIT: _l("A limit allows no more events that day."),
    Collision.HOURS: _l("Outside the days and hours of the station."),
    Collision.TWICE: _l("The same is there already, in the same language."),
    Collision.GUIDE: _l("The guide cannot give it."),
    Collision.ROOM: _l("The guide’s meeting room is taken."),
}
_WAYS: Mapping[Collision, LazyString] = {
    Collision.CLOCKS: _l("Choose another hour for this day."),
    Collision.PAST: _l("Choose a time to come."),
    Collision.HOLIDAY: _l("Choose another day."),
    Collision.CLOSURE: _l("Choose another day, or give it online."),
    Collision.LIMIT: _l("Choose another day, or change the limit."),
    Collision.HOURS: _l("Choose another hour, or keep it all the same."),
    Collision.TWICE: _l("Choose another time, or keep both."),
    Collision.GUIDE: _l("Choose another guide, or let somebody be found for it."),
    Collision.ROOM: _l("Choose another guide, or let somebody be found for it."),
}


@dataclass(frozen=True)
class Against:
    """One thing that stands against an event: its sentence and the way out."""

    collision: Collision
    message: str
    way_out: str


def against(
    collisions: Collection[Collision], *, named: str = "", guide: str = "", unfit: Collection[Unfit] = ()
) -> Iterator[Against]:
    """In the page's language; `named`: the holiday or what the closure says, `unfit`: why the guide cannot."""
    for one in collisions:
        yield Against(one, _sentence(one, named, guide, unfit), str(_WAYS[one]))


def _sentence(collision: Collision, named: str, guide: str, unfit: Collection[Unfit]) -> str:
    if collision is Collision.HOLIDAY and named:
        return str(_("An official holiday: %(name)s.", name=named))
    if collision is Collision.LIMIT and named:
        return str(_("A limit allows no more events that day: %(reason)s", reason=named))
    if collision is Collision.CLOSURE and named:
        return named
    if collision is Collision.GUIDE and unfit:
        reasons = i18n.join_list([in_words(one) for one in unfit], i18n.current_locale())
        return str(_("%(name)s %(reasons)s.", name=guide, reasons=reasons))
    return str(_SAID[collision])
