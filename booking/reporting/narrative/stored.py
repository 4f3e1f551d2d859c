"""What desks have kept about the report of a period: choices, texts, signatures, frozen versions. Reads alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.reporting.narrative.filling import ENGLISH, OWN
from booking.reporting.narrative.models import ReportDraft, ReportSignature, ReportText, ReportVersion
from booking.reporting.narrative.numbers import Qualifier
from booking.reporting.terms import Period

_DRAFT, _TEXT, _SIGNATURE, _VERSION = (
    table_of(model).c for model in (ReportDraft, ReportText, ReportSignature, ReportVersion)
)
ORDERS = (OWN, ENGLISH)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a desk has chosen for a report; `report_id` and `version` are 0 where nobody has touched it."""

    report_id: int = 0
    order: str = OWN
    qualifiers: Mapping[str, Qualifier] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """The newest text of a paragraph in a locale; empty: the shipped one again."""

    version: int
    text: str
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature under what had this digest."""

    digest: str
    actor: str
    at: datetime
    round: int = 0
    """Frozen versions there were."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A version that two have signed."""

    number: int
    digest: str
    content: Mapping[str, Any]
    changes: Mapping[str, Any]
    first: Signed
    second: Signed


def choices_of(session: Session, period: Period) -> Choices:
    """What was chosen for the report of exactly this period."""
    row = session.execute(
        select(_DRAFT.id, _DRAFT.list_order, _DRAFT.qualifiers, _DRAFT.version).where(
            _DRAFT.first_on == period.first, _DRAFT.last_on == period.last
        )
    ).first()
    if row is None:
        return Choices()
    known = {name: Qualifier(wish) for name, wish in row.qualifiers.items() if wish in set(Qualifier)}
    return Choices(row.id, row.list_order, known, row.version)


def texts_of(session: Session, report_id: int) -> dict[tuple[str, str], Saved]:
    """The newest texts by paragraph and locale."""
    rows = session.execute(
        select(_TEXT.paragraph, _TEXT.locale, _TEXT.version, _TEXT.text, _TEXT.saved_at, _TEXT.saved_by)
        .where(_TEXT.report_id == report_id)
        .order_by(_TEXT.version)
    )
    return {(row.paragraph, row.locale): Saved(row.version, row.text, row.saved_at, row.saved_by) for row in rows}


def signatures_of(session: Session, report_id: int) -> list[Signed]:
    """Every signature, the oldest first."""
    rows = session.execute(
        select(_SIGNATURE.digest, _SIGNATURE.actor, _SIGNATURE.signed_at, _SIGNATURE.round)
        .where(_SIGNATURE.report_id == report_id)
        .order_by(_SIGNATURE.id)
    )
    return [Signed(*row) for row in rows]


def versions_of(session: Session, report_id: int) -> list[Frozen]:
    """The frozen versions, the newest first."""
    rows = session.execute(
        select(
            *(_VERSION[name] for name in ("number", "digest", "content", "changes")),
            *(_VERSION[name] for name in ("first_by", "first_at", "second_by", "second_at")),
        )
        .where(_VERSION.report_id == report_id)
        .order_by(_VERSION.number.desc())
    )
    return [
        Frozen(
            row.number,
            row.digest,
            row.content,
            row.changes,
            Signed(row.digest, row.first_by, row.first_at),
            Signed(row.digest, row.second_by, row.second_at),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class LastReport:
    """The report before another: its period, and its newest version."""

    period: Period
    number: int
    content: Mapping[str, Any]


def last_report(session: Session, period: Period) -> LastReport | None:
    """The newest version of the report whose period ended last before this one did; None if none was signed."""
    names = (_DRAFT.first_on, _DRAFT.last_on, _VERSION.number, _VERSION.content)
    found = session.execute(
        select(*names)
        .join_from(table_of(ReportVersion), table_of(ReportDraft), _DRAFT.id == _VERSION.report_id)
        .where(_DRAFT.last_on < period.last)
        .order_by(_DRAFT.last_on.desc(), _DRAFT.first_on.desc(), _VERSION.number.desc())
        .limit(1)
    ).first()
    return LastReport(Period(found.first_on, found.last_on), found.number, found.content) if found else None


def latest_period(session: Session) -> Period | None:
    """The period of the report that somebody worked on last."""
    row = session.execute(select(_DRAFT.first_on, _DRAFT.last_on).order_by(_DRAFT.id.desc()).limit(1)).first()
    return Period(row.first_on, row.last_on) if row else None
