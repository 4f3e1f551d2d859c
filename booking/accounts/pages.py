"""What the templates of accounts see: words and addresses, nothing to decide."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from wtforms import Form

from booking import i18n
from booking.accounts.forms import ROLE_CHOICES
from booking.accounts.queries import PersonFacts, SignInFacts, TokenFacts
from booking.accounts.rules import is_in_reach, needs_second_factor
from booking.accounts.terms import EVERYWHERE, Person, Role, Staff

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One of several things that can be ended: a device, a token."""

    id: int
    name: str
    text: str
    is_this_one: bool = False


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account."""

    email: str
    has_second_factor: bool
    may_turn_off: bool
    devices: list[Line]
    tokens: list[Line]
    form: Form


def account_page(person: Person, devices: list[SignInFacts], tokens: list[TokenFacts], form: Form) -> AccountPage:
    """The page of this person; the device of this request is marked."""
    return AccountPage(
        email=person.staff.email,
        has_second_factor=person.has_second_factor,
        may_turn_off=person.has_second_factor and not needs_second_factor(person.staff),
        devices=[device_line(one, person.sign_in_id) for one in devices],
        tokens=[Line(one.id, one.name, _until(one)) for one in tokens],
        form=form,
    )


def device_line(one: SignInFacts, this_one: int | None) -> Line:
    """A device on which somebody is signed in."""
    since = _("since %(time)s, from %(network)s", time=moment(one.created_at), network=one.network)
    return Line(one.id, browser_text(one.agent), since, one.id == this_one)


def browser_text(agent: str) -> str:
    """What a browser says it is, in words: "Firefox, Windows"; the first that fits, since each names others too."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return i18n.join_facts(filter(None, (browser, system))) or _("A browser")


def _until(one: TokenFacts) -> str:
    made, used = moment(one.created_at), moment(one.used_at) if one.used_at else _("never")
    if one.expires_at is None:
        return str(_("made on %(time)s; used last: %(used)s", time=made, used=used))
    end = moment(one.expires_at)
    return str(_("made on %(time)s, ends on %(end)s; used last: %(used)s", time=made, end=end, used=used))


def moment(at: datetime) -> str:
    """An instant for staff of any station: in UTC, and it says so."""
    locale = i18n.current_locale()
    day = i18n.format_day_year(at, locale)
    return str(_("%(day)s, %(time)s in UTC", day=day, time=i18n.format_time(at)))


@dataclass(frozen=True, slots=True)
class RoleBox:
    """A role at a station, to be ticked."""

    value: str
    text: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A member of staff as an administrator sees one."""

    id: int
    name: str
    email: str
    states: list[str]
    roles: list[str]
    boxes: list[RoleBox]
    """The roles that this administrator may give and take."""
    seen: str
    """Those of them that the person has, as the form sends them back."""
    may_do_all: bool
    """Shut out, sign out, reset: where all of the person's roles are in reach, and it is somebody else."""
    is_active: bool
    has_password: bool
    has_second_factor: bool
    is_oneself: bool
    is_overtaken: bool = False
    """Somebody else has changed the roles since the form was made; its boxes are ticked as they were sent."""


def person_card(one: PersonFacts, by: Staff, stations: Iterable[str]) -> PersonCard:
    """The person; `stations` are all codes there are."""
    reach = by.stations(Role.ADMINISTRATOR)
    held = sorted(one.roles, key=lambda held: (list(Role).index(held[0]), held[1]))
    is_oneself = one.id == by.account_id
    boxes = [] if is_oneself else list(_boxes(one, reach, stations))
    return PersonCard(
        id=one.id,
        name=one.name or one.email,
        email=one.email,
        states=list(_states(one)),
        roles=[_role_text(role, code) for role, code in held],
        boxes=boxes,
        seen=" ".join(sorted(box.value for box in boxes if box.is_held)),
        may_do_all=not is_oneself and is_in_reach(one.roles, reach),
        is_active=one.is_active,
        has_password=one.has_password,
        has_second_factor=one.has_second_factor,
        is_oneself=is_oneself,
    )


def _states(one: PersonFacts) -> Iterator[str]:
    if not one.is_active:
        yield _("shut out")
    if not one.has_password:
        yield _("has set no password yet")
    if one.has_second_factor:
        yield _("second factor set up")


def _boxes(one: PersonFacts, reach: frozenset[str] | None, stations: Iterable[str]) -> Iterator[RoleBox]:
    codes = [*([EVERYWHERE] if reach is None else []), *sorted(stations if reach is None else reach)]
    for role in Role:
        for code in codes:
            yield RoleBox(f"{role.value}@{code}", _role_text(role, code), (role, code) in one.roles)


def station_text(code: str) -> str:
    """The name of a station, or of all of them."""
    return i18n.station_name(code, i18n.current_locale(), code) if code else str(_("All stations"))


def _role_text(role: Role, code: str) -> str:
    return str(_("%(role)s, %(station)s", role=dict(ROLE_CHOICES)[role.value], station=station_text(code)))
