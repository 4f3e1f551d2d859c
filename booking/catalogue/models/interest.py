"""Who wants to be written to: when an offering starts again, or when bookings for a day open."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.catalogue.terms import InterestState
from booking.db import STRICT, Base, enum_by_value


class Interest(Base):
    """An address on the list of an offering. Whoever leaves is taken out; whoever was written to is, a while later."""

    __tablename__ = "interest"
    __table_args__ = (
        UniqueConstraint("offering_id", "email", "about"),
        CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="told_has_its_instant"),
        CheckConstraint("(about = 'reopening') = (opens_at IS NULL)", name="day_has_its_opening"),
        Index("ix_interest_state_opens_at", "state", "opens_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"))
    email: Mapped[str] = mapped_column(comment="in its one spelling, lower case")
    about: Mapped[str] = mapped_column(comment="reopening, or the day wished for as YYYY-MM-DD")
    wished_on: Mapped[date | None] = mapped_column(comment="LEAD-02: the day whose bookings are not open yet")
    opens_at: Mapped[datetime | None] = mapped_column(comment="LEAD-02: when they open, and the reminder is due")
    locale: Mapped[str]
    organisation: Mapped[str] = mapped_column(default="")
    size: Mapped[int | None] = mapped_column(comment="people, adults included")
    state: Mapped[InterestState] = mapped_column(enum_by_value(InterestState))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="by the link in the first mail")
    told_at: Mapped[datetime | None]
