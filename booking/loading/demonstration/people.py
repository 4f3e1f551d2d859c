"""Who signs in to the demonstration: every guide, a coordinator, an administrator. All are invented.

They have no password. They enter by one-time links that `booking run --demo` prints at a loopback address, and only
for them the second factor is waived.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account, AccountRole
from booking.accounts.services.links import demonstration_link
from booking.accounts.terms import EVERYWHERE, Role
from booking.catalogue.models import Station
from booking.db import db, table_of
from booking.loading.csv_tables import Table
from booking.loading.upsert import ids
from booking.scheduling.models import Guide

DESK = (("Ilse Marwood", Role.COORDINATOR), ("Ada Quillfeather", Role.ADMINISTRATOR))
"""They look after all four stations."""


def write_accounts(session: Session, guides: Table, now: datetime) -> None:
    """An account for everybody, each guide's tied to the guide."""
    names = [*(row.values["name"] for row in guides.rows), *(name for name, _role in DESK)]
    values = {"created_at": now, "second_factor_waived": True, "locale": "en"}
    session.execute(insert(table_of(Account)), [{"email": address_of(name), "name": name, **values} for name in names])
    accounts = ids(session, Account, "email")
    codes = {row.name: row.code for row in session.execute(select(Station.name, Station.code))}
    session.execute(insert(table_of(AccountRole)), list(_roles(guides, accounts, codes)))
    guide = table_of(Guide)
    for row in guides.rows:
        own = update(guide).where(guide.c.code == row.values["code"])
        session.execute(own.values(account_id=accounts[address_of(row.values["name"])]))


def _roles(guides: Table, accounts: dict[str, int], codes: dict[str, str]) -> Iterator[dict[str, object]]:
    for row in guides.rows:
        account_id = accounts[address_of(row.values["name"])]
        yield {"account_id": account_id, "role": Role.GUIDE, "station_code": codes[row.values["station"]]}
    for name, role in DESK:
        yield {"account_id": accounts[address_of(name)], "role": role, "station_code": EVERYWHERE}


def address_of(name: str) -> str:
    """The invented address of an invented person: "Maya Lanternfield" is maya.lanternfield@example.org."""
    return f"{name.lower().replace(' ', '.')}@example.org"


def links(now: datetime) -> list[tuple[Role, str, str]]:
    """For each role somebody's name, and the path of a link that signs in as that person, once, for ten minutes."""
    found = []
    for role in Role:
        person = db.session.execute(_first(role)).first()
        token = demonstration_link(person.email, now) if person else None
        if person and token:
            found.append((role, person.name, f"/sign-in/link/{token}"))
    return found


def _first(role: Role) -> Select[str, str]:
    invented = (Account.second_factor_waived, Account.is_active, AccountRole.role == role)
    of_role = select(Account.name, Account.email).join(AccountRole, AccountRole.account_id == Account.id)
    return of_role.where(*invented).order_by(Account.id).limit(1)
