"""Change the values of an offering's rules: the station's row first, as everybody does, then the offering's."""

from collections.abc import Mapping

from sqlalchemy import select, update

from booking.accounts.services import audit
from booking.catalogue.models import Offering, Station
from booking.catalogue.rule_values import changed
from booking.catalogue.services.stations import Edit, check_order, raise_version
from booking.catalogue.terms import Overtaken
from booking.db import table_of, transaction

_OFFERING, _STATION = table_of(Offering), table_of(Station)


def change_offering_values(edit: Edit, station: str, values: Mapping[str, int | None]) -> bool:
    """Write values of an offering of this station (a code); False where they are as they were.

    Raises Overtaken, OutOfOrder.
    """
    with transaction() as session:
        held = select(_STATION.c.id).where(_STATION.c.code == station).with_for_update(key_share=True)
        station_id = session.execute(held).scalar_one()
        mine = (_OFFERING.c.code == edit.code, _OFFERING.c.station_id == station_id)
        row = session.execute(select(_OFFERING).where(*mine).with_for_update(key_share=True)).mappings().first()
        if row is None or row["version"] != edit.version:
            raise Overtaken(edit.code)
        check_order(dict(row), values)
        before, after = changed(dict(row), values)
        if not after:
            return False
        session.execute(update(_OFFERING).where(*mine).values(version=_OFFERING.c.version + 1, **after))
        raise_version(session, station_id)
        audit(
            session,
            at=edit.now,
            actor=edit.actor,
            action="offering.rules",
            subject=f"offering:{edit.code}",
            station_code=station,
            before=before,
            after=after,
        )
    return True
