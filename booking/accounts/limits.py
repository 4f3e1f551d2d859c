"""How often somebody may try to sign in: slowed, and the owner of an account is never locked out by others.

An attempt that succeeds is taken back. One from a network on which the account was signed in lately is counted for that
network alone: whatever others try elsewhere, the owner at the usual place is asked for nothing but the password. From
elsewhere, all attempts on an account are counted together besides, so that many attackers gain nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.accounts import queries
from booking.accounts.services import count_attempt, take_back
from booking.accounts.services.sign_ins import Device
from booking.db import db

MINUTES_5, HOUR, DAY = 300, 3600, 86_400  # seconds
SIGN_INS, SIGN_INS_ELSEWHERE, SIGN_INS_OF_ALL = 10, 30, 1_000
CODES = ((5, MINUTES_5), (20, HOUR), (50, DAY))
RESETS_PER_ADDRESS, RESETS_PER_IP, LINKS_PER_IP, LINKS_BY_STAFF = 5, 30, 30, 10
USUAL_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Counted:
    """An attempt as it was counted: in which counters, and how many more there may be."""

    counters: tuple[tuple[str, str], ...]
    left: int

    def take_back(self) -> None:
        """It was a good one: it counts as none."""
        take_back(self.counters)


def sign_in_attempt(email: str, device: Device, now: datetime) -> Counted:
    """Somebody gives a password: ten in 5 minutes for an ip, and for an account. Raises TooManyAttempts."""
    limits = [
        ("sign-in of ip", device.ip, SIGN_INS),
        ("sign-in", f"{email.casefold()}|{device.network}", SIGN_INS),
    ]
    if not queries.is_usual_network(db.session(), email, device.network, now - USUAL_FOR):
        limits.append(("sign-in elsewhere", email.casefold(), SIGN_INS_ELSEWHERE))
        limits.append(("sign-in of all", "all", SIGN_INS_OF_ALL))
    left = [
        limit - count_attempt(scope, subject, limit=limit, window_s=MINUTES_5, now=now)
        for scope, subject, limit in limits
    ]
    return Counted(tuple((scope, subject) for scope, subject, _ in limits), min(left))


def code_attempt(account_id: int, email: str, device: Device, now: datetime) -> Counted:
    """Somebody who gave the password gives a code: 5 in 5 minutes, 20 an hour, 50 a day. Raises TooManyAttempts."""
    usual = queries.is_usual_network(db.session(), email, device.network, now - USUAL_FOR)
    subject = f"{account_id}|{device.network}" if usual else str(account_id)
    scopes = [(f"code in {window_s} s", limit, window_s) for limit, window_s in CODES]
    left = [
        limit - count_attempt(scope, subject, limit=limit, window_s=window_s, now=now)
        for scope, limit, window_s in scopes
    ]
    return Counted(tuple((scope, subject) for scope, _, _ in scopes), min(left))


def reset_attempt(email: str, device: Device, now: datetime) -> None:
    """Somebody asks for a new password: five a day for an address, thirty an hour for an ip. Raises TooManyAttempts."""
    count_attempt("reset of ip", device.ip, limit=RESETS_PER_IP, window_s=HOUR, now=now)
    count_attempt("reset", email.casefold(), limit=RESETS_PER_ADDRESS, window_s=DAY, now=now)


def link_attempt(device: Device, now: datetime) -> None:
    """Somebody uses a one-time link: thirty in ten minutes for an ip. Raises TooManyAttempts."""
    count_attempt("set password", device.ip, limit=LINKS_PER_IP, window_s=600, now=now)


def mailed_link_attempt(account_id: int, now: datetime) -> None:
    """Staff mail somebody a link: ten a day for an account, whoever sends them. Raises TooManyAttempts."""
    count_attempt("mailed link", str(account_id), limit=LINKS_BY_STAFF, window_s=DAY, now=now)
