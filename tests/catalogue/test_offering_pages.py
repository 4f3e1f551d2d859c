"""The desk's pages of offerings, texts, pictures and materials, and what the public sees of them."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from booking import clock
from booking.catalogue.models import Material, Offering, Picture, Station
from booking.catalogue.pictures import prepared
from booking.catalogue.services.materials import add_material
from booking.catalogue.services.offerings import change_offering, save_texts
from booking.catalogue.services.pictures import add_picture
from booking.db import db
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.catalogue.making import BY, PDF, drawn, now_of, plan, trail, wish
from tests.catalogue.test_pictures import SCRIPT, bomb
from tests.signing_in import make_account, sign_in

DESK = "/desk/catalogue/offerings"


@pytest.fixture(autouse=True)
def _at_now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def station() -> Station:
    return make_station()


@pytest.fixture
def offering(station: Station) -> Offering:
    return make_offering(station, title={"en": "Garden tour", "fr": "Visite du jardin"}, summary={"en": "Roses."})


@pytest.fixture
def desk(client: FlaskClient, station: Station) -> FlaskClient:
    return sign_in(client, make_account("coordinator", station.code))


def filled(**values: object) -> dict[str, object]:
    """The form of an offering as a browser sends it."""
    return {
        "version": "1",
        "kind": "tour",
        "format": "virtual-live",
        "status": "active",
        "theme": "united-nations-general",
        "audience": "mixed",
        "unit": "visitors-service",
        "duration_min": "60",
        "min_group": "8",
        "max_group": "35",
        "min_age": "10",
        "lead_working_days": "5",
        "language_policy": "station",
        **values,
    }


def texts(**values: str) -> dict[str, str]:
    """The form of the texts of "Garden tour"."""
    return {"version": "1", "title-en": "Garden tour", "title-fr": "Visite du jardin", "summary-en": "Roses.", **values}


def upload(
    client: FlaskClient, path: str, content: bytes, name: str, field: str = "picture", **more: str
) -> TestResponse:
    """Send a form with a file."""
    data = {field: FileStorage(BytesIO(content), name), **more}
    boundary, body = encode_multipart(data)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_a_new_offering_leads_on_to_its_texts(desk: FlaskClient, station: Station) -> None:
    make_offering(station)
    answer = desk.post(DESK, data=filled(station="VIE", title="Night tour"))
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/texts?done=made")
    found = db.session.scalars(select(Offering).order_by(Offering.id.desc())).first()
    assert found is not None
    assert (found.slug, str(found.title)) == ("night-tour", "Night tour")


def test_a_copy_is_shown_before_it_is_made(desk: FlaskClient, offering: Offering) -> None:
    page = desk.get(f"{DESK}/new?like={offering.code}").text
    assert "As “Garden tour” is." in page
    assert '<option value="35"' not in page
    assert 'name="max_group" type="number" value="35"' in page
    assert db.session.scalars(select(Offering)).all() == [offering]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("min_group", {"min_group": "40"}),
        ("min_age", {"min_age": "20", "max_age": "12"}),
        ("languages", {"language_policy": "listed"}),
        ("duration_min", {"duration_min": "0"}),
        ("watch_url", {"format": "on-demand", "watch_url": "javascript:alert(1)"}),
        ("watch_url", {"watch_url": "https://example.org/film"}),
        ("kind", {"kind": "circus"}),
    ],
)
def test_values_that_do_not_fit_are_told_at_their_field_and_nothing_is_written(
    desk: FlaskClient, offering: Offering, field: str, values: dict[str, str]
) -> None:
    answer = desk.post(f"{DESK}/{offering.code}", data=filled(**values))
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-e"', answer.text)
    assert now_of(offering.code).version == 1


def test_a_film_is_watched_without_a_booking(desk: FlaskClient, offering: Offering) -> None:
    values = filled(kind="film", format="on-demand", duration_min="0", watch_url="https://example.org/film")
    assert desk.post(f"{DESK}/{offering.code}", data=values).status_code == 303
    page = desk.get(f"/offerings/{offering.slug}").text
    assert 'href="https://example.org/film">Watch now' in page
    assert desk.get(f"/offerings/{offering.slug}/interest").status_code == 404


def test_a_lower_limit_lists_the_bookings_outside_it_and_drops_none(desk: FlaskClient, offering: Offering) -> None:
    large, small = (make_booking(make_event(offering), size=size) for size in (30, 12))
    answer = desk.post(f"{DESK}/{offering.code}", data=filled(max_group="20"), follow_redirects=True)
    assert "1 booking</h2>" in answer.text
    assert "more people than the largest group" in answer.text
    db.session.refresh(large)
    db.session.refresh(small)
    assert {large.status.value, small.status.value} == {"confirmed"}


def test_a_language_that_is_given_no_more_lists_its_events(desk: FlaskClient, offering: Offering) -> None:
    make_event(offering, language="de")
    make_event(offering, language="en")
    values = filled(language_policy="listed", languages="en")
    page = desk.post(f"{DESK}/{offering.code}", data=values, follow_redirects=True).text
    assert "1 event</h2>" in page
    assert "in a language that it is not given in" in page


def test_of_two_coordinators_the_second_sees_both_and_may_send_again(desk: FlaskClient, offering: Offering) -> None:
    change_offering(offering.code, wish(max_group=20, min_group=8), BY)
    answer = desk.post(f"{DESK}/{offering.code}", data=filled(max_group="30"))
    assert answer.status_code == 409
    assert re.search(r'Largest group</th><td dir="auto">30</td><td dir="auto">20</td>', answer.text)
    assert now_of(offering.code).wish.max_group == 20
    assert desk.post(f"{DESK}/{offering.code}", data=filled(max_group="30", version="2")).status_code == 303
    assert now_of(offering.code).wish.max_group == 30


def test_texts_of_six_languages_stand_side_by_side_with_what_is_missing_and_out_of_date(
    desk: FlaskClient, offering: Offering
) -> None:
    path = f"{DESK}/{offering.code}/texts"
    assert desk.post(path, data=texts(**{"title-en": "Rose garden tour"})).status_code == 303
    page = desk.get(path).text
    assert "4 to write and 1 out of date" in page
    assert 'name="fits-title-fr"' in page
    assert '<textarea id="summary-ar" name="summary-ar" rows="6" lang="ar" dir="rtl"' in page
    again = texts(**{"title-en": "Rose garden tour", "version": "2", "fits-title-fr": "yes"})
    assert desk.post(path, data=again).status_code == 303
    assert "out of date" not in desk.get(path).text.casefold()


def test_a_title_in_english_and_minutes_of_steps_are_asked_for(desk: FlaskClient, offering: Offering) -> None:
    answer = desk.post(f"{DESK}/{offering.code}/texts", data=texts(**{"title-en": "", "happens-fr": "Bonjour"}))
    assert answer.status_code == 422
    assert 'id="title-en-e"' in answer.text
    assert "“Bonjour” does not." in answer.text
    assert now_of(offering.code).version == 1


def test_texts_that_somebody_else_saved_first_are_shown_beside_the_own_ones(
    desk: FlaskClient, offering: Offering
) -> None:
    known = now_of(offering.code).texts
    save_texts(offering.code, {**known, "summary": {"en": "Lilies."}}, [], BY)
    answer = desk.post(f"{DESK}/{offering.code}/texts", data=texts(**{"summary-en": "Tulips."}))
    assert answer.status_code == 409
    assert re.search(r'<td dir="auto">Tulips.</td><td dir="auto">Lilies.</td>', answer.text)
    assert now_of(offering.code).texts["summary"] == {"en": "Lilies."}


def test_what_is_to_translate_is_listed_for_every_domain(desk: FlaskClient, offering: Offering) -> None:
    add_picture(offering.code, prepared(drawn()), {"en": "A rose"}, BY)
    add_material("VIE", plan(), BY)
    page = desk.get("/desk/catalogue/translations").text
    for what in ("Offering", "Picture", "Material"):
        assert f'muted">{what}</span>' in page
    only = desk.get("/desk/catalogue/translations?what=picture&locale=fr").text
    assert "Missing: French: what the picture shows" in only
    assert f'href="{DESK}/{offering.code}/images"' in only


def test_others_read_an_offering_and_change_nothing(client: FlaskClient, offering: Offering) -> None:
    make_station("GVA")
    sign_in(client, make_account("coordinator", "GVA"))
    page = client.get(f"{DESK}/{offering.code}").text
    assert "This offering is another station’s" in page
    assert "<form class=" not in page
    assert client.post(f"{DESK}/{offering.code}", data=filled()).status_code == 404
    assert client.post(DESK, data=filled(station="VIE", title="Mine")).status_code in {404, 422}


def test_a_picture_is_shown_once_it_has_words(desk: FlaskClient, client: FlaskClient, offering: Offering) -> None:
    path = f"{DESK}/{offering.code}/images"
    assert upload(desk, path, drawn(2000, 1000), "../../app.py").status_code == 303
    assert "<img" not in client.get(f"/offerings/{offering.slug}").text
    (picture,) = db.session.scalars(select(Picture)).all()
    data = {"version": "1", "alt-en": "A teal field", "alt-ar": "حقل"}
    assert desk.post(f"/desk/catalogue/pictures/{picture.id}/describe", data=data).status_code == 303
    for page in (f"/offerings/{offering.slug}", "/offerings"):
        assert 'alt="A teal field"' in client.get(page).text
    assert "app.py" not in client.get(f"/offerings/{offering.slug}").text


def test_a_picture_is_served_under_its_hash_and_kept_for_ever(desk: FlaskClient, offering: Offering) -> None:
    upload(desk, f"{DESK}/{offering.code}/images", drawn(), "x.png")
    (picture,) = db.session.scalars(select(Picture)).all()
    g.pop("is_personal", None)  # tests share one context
    answer = desk.get(f"/files/{picture.large}.webp")
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        desk.get(f"/files/{picture.large}.webp", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )
    for name in (f"{picture.large}.pdf", f"{picture.large}.html", f"{'0' * 64}.webp", "..%2fapp.py", picture.large):
        assert desk.get(f"/files/{name}").status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"<html><script>alert(1)</script>", "This is no JPEG, PNG or WebP"),
        (SCRIPT, "This is no JPEG, PNG or WebP"),
        (bomb(), "more than 30 megapixels"),
        (b"\x89PNG" + bytes(4 * 1024 * 1024), "larger than 4 MB"),
    ],
    ids=["nothing", "a page", "a drawing with a script", "a bomb", "too large"],
)
def test_what_is_no_picture_is_refused_with_the_words_kept(
    desk: FlaskClient, offering: Offering, content: bytes, sentence: str
) -> None:
    answer = upload(desk, f"{DESK}/{offering.code}/images", content, "holiday.png", alt="My words")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="My words"' in answer.text
    assert db.session.scalars(select(Picture)).all() == []


def test_a_form_without_a_picture_asks_for_one(desk: FlaskClient, offering: Offering) -> None:
    answer = desk.post(f"{DESK}/{offering.code}/images", data={"alt": "A rose"})
    assert (answer.status_code, "Choose a picture." in answer.text) == (422, True)


def test_a_pdf_is_saved_under_its_title_and_never_shown_in_our_name(desk: FlaskClient, offering: Offering) -> None:
    values = {"offering": offering.code, "station": "VIE", "level": "primary", "language": "fr"}
    title = {"title-en": "Plan: roses / ../../etc", "title-fr": "Les roses d’été"}
    answer = upload(desk, "/desk/library", PDF, "../../evil.html", "file", **values, **title)
    assert answer.headers["Location"].endswith(f"{DESK}/{offering.code}/material?done=attached")
    page = desk.get(f"/offerings/{offering.slug}").text
    (address,) = re.findall(r'href="(/files/[0-9a-f]{64}\.pdf)"', page)
    served = desk.get(address)
    assert (served.data, served.content_type) == (PDF, "application/pdf")
    assert served.headers["Content-Disposition"] == 'attachment; filename="Plan roses .. .. etc.pdf"'


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" + bytes(40), b"<html>", b""], ids=["an archive", "a page", "nothing"]
)
def test_what_is_no_pdf_is_refused(desk: FlaskClient, content: bytes) -> None:
    values = {"station": "VIE", "level": "all", "language": "en", "title-en": "Plan"}
    answer = upload(desk, "/desk/library", content, "plan.pdf", "file", **values)
    assert answer.status_code == 422
    assert 'id="file-e"' in answer.text or 'id="url-e"' in answer.text
    assert 'value="Plan"' in answer.text
    assert db.session.scalars(select(Material)).all() == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://example.org/p", "https://a:b@example.org/", "ftp://x.org"]
)
def test_a_link_is_https_and_nobodys_password(desk: FlaskClient, url: str) -> None:
    values = {"station": "VIE", "level": "all", "language": "en", "title-en": "Plan", "url": url}
    answer = desk.post("/desk/library", data=values)
    assert (answer.status_code, 'id="url-e"' in answer.text) == (422, True)


def test_a_station_uses_the_material_of_another_and_cannot_change_it(client: FlaskClient, offering: Offering) -> None:
    make_station("GVA")
    foreign = add_material("GVA", plan(titles={"en": "Of Geneva"}), BY)
    desk = sign_in(client, make_account("coordinator", "VIE"))
    assert "Of Geneva" in desk.get("/desk/library").text
    data = {"material": str(foreign), "act": "attach"}
    assert desk.post(f"{DESK}/{offering.code}/material", data=data).status_code == 303
    assert "Of Geneva" in desk.get(f"/offerings/{offering.slug}").text
    assert "It belongs to another station." in desk.get(f"/desk/library/{foreign}").text
    for path in (f"/desk/library/{foreign}", f"/desk/library/{foreign}/retire"):
        assert desk.post(path, data={"version": "1"}).status_code == 404
    assert desk.post(f"{DESK}/{offering.code}/material", data={**data, "act": "detach"}).status_code == 303
    assert "Of Geneva" not in desk.get(f"/offerings/{offering.slug}").text


def test_a_material_that_was_changed_meanwhile_shows_both(desk: FlaskClient) -> None:
    make_offering(db.session.scalars(select(Station)).one())
    new = add_material("VIE", plan(), BY)
    values = {"version": "1", "level": "all", "language": "en", "url": "https://example.org/p"}
    assert desk.post(f"/desk/library/{new}", data={**values, "title-en": "First"}).status_code == 303
    answer = desk.post(f"/desk/library/{new}", data={**values, "title-en": "Second"})
    assert answer.status_code == 409
    assert re.search(r'<td dir="auto">Second</td><td dir="auto">First</td>', answer.text)
    assert desk.post(f"/desk/library/{new}/retire", data={"version": "2"}).status_code == 303
    assert [line.action for line in trail("material.retire")] == ["material.retire"]
