"""The vocabulary of who may do what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is, at one station or at all of them."""

    GUIDE = "guide"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    SET_PASSWORD = "set-password"  # noqa: S105  a purpose, not a password
    SIGN_IN = "sign-in"  # the demonstration's only


class Step(StrEnum):
    """What somebody who has given the password must do before anything else."""

    CODE = "code"
    SET_UP = "set-up"


IDLE_AT_MOST = timedelta(minutes=60)
"""After so long without a request a sign-in is over."""

SIGNED_IN_AT_MOST = timedelta(hours=12)
"""After so long a sign-in is over, whatever is done meanwhile."""

SIGNED_IN_BY_HALF_AT_MOST = timedelta(minutes=10)
"""So long somebody may take for the second factor."""

TOKEN_PREFIX = "ve_"  # noqa: S105  how personal tokens begin
"""So that they are told from the tokens of bookings without asking the database."""

EVERYWHERE = ""
"""The station of a role that holds at all of them."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is signed in, or calls with a personal token."""

    account_id: int
    email: str
    name: str
    roles: frozenset[tuple[Role, str]]
    """(role, station code); the code is EVERYWHERE for a role at all stations."""

    def may(self, role: Role, station: str) -> bool:
        """Whether the person is that at the station; an administrator is a coordinator there too."""
        wanted = {role, Role.ADMINISTRATOR} if role is Role.COORDINATOR else {role}
        return any(held in wanted and at in {EVERYWHERE, station} for held, at in self.roles)

    def is_a(self, role: Role) -> bool:
        """Whether the person is that anywhere."""
        wanted = {role, Role.ADMINISTRATOR} if role is Role.COORDINATOR else {role}
        return any(held in wanted for held, _ in self.roles)

    def stations(self, role: Role) -> frozenset[str] | None:
        """The codes of the stations where the person is that; None for all of them."""
        wanted = {role, Role.ADMINISTRATOR} if role is Role.COORDINATOR else {role}
        codes = {at for held, at in self.roles if held in wanted}
        return None if EVERYWHERE in codes else frozenset(codes)

    @property
    def actor(self) -> str:
        """How the audit trail names the person."""
        return f"account:{self.account_id}"


@dataclass(frozen=True, slots=True)
class GuideName:
    """A guide of the schedule, as an administrator chooses one."""

    code: str
    name: str
    station: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who sends a request: by a sign-in on one device, or by a personal token (then `sign_in_id` is None)."""

    staff: Staff
    locale: str
    sign_in_id: int | None
    token_id: int | None
    seen_at: datetime | None
    """When it was used last, to a minute or so; None for a token that never was."""
    has_second_factor: bool
    """Whether one is set up."""
    gave_second_factor: bool
    """Whether it was given at this sign-in."""
    second_factor_waived: bool

    @property
    def is_authenticated(self) -> bool:
        """What Flask-Login asks of a user."""
        return True
