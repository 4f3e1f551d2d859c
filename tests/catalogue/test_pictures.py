"""What is sent as a picture is bounded before it is unpacked, and only pixels of ours are kept."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from booking.catalogue.models import StoredFile
from booking.catalogue.pictures import PictureRefused, prepared
from booking.catalogue.queries.material import pictures_of, shown_pictures
from booking.catalogue.services.offerings import By
from booking.catalogue.services.pictures import (
    MOST,
    TooMany,
    add_picture,
    describe_picture,
    put_first,
    remove_picture,
)
from booking.catalogue.terms import NotThere, Overtaken
from booking.db import db
from tests.builders import make_offering, make_station
from tests.catalogue.making import BY, drawn, trail

SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def bomb(side: int = 7100) -> bytes:
    """A PNG of 50 megapixels in a few kilobytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes(side * (1 + (side + 7) // 8)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def moving() -> bytes:
    """A WebP of two frames."""
    file = BytesIO()
    first, second = (Image.new("RGB", (20, 20), colour) for colour in ("red", "blue"))
    first.save(file, "WEBP", save_all=True, append_images=[second])
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<!doctype html><script>alert(1)</script>", "unreadable"),
        (SCRIPT, "unreadable"),
        (drawn(form="GIF"), "unreadable"),
        (drawn()[:60], "unreadable"),
        (b"PK\x03\x04" + bytes(100), "unreadable"),
        (bomb(), "too_large"),
        (bomb(20_000), "too_large"),
        (moving(), "animated"),
    ],
    ids=["nothing", "a page", "a drawing with a script", "a GIF", "half", "an archive", "50 Mpx", "400 Mpx", "moving"],
)
def test_what_is_no_plain_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        prepared(content)
    assert refused.value.code == code


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_large_picture_becomes_two_of_webp(form: str) -> None:
    made = prepared(drawn(3200, 1600, form))
    assert (made.width, made.height, made.small_width) == (1600, 800, 640)
    for content, width in ((made.large, 1600), (made.small, 640)):
        with Image.open(BytesIO(content)) as found:
            assert (found.format, found.width) == ("WEBP", width)


def test_a_small_one_is_not_blown_up() -> None:
    assert prepared(drawn(80, 60)).width == 80


def test_where_it_was_taken_and_what_else_it_carried_is_left_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Invented secret"
    exif[0x0112] = 6  # to be turned by a quarter
    sent = drawn(80, 60, "JPEG", exif=exif, comment=b"Invented secret", icc_profile=b"Invented secret")
    assert b"Invented secret" in sent
    made = prepared(sent)
    assert b"Invented secret" not in made.large + made.small
    assert (made.width, made.height) == (60, 80)
    with Image.open(BytesIO(made.large)) as found:
        assert not found.getexif()
        assert "icc_profile" not in found.info


def test_what_is_seen_through_stands_on_white() -> None:
    file = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(BytesIO(prepared(file.getvalue()).large)) as found:
        assert found.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.usefixtures("app")
class TestStored:
    """Pictures of an offering in the database."""

    def test_one_without_words_is_kept_and_not_shown(self) -> None:
        offering = make_offering(make_station())
        add_picture(offering.code, prepared(drawn()), {}, BY)
        (kept,) = pictures_of(db.session(), [offering.id])[offering.id]
        assert shown_pictures(db.session()) == {}
        describe_picture(offering.code, kept.id, {"en": "A teal field"}, [], BY)
        assert [one.id for one in shown_pictures(db.session())[offering.id]] == [kept.id]
        assert [line.after for line in trail("picture.describe")] == [{"alt.en": "A teal field"}]

    def test_the_same_file_twice_is_one_picture_and_two_offerings_share_its_bytes(self) -> None:
        station = make_station()
        first, second = make_offering(station), make_offering(station)
        made = prepared(drawn(700, 700))
        for offering in (first, first, second):
            add_picture(offering.code, made, {}, BY)
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 2
        remove_picture(first.code, pictures_of(db.session(), [first.id])[first.id][0].id, BY)
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 2
        remove_picture(second.code, pictures_of(db.session(), [second.id])[second.id][0].id, BY)
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0

    def test_one_is_put_before_the_others(self) -> None:
        offering = make_offering(make_station())
        for width in (10, 20, 30):
            add_picture(offering.code, prepared(drawn(width)), {}, BY)
        last = pictures_of(db.session(), [offering.id])[offering.id][2]
        put_first(offering.code, last.id, BY)
        assert [one.width for one in pictures_of(db.session(), [offering.id])[offering.id]] == [30, 10, 20]

    def test_the_second_of_two_who_describe_it_is_told(self) -> None:
        offering = make_offering(make_station())
        add_picture(offering.code, prepared(drawn()), {}, BY)
        (kept,) = pictures_of(db.session(), [offering.id])[offering.id]
        describe_picture(offering.code, kept.id, {"en": "Teal"}, [], BY)
        with pytest.raises(Overtaken):
            describe_picture(offering.code, kept.id, {"en": "Blue"}, [], BY)

    def test_a_picture_of_another_offering_is_not_there(self) -> None:
        station = make_station()
        offering, other = make_offering(station), make_offering(station)
        add_picture(offering.code, prepared(drawn()), {}, BY)
        (kept,) = pictures_of(db.session(), [offering.id])[offering.id]
        with pytest.raises(NotThere):
            remove_picture(other.code, kept.id, BY)

    def test_there_is_an_end_to_the_pictures_of_one_offering(self) -> None:
        offering = make_offering(make_station())
        for width in range(1, MOST + 1):
            add_picture(offering.code, prepared(drawn(width)), {}, BY)
        with pytest.raises(TooMany):
            add_picture(offering.code, prepared(drawn(99)), {}, By("account:7", BY.now))
