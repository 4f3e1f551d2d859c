"""The schedule's own texts, for the list of what is still to translate: series, and messages of closures."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.catalogue.translating import Translatable
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Closure, Event, Series
from booking.scheduling.terms import ClosureType

_SERIES, _EVENT, _CLOSURE, _STATION = map(table_of, (Series, Event, Closure, Station))


def series(session: Session) -> Iterator[Translatable]:
    """Every series that has events; one statement."""
    of = select(func.min(_STATION.c.code)).join(_EVENT, _EVENT.c.station_id == _STATION.c.id)
    station: Any = of.where(_EVENT.c.series_id == _SERIES.c.id).correlate(_SERIES).scalar_subquery()
    columns = (_SERIES.c.code, _SERIES.c.title, _SERIES.c.summary, _SERIES.c.english_of, station.label("station"))
    for row in session.execute(select(*columns).order_by(_SERIES.c.code)):
        if row.station:
            texts = {"title": row.title, "summary": row.summary or Translated()}
            href = url_for("series.texts", code=row.code)
            yield Translatable("series", row.title, texts, href, row.station, row.english_of)


def closures(session: Session) -> Iterator[Translatable]:
    """What closures say to visitors; official holidays have names of their own. One statement."""
    joined = _CLOSURE.join(_STATION, _STATION.c.id == _CLOSURE.c.station_id)
    columns = (_STATION.c.code, _CLOSURE.c.message, _CLOSURE.c.conditions)
    said = select(*columns).select_from(joined).where(_CLOSURE.c.type != ClosureType.OFFICIAL_HOLIDAY)
    for row in session.execute(said.where(_CLOSURE.c.lifted_at.is_(None)).order_by(_CLOSURE.c.starts_on.desc())):
        texts = {"message": row.message, "conditions": row.conditions or Translated()}
        yield Translatable("closure", row.message, texts, "", row.code)


SOURCES = (series, closures)
