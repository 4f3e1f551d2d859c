"""The values that the sentences of a refusal ask for, each made when it is asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from booking import i18n, zones
from booking.bookings.queries.advice import next_starts
from booking.bookings.rules import closes, closures_in_force, first_bookable_day, holidays, last_bookable_day
from booking.bookings.terms import BookingRequest, Refusal
from booking.catalogue.queries import Catalogue
from booking.catalogue.terms import Format, Kind, OfferingFacts, StationFacts
from booking.db import db
from booking.scheduling.queries.closures import closures_of
from booking.scheduling.terms import ClosureFacts

FIELDS = {
    "organisation": lazy_gettext("School or organization"),
    "country": lazy_gettext("Country or area"),
    "size": lazy_gettext("How many people"),
    "language": lazy_gettext("Language of the tour"),
    "starts_at": lazy_gettext("Date and time"),
    "technical_contact": lazy_gettext("Who tests the connection?"),
}
STATUSES = {
    "planned": lazy_gettext("planned"),
    "closed": lazy_gettext("closed to booking"),
    "cancelled": lazy_gettext("cancelled"),
    "private": lazy_gettext("for one group alone"),
}
NEAR_DAYS = 14
"""How far from a holiday its nearest working days are looked for."""
OFTEN_ASKED = ("human-rights-racism-xenophobia", "refugees", "sustainable-development-goals")


class Teller:
    """What all refusals of one answer share: the catalogue, the reader's language, the moment, the request."""

    def __init__(self, known: Catalogue, locale: str, now: datetime, request: BookingRequest) -> None:
        self.known, self.locale, self.now, self.request = known, locale, now, request
        self._closures: dict[int, tuple[ClosureFacts, ...]] = {}

    def closures(self, station: StationFacts) -> tuple[ClosureFacts, ...]:
        """Closures and holidays of a station, read once."""
        if station.id not in self._closures:
            self._closures[station.id] = closures_of(db.session(), station, self.now)
        return self._closures[station.id]

    def first_day(self, station: StationFacts, offering: OfferingFacts | None) -> date:
        """The first local day on which the offering can be booked."""
        lead = (offering.lead_working_days or 0) if offering else 0
        return first_bookable_day(station, lead, holidays(self.closures(station)), self.now)

    def working_day_after(self, days: int, station: StationFacts) -> date:
        """The station's working day that comes so many of them after today."""
        today = zones.local_date(self.now, station.time_zone)
        off = holidays(self.closures(station))
        return zones.nth_working_day_after(today, days, station.working_weekdays, off)

    def is_stopped(self, station: StationFacts, offering: OfferingFacts) -> bool:
        """Whether a closure in force stops the offering, on the day asked for or else today."""
        if not offering.is_on_site:
            return False
        today, starts = zones.local_date(self.now, station.time_zone), self.request.starts
        in_force = closures_in_force(self.closures(station), starts.local.date() if starts else today, today)
        return any(closes(closure, offering.format, offering.kind) for closure in in_force)

    def day(self, day: date | datetime) -> str:
        """A day with its year: refusals are read in mails and logs too."""
        return i18n.format_day_year(day, self.locale)

    def moment(self, instant: datetime, zone: str) -> str:
        """A date and time on a zone's clock, with the place."""
        local = zones.to_local(instant, zone)
        return str(_("%(when)s in %(place)s", when=i18n.format_date_time(local, self.locale), place=self.place(zone)))

    def place(self, zone: str) -> str:
        """The zone as a place."""
        return i18n.place_name(zone, self.locale)

    def listed(self, items: Sequence[str]) -> str:
        """A, B and C."""
        return i18n.join_list(items, self.locale)

    def languages(self, tags: Sequence[str]) -> str:
        """Names of languages, sorted by the reader's alphabet."""
        names = [i18n.language_name(tag, self.locale) for tag in tags]
        return self.listed(sorted(names, key=lambda name: i18n.sort_key(name, self.locale)))

    def title(self, offering: OfferingFacts) -> str:
        """The offering's title in the reader's language, or English."""
        return i18n.Translated(offering.titles or {"en": offering.title}).in_locale(self.locale)[0]


class Values:
    """The values of one refusal's sentences, each made when a sentence asks for it; "" where there is none."""

    def __init__(self, teller: Teller, refusal: Refusal) -> None:
        self.teller, self.refusal, self.known = teller, refusal, teller.known
        self.raw: Mapping[str, object] = refusal.values
        self.missing: list[str] = []

    def value(self, name: str) -> str:
        """What stands for {name}."""
        maker: Callable[[], str] | None = getattr(self, f"_{name}", None)
        found = maker() if maker else self._plain(name)
        if not found:
            self.missing.append(name)
        return found

    def _plain(self, name: str) -> str:
        raw = self.raw.get(name)
        if isinstance(raw, datetime):
            return self.teller.moment(raw, self.zone) if raw.tzinfo else i18n.format_date_time(raw, self.teller.locale)
        if isinstance(raw, date):
            return self.teller.day(raw)
        return "" if raw is None else str(raw)

    # What the refusal is about.
    @cached_property
    def station(self) -> StationFacts | None:
        """The station of the refusal, or of its offering."""
        code = str(self.raw.get("station", ""))
        if code in self.known.stations:
            return self.known.stations[code]
        return self.known.station_of(self.offering) if self.offering else None

    @cached_property
    def offering(self) -> OfferingFacts | None:
        """The offering of the refusal, or of the request."""
        code = str(self.raw.get("offering") or self.teller.request.offering)
        return self.known.offerings.get(code)

    @property
    def station_code(self) -> str:
        """Code of the station, for a link."""
        return self.station.code if self.station else ""

    @property
    def zone(self) -> str:
        """The group's zone where it is known, else the station's."""
        return self.teller.request.contact.time_zone or (self.station.time_zone if self.station else "UTC")

    @cached_property
    def language(self) -> str:
        """The language asked for."""
        return str(self.raw.get("language") or i18n.base_language(self.teller.request.language) or "")

    @cached_property
    def nowhere(self) -> bool:
        """A language in which no station offers anything."""
        return self.refusal.rule in {"LANG-01", "LANG-02"} and not self.known.stations_touring(self.language)

    @cached_property
    def alternative(self) -> OfferingFacts | None:
        """Another offering of the same station that would do, by what was refused."""
        station = self.known.stations.get(str(self.raw.get("right_station", ""))) and self._asked_station()
        station = station or self.station
        fits = self._fitting()
        if station is None or fits is None:
            return None
        own = self.offering.code if self.offering else ""

        def would_do(one: OfferingFacts) -> bool:
            return one.code != own and fits(one) and not self.teller.is_stopped(station, one)

        return self.known.first(station.id, would_do)

    def _asked_station(self) -> StationFacts | None:
        return self.known.stations.get(str(self.raw.get("station", "")))

    def _fitting(self) -> Callable[[OfferingFacts], bool] | None:
        """What an alternative must have, for the rule that refused."""
        size, youngest = self.teller.request.size or 0, self.raw.get("youngest")
        tour, live = Kind.TOUR, Format.VIRTUAL_LIVE
        fitting: dict[str, Callable[[OfferingFacts], bool]] = {
            "LANG-03": lambda one: one.kind is tour and self.language in self.known.languages_of(one),
            "CAP-01": lambda one: (one.max_group or 0) >= max(size, int(str(self.raw.get("max", 0))) + 1),
            "CLO-04": lambda one: one.format is live and one.kind is tour,
            "OND-01": lambda one: one.format is Format.VIRTUAL_RECORDED,
            "LEAD-01": lambda one: (
                (one.lead_working_days or 0) < int(str(self.raw.get("days", 0))) and one.kind is tour
            ),
            "REQ-03": lambda one: one.format is live and one.kind is tour,
            "AGE-01": lambda one: (
                one.kind is tour
                and isinstance(youngest, int)
                and (one.min_age or 0) <= youngest <= (one.max_age or youngest)
            ),
        }
        return fitting.get(self.refusal.rule)

    # Values that need more than a look at the refusal.
    def _alternative(self) -> str:
        return f"“{self.teller.title(self.alternative)}”" if self.alternative else ""

    def _alternative_max(self) -> str:
        return str(self.alternative.max_group or "") if self.alternative else ""

    def _alternative_date(self) -> str:
        if self.alternative is None or self.station is None:
            return ""
        return self.teller.day(self.teller.first_day(self.station, self.alternative))

    def _offering(self) -> str:
        return self.teller.title(self.offering) if self.offering else ""

    def _station(self) -> str:
        return i18n.station_name(self.station.code, self.teller.locale, self.station.name) if self.station else ""

    def _station_in(self) -> str:
        return i18n.station_in(self.station.code, self.teller.locale, self.station.name) if self.station else ""

    def _right_station(self) -> str:
        found = self.known.stations.get(str(self.raw.get("right_station", "")))
        return i18n.station_name(found.code, self.teller.locale, found.name) if found else ""

    def _language_in(self) -> str:
        return i18n.language_in(self.language, self.teller.locale) if self.language else ""

    def _event_language_in(self) -> str:
        return i18n.language_in(str(self.raw["event_language"]), self.teller.locale)

    def _languages(self) -> str:
        if self.refusal.rule == "LANG-03" and self.offering:
            return self.teller.languages(self.known.languages_of(self.offering))
        if self.nowhere:
            return self.teller.languages(sorted({tag for tags in self.known.tours.values() for tag in tags}))
        given = self.known.briefings if self.refusal.rule == "LANG-02" else self.known.tours
        return self.teller.languages(given.get(self.station.id, ())) if self.station else ""

    def _stations(self) -> str:
        found = [
            i18n.station_name(one.code, self.teller.locale, one.name)
            for one in self.known.stations_touring(self.language)
        ]
        return self.teller.listed(sorted(found, key=lambda name: i18n.sort_key(name, self.teller.locale)))

    def _suggestion(self) -> str:
        found = i18n.suggest_language(str(self.raw["input"]))
        return f"{i18n.language_name(found, self.teller.locale)} ({found})" if found else ""

    def _code(self) -> str:
        return i18n.suggest_country(str(self.raw["input"])) or ""

    def _country(self) -> str:
        return i18n.country_in_text(self._code(), self.teller.locale) if self._code() else ""

    def _date(self) -> str:
        """The day of the refusal; for LANG-05 the next event in the language asked for."""
        if self.refusal.rule == "LANG-05":
            return self._starts(most=1)
        return "" if self.refusal.rule == "REQ-01" else self._plain("date")

    def _dates(self) -> str:
        if self.refusal.rule == "TIME-02":
            return self._working_days_near()
        return self._starts()

    def _next(self) -> str:
        return self._starts()

    def _starts(self, most: int = 3) -> str:
        """The next open events of the offering that the group could join, on the reader's clock."""
        station, offering = self.station, self.offering
        if station is None or offering is None:
            return ""
        first, _end = zones.day_bounds(self.teller.first_day(station, offering), station.time_zone)
        _start, end = zones.day_bounds(last_bookable_day(station, self.teller.now), station.time_zone)
        any_group = self.refusal.rule == "OFF-01"  # all that is published: that nothing is would not be true
        found = next_starts(
            db.session(),
            [offering.id],
            max(first, self.teller.now),
            end,
            places=1 if any_group else self.teller.request.size or 1,
            language="" if any_group else self.language,
        )
        return self.teller.listed([self.teller.moment(start, self.zone or zone) for start, zone in found[:most]])

    def _working_days_near(self) -> str:
        day, station = self.raw.get("date"), self.station
        if not isinstance(day, date) or station is None:
            return ""
        off, first = holidays(self.teller.closures(station)), self.teller.first_day(station, self.offering)
        near = [day + timedelta(days=step) for step in range(-NEAR_DAYS, NEAR_DAYS + 1)]
        working = [one for one in near if one.weekday() in station.working_weekdays and one not in off and one >= first]
        before, after = [one for one in working if one < day][-1:], [one for one in working if one > day][:1]
        return self.teller.listed([self.teller.day(one) for one in (*before, *after)])

    def _reason(self) -> str:
        """Why a dated limit was made, in the reader's language or English, as a sentence."""
        text = i18n.Translated(cast("Mapping[str, str]", self.raw.get("reason") or {})).in_locale(self.teller.locale)[0]
        return text if not text or text[-1] in ".?!。؟" else f"{text}."

    def _ages(self) -> str:
        low, high = self.raw.get("min_age"), self.raw.get("max_age")
        if low is not None and high is not None:
            return str(_("%(low)s to %(high)s", low=low, high=high))
        return str(_("%(low)s and over", low=low) if low is not None else _("up to %(high)s", high=high))

    def _field(self) -> str:
        return str(FIELDS.get(str(self.raw["field"]), self.raw["field"]))

    def _status(self) -> str:
        return str(STATUSES.get(str(self.raw["status"]), self.raw["status"]))

    def _topics(self) -> str:
        return self.teller.listed([i18n.theme_name(code, self.teller.locale) for code in OFTEN_ASKED])

    def _deadline(self) -> str:
        if "deadline" in self.raw:
            return self._plain("deadline")
        station = self.station
        if station is None:
            return ""
        days = station.speaker_days if self.refusal.rule == "SPK-01" else station.request_answer_days
        return self.teller.day(self.teller.working_day_after(days, station))

    def _contact(self) -> str:
        return self.station.contact_email if self.station else ""

    def _link(self) -> str:
        return self.known.watch_urls.get(self.offering.code, "") if self.offering else ""

    # Times and zones.
    def _time(self) -> str:
        local = self.raw.get("local") or self.raw.get("time")
        return i18n.format_date_time(local, self.teller.locale) if isinstance(local, datetime) else ""

    def _hours(self) -> str:
        return f"{_clock(self.raw['opens'])}–{_clock(self.raw['closes'])}"

    _station_hours = _hours

    def _place(self) -> str:
        return self.teller.place(str(self.raw.get("zone") if self.refusal.rule == "TIME-05" else self.zone))

    def _local_hours(self) -> str:
        """The station's hours on the group's clock that day."""
        local, station = self.raw.get("local"), self.station
        if not isinstance(local, datetime) or station is None:
            return ""
        ends = [
            local.replace(hour=0, minute=0) + timedelta(minutes=int(str(self.raw[name])))
            for name in ("opens", "closes")
        ]
        faces = [
            zones.to_local(zones.to_instant(end.replace(tzinfo=None), station.time_zone), self.zone) for end in ends
        ]
        return "–".join(i18n.format_time(face) for face in faces)

    def _local_time(self) -> str:
        return i18n.format_time(_local(self.raw))

    def _local_date(self) -> str:
        return i18n.format_day(_local(self.raw), self.teller.locale)

    def _offset(self) -> str:
        return zones.iso_offset(_offset(self.raw["offset"]))

    def _right_offset(self) -> str:
        return zones.iso_offset(zones.offset_at(self._right_instant(), str(self.raw["zone"])))

    def _utc_time(self) -> str:
        return i18n.format_time(self._right_instant())

    def _right_instant(self) -> datetime:
        """What the wall time means on the station's own clock; in a gap, the first instant after it."""
        try:
            return zones.to_instant(_local(self.raw), str(self.raw["zone"]))
        except zones.NonexistentTime as gap:
            return gap.opens_at


def _clock(minute: object) -> str:
    hours, minutes = divmod(int(str(minute)), 60)
    return f"{hours:02}:{minutes:02}"


def _local(raw: Mapping[str, object]) -> datetime:
    local = raw["local"]
    assert isinstance(local, datetime)  # noqa: S101  the rules put it there
    return local


def _offset(raw: object) -> timedelta:
    assert isinstance(raw, timedelta)  # noqa: S101  the rules put it there
    return raw
