"""Events to come that do not fit what a station says of itself: hours, working days, languages, holidays."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from booking import zones
from booking.catalogue.terms import Format, Kind, LanguagePolicy
from booking.i18n import Translated

_DAY = 24 * 60  # minutes
_BY_STATION = frozenset({LanguagePolicy.STATION, LanguagePolicy.OFFICIAL})


class Misfit(StrEnum):
    """Why an event does not fit."""

    HOURS = "hours"
    DAY = "day"  # no working day
    LANGUAGE = "language"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An event to come that is not called off. `groups` and `people` are those who hold places."""

    code: str
    title: Translated
    kind: Kind
    format: Format
    language: str
    policy: LanguagePolicy
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    groups: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Ways:
    """What a station says of itself. Hours are minutes since midnight, weekdays 0 (Monday) to 6."""

    time_zone: str
    working_weekdays: frozenset[int]
    virtual_hours: tuple[int, int]
    on_site_hours: tuple[int, int]
    tours: frozenset[str] = frozenset()
    briefings: frozenset[str] = frozenset()
    holidays: frozenset[date] = frozenset()

    def misfits(self, event: Upcoming) -> frozenset[Misfit]:
        """Why the event does not fit; empty where it does."""
        return frozenset(self._against(event))

    def _against(self, event: Upcoming) -> Iterator[Misfit]:
        start = zones.to_local(event.starts_at, self.time_zone)
        end = zones.to_local(event.ends_at, self.time_zone)
        if start.weekday() not in self.working_weekdays:
            yield Misfit.DAY
        elif not self._in_hours(event.format, start, end):
            yield Misfit.HOURS
        if event.policy in _BY_STATION and not self._is_given(event):
            yield Misfit.LANGUAGE
        if start.date() in self.holidays:
            yield Misfit.HOLIDAY

    def _in_hours(self, given_as: Format, start: datetime, end: datetime) -> bool:
        opens, closes = self.on_site_hours if given_as is Format.IN_PERSON else self.virtual_hours
        until = _minute(end) + _DAY * (end.date() - start.date()).days
        return _minute(start) >= opens and until <= closes

    def _is_given(self, event: Upcoming) -> bool:
        given = self.briefings if event.kind is Kind.BRIEFING else self.tours
        return event.language.partition("-")[0] in given


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def newly_hit(events: Iterable[Upcoming], before: Ways, after: Ways) -> Mapping[str, frozenset[Misfit]]:
    """What a change adds against each event, by its code; what did not fit before is not told again."""
    found = {one.code: after.misfits(one) - before.misfits(one) for one in events}
    return {code: reasons for code, reasons in found.items() if reasons}


def on_days(events: Iterable[Upcoming], days: Collection[date]) -> list[Upcoming]:
    """The events on these days of the station."""
    return [one for one in events if one.starts_on in days]
