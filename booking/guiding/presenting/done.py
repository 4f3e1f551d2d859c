"""What was just done, said on the page that follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.text import number_in

MOST_SHOWN = 999

DONE = {
    "accepted": _l("The tour is yours. It stands in your week, and in your calendar."),
    "declined": _l("Declined. Somebody else is asked."),
    "kept": _l("The tour stays yours; nobody else is asked any more."),
    "note": _l("The note is kept for whoever gives the tour."),
    "undone": _l("You are back. What nobody had taken over is yours again."),
    "counted": _l("The number is kept. Thank you."),
    "day": _l("The day is off. Nothing is offered to you then."),
    "hours": _l("Those hours are off. Nothing is offered to you then."),
    "worked": _l("The day is as it was."),
}
BAD = {
    "gone": _l("This offer is not open any more: it was taken, or its time has run out."),
    "taken": _l("You give another tour then. Nothing was changed."),
    "late": _l("It is too late to take that back. Call your coordinator."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for the head of a page; `is_bad` where it did not work."""

    text: str = ""
    is_bad: bool = False


def done_today(args: Mapping[str, str]) -> Said:
    """What the address says was done."""
    word = args.get("done", "")
    if word in BAD:
        return Said(str(BAD[word]), is_bad=True)
    if word in {"asked", "sick"}:
        return _counted(word, args.get("n", ""))
    return Said(str(DONE.get(word, "")))


def done_week(args: Mapping[str, str]) -> Said:
    """The same on the page of the week, with what takes it back."""
    word = args.get("done", "")
    return Said(str(DONE.get(word, "")) if word in {"day", "hours", "worked"} else "")


def _counted(word: str, number: str) -> Said:
    n = number_in(number, MOST_SHOWN) or 0
    if word == "asked" and not n:
        return Said(
            str(_("No colleague could take it over. Call your coordinator; the tour stays yours.")), is_bad=True
        )
    if word == "asked":
        text = ngettext(
            "%(num)s colleague is asked. The tour stays yours until it is accepted.",
            "%(num)s colleagues are asked. The tour stays yours until one accepts.",
            n,
        )
    else:
        text = ngettext(
            "Get well soon. %(num)s tour is offered to your colleagues.",
            "Get well soon. %(num)s tours are offered to your colleagues.",
            n,
        )
    return Said(str(text))
