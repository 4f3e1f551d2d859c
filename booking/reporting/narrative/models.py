"""What desks do with a report's paragraphs: choices, texts of their own, signatures, and versions that stay."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import STRICT, Base


class ReportDraft(Base):
    """The report of a period. Its row is locked by whoever writes a text or signs: one at a time."""

    __tablename__ = "report_draft"
    __table_args__ = (
        UniqueConstraint("first_on", "last_on"),
        CheckConstraint("first_on <= last_on", name="days_in_order"),
        CheckConstraint("list_order IN ('own', 'english')", name="list_order"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_on: Mapped[date] = mapped_column(comment="local day of the stations, included")
    last_on: Mapped[date] = mapped_column(comment="included")
    list_order: Mapped[str] = mapped_column(default="own", comment="of countries and languages: own or english")
    qualifiers: Mapped[dict[str, Any]] = mapped_column(comment="chosen by a desk, by 13.events")
    version: Mapped[int] = mapped_column(comment="of the choices: raised by every change of them")


class ReportText(Base):
    """One saved text of a paragraph in a locale; the highest version of its key counts, no row is changed."""

    __tablename__ = "report_text"
    __table_args__ = (
        UniqueConstraint("report_id", "paragraph", "locale", "version"),
        CheckConstraint("version > 0", name="version_is_counted"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report_draft.id"))
    paragraph: Mapped[str]
    locale: Mapped[str]
    version: Mapped[int]
    text: Mapped[str] = mapped_column(comment="with marks for figures; empty: the shipped text")
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(comment="account:7")


class ReportSignature(Base):
    """Somebody signed what these figures and texts were; it holds as long as they are the same."""

    __tablename__ = "report_signature"
    __table_args__ = (UniqueConstraint("report_id", "round", "digest", "actor"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report_draft.id"))
    round: Mapped[int] = mapped_column(comment="frozen versions there were: what is frozen needs two new ones")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of all figures and texts, hexadecimal")
    actor: Mapped[str] = mapped_column(comment="account:7")
    signed_at: Mapped[datetime]


class ReportVersion(Base):
    """Figures and texts that two have signed; never changed, a correction is the next number."""

    __tablename__ = "report_version"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        CheckConstraint("number > 0", name="number_is_counted"),
        CheckConstraint("first_by <> second_by", name="signed_by_two"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report_draft.id"))
    number: Mapped[int]
    digest: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(comment="figures with their events, and texts in every locale")
    changes: Mapped[dict[str, Any]] = mapped_column(comment="by figure: what is another than in the version before")
    first_by: Mapped[str] = mapped_column(comment="account:7")
    first_at: Mapped[datetime]
    second_by: Mapped[str]
    second_at: Mapped[datetime] = mapped_column(comment="when it was frozen")
