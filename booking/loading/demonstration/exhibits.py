"""What the demonstration's offerings show beside their texts: pictures drawn here, lesson plans, and who waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import insert, select

from booking.catalogue.models import Interest, Offering
from booking.catalogue.pictures import prepared
from booking.catalogue.services.materials import add_material
from booking.catalogue.services.offerings import By
from booking.catalogue.services.pictures import add_picture
from booking.catalogue.terms import REOPENING, InterestState, Level, MaterialWish
from booking.db import table_of, transaction

SIZE = (1200, 675)
AWAITED = "P-NBO-04"
PICTURES = {
    "P-GVA-01": ("#0b3a5b", "#8fd0f2", "A drawing: a long building with many windows beside a lake"),
    "P-NYC-01": ("#123a2c", "#9fdcc0", "A drawing: a tall narrow building beside a river"),
    "P-NBO-01": ("#5a2a12", "#f1c39a", ""),
}
"""By offering: ground, windows, and what it shows; the last waits for its words, so that only the desk sees it."""
PLANS = (
    ("P-NYC-01", "Before the tour: who sits in the General Assembly?", Level.PRIMARY, "NYC", "assembly"),
    ("P-GVA-01", "A resolution in one lesson", Level.SECONDARY, "GVA", "resolution"),
)
WAITING = (("Invented School of Lavington", 24), ("Muthaiga Invented Academy", 18), ("", None))


def write_exhibits(now: datetime) -> None:
    """Two lesson plans as links, three drawn pictures, and three addresses that wait for the children's tour."""
    by = By("command", now)
    for code, (ground, windows, alt) in PICTURES.items():
        add_picture(code, prepared(_drawing(ground, windows)), {"en": alt} if alt else {}, by)
    for code, title, level, station, word in PLANS:
        wish = MaterialWish({"en": title}, level, "en", f"https://example.org/lesson-plans/{word}")
        add_material(station, wish, by, code)
    with transaction() as session:
        offering = table_of(Offering)
        awaited = session.execute(select(offering.c.id).where(offering.c.code == AWAITED)).scalar_one()
        session.execute(insert(table_of(Interest)), list(_waiting(awaited, now)))


def _drawing(ground: str, windows: str) -> bytes:
    """A building of rectangles, plainly drawn by a program."""
    picture = Image.new("RGB", SIZE, windows)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 520, *SIZE), fill="#2d6a7d")
    pen.rectangle((180, 160, 1020, 540), fill=ground)
    for column in range(12):
        for row in range(5):
            left, top = 215 + column * 66, 190 + row * 66
            pen.rectangle((left, top, left + 38, top + 40), fill=windows)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _waiting(offering_id: int, now: datetime) -> Iterator[dict[str, object]]:
    for number, (organisation, size) in enumerate(WAITING, 1):
        asked = now - timedelta(days=9 * number)
        yield {
            "offering_id": offering_id,
            "email": f"waiting{number}@example.org",
            "about": REOPENING,
            "wished_on": None,
            "opens_at": None,
            "locale": "en",
            "organisation": organisation,
            "size": size,
            "state": InterestState.WAITING,
            "asked_at": asked,
            "confirmed_at": asked,
        }
