"""Offerings, pictures and materials for tests of the catalogue."""

from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.catalogue.models import Interest, Offering
from booking.catalogue.queries.editing import Edited, edited
from booking.catalogue.services.offerings import By
from booking.catalogue.terms import (
    REOPENING,
    Format,
    InterestState,
    Kind,
    LanguagePolicy,
    Level,
    MaterialWish,
    OfferingStatus,
    OfferingWish,
)
from booking.db import db
from tests.builders import NOW, save

BY = By("account:7", NOW, 1)
"""A coordinator who has seen the first version."""
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def wish(**values: Any) -> OfferingWish:  # noqa: ANN401
    """A live virtual tour of an hour."""
    return OfferingWish(
        **{
            "kind": Kind.TOUR,
            "format": Format.VIRTUAL_LIVE,
            "theme": "united-nations-general",
            "audience": "mixed",
            "unit": "visitors-service",
            "status": OfferingStatus.ACTIVE,
            "language_policy": LanguagePolicy.STATION,
            "duration_min": 60,
            **values,
        }
    )


def plan(**values: Any) -> MaterialWish:  # noqa: ANN401
    """A lesson plan at an address elsewhere."""
    titles = {"en": "Lesson plan"}
    return MaterialWish(
        **{"titles": titles, "level": Level.PRIMARY, "language": "en", "url": "https://example.org/p", **values}
    )


def drawn(width: int = 80, height: int = 60, form: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401
    """A picture of one colour."""
    file = BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, form, **options)
    return file.getvalue()


def now_of(code: str) -> Edited:
    """The offering as it is stored now."""
    db.session.rollback()
    found = edited(db.session(), code)
    assert found is not None
    return found


def trail(action: str) -> list[AuditEntry]:
    """The lines of the audit trail with that action."""
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def let_wait(offering: Offering, email: str = "bea@example.org") -> None:
    """Somebody waits to be told that it can be booked."""
    save(
        Interest(
            offering_id=offering.id,
            email=email,
            about=REOPENING,
            locale="en",
            state=InterestState.WAITING,
            asked_at=NOW,
            confirmed_at=NOW,
        )
    )
