"""How often a rule refused what groups asked for."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base


class RefusalCount(Base):
    """Requests of a day that a rule refused when they were sent: a number, nothing of whoever asked."""

    __tablename__ = "refusal_count"
    __table_args__ = (CheckConstraint("number > 0", name="number"), STRICT)

    day: Mapped[date] = mapped_column(primary_key=True, comment="local day of the station")
    station: Mapped[str] = mapped_column(primary_key=True, comment="empty: none was named")
    rule: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, comment="of what was asked for; empty: advice")
    language: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
