"""Which of several numbers of people is the official one: pure, from everything that was said of a group or an event.

1. The desk's word, once it has one: a number of its own, "not recorded", or the number of a source that it names.
2. Else the guide's number.
3. Else a number that was loaded from records of before.
4. Else the platform's, with what the leaders said of their own screens: a platform counts connections, and thirty
   pupils may sit at one. The connection of each leader who said how many sit there is replaced by that number:
   3 connections, one of them the leader's with 31 people, are 33 people.
5. Else the leader's own.

Of each source the last word counts, and a number taken back ("not recorded") lets the next source speak; so a leader
who speaks late never overrides a guide. Empty is "not recorded", never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.attendance.terms import Choice, Source


@dataclass(frozen=True, slots=True)
class Word:
    """What one source said of a group, or of an event as a whole: people, of a platform connections."""

    source: Source
    attended: int | None
    chosen: str = ""
    """A `Choice`, of a desk that takes the number of a source; empty: it says a number of its own."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Official:
    """The number that counts (None: not recorded), whose it is (empty: nobody's, or loaded), why another was chosen."""

    attended: int | None
    source: str = ""
    reason: str = ""


NOTHING = Official(None)


def multiplied(connections: int, leaders: Sequence[int]) -> int:
    """The people behind so many connections, of which each leader's own is replaced by the number said of it."""
    return max(connections - len(leaders), 0) + sum(leaders)


def numbers(words: Sequence[Word], leaders: Sequence[int] = ()) -> Mapping[Source, int | None]:
    """The last number of each source that has spoken, in people; `words` in the order in which they were said.

    `leaders`: what leaders said of their own screens, one number each: of a group its own, of an event those of all.
    """
    last = {word.source: word.attended for word in words}
    connections = last.get(Source.PLATFORM)
    return last if connections is None else {**last, Source.PLATFORM: multiplied(connections, leaders)}


def official(words: Sequence[Word], leaders: Sequence[int] = (), loaded: int | None = None) -> Official:
    """The number that counts, from all words in the order in which they were said."""
    known = numbers(words, leaders)
    desk = next((word for word in reversed(words) if word.source is Source.DESK), None)
    if desk is not None:
        if not desk.chosen:
            return Official(desk.attended, Source.DESK, desk.reason)
        if desk.chosen != Choice.RULE and known.get(Source(desk.chosen)) is not None:
            return Official(known[Source(desk.chosen)], desk.chosen, desk.reason)
    ranked = (
        (known.get(Source.GUIDE), Source.GUIDE.value),
        (loaded, ""),
        (known.get(Source.PLATFORM), Source.PLATFORM.value),
        (known.get(Source.TEACHER), Source.TEACHER.value),
    )
    return next((Official(number, source) for number, source in ranked if number is not None), NOTHING)


def without_desk(words: Sequence[Word], leaders: Sequence[int] = (), loaded: int | None = None) -> Official:
    """The number that would count had the desk said nothing: whoever sets it aside says why."""
    return official([word for word in words if word.source is not Source.DESK], leaders, loaded)
