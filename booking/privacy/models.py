"""Whose data were erased, without saying who: what a restored backup is told again."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base


class Erasure(Base):
    """Somebody's data were asked to be erased; done at once, or once the last tour to come is over."""

    __tablename__ = "erasure"
    __table_args__ = (
        Index(
            "ix_erasure_waiting",
            "asked_at",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True, comment="of the address, keyed with the server's key")
    reference: Mapped[str] = mapped_column(comment="a booking of the address that was kept until its tour is over")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(comment="account:7, group, command")
    done_at: Mapped[datetime | None]
