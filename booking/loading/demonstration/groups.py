"""Who comes to the events of the demonstration: invented groups that the rules would let in."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from booking import zones
from booking.bookings.names import name_key
from booking.bookings.services.writing import ALPHABET
from booking.bookings.terms import Access, BookingStatus, OrganisationType, ParticipantList
from booking.catalogue.terms import Format, Kind
from booking.loading.csv_tables import Table
from booking.loading.demonstration import calendars
from booking.loading.demonstration.programme import Planned
from booking.loading.demonstration.tables import at

GUIDES_TURN_DAYS, NOT_COUNTED_DAYS = 2, 12
ADULT = 18
PEOPLE_PER_ADULT = 20
NEIGHBOURS = {"NYC": {"US", "CA"}, "VIE": {"AT", "DE"}, "GVA": {"CH", "FR"}, "NBO": {"KE", "TZ"}}
"""Countries from which groups come to the premises."""
REGISTERED_FROM = ("KE", "IN", "BR", "GB", "PH", "NG", "US", "MX", "ID", "FR")
"""Countries of people who register one by one, for webinars."""
ALONE = frozenset({Kind.WEBINAR, Kind.TRAINING})
WITH_TECHNICAL_CONTACT = frozenset({Kind.TOUR, Kind.BRIEFING})
NEEDS = (Access.CAPTIONS, Access.STEP_FREE, Access.SLIDES, Access.SLOWER)
SMALLEST = 2

Group = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A booking as it was made, before it is known what became of it."""

    planned: Planned
    group: Group
    number: int  # of all bookings, in order
    size: int
    created_at: datetime

    @property
    def reference(self) -> str:
        """A reference like any other; the same one whenever the demonstration is made for the same day."""
        digest = hashlib.sha256(f"{self.planned.code}:{self.number}".encode()).digest()
        text = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:10])
        return f"VE-{text[:4]}-{text[4:8]}-{text[8:]}"

    @property
    def is_individual(self) -> bool:
        """People who registered one by one."""
        return self.group["type"] is OrganisationType.INDIVIDUAL

    @property
    def adults(self) -> int:
        """SUP-01: one for every twenty people, with minors."""
        return -(-self.size // PEOPLE_PER_ADULT) if self.group["youngest_age"] < ADULT else 0


@dataclass
class Crowd:
    """The invented groups, and when each of them is already taken."""

    groups: Table
    closures: Table
    today: date
    taken: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))
    made: int = 0

    def bookings(self, planned: Planned) -> Iterator[Asked]:
        """The groups that come to an event, as many as its programme says."""
        left = self._places_wanted(planned)
        for group in self._fitting(planned):
            size = self._size(planned, group, left)
            if size < SMALLEST:
                return
            left -= size
            yield self._booked(planned, group, size)
            if planned.is_private:
                return

    def waiting(self, planned: Planned) -> list[Asked]:
        """One more group, for which there is no place, if there is one that could come."""
        return [self._booked(planned, group, min(group["size"], 12)) for group in islice(self._fitting(planned), 1)]

    def _booked(self, planned: Planned, group: Group, size: int) -> Asked:
        self.made += 1
        if group["type"] is not OrganisationType.INDIVIDUAL:
            self.taken[group["organisation"]].append((planned.starts_at, planned.ends_at))
        return Asked(planned, group, self.made, size, self._created_at(planned))

    @staticmethod
    def _places_wanted(planned: Planned) -> int:
        places = planned.capacity
        wanted = {"few": places // 4, "half": places // 2, "nearly": places - 3}
        return wanted.get(planned.fill, places)

    @staticmethod
    def _size(planned: Planned, group: Group, left: int) -> int:
        """The whole group, or as many of it as there are places; a private event needs a smallest group."""
        size: int = min(group["size"], left)
        return max(size, planned.offering["min_group"] or 1) if planned.is_private else size

    def _fitting(self, planned: Planned) -> Iterator[Group]:
        """The groups that may come and are free then, another one first each time."""
        rows = [row.values for row in self.groups.rows]
        turn = sum(planned.code.encode()) % len(rows)
        fitting = (group for group in [*rows[turn:], *rows[:turn]] if self._may_come(group, planned))
        for number, group in enumerate(fitting):
            yield group
            if planned.offering["kind"] in ALONE and number < len(REGISTERED_FROM):
                yield _registered(REGISTERED_FROM[(turn + number) % len(REGISTERED_FROM)], turn + number)

    def _may_come(self, group: Group, planned: Planned) -> bool:
        official = group["type"] is OrganisationType.MEMBER_STATE
        return (
            official == (planned.offering["kind"] is Kind.COURTESY_VISIT)
            and planned.language in group["languages"]
            and _age_fits(group["youngest_age"], planned.offering)
            and _place_fits(group, planned)
            and not any(
                start < planned.ends_at and planned.starts_at < end for start, end in self.taken[group["organisation"]]
            )
        )

    def _created_at(self, planned: Planned) -> datetime:
        """A working day early enough for the offering's lead time, and before today."""
        off = calendars.holidays_of(self.closures, planned.station["station"])
        lead = planned.offering["lead_working_days"] or 0
        asked = self.made * 7
        early = calendars.working_days_before(planned.local.date(), lead + 3 + asked % 12, off)
        recent = calendars.working_days_before(self.today, 1 if planned.fill == "requested" else 1 + asked % 9, off)
        day = min(early, recent)
        while day.weekday() > 4 or day in off:  # noqa: PLR2004  Friday
            day -= timedelta(days=1)
        return zones.to_instant(at(day, (9 + asked % 8) * 60 + asked % 60), planned.station["time_zone"])


def _registered(country: str, number: int) -> Group:
    return {
        "organisation": "Individual registrations",
        "type": OrganisationType.INDIVIDUAL,
        "country": country,
        "subdivision": "",
        "time_zone": "",
        "youngest_age": 21,
        "size": 3 + number % 9,
        "contact": "",
    }


def _age_fits(age: int, offering: Mapping[str, Any]) -> bool:
    youngest, oldest = offering["min_age"] or 0, offering["max_age"] or 150
    return bool(youngest <= age <= oldest)


def _place_fits(group: Group, planned: Planned) -> bool:
    """On site the group lives near; online the hour suits it."""
    if planned.offering["format"] in {Format.IN_PERSON, Format.OFF_SITE}:
        return group["country"] in NEIGHBOURS[planned.station["code"]]
    local = zones.to_local(planned.starts_at, group["time_zone"])
    return local.weekday() < 5 and 8 * 60 <= local.hour * 60 + local.minute <= 20 * 60  # noqa: PLR2004  Saturday


def email_of(group: Group) -> str:
    """An address that nobody has, at example.org."""
    person = "".join(sign for sign in name_key(group["contact"]).split()[0] if sign.isascii())
    place = "-".join(
        "".join(sign for sign in word if sign.isascii() and sign.isalnum())
        for word in name_key(group["organisation"]).split()[:2]
    )
    return f"{person}@{place.strip('-')}.example.org" if person else ""


def contact_of(asked: Asked) -> dict[str, object]:
    """The columns that say who writes for the group."""
    group, planned = asked.group, asked.planned
    technical = planned.offering["format"] is Format.VIRTUAL_LIVE and planned.offering["kind"] in WITH_TECHNICAL_CONTACT
    email = "" if asked.is_individual else email_of(group)
    return {
        "contact_name": group["contact"],
        "contact_email": email,
        "contact_locale": "en",
        "time_zone": group["time_zone"],
        "technical_contact": technical,
        "technical_name": group["contact"] if technical else "",
        "technical_email": email if technical else "",
    }


def participant_list_of(asked: Asked, today: date) -> ParticipantList:
    """SEC-01: in hand three working days before a visit on site."""
    if asked.planned.offering["format"] is not Format.IN_PERSON:
        return ParticipantList.NOT_REQUIRED
    soon = asked.planned.local.date() <= today + timedelta(days=7)
    return ParticipantList.RECEIVED if soon else ParticipantList.PENDING


def status_of(asked: Asked, now: datetime) -> BookingStatus:
    """What became of the booking by now."""
    planned = asked.planned
    if planned.fill in {"requested", "planned"}:
        return BookingStatus.REQUESTED
    if planned.ends_at > now:
        return BookingStatus.CONFIRMED
    days_ago = (now - planned.ends_at).days
    if days_ago < GUIDES_TURN_DAYS or (asked.number % 11 == 3 and days_ago < NOT_COUNTED_DAYS):  # noqa: PLR2004  a few
        return BookingStatus.CONFIRMED  # over, and nobody has said how many came
    told = {5: BookingStatus.NO_SHOW, 9: BookingStatus.CANCELLED_BY_GROUP}
    return told.get(asked.number % 17, BookingStatus.ATTENDED)


def attended_of(asked: Asked, status: BookingStatus) -> int | None:
    """Who came; not recorded is not nobody."""
    if status is BookingStatus.ATTENDED:
        return max(1, asked.size - asked.number % 4)
    return 0 if status is BookingStatus.NO_SHOW else None


def needs_of(asked: Asked) -> list[str]:
    """Some groups name what they need."""
    return [NEEDS[asked.number % len(NEEDS)].value] if asked.number % 9 == 4 else []  # noqa: PLR2004  about one in nine
