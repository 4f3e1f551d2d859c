"""Why an event of a roster stays without a guide: what is missing, or what each of those who could give it does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from booking.scheduling.roster.model import Chance, Question, Span, of_span, taken, too_close
from booking.scheduling.terms import Reason, Unfit

_LACKS = (Reason.ROLE, Reason.STATION, Reason.LANGUAGE, Reason.SKILL)
"""What a person lacks whenever the event may be, in the order in which the guides are sifted."""

_TOLD_FIRST = (
    Reason.DAY_LIMIT,
    Reason.DAY_MINUTES,
    Reason.WEEK_LIMIT,
    Reason.WEEK_MINUTES,
    Reason.REST,
    Reason.EVENT,
    Reason.BUSY,
    Reason.HOURS,
    Reason.DAY_OFF,
)
"""Of several reasons against a guide the first is told: what a desk can change soonest."""


class Missing(StrEnum):
    """Why nobody has the event."""

    HOSTS = "hosts"  # nobody does this for the station
    LANGUAGE = "language"
    SKILL = "skill"
    FREE = "free"  # there are some, and each is kept
    TIME = "time"  # the solver's time ended before the best was proven
    BEGUN = "begun"  # too late to give it to anybody


@dataclass(frozen=True, slots=True)
class Kept:
    """Why one guide who could give the event does not; `events` are those of this roster that came before it."""

    guide: int
    reason: str
    events: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why an event stays without a guide."""

    missing: Missing
    kept: tuple[Kept, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """To be stored with a proposal."""
        return {"missing": self.missing.value, "kept": [asdict(one) for one in self.kept]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Why":
        """As it was stored."""
        kept = (Kept(one["guide"], one["reason"], tuple(one["events"])) for one in stored["kept"])
        return cls(Missing(stored["missing"]), tuple(kept))


def why_uncovered(
    event: int, against: Mapping[int, Sequence[Unfit]], question: Question, given: Mapping[int, int]
) -> Why:
    """Why the roster `given` has nobody for the event; `against` says by guide what stands in the way without it."""
    left = {guide: {one.reason for one in unfit} for guide, unfit in against.items()}
    for lack in _LACKS:
        left = {guide: reasons for guide, reasons in left.items() if lack not in reasons}
        if not left:
            return Why({Reason.LANGUAGE: Missing.LANGUAGE, Reason.SKILL: Missing.SKILL}.get(lack, Missing.HOSTS))
    kept = [_kept(event, guide, reasons, question, given) for guide, reasons in sorted(left.items())]
    return Why(Missing.FREE if all(one.reason for one in kept) else Missing.TIME, tuple(kept))


def _kept(event: int, guide: int, reasons: set[Reason], question: Question, given: Mapping[int, int]) -> Kept:
    first = next((one for one in _TOLD_FIRST if one in reasons), None)
    return Kept(guide, first.value) if first else _outdone(event, guide, question, given)


def _outdone(event: int, guide: int, question: Question, given: Mapping[int, int]) -> Kept:
    """What else the roster gives to a guide who could give the event if there were nothing else."""
    chance = next(one for one in question.chances if (one.event, one.guide) == (event, guide))
    others = [one for one in taken(question, given) if one.guide == guide]
    events = {one.id: one for one in question.events}
    wanted = events[event]
    at_once = [
        one for one in others if events[one.event].starts < wanted.until and wanted.starts < events[one.event].until
    ]
    if at_once:
        return Kept(guide, Reason.EVENT.value, tuple(sorted(one.event for one in at_once)))
    rest = next(one.rest_min for one in question.guides if one.id == guide)
    near = [one for one in others if too_close(chance, one, events, rest)]
    if near:
        return Kept(guide, Reason.REST.value, tuple(sorted(one.event for one in near)))
    return next(_at_limit(chance, wanted.minutes, others, question), Kept(guide, ""))


def _at_limit(chance: Chance, minutes: int, others: Iterable[Chance], question: Question) -> Iterator[Kept]:
    length = {one.id: one.minutes for one in question.events}
    others = list(others)
    for left in question.left:
        if not of_span(chance, left):
            continue
        same = [one.event for one in others if of_span(one, left)]
        is_day = left.span is Span.DAY
        if left.events is not None and len(same) >= left.events:
            yield Kept(chance.guide, (Reason.DAY_LIMIT if is_day else Reason.WEEK_LIMIT).value, tuple(sorted(same)))
        if left.minutes is not None and sum(length[one] for one in same) + minutes > left.minutes:
            yield Kept(chance.guide, (Reason.DAY_MINUTES if is_day else Reason.WEEK_MINUTES).value, tuple(sorted(same)))
