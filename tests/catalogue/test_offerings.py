"""The desk makes an offering, changes it and writes its texts; the trail says what stood before."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from booking.catalogue.models import Offering, Station
from booking.catalogue.rules import is_stale
from booking.catalogue.services.materials import add_material
from booking.catalogue.services.offerings import change_offering, create_offering, save_texts
from booking.catalogue.terms import LanguagePolicy, NotThere, Overtaken
from booking.db import db
from tests.builders import make_offering, make_station
from tests.catalogue.making import BY, now_of, plan, trail, wish

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


def test_a_new_offering_has_the_next_number_of_its_station_and_a_slug_of_its_title(station: Station) -> None:
    make_offering(station, code="P-VIE-07")
    code = create_offering("VIE", "Tour: the Vienna café’s", wish(max_group=20), BY)
    found = now_of(code)
    assert (code, found.slug, found.title) == ("P-VIE-08", "tour-the-vienna-cafes", "Tour: the Vienna café’s")
    assert found.wish == wish(max_group=20)
    assert [line.subject for line in trail("offering.create")] == ["offering:P-VIE-08"]


def test_another_with_the_same_title_has_its_code_behind_the_slug(station: Station) -> None:
    first = create_offering(station.code, "中文", wish(), BY)
    second, third = (create_offering(station.code, "Tour", wish(), BY) for _ in range(2))
    assert [now_of(code).slug for code in (first, second, third)] == ["p-vie-01", "tour", "tour-p-vie-03"]


def test_a_copy_takes_texts_and_materials_over_but_not_the_title(station: Station) -> None:
    model = create_offering(station.code, "Tour", wish(), BY)
    texts = {field: {"en": f"{field} text"} for field in ("title", "summary", "needs", "price_note")}
    save_texts(model, {**texts, "happens": {"en": "0 Welcome"}}, [], BY)
    add_material(station.code, plan(), BY, model)
    copy = now_of(create_offering(station.code, "Other tour", wish(), BY, like=model))
    assert {field: told.get("en") for field, told in copy.texts.items()} == {
        "title": "Other tour",
        "summary": "summary text",
        "happens": "0 Welcome",
        "needs": "needs text",
        "price_note": "price_note text",
    }


def test_nothing_is_made_for_a_station_that_is_not_there() -> None:
    with pytest.raises(NotThere):
        create_offering("XXX", "Tour", wish(), BY)
    assert db.session.scalars(select(Offering)).all() == []


def test_a_change_tells_the_trail_what_differs_and_raises_both_versions(station: Station) -> None:
    code = create_offering(station.code, "Tour", wish(max_group=30), BY)
    version = db.session.scalars(select(Station.version)).one()
    listed = replace(wish(max_group=20), language_policy=LanguagePolicy.LISTED, languages=("de", "en"))
    change_offering(code, listed, BY)
    found = now_of(code)
    assert (found.wish, found.version) == (listed, 2)
    assert db.session.scalars(select(Station.version)).one() == version + 1
    (line,) = trail("offering.change")
    assert line.before == {"language_policy": "station", "languages": [], "max_group": 30}
    assert line.after == {"language_policy": "listed", "languages": ["de", "en"], "max_group": 20}


def test_the_second_of_two_coordinators_changes_nothing(station: Station) -> None:
    code = create_offering(station.code, "Tour", wish(), BY)
    change_offering(code, wish(max_group=20), BY)
    with pytest.raises(Overtaken):
        change_offering(code, wish(max_group=10), BY)
    with pytest.raises(Overtaken):
        save_texts(code, now_of(code).texts, [], BY)
    assert now_of(code).wish.max_group == 20
    assert len(trail("offering.change")) == 1


def test_texts_keep_languages_that_the_desk_does_not_edit_and_mark_what_is_out_of_date(station: Station) -> None:
    offering = make_offering(station, title={"en": "Tour", "de": "Führung", "fr": "Visite"})
    texts = {**now_of(offering.code).texts, "title": {"en": "Long tour", "fr": "Visite", "ru": "Поездка"}}
    save_texts(offering.code, texts, [], BY)
    found = now_of(offering.code)
    assert found.texts["title"] == {"en": "Long tour", "de": "Führung", "fr": "Visite", "ru": "Поездка"}
    stale = [tag for tag in ("de", "fr", "ru") if is_stale(found.texts, found.marks, "title", tag)]
    assert stale == ["de", "fr"]
    (line,) = trail("offering.texts")
    assert line.before == {"title.en": "Tour", "title.ru": ""}
    assert line.after == {"title.en": "Long tour", "title.ru": "Поездка"}


def test_a_step_without_its_minute_is_refused_and_nothing_is_kept(station: Station) -> None:
    code = create_offering(station.code, "Tour", wish(), BY)
    texts = {**now_of(code).texts, "happens": {"en": "Welcome"}}
    with pytest.raises(ValueError, match="Welcome"):
        save_texts(code, texts, [], BY)
    assert now_of(code).version == 1
