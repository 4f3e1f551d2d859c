"""GET /stations and GET /offerings: what there is to ask for."""

import pytest
from flask.testing import FlaskClient

from booking.catalogue.models import Offering
from booking.catalogue.schemas import OfferingDetailOut, OfferingsOut, StationsOut
from booking.catalogue.terms import Format, Kind, LanguagePolicy
from booking.i18n import Translated
from tests.api.calls import API, body_of, fields_of, keeps
from tests.builders import make_offering, make_station

DETAILS = {"en": {"happens": [{"minute": 0, "text": "Welcome"}], "needs": ["One screen"]}}


@pytest.fixture
def catalogue(client: FlaskClient) -> dict[str, Offering]:  # noqa: ARG001  the database is there first
    vienna, nairobi = make_station("VIE", "en de fr ar", "en fr ar"), make_station("NBO", "en sw", "en")
    titles = Translated({"en": "Virtual tour", "fr": "Visite virtuelle"})
    return {
        "tour": make_offering(vienna, title=titles, summary=Translated("An hour"), details=DETAILS),
        "kids": make_offering(vienna, "en", audience="children", min_age=5, max_age=12),
        "briefing": make_offering(vienna, kind=Kind.BRIEFING, theme="refugees"),
        "film": make_offering(
            nairobi,
            kind=Kind.FILM,
            format=Format.ON_DEMAND,
            language_policy=LanguagePolicy.ANY,
            watch_url="https://example.org/film",
        ),
    }


def codes(client: FlaskClient, query: str = "") -> list[str]:
    return [one["offering_id"] for one in body_of(client.get(f"{API}/offerings{query}"))["offerings"]]


def test_stations_have_zones_and_languages(client: FlaskClient, catalogue: dict[str, Offering]) -> None:  # noqa: ARG001
    found = body_of(client.get(f"{API}/stations"))
    keeps(StationsOut, found)
    assert found["stations"] == [
        {
            "code": "NBO",
            "name": "Nairobi",
            "time_zone": "Africa/Nairobi",
            "languages": {"tours": ["en", "sw"], "briefings": ["en"]},
        },
        {
            "code": "VIE",
            "name": "Vienna",
            "time_zone": "Europe/Vienna",
            "languages": {"tours": ["ar", "de", "en", "fr"], "briefings": ["ar", "en", "fr"]},
        },
    ]


def test_names_are_in_the_language_of_the_request(client: FlaskClient, catalogue: dict[str, Offering]) -> None:
    stations = body_of(client.get(f"{API}/stations?lang=fr"))["stations"]
    assert [one["name"] for one in stations] == ["Nairobi", "Vienne"]
    found = body_of(client.get(f"{API}/offerings/{catalogue['tour'].code}?lang=fr"))
    assert (found["title"], found["title_language"]) == ("Visite virtuelle", "fr")
    assert found["happens"] == DETAILS["en"]["happens"]


def test_a_page_marks_what_stands_in_english_though_its_title_is_translated(
    client: FlaskClient, catalogue: dict[str, Offering]
) -> None:
    page = client.get(f"/offerings/{catalogue['tour'].slug}?lang=fr").text
    assert "<h1>Visite virtuelle</h1>" in page
    for shown in ('<p lang="en">An hour', '<span lang="en" dir="auto">Welcome', '<bdi lang="en">One screen'):
        assert shown in page


def test_all_offerings_by_station_and_code(client: FlaskClient, catalogue: dict[str, Offering]) -> None:
    keeps(OfferingsOut, body_of(client.get(f"{API}/offerings")))
    ours = sorted(one.code for one in catalogue.values() if one is not catalogue["film"])
    assert codes(client) == [catalogue["film"].code, *ours]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?station=NBO", {"film"}),
        ("?station=VIE,NBO", {"tour", "kids", "briefing", "film"}),
        ("?language=de", {"tour", "film"}),
        ("?language=ar-EG", {"tour", "briefing", "film"}),
        ("?language=pl", {"film"}),
        ("?format=on-demand", {"film"}),
        ("?kind=tour", {"tour", "kids"}),
        ("?kind=briefing,film", {"briefing", "film"}),
        ("?theme=refugees", {"briefing"}),
        ("?audience=children", {"kids"}),
        ("?theme=nothing-we-know", set()),
        ("?station=&language=", {"tour", "kids", "briefing", "film"}),
    ],
)
def test_filters(client: FlaskClient, catalogue: dict[str, Offering], query: str, names: set[str]) -> None:
    assert set(codes(client, query)) == {catalogue[name].code for name in names}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?station=MARS", "station"),
        ("?language=xx", "language"),
        ("?format=sideways", "format"),
        ("?kind=tour&kind=film", "kind"),
        ("?theme=' OR 1=1", "theme"),
    ],
)
def test_what_cannot_be_read_is_named(
    client: FlaskClient,
    catalogue: dict[str, Offering],  # noqa: ARG001
    query: str,
    field: str,
) -> None:
    assert fields_of(client.get(f"{API}/offerings{query}")) == [field]


def test_an_offering_is_found_by_code_and_by_slug(client: FlaskClient, catalogue: dict[str, Offering]) -> None:
    tour = catalogue["tour"]
    by_code, by_slug = (body_of(client.get(f"{API}/offerings/{name}")) for name in (tour.code, tour.slug))
    keeps(OfferingDetailOut, by_code)
    assert by_code == by_slug
    assert (by_code["summary"], by_code["needs"], by_code["min_group"]) == ("An hour", ["One screen"], 8)
    assert body_of(client.get(f"{API}/offerings/{catalogue['film'].code}"))["languages"] is None


@pytest.mark.usefixtures("catalogue")
def test_an_offering_that_is_not_there(client: FlaskClient) -> None:
    body_of(client.get(f"{API}/offerings/P-NOWHERE"), 404)
