"""The library of all stations: links and files, used by any offering, changed by their own station."""

import pytest
from sqlalchemy import func, select

from booking.catalogue.models import StoredFile
from booking.catalogue.queries.material import library, materials_of, stored_file, uses
from booking.catalogue.services.materials import NoPdf, add_material, attach, change_material, detach, retire_material
from booking.catalogue.services.offerings import By
from booking.catalogue.terms import Level, MaterialKind, NotThere, Overtaken
from booking.db import db
from tests.builders import make_offering, make_station
from tests.catalogue.making import BY, PDF, plan, trail

pytestmark = pytest.mark.usefixtures("app")
SECOND = By(BY.actor, BY.now, 2)


def test_a_material_of_one_station_is_named_on_the_page_of_another() -> None:
    make_station("VIE")
    offering = make_offering(make_station("NYC"))
    new = add_material("VIE", plan(), BY)
    for _ in range(2):
        attach(offering.code, new, BY)
    (found,) = materials_of(db.session())[offering.id]
    assert (found.id, found.station, found.url, found.level) == (new, "VIE", "https://example.org/p", Level.PRIMARY)
    assert [(line.station_code, line.after) for line in trail("material.attach")] == [
        ("NYC", {"offering": offering.code})
    ]
    assert [code for code, _title, _station in uses(db.session())[new]] == [offering.code]


def test_one_that_is_taken_off_a_page_stays_in_the_library() -> None:
    offering = make_offering(make_station())
    new = add_material("VIE", plan(), BY, offering.code)
    detach(offering.code, new, BY)
    assert materials_of(db.session(), [offering.id]) == {}
    assert [one.id for one in library(db.session())] == [new]
    with pytest.raises(NotThere):
        detach(offering.code, new, BY)


def test_one_that_is_taken_out_of_the_library_is_on_no_page() -> None:
    offering = make_offering(make_station())
    new = add_material("VIE", plan(), BY, offering.code)
    retire_material(new, BY)
    assert (library(db.session()), materials_of(db.session())) == ([], {})
    with pytest.raises(NotThere):
        attach(offering.code, new, BY)


def test_a_file_is_kept_as_it_is_and_another_takes_its_place() -> None:
    make_station()
    new = add_material("VIE", plan(url="", content=PDF), BY)
    (found,) = library(db.session())
    assert (found.kind, found.size) == (MaterialKind.FILE, len(PDF))
    kept = stored_file(db.session(), str(found.file))
    assert kept is not None
    assert (kept.content, kept.media_type, str(kept.title)) == (PDF, "application/pdf", "Lesson plan")
    change_material(new, plan(url="", content=PDF + b"\n"), [], BY)
    change_material(new, plan(url="", titles={"en": "Other plan"}), [], SECOND)
    (found,) = library(db.session())
    assert (found.kind, found.size, str(found.title)) == (MaterialKind.FILE, len(PDF) + 1, "Other plan")
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04zip", b"<html>", b"%PDF-1.7 cut off", b" %PDF-1.7 %%EOF"])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    make_station()
    with pytest.raises(NoPdf):
        add_material("VIE", plan(url="", content=content), BY)
    assert library(db.session()) == []


def test_a_file_becomes_a_link_and_its_bytes_go() -> None:
    make_station()
    new = add_material("VIE", plan(url="", content=PDF), BY)
    change_material(new, plan(), [], BY)
    assert [one.kind for one in library(db.session())] == [MaterialKind.LINK]
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_the_second_of_two_coordinators_is_told() -> None:
    make_station()
    new = add_material("VIE", plan(), BY)
    change_material(new, plan(level=Level.UNIVERSITY), [], BY)
    with pytest.raises(Overtaken):
        change_material(new, plan(), [], BY)
    with pytest.raises(Overtaken):
        retire_material(new, BY)
    (line,) = trail("material.change")
    assert (line.before, line.after) == ({"level": "primary"}, {"level": "university"})


def test_the_library_is_in_order_of_level_and_title() -> None:
    make_station()
    for title, level in (("b", Level.ALL), ("B", Level.PRIMARY), ("a", Level.PRIMARY), ("c", Level.SECONDARY)):
        add_material("VIE", plan(titles={"en": title}, level=level), BY)
    assert [str(one.title) for one in library(db.session())] == ["a", "B", "c", "b"]
