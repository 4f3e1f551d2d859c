"""How often the films and exhibitions of the demonstration were seen, read at the end of each of the last months."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.orm import Session

from booking.attendance.models import OnlineItem, ViewReading
from booking.attendance.terms import Qualifier
from booking.catalogue.models import Offering
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.loading.catalogue_rows import write_terms
from booking.loading.csv_tables import Row, Table

_ITEM, _READING, _OFFERING = table_of(OnlineItem), table_of(ViewReading), table_of(Offering)
MONTHS = 4
CHANNELS = ("YouTube", "web")
EACH = 1_240
"""Views that the first film gains in a month."""


def write_views(session: Session, today: date, now: datetime) -> None:
    """Each film on demand with a running total of one platform; every second one with a website's figure beside it."""
    write_terms(session, {"views": Table("views", [Row(0, {"channel": one, "measure": "views"}) for one in CHANNELS])})
    films = session.execute(select(_OFFERING).where(_OFFERING.c.format == Format.ON_DEMAND).order_by(_OFFERING.c.code))
    for number, film in enumerate(films.mappings().all(), start=1):
        for channel in CHANNELS[: 1 + number % 2]:
            made = session.execute(insert(_ITEM).values(**_item(film, channel)).returning(_ITEM.c.id)).scalar_one()
            rows = [{"item_id": made, "recorded_at": now, **one} for one in _readings(today, channel, number * EACH)]
            session.execute(insert(_READING), rows)


def _item(film: RowMapping, channel: str) -> dict[str, Any]:
    return {
        "code": f"{film['slug']}-{channel.lower()}",
        "station_id": film["station_id"],
        "offering_id": film["id"],
        "title": film["title"],
        "owner": film["unit"],
        "channel": channel,
        "measure": "views",
        "items": 1,
        "is_cumulative": channel == CHANNELS[0],
        "url": film["watch_url"],
    }


def _readings(today: date, channel: str, each: int) -> Iterator[dict[str, Any]]:
    """The last month's is still to be entered."""
    for number, day in enumerate(reversed(list(_month_ends(today))[1:]), start=1):
        is_total = channel == CHANNELS[0]
        said = Qualifier.EXACT if is_total else (Qualifier.ABOUT, Qualifier.NOT_RECORDED)[number % 2]
        value = None if said is Qualifier.NOT_RECORDED else each * number + 17 if is_total else each // 100 * 100
        yield {"read_on": day, "qualifier": said, "value": value}


def _month_ends(today: date) -> Iterator[date]:
    """The last days of the months before, the nearest first."""
    day = today
    for _number in range(MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        yield day
