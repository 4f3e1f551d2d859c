"""Closures in sentences: why one cannot be declared, changed or taken back, and what can be done instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.bookings.closing import ClosureRefused, Hindrance
from booking.bookings.closing_terms import Choice, Hindered, Hurdle, Obstacle, OperationState, StepState
from booking.scheduling.terms import ClosureFacts

CHOICES: Mapping[Choice, LazyString] = {
    Choice.CONVERT: _l("Convert"),
    Choice.MOVE: _l("Move"),
    Choice.CANCEL: _l("Cancel"),
}
OBSTACLES: Mapping[Obstacle, LazyString] = {
    Obstacle.NO_OFFERING: _l("Nothing like it is given online for a group like this."),
    Obstacle.NO_GUIDE: _l("No guide is free online at that hour."),
    Obstacle.NO_END: _l("The closure has no last day."),
    Obstacle.NO_TIME: _l("No day in the eight weeks after it suits."),
    Obstacle.NO_GROUP: _l("Nobody has booked."),
}
STEPS: Mapping[StepState, LazyString] = {
    StepState.DONE: _l("Done"),
    StepState.PENDING: _l("Not answered yet"),
    StepState.ACCEPTED: _l("Accepted"),
    StepState.REFUSED: _l("Declined"),
    StepState.EXPIRED: _l("Not answered in time"),
    StepState.UNDONE: _l("Taken back"),
}
OPERATIONS: Mapping[OperationState, LazyString] = {
    OperationState.PREPARED: _l("Prepared"),
    OperationState.DONE: _l("Declared"),
    OperationState.UNDONE: _l("Taken back"),
    OperationState.DROPPED: _l("Called off"),
}
FIELDS: Mapping[Hurdle, str] = {
    Hurdle.ORDER: "ends_on",
    Hurdle.PAST: "starts_on",
    Hurdle.ANNOUNCED_LATE: "announced_on",
    Hurdle.NOTHING_STOPPED: "blocks_formats",
    Hurdle.PHASES: "phases",
    Hurdle.NO_ANSWER_BY: "answer_by",
    Hurdle.ANSWER_BY_PAST: "answer_by",
    Hurdle.NOT_LATER: "ends_on",
    Hurdle.NOT_EARLIER: "ends_on",
}
"""The field that is wrong, for a form; the others are about what is there already."""
_SAID: Mapping[Hurdle, tuple[LazyString, LazyString]] = {
    Hurdle.ORDER: (_l("The last day is before the first."), _l("Turn the two days round, or leave the end open.")),
    Hurdle.PAST: (_l("A closure begins today at the earliest."), _l("Choose today or a later day.")),
    Hurdle.ANNOUNCED_LATE: (
        _l("It would be announced after its first day."),
        _l("Announce it on its first day at the latest."),
    ),
    Hurdle.NOTHING_STOPPED: (
        _l("This closure stops nothing."),
        _l("Say which visits it covers, or how large a group may be."),
    ),
    Hurdle.PHASES: (
        _l("Two phases share a day, or are of different stations."),
        _l("Let each phase end before the next begins."),
    ),
    Hurdle.NO_ANSWER_BY: (
        _l("Groups are offered something, and nobody says until when."),
        _l("Choose the day and hour until which places are held."),
    ),
    Hurdle.ANSWER_BY_PAST: (_l("The time to answer is over already."), _l("Choose a later day or hour.")),
    Hurdle.UNKNOWN: (_l("There is no such closure."), _l("Look at the list of closures.")),
    Hurdle.UNDONE: (_l("This was taken back already."), _l("Look at its log.")),
    Hurdle.ANSWERED: (
        _l("A group has answered already, so it cannot be taken back."),
        _l("Lift or shorten the closure, and write to the groups."),
    ),
    Hurdle.CHANGED: (
        _l("What would be restored is not as the closure left it."),
        _l("Put right what is listed, or lift the closure."),
    ),
}
_HINDERED: Mapping[Hindered, LazyString] = {
    Hindered.ANSWERED: _l("has accepted"),
    Hindered.REFUSED: _l("has declined"),
    Hindered.EXPIRED: _l("has not answered in time"),
    Hindered.CHANGED: _l("was changed since"),
    Hindered.BOOKED: _l("was booked by somebody else since"),
    Hindered.GUIDE: _l("its guide is in another event by now"),
    Hindered.BEGUN: _l("would have begun by now"),
    Hindered.CLOSED: _l("is stopped by another closure"),
}


@dataclass(frozen=True)
class Said:
    """A refusal in words."""

    message: str
    way_out: str
    field: str = ""


def said(refused: ClosureRefused, locale: str) -> Said:
    """Why, and what to do instead, in a locale."""
    field = FIELDS.get(refused.hurdle, "")
    if refused.closure is not None:
        return _about(refused.hurdle, refused.closure, locale, field)
    message, way_out = _SAID[refused.hurdle]
    return Said(str(message), str(way_out), field)


def _about(hurdle: Hurdle, closure: ClosureFacts, locale: str, field: str) -> Said:
    days = days_of(closure, locale)
    if hurdle is Hurdle.LIFTED:
        return Said(_("This closure was lifted already: %(days)s.", days=days), _("Look at its log."))
    if hurdle is Hurdle.OVER:
        return Said(_("This closure is over: %(days)s.", days=days), _("Declare a new one."))
    if hurdle is Hurdle.NOT_LATER:
        return Said(_("It ends no later than before: %(days)s.", days=days), _("Choose a later last day."), field)
    if hurdle is Hurdle.NOT_EARLIER:
        way_out = _("Choose a day between today and the last day, or lift it.")
        return Said(_("It does not end earlier: %(days)s.", days=days), way_out, field)
    message = _("A closure covers these days already: %(days)s.", days=days)
    return Said(message, _("Choose other days, or shorten or extend that one."), "starts_on")


def days_of(closure: ClosureFacts, locale: str) -> str:
    """Its days in words, "1 Dec 2026 to 31 Dec 2026"."""
    first = i18n.format_day_year(closure.starts_on, locale)
    if closure.ends_on is None:
        return str(_("from %(first)s until further notice", first=first))
    return str(_("%(first)s to %(last)s", first=first, last=i18n.format_day_year(closure.ends_on, locale)))


def against(one: Hindrance) -> str:
    """What stands against taking back, as a sentence: "VE-... has accepted"."""
    return str(_("%(subject)s %(what)s", subject=one.subject, what=_HINDERED[one.why]))
