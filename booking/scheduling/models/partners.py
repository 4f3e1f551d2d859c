"""Stations that take part in another station's event."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base, enum_by_value
from booking.scheduling.terms import PartnerState


class EventPartner(Base):
    """A station that was asked to take part in an event that another one leads. The row stays when it is over."""

    __tablename__ = "event_partner"
    __table_args__ = (
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered_or_asked"),
        UniqueConstraint("event_id", "station_id"),
        Index("ix_event_partner_station_id_state", "station_id", "state"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), comment="never the one that leads the event")
    state: Mapped[PartnerState] = mapped_column(enum_by_value(PartnerState), default=PartnerState.ASKED)
    asked_by: Mapped[str] = mapped_column(comment="account:7")
    asked_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(default="", server_default="", comment="what the leading desk wrote")
    answered_by: Mapped[str] = mapped_column(default="", server_default="", comment="who agreed, declined or withdrew")
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="", comment="what was written with it")
    told_starts_at: Mapped[datetime] = mapped_column(comment="the start that the partner's desk knows of")
    told_cancelled: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="the partner's desk knows that the event is called off"
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1", comment="of two answers one is given")
