"""Values in, iCalendar bytes out (RFC 5545, 5546, 6868); knows no table.

Text fields may hold anything: they are escaped, their control characters dropped. Names, addresses, UIDs and links
stand where a line break would start a property of its own: there control characters are refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from booking import zones

PRODUCT = "-//Visits and Events//Booking//EN"

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
Status = Literal["CONFIRMED", "CANCELLED", "TENTATIVE"]

_ONE_LINE_FIELDS = ("uid", "url", "organizer_name", "organizer_email", "attendee_name", "attendee_email")
_TEXT_FIELDS = ("summary", "description", "location")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85]")
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HALF = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_LINK = re.compile(r"https?://[^\s<>\"\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a calendar is told about one event; instants are aware, ValueError names the field that cannot be written.

    `uid` stays for the life of the event; `sequence` rises with every change of time, place or status. The attendee is
    the recipient and nobody else; a published event has none. `stamp` is when this version was made.
    """

    uid: str
    sequence: int
    method: Method
    summary: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    organizer_name: str
    organizer_email: str
    stamp: datetime
    status: Status = "CONFIRMED"
    attendee_name: str = ""
    attendee_email: str = ""
    description: str = ""
    location: str = ""
    url: str = ""
    created: datetime | None = None

    def __post_init__(self) -> None:
        for field in _ONE_LINE_FIELDS:
            _require_one_line(field, getattr(self, field))
        for field in _TEXT_FIELDS:
            _require_characters(field, getattr(self, field))
        _require_addresses(self)
        _require_times(self)
        if self.sequence < 0:
            raise ValueError("sequence: counts from 0")
        if (self.method == "CANCEL") != (self.status == "CANCELLED") and self.method != "PUBLISH":
            raise ValueError("status: CANCELLED belongs to CANCEL")


def _require_characters(field: str, value: str) -> None:
    if _HALF.search(value):
        raise ValueError(f"{field}: holds half a character")


def _require_one_line(field: str, value: str) -> None:
    _require_characters(field, value)
    if _BREAKS.search(value):
        raise ValueError(f"{field}: holds a line break or another control character")


def _require_addresses(invitation: Invitation) -> None:
    if not invitation.uid:
        raise ValueError("uid: is empty")
    if not _ADDRESS.fullmatch(invitation.organizer_email):
        raise ValueError("organizer_email: is no address")
    if invitation.method != "PUBLISH" and not _ADDRESS.fullmatch(invitation.attendee_email):
        raise ValueError("attendee_email: is no address")
    if invitation.url and not is_link(invitation.url):
        raise ValueError("url: is no web address")


def is_link(text: str) -> bool:
    """Whether it is a web address that may stand in an entry."""
    return _LINK.fullmatch(text) is not None


def _require_times(invitation: Invitation) -> None:
    for field in ("starts_at", "ends_at", "stamp", "created"):
        instant: datetime | None = getattr(invitation, field)
        if instant is not None and instant.tzinfo is None:
            raise ValueError(f"{field}: has no offset")
    if invitation.ends_at <= invitation.starts_at:
        raise ValueError("ends_at: is not after starts_at")
    zones.zone(invitation.zone)


def _clean(text: str) -> str:
    return _DROPPED.sub("", _LINE_ENDS.sub("\n", text))


def _shown_name(name: str) -> str | None:
    """The name without backslashes: they are plain letters there, but readers take them for escapes."""
    return name.replace("\\", "/") or None


def _to_second(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _written_times(invitation: Invitation) -> tuple[datetime, datetime]:
    """Start and end on the zone's clocks; in UTC where they show one of them twice, since programs differ on which."""
    start, end = _to_second(invitation.starts_at), _to_second(invitation.ends_at)
    local = zones.to_local(start, invitation.zone), zones.to_local(end, invitation.zone)
    if any(zones.is_ambiguous(time.replace(tzinfo=None), invitation.zone) for time in local):
        return start, end
    return local


def _event(invitation: Invitation, *, published: bool) -> Event:
    start, end = _written_times(invitation)
    attendee = vCalAddress.new(
        invitation.attendee_email or "nobody@invalid",
        cn=_shown_name(invitation.attendee_name),
        partstat="NEEDS-ACTION",
        role="REQ-PARTICIPANT",
        rsvp=True,
    )
    return Event.new(
        uid=invitation.uid,
        sequence=invitation.sequence,
        stamp=_to_second(invitation.stamp),
        created=_to_second(invitation.created) if invitation.created else None,
        start=start,
        end=end,
        summary=_clean(invitation.summary),
        description=_clean(invitation.description) or None,
        location=_clean(invitation.location) or None,
        url=invitation.url or None,
        status=invitation.status,  # type: ignore[arg-type]  # icalendar takes the text as well as its enum
        organizer=vCalAddress.new(invitation.organizer_email, cn=_shown_name(invitation.organizer_name)),
        attendees=None if published else [attendee],
    )


def _observance(onset: datetime, zone: str, before: timedelta, *, summer: bool) -> TimezoneDaylight | TimezoneStandard:
    """From `onset` the clocks keep one offset. RFC 5545 counts the onset itself on the clocks as they were before."""
    local = zones.to_local(onset, zone)
    part = TimezoneDaylight() if summer else TimezoneStandard()
    part.add("dtstart", (onset + before).replace(tzinfo=None))
    part.add("tzname", local.tzname() or zone)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", local.utcoffset())
    return part


@lru_cache(maxsize=256)
def _timezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """The zone's clocks in these years, by date.

    Our own, because icalendar 7.3 dates the start of summer time an hour late: a strict reader then takes the first
    hour of summer time for the gap.
    """
    start = zones.day_bounds(date(first_year, 1, 1), zone)[0]
    end = zones.day_bounds(date(last_year, 12, 31), zone)[1]
    component = Timezone()
    component.add("tzid", zone)
    before, dst = zones.offset_at(start, zone), zones.to_local(start, zone).dst()
    component.add_component(_observance(start, zone, before, summer=bool(dst and dst > timedelta())))
    for onset in zones.clock_changes(zone, start, end):
        after = zones.offset_at(onset, zone)
        component.add_component(_observance(onset, zone, before, summer=after > before))
        before = after
    return component


def _timezones(invitations: Iterable[Invitation]) -> Iterator[Timezone]:
    """The zones of the events, each for the whole years that its events touch."""
    years: dict[str, set[int]] = {}
    for one in invitations:
        spoken = zones.to_local(one.starts_at, one.zone).year, zones.to_local(one.ends_at, one.zone).year
        years.setdefault(one.zone, set()).update(spoken)
    return (_timezone(zone, min(touched), max(touched)) for zone, touched in sorted(years.items()))


def _calendar(invitations: Sequence[Invitation], method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for timezone in _timezones(invitations):
        calendar.add_component(timezone)
    for invitation in invitations:
        calendar.add_component(_event(invitation, published=method == "PUBLISH"))
    return calendar


def write(invitation: Invitation) -> bytes:
    """One invitation as the part of a mail or a download; the same values give the same bytes."""
    return bytes(_calendar([invitation], invitation.method).to_ical())


def write_many(invitations: Iterable[Invitation], calendar_name: str) -> bytes:
    """A feed: the events published under the calendar's name, without attendees."""
    _require_one_line("calendar_name", calendar_name)
    calendar = _calendar(list(invitations), "PUBLISH")
    calendar.add("name", calendar_name)
    calendar.add("x-wr-calname", vText(calendar_name))
    return bytes(calendar.to_ical())


def write_entry(invitation: Invitation) -> str:
    """One event as it stands in a feed, from BEGIN:VEVENT to END:VEVENT; its stamp is also when it was changed last."""
    event = _event(invitation, published=True)
    event.add("last-modified", _to_second(invitation.stamp))
    return str(event.to_ical(), "utf-8")


@lru_cache(maxsize=256)
def _written_timezone(zone: str, first_year: int, last_year: int) -> str:
    return str(_timezone(zone, first_year, last_year).to_ical(), "utf-8")


def assemble(
    entries: Iterable[str], calendar_name: str, years: Mapping[str, tuple[int, int]], ask_again: timedelta
) -> bytes:
    """A feed of entries that are written already; the same values give the same bytes.

    `years`: the first and the last local year of the events of each zone. `ask_again`: how often a reader should ask,
    whole minutes.
    """
    _require_one_line("calendar_name", calendar_name)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", calendar_name)
    calendar.add("x-wr-calname", vText(calendar_name))
    head, end = calendar.to_ical().decode().split("END:VCALENDAR", 1)
    every = f"PT{ask_again // timedelta(minutes=1)}M"
    asking = f"REFRESH-INTERVAL;VALUE=DURATION:{every}\r\nX-PUBLISHED-TTL:{every}\r\n"
    clocks = (_written_timezone(zone, *span) for zone, span in sorted(years.items()))
    return "".join([head, asking, *clocks, *entries, "END:VCALENDAR", end]).encode()
