"""What the templates of accounts see: words and addresses, nothing to decide."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from wtforms import Form

from booking import i18n
from booking.accounts.queries import SignInFacts, TokenFacts
from booking.accounts.rules import needs_second_factor
from booking.accounts.terms import Person


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
    return Line(one.id, one.agent or _("A browser"), since, one.id == this_one)


def _until(one: TokenFacts) -> str:
    made = moment(one.created_at)
    if one.expires_at is None:
        return str(_("made on %(time)s", time=made))
    return str(_("made on %(time)s, ends on %(end)s", time=made, end=moment(one.expires_at)))


def moment(at: datetime) -> str:
    """An instant for staff of any station: in UTC, and it says so."""
    locale = i18n.current_locale()
    day = i18n.format_day_year(at, locale)
    return str(_("%(day)s, %(time)s in UTC", day=day, time=i18n.format_time(at)))
