"""Reads of staff: who sends a request, and whom a one-time link is for."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from booking.accounts.models import Account, AccountRole, ApiToken, AuditEntry, OneTimeLink, SignIn
from booking.accounts.terms import IDLE_AT_MOST, LinkPurpose, Person, Role, Staff


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def email_of_link(session: Session, token: str, purpose: LinkPurpose, now: datetime) -> str | None:
    """The address of the account that a link may still be used for; None where it is used, too old or none at all."""
    statement = (
        select(Account.email)
        .join(OneTimeLink, OneTimeLink.account_id == Account.id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            Account.is_active,
        )
    )
    return session.scalar(statement)


def account_id_of(session: Session, email: str) -> int | None:
    """The account of a normalised address, however its letters are written; or None."""
    return session.scalar(select(Account.id).where(_has_address(email)).order_by(Account.id).limit(1))


def _has_address(email: str) -> ColumnElement[bool]:
    return func.lower(Account.email) == email.lower()


def link_owner(session: Session, token: str, purpose: LinkPurpose) -> int | None:
    """Whose link it is, or was."""
    found = select(OneTimeLink.account_id)
    return session.scalar(found.where(OneTimeLink.token_hash == token_hash(token), OneTimeLink.purpose == purpose))


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the use cases need to know of an account."""

    id: int
    email: str
    name: str
    locale: str
    password_hash: str
    """Empty where none was set yet."""
    totp_generation: int
    totp_confirmed_at: datetime | None
    second_factor_waived: bool

    @property
    def has_second_factor(self) -> bool:
        """Whether one is set up."""
        return self.totp_confirmed_at is not None


_FACTS = (
    Account.id,
    Account.email,
    Account.name,
    Account.locale,
    Account.password_hash,
    Account.totp_generation,
    Account.totp_confirmed_at,
    Account.second_factor_waived,
)


def account_of(session: Session, email: str) -> AccountFacts | None:
    """Whoever has this normalised address, if the account is open."""
    return _facts(session, _has_address(email))


def account_by_id(session: Session, account_id: int) -> AccountFacts | None:
    """The account, if it is open."""
    return _facts(session, Account.id == account_id)


def _facts(session: Session, which: ColumnElement[bool]) -> AccountFacts | None:
    row = session.execute(select(*_FACTS).where(which, Account.is_active).order_by(Account.id).limit(1)).one_or_none()
    return AccountFacts(*row) if row else None


def is_usual_network(session: Session, email: str, network: str, since: datetime) -> bool:
    """Whether whoever has this address was signed in from that network since then, second factor and all."""
    statement = (
        select(SignIn.id)
        .join(Account, Account.id == SignIn.account_id)
        .where(_has_address(email), SignIn.ip_prefix == network, SignIn.created_at > since)
        .where(SignIn.second_factor_at.is_not(None) | Account.totp_confirmed_at.is_(None))
    )
    return session.scalar(statement.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """A device on which somebody is signed in."""

    id: int
    created_at: datetime
    seen_at: datetime
    network: str
    agent: str


def sign_ins_of(session: Session, account_id: int, now: datetime) -> list[SignInFacts]:
    """Where an account is signed in, the newest first."""
    columns = (SignIn.id, SignIn.created_at, SignIn.seen_at, SignIn.ip_prefix, SignIn.agent)
    found = select(*columns).where(SignIn.account_id == account_id, *_alive(now)).order_by(SignIn.id.desc())
    return [SignInFacts(*row) for row in session.execute(found)]


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A personal token."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


def tokens_of(session: Session, account_id: int, now: datetime) -> list[TokenFacts]:
    """The personal tokens of an account that work, the newest first."""
    columns = (ApiToken.id, ApiToken.name, ApiToken.created_at, ApiToken.expires_at, ApiToken.used_at)
    found = select(*columns).where(ApiToken.account_id == account_id, *_valid(now)).order_by(ApiToken.id.desc())
    return [TokenFacts(*row) for row in session.execute(found)]


def _valid(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return ApiToken.revoked_at.is_(None), ApiToken.expires_at.is_(None) | (ApiToken.expires_at > now)


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _in_use(now, now - IDLE_AT_MOST)


def _in_use(
    now: datetime | BindParameter[datetime], seen_after: datetime | BindParameter[datetime]
) -> tuple[ColumnElement[bool], ...]:
    return SignIn.ended_at.is_(None), SignIn.expires_at > now, SignIn.seen_at > seen_after


_ACCOUNT = (
    Account.id.label("account_id"),
    Account.email,
    Account.name,
    Account.locale,
    Account.totp_confirmed_at,
    Account.second_factor_waived,
    AccountRole.role,
    AccountRole.station_code,
)


def _with_roles(found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A row for each role; none of an account that is shut."""
    return found.outerjoin(AccountRole, AccountRole.account_id == Account.id).where(Account.is_active)


# Written once: to put a statement together takes longer than to run it, and each page of staff asks for one of these.
_TOKEN: BindParameter[str] = bindparam("token")
_NOW: BindParameter[datetime] = bindparam("now")
_SEEN_AFTER: BindParameter[datetime] = bindparam("seen_after")
_SIGNED_IN = _with_roles(
    select(*_ACCOUNT, SignIn.id, SignIn.seen_at, SignIn.second_factor_at)
    .join_from(SignIn, Account)
    .where(SignIn.token_hash == _TOKEN, *_in_use(_NOW, _SEEN_AFTER))
)
_TOKEN_OWNER = _with_roles(
    select(*_ACCOUNT, ApiToken.id, ApiToken.used_at.label("seen_at"))
    .join_from(ApiToken, Account)
    .where(ApiToken.token_hash == _TOKEN, *_valid(_NOW))
)


def signed_in(session: Session, token: str, now: datetime) -> Person | None:
    """Whoever's sign-in has this token, in one statement; None where it has ended, rested too long or is none."""
    values = {"token": token_hash(token), "now": now, "seen_after": now - IDLE_AT_MOST}
    rows = session.execute(_SIGNED_IN, values).all()
    if not rows:
        return None
    row = rows[0]
    return _person(rows, sign_in_id=row.id, token_id=None, gave_second_factor=row.second_factor_at is not None)


def token_owner(session: Session, token: str, now: datetime) -> Person | None:
    """Whoever's personal token for the API this is, in one statement; None where it is revoked, too old or none."""
    rows = session.execute(_TOKEN_OWNER, {"token": token_hash(token), "now": now}).all()
    return _person(rows, sign_in_id=None, token_id=rows[0].id, gave_second_factor=False) if rows else None


def _person(
    rows: Sequence[Row[Any]], *, sign_in_id: int | None, token_id: int | None, gave_second_factor: bool
) -> Person:
    one = rows[0]
    roles = frozenset((row.role, row.station_code) for row in rows if row.role is not None)
    return Person(
        staff=Staff(one.account_id, one.email, one.name, roles),
        locale=one.locale,
        sign_in_id=sign_in_id,
        token_id=token_id,
        seen_at=one.seen_at,
        has_second_factor=one.totp_confirmed_at is not None,
        gave_second_factor=gave_second_factor,
        second_factor_waived=one.second_factor_waived,
    )


@dataclass(frozen=True)
class TrailLine:
    """A line of the audit trail: who did what, when. `actor` is the name of a member of staff, else as it is kept."""

    at: datetime
    actor: str
    action: str
    after: dict[str, Any]
    subject: str = ""
    is_staff: bool = False
    """Whether somebody of the staff did it."""
    before: dict[str, Any] | None = None


def trail_of(session: Session, subject: str) -> list[TrailLine]:
    """What became of a thing ("booking:VE-..."), oldest first; two statements."""
    return trail_of_all(session, [subject])


def trail_of_all(session: Session, subjects: Collection[str]) -> list[TrailLine]:
    """What became of several things, oldest first; two statements."""
    statement = (
        select(
            *(AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.after),
            *(AuditEntry.subject, AuditEntry.before),
        )
        .where(AuditEntry.subject.in_(subjects))
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    rows = session.execute(statement).all()
    names = names_of_actors(session, {row.actor for row in rows})
    return [
        TrailLine(
            row.at,
            names.get(row.actor, row.actor),
            row.action,
            row.after or {},
            subject=row.subject,
            is_staff=row.actor in names,
            before=row.before,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Deed:
    """Something that a person did."""

    id: int
    at: datetime
    action: str
    subject: str
    station: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class DeedsWanted:
    """Which of them: kinds of things ("booking"), instants from and to, and below which id the page begins."""

    actor: str
    kind: str = ""
    begin: datetime | None = None
    end: datetime | None = None
    below: int | None = None


def deeds_of(session: Session, wanted: DeedsWanted, stations: Collection[str] | None, most: int) -> list[Deed]:
    """What a person did at these stations (codes, "" for no station in particular; None: all), the newest first."""
    columns = (AuditEntry.id, AuditEntry.at, AuditEntry.action, AuditEntry.subject, AuditEntry.station_code)
    found = select(*columns, AuditEntry.before, AuditEntry.after).where(AuditEntry.actor == wanted.actor)
    if stations is not None:
        found = found.where(AuditEntry.station_code.in_(stations))
    if wanted.kind:
        found = found.where(AuditEntry.subject.startswith(f"{wanted.kind}:", autoescape=True))
    if wanted.begin is not None:
        found = found.where(AuditEntry.at >= wanted.begin)
    if wanted.end is not None:
        found = found.where(AuditEntry.at < wanted.end)
    if wanted.below is not None:
        found = found.where(AuditEntry.id < wanted.below)
    return [Deed(*row) for row in session.execute(found.order_by(AuditEntry.id.desc()).limit(most))]


def names_of_actors(session: Session, actors: Collection[str]) -> dict[str, str]:
    """The name of each actor that is a member of staff, as in account:7; one statement."""
    ids = {int(actor[8:]) for actor in actors if actor.startswith("account:") and actor[8:].isdigit()}
    if not ids:
        return {}
    people = session.execute(select(Account.id, Account.name, Account.email).where(Account.id.in_(ids))).all()
    return {f"account:{person.id}": person.name or person.email for person in people}


@dataclass(frozen=True, slots=True)
class DeskReader:
    """Somebody of a station's desk, to be written to."""

    account_id: int
    name: str
    email: str
    locale: str


def desks_of(session: Session, codes: Collection[str]) -> dict[str, list[DeskReader]]:
    """The coordinators of these stations by its code, by name; of no others than that station."""
    statement = (
        select(AccountRole.station_code, Account.id, Account.name, Account.email, Account.locale)
        .join_from(AccountRole, Account, Account.id == AccountRole.account_id)
        .where(AccountRole.role == Role.COORDINATOR, AccountRole.station_code.in_(codes), Account.is_active.is_(True))
        .order_by(Account.name, Account.id)
    )
    found: dict[str, list[DeskReader]] = {}
    for code, account_id, name, email, locale in session.execute(statement):
        found.setdefault(code, []).append(DeskReader(account_id, name or email, email, locale or "en"))
    return found


def roles_of(session: Session, account_id: int) -> set[tuple[Role, str]]:
    """The roles of an account, with the station of each."""
    columns = (AccountRole.role, AccountRole.station_code)
    found = session.execute(select(*columns).where(AccountRole.account_id == account_id))
    return {(role, code) for role, code in found}


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A member of staff as an administrator sees one."""

    id: int
    email: str
    name: str
    is_active: bool
    has_password: bool
    has_second_factor: bool
    roles: frozenset[tuple[Role, str]]


def people(session: Session, codes: frozenset[str] | None) -> list[PersonFacts]:
    """Everybody with a role at one of these stations (None: everybody), by name, in two statements."""
    whom = select(Account).order_by(Account.name, Account.email)
    if codes is not None:
        here = select(AccountRole.account_id).where(AccountRole.station_code.in_(codes))
        whom = whom.where(Account.id.in_(here))
    found = session.scalars(whom).all()
    columns = (AccountRole.account_id, AccountRole.role, AccountRole.station_code)
    roles: dict[int, set[tuple[Role, str]]] = {}
    for account_id, role, code in session.execute(select(*columns)):
        roles.setdefault(account_id, set()).add((role, code))
    return [
        PersonFacts(
            id=one.id,
            email=one.email,
            name=one.name,
            is_active=one.is_active,
            has_password=bool(one.password_hash),
            has_second_factor=one.totp_confirmed_at is not None,
            roles=frozenset(roles.get(one.id, ())),
        )
        for one in found
    ]
