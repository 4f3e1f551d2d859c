"""Places of a station, and what is given there."""

import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.services.limited import fit_to_limits
from booking.catalogue.models import Offering, Station, Venue
from booking.db import table_of, transaction
from booking.i18n import Translated
from booking.scheduling.models import Event

_VENUE, _OFFERING, _STATION, _EVENT = table_of(Venue), table_of(Offering), table_of(Station), table_of(Event)
_OTHER = re.compile("[^a-z0-9]+")


def name_venue(station: str, name: Mapping[str, str], offerings: Collection[str], *, now: datetime, actor: str) -> str:
    """Keep a place of a station with exactly these offerings (codes of the station's own); its code.

    A place of the same name in one of the languages is the same place. Events to come follow the limits of their place.
    """
    with transaction() as session:
        held = select(_STATION.c.id).where(_STATION.c.code == station).with_for_update(key_share=True)
        station_id = session.execute(held).scalar_one()
        venue_id, code = _place(session, station_id, Translated(name))
        own = _OFFERING.c.station_id == station_id
        here = _OFFERING.c.venue_id == venue_id
        left = session.execute(select(_OFFERING.c.id).where(own, here)).scalars().all()
        session.execute(update(_OFFERING).where(own, here).values(venue_id=None))
        given = (own, _OFFERING.c.code.in_(offerings))
        session.execute(update(_OFFERING).where(*given).values(venue_id=venue_id))
        session.execute(update(_STATION).where(_STATION.c.id == station_id).values(version=_STATION.c.version + 1))
        come = session.execute(select(_OFFERING.c.id).where(*given)).scalars().all()
        fit_to_limits(session, now, [_EVENT.c.offering_id.in_({*left, *come})], actor)
        audit(
            session,
            at=now,
            actor=actor,
            action="venue.keep",
            subject=f"venue:{station}/{code}",
            station_code=station,
            after={"offerings": sorted(offerings)},
        )
    return code


def _place(session: Session, station_id: int, name: Translated) -> tuple[int, str]:
    """The row of that name, made where there is none; the station's row is held."""
    rows = session.execute(select(_VENUE.c.id, _VENUE.c.code, _VENUE.c.name).where(_VENUE.c.station_id == station_id))
    for row in rows:
        if set(name.items()) & set(row.name.items()):
            return row.id, row.code
    code = f"{_OTHER.sub('-', str(name).lower()).strip('-')[:20] or 'place'}-{secrets.token_hex(2)}"
    values = {"station_id": station_id, "code": code, "name": name}
    made = session.execute(insert(_VENUE).values(values).returning(_VENUE.c.id)).scalar_one()
    return made, code
