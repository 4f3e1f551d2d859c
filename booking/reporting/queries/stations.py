"""Which stations there are."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.db import table_of


def station_codes(session: Session) -> tuple[str, ...]:
    """Their codes, sorted."""
    code = table_of(Station).c.code
    return tuple(session.execute(select(code).order_by(code)).scalars())
