"""What the templates of accounts see: words and addresses, nothing to decide."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from booking import i18n
from booking.accounts.queries import SignInFacts


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device on which somebody is signed in."""

    id: int
    name: str
    text: str
    is_this_one: bool


def device_lines(found: list[SignInFacts], this_one: int | None) -> list[DeviceLine]:
    """The devices of a person; the one of this request is marked."""
    return [DeviceLine(one.id, one.agent or _("A browser"), _since(one), one.id == this_one) for one in found]


def _since(one: SignInFacts) -> str:
    return str(_("since %(time)s, from %(network)s", time=moment(one.created_at), network=one.network))


def moment(at: datetime) -> str:
    """An instant for staff of any station: in UTC, and it says so."""
    return str(_("%(time)s in UTC", time=i18n.format_date_time(at, i18n.current_locale())))
