"""Why an event stays without a guide, in sentences: what a desk can do something about comes first."""

from collections.abc import Callable, Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.scheduling.roster.reasons import Kept, Missing, Why
from booking.scheduling.terms import Reason

_LIMITS = (Reason.DAY_LIMIT, Reason.DAY_MINUTES, Reason.WEEK_LIMIT, Reason.WEEK_MINUTES)


def why_text(why: Why, language: str, station: str, guides: Mapping[int, str], events: Mapping[int, str]) -> str:
    """The reason in the page's language.

    `language` and `station` are names ("French", "Geneva"), `guides` and `events` what each is called, by id.
    """
    said = {
        Missing.HOSTS: _("Nobody gives events like this for %(station)s.", station=station),
        Missing.LANGUAGE: _(
            "Nobody who gives events for %(station)s speaks %(language)s.", station=station, language=language
        ),
        Missing.SKILL: _("Nobody who speaks %(language)s leads visits of this kind.", language=language),
        Missing.BEGUN: _("It has begun already."),
    }
    return str(said.get(why.missing) or _of_guides(why, language, guides, events))


def _of_guides(why: Why, language: str, guides: Mapping[int, str], events: Mapping[int, str]) -> str:
    if all(one.events for one in why.kept):
        needed = (_named(one, guides, events) for one in why.kept)
        return str(_("Everybody who could give it is needed elsewhere: %(needed)s.", needed=_joined(needed)))
    parts = [text for reasons, say in _GROUPS if (text := _part(why.kept, reasons, say, guides, events))]
    number = len(why.kept)
    told = ngettext(
        "%(num)d person could give it in %(language)s: %(parts)s.",
        "%(num)d people could give it in %(language)s: %(parts)s.",
        number,
        language=language,
        parts="; ".join(parts),
    )
    return str(told)


Say = Callable[[int, str], str]


def _part(
    kept: Iterable[Kept], reasons: Iterable[str], say: Say, guides: Mapping[int, str], events: Mapping[int, str]
) -> str:
    """How many are kept by one kind of reason, and who; empty for nobody."""
    found = [one for one in kept if _kind(one) in reasons]
    return say(len(found), _joined(_named(one, guides, events) for one in found)) if found else ""


def _kind(kept: Kept) -> str:
    return _IN_ROSTER if kept.events else kept.reason


def _named(kept: Kept, guides: Mapping[int, str], events: Mapping[int, str]) -> str:
    if not kept.events:
        return guides[kept.guide]
    given = _joined(events[event] for event in kept.events)
    return str(_("%(guide)s for %(events)s", guide=guides[kept.guide], events=given))


def _joined(items: Iterable[str]) -> str:
    return i18n.join_list(items, i18n.current_locale())


def _needed(number: int, names: str) -> str:
    return str(
        ngettext(
            "%(num)d is needed elsewhere (%(names)s)", "%(num)d are needed elsewhere (%(names)s)", number, names=names
        )
    )


def _free(number: int, names: str) -> str:
    return str(ngettext("%(num)d is free (%(names)s)", "%(num)d are free (%(names)s)", number, names=names))


def _at_limit(number: int, names: str) -> str:
    return str(
        ngettext(
            "%(num)d has reached a limit (%(names)s)", "%(num)d have reached a limit (%(names)s)", number, names=names
        )
    )


def _resting(number: int, names: str) -> str:
    return str(
        ngettext(
            "%(num)d would rest too little (%(names)s)",
            "%(num)d would rest too little (%(names)s)",
            number,
            names=names,
        )
    )


def _in_event(number: int, names: str) -> str:
    return str(
        ngettext(
            "%(num)d is in another event (%(names)s)", "%(num)d are in other events (%(names)s)", number, names=names
        )
    )


def _busy(number: int, names: str) -> str:
    return str(
        ngettext("%(num)d is busy elsewhere (%(names)s)", "%(num)d are busy elsewhere (%(names)s)", number, names=names)
    )


def _not_working(number: int, names: str) -> str:
    return str(
        ngettext("%(num)d does not work then (%(names)s)", "%(num)d do not work then (%(names)s)", number, names=names)
    )


def _day_off(number: int, names: str) -> str:
    return str(
        ngettext("%(num)d has the day off (%(names)s)", "%(num)d have the day off (%(names)s)", number, names=names)
    )


_IN_ROSTER = "roster"
_FREE = ""
_GROUPS: tuple[tuple[tuple[str, ...], Say], ...] = (
    ((_FREE,), _free),
    ((_IN_ROSTER,), _needed),
    (_LIMITS, _at_limit),
    ((Reason.REST,), _resting),
    ((Reason.EVENT,), _in_event),
    ((Reason.BUSY,), _busy),
    ((Reason.HOURS,), _not_working),
    ((Reason.DAY_OFF,), _day_off),
)
