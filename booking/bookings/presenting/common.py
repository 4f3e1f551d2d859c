"""What several pages share: lists to choose from, times as rows, refusals with links that do something about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.explanations import Explained
from booking.bookings.forms import SPANS, WEEKDAYS
from booking.bookings.offers import Blocked, Slot
from booking.bookings.pages import Alternative, Refused
from booking.bookings.terms import Contact
from booking.catalogue.pages import LanguageName, Link
from booking.catalogue.rule_values import Unit
from booking.catalogue.rule_words import value_text
from booking.catalogue.terms import Format, Kind, OfferingFacts, StationFacts
from booking.catalogue.words import FORMATS, KINDS, format_inside, title_of
from booking.clock_faces import Clock, clock_face, station_moment
from booking.fields import Choices

WEEKDAY_NAMES = dict(
    zip(WEEKDAYS, (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun")), strict=True)
)
SPAN_NAMES = dict(
    zip(SPANS, (_l("The next four weeks"), _l("The next eight weeks"), _l("The dates below")), strict=True)
)
STANDARD_ZONE = "Europe/Zurich"
"""The clock of a visitor whose own is not known yet; the page says whose it is."""

Query = Mapping[str, str | Sequence[str]]
"""The query of the start page: a value, or several of one name."""

FEW = 5
"""Places left beyond the group's size below which a page says "few"."""


def contact_text(contact: Contact, zone: str) -> str:
    """The contact's name; where it has been forgotten, since which day of that zone."""
    if contact.removed_at is None:
        return contact.name
    day = i18n.format_day_year(zones.local_date(contact.removed_at, zone), i18n.current_locale())
    return str(_("Contact removed on %(day)s", day=day))


def contact_url(reference: str, contact: Contact) -> str:
    """Where a desk sees what is kept of the contact; empty where nothing is."""
    is_known = contact.email or contact.name or contact.phone
    return url_for("contacts.contact", reference=reference) if is_known else ""


def kept_text(contact: Contact, station: StationFacts) -> str:
    """For how long the contact is kept; empty once it has been forgotten."""
    if contact.removed_at is not None:
        return ""
    days = value_text(Unit.DAYS, station.contact_days)
    return str(_("Names, addresses and notes are removed %(days)s after your last visit.", days=days))


def find_choices(
    stations: Sequence[StationFacts],
    offerings: Sequence[OfferingFacts],
    languages: Iterable[str],
    zone: str,
    now: datetime,
) -> dict[str, Choices]:
    """The lists of the form on the start page."""
    locale = i18n.current_locale()
    tags = i18n.language_choices(languages, locale)
    times = [(f"{hour:02}:{half:02}", f"{hour:02}:{half:02}") for hour in range(6, 23) for half in (0, 30)]
    hours: Choices = [("", str(_("Any"))), *times]
    bookable = [one for one in offerings if one.format is not Format.ON_DEMAND]
    return {
        "language": tags,
        "language2": tags,
        "weekdays": list(WEEKDAY_NAMES.items()),
        "hours_from": hours,
        "hours_to": hours,
        "time_zone": i18n.zone_choices(locale, now, zone),
        "span": list(SPAN_NAMES.items()),
        "format": [
            (key.value, FORMATS[key]) for key in (Format.VIRTUAL_LIVE, Format.VIRTUAL_RECORDED, Format.IN_PERSON)
        ],
        "station": [(one.code, i18n.station_name(one.code, locale, one.name)) for one in stations],
        "theme": theme_choices(bookable, locale),
        "kind": [(kind.value, KINDS[kind]) for kind in Kind if any(one.kind is kind for one in bookable)],
        "offering": [
            (one.slug, title_of(one.titles, one.title)[0]) for one in bookable if one.unit == "visitors-service"
        ],
    }


def theme_choices(offerings: Iterable[OfferingFacts], locale: str) -> Choices:
    """The themes of the offerings, and those often asked for, by name."""
    asked = {"human-rights-racism-xenophobia", "refugees", "human-rights", "peace-and-security"}
    codes = {one.theme for one in offerings if one.theme != "on-request"} | asked
    named = [(code, i18n.theme_name(code, locale)) for code in codes]
    return sorted(
        ((code, name[:1].upper() + name[1:]) for code, name in named), key=lambda one: i18n.sort_key(one[1], locale)
    )


def language_of(tag: str) -> LanguageName:
    """A language as its speakers write it."""
    locale = i18n.current_locale()
    return LanguageName(tag, i18n.autonym(tag), i18n.language_direction(tag), i18n.language_name(tag, locale))


def seats_text(slot: Slot, size: int | None) -> tuple[str, bool]:
    """How many places there are, and whether they are few for this group."""
    if slot.is_private:
        return str(_("Your class alone")), False
    left = slot.places_left
    if size and left - size < FEW:
        return str(_("Shared, %(left)s left: just enough", left=left)), True
    return ngettext("Shared, %(num)s place left", "Shared, %(num)s places left", left), left < FEW


def alternative(slot: Slot, zone: str) -> Alternative:
    """A time that fits instead, as a button."""
    locale = i18n.current_locale()
    facts = i18n.join_facts((i18n.language_name(slot.language, locale), format_inside(slot.format)))
    return Alternative(slot.slot, slot_clock(slot, zone), title_of(slot.title)[0], facts)


@dataclass(frozen=True, slots=True)
class Place:
    """What a clock must know of a station."""

    code: str
    name: str
    time_zone: str


def joint_text(starts_at: datetime, partners: Sequence[tuple[str, str]], *, beside: date | None = None) -> str:
    """Who takes part, each with its own local time; empty for nobody. The day stands where it is not that of `beside`.

    `partners`: code and IANA zone.
    """
    if not partners:
        return ""
    locale = i18n.current_locale()
    named = i18n.join_list([i18n.station_name(code, locale, code) for code, _zone in partners], locale)
    times = i18n.join_list([_there(starts_at, code, zone, beside) for code, zone in partners], locale)
    return str(_("With %(stations)s: %(times)s", stations=named, times=times))


def _there(starts_at: datetime, code: str, zone: str, beside: date | None) -> str:
    locale, local = i18n.current_locale(), zones.to_local(starts_at, zone)
    if local.date() != beside:
        return station_moment(starts_at, zone, code, locale)
    place = i18n.station_in(code, locale, code)
    return str(_("%(time)s %(in_place)s", time=i18n.format_time(local), in_place=place))


def slot_clock(slot: Slot | Blocked, zone: str) -> Clock:
    """The clock of a time in the list."""
    place = Place(slot.station, slot.station, slot.time_zone)
    on_site = slot.format is Format.IN_PERSON
    return clock_face(slot.starts_at, place, zone, i18n.current_locale(), on_site=on_site)


def refused(
    told: Sequence[Explained], *, anchors: Iterable[str] = (), query: Query | None = None, line_url: str = ""
) -> tuple[Refused, ...]:
    """Refusals for a page; each with links that do what the way out says.

    `anchors`: the fields the page has; `line_url`: where the line of a full event is joined.
    """
    fields = set(anchors)
    return tuple(
        Refused(
            rule=one.rule,
            message=one.message,
            way_out=one.way_out,
            field=one.field,
            actions=(*_line(one, line_url), *_actions(one, fields, dict(query or {}))),
        )
        for one in told
    )


def _line(one: Explained, url: str) -> Iterable[Link]:
    if one.has_line and url:
        yield Link(str(_("Join the waiting list")), url)


def _actions(one: Explained, fields: set[str], query: dict[str, str | Sequence[str]]) -> Iterable[Link]:
    if one.field in fields:
        yield Link(str(_("Change it")), f"#{one.field}")
    if one.offering:
        yield Link(str(_("See the other offering")), url_for("bookings.offering", slug=one.offering))
    if one.rule in {"LANG-01", "LANG-02", "LANG-03"} and not one.nowhere:
        kept = {name: value for name, value in query.items() if name not in {"station", "offering", "kind"}}
        yield Link(str(_("All times in this language")), find_url(kept))
    if one.rule in {"CLO-01", "CLO-02", "CLO-03", "CAP-04"}:
        virtual = {"format": Format.VIRTUAL_LIVE.value, "station": one.station}
        yield Link(str(_("Live virtual tours")), find_url({**query, **virtual}))
    yield from _interest(one, query)
    if one.rule == "CAP-03":
        yield Link(
            str(_("Events to join")), find_url({name: value for name, value in query.items() if name != "offering"})
        )
    if one.rule in {"DUP-01", "OVL-02"}:
        yield Link(str(_("Send me my links")), url_for("bookings.my_links"))


def _interest(one: Explained, query: Mapping[str, str | Sequence[str]]) -> Iterable[Link]:
    """Where an address is left: to be told of the reopening, or reminded when bookings for the day open."""
    given = query.get("offering") or one.wanted
    slug = given if isinstance(given, str) else next(iter(given), "")
    if not slug:
        return
    if one.rule in {"CLO-01", "CLO-04"}:
        yield Link(str(_("Leave your address")), url_for("catalogue.leave_address", slug=slug))
    if one.rule == "LEAD-02":
        yield Link(str(_("Remind me")), url_for("catalogue.leave_address", slug=slug, on=one.day))


def find_url(query: Query) -> str:
    """The start page with these wishes."""
    kept = {name: value for name, value in query.items() if value}
    return url_for("bookings.find") + (f"?{urlencode(kept, doseq=True)}" if kept else "")
