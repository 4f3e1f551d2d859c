"""Count what rules refuse: demand that the service did not meet, for its report."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from booking import i18n, zones
from booking.bookings.refusal_models import RefusalCount
from booking.bookings.terms import BookingRefused, BookingRequest
from booking.catalogue.models import Offering, Station
from booking.db import db, insert_into, table_of, transaction
from booking.scheduling.models import Event

MISTAKES = frozenset({"REQ-01", "REQ-02", "REQ-03", "LANG-04", "TIME-03", "TIME-04", "LEAD-03"})
"""Rules about what was mistyped."""
OF_ONE_TIME = frozenset({"CAP-02", "DUP-01", "OVL-01", "OVL-02", "STA-01"})
"""Rules about one event: whoever finds it full or past has its line and other times, and has shown no lack of ours."""

_STATION, _OFFERING, _EVENT = table_of(Station).c, table_of(Offering).c, table_of(Event).c


@contextmanager
def counting_refusals(asked: BookingRequest, now: datetime) -> Iterator[None]:
    """Count a request that is refused inside, once for each rule, and let the refusal pass."""
    try:
        yield
    except BookingRefused as error:
        rules = {one.rule for one in error.refusals} - MISTAKES - OF_ONE_TIME
        if rules:
            with suppress(OperationalError):  # a database that is busy: the answer matters more than its number
                _count(asked, sorted(rules), now)
        raise


def _count(asked: BookingRequest, rules: list[str], now: datetime) -> None:
    station, zone, kind = _about(db.session(), asked)
    language = i18n.base_language(asked.language) or ""
    of = {"day": zones.local_date(now, zone), "station": station, "kind": kind, "language": language}
    with transaction() as session:
        row = insert_into(session, RefusalCount)
        again = {"number": table_of(RefusalCount).c.number + 1}
        statement = row.on_conflict_do_update(index_elements=["day", "station", "rule", "kind", "language"], set_=again)
        session.execute(statement, [{**of, "rule": rule, "number": 1} for rule in rules])


def _about(session: Session, asked: BookingRequest) -> tuple[str, str, str]:
    """The station, its zone and the kind of what is asked for; a station alone where advice is."""
    columns = (_STATION.code, _STATION.time_zone, _OFFERING.kind)
    joined = select(*columns).join_from(table_of(Offering), table_of(Station), _STATION.id == _OFFERING.station_id)
    if asked.event:
        wanted = joined.join(table_of(Event), _EVENT.offering_id == _OFFERING.id).where(_EVENT.code == asked.event)
    elif asked.offering:
        wanted = joined.where(_OFFERING.code == asked.offering)
    else:
        wanted = select(*columns[:2], _STATION.code).where(_STATION.code == asked.station)
    found = session.execute(wanted).first()
    if found is None:
        return "", "UTC", ""
    return found[0], found[1], "" if not (asked.event or asked.offering) else found[2].value
