"""The guide's day: what comes next and when it opens, the rest, what is asked, and nobody else's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.accounts.terms import Role
from booking.bookings.models import ConnectionTest
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.clock_faces import countdown
from booking.db import db, transaction
from booking.scheduling.models import Assignment, Event, Guide, Offer
from booking.scheduling.terms import AssignmentStatus, OfferReason, OfferStatus
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
    save,
)
from tests.guiding.signed_in import give, guide_at_work, offer, send, text_of, vienna
from tests.scheduling.asked import make_person
from tests.signing_in import make_account, sign_in

TODAY = "/guide/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna."""
    assert client.application.testing
    return make_station(languages="en de fr es")


@pytest.fixture
def tour(station: Station) -> Offering:
    """An hour online."""
    return make_offering(station)


@pytest.fixture
def guide(client: FlaskClient, station: Station) -> Guide:
    """Whose browser it is."""
    return guide_at_work(client, station)


def page(client: FlaskClient, at: datetime = NOW) -> str:
    """The words of the day's page at a moment."""
    with clock.frozen(at):
        answer = client.get(TODAY)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_next_tour_is_told_with_its_group_on_the_stations_clock_first(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = give(guide, tour, vienna(23, 10, 35))
    school = make_organisation("Haneulsaem Middle School", "KR")
    make_booking(event, school, size=30, theme="refugees", accessibility=["live-captions"], note="They like maps.")
    said = page(client)
    for words in (
        "Mon 23 Nov, Vienna",
        "Next tour in 35 minutes",
        "Mon 23 Nov 10:35 in Vienna, until 11:35 18:35 in Seoul, the same day",
        "Haneulsaem Middle School, Republic of Korea 30 people, 2 of them adults, youngest 14",
        "Dwell on refugees Needs Live captions Their note They like maps.",
    ):
        assert words in said


def test_a_test_call_with_a_group_is_told_on_both_clocks_with_who_takes_part(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = give(guide, tour, vienna(23, 14))
    booking = make_booking(event, make_organisation("Haneulsaem Middle School"), technical_name="Tek Hanbit")
    call = {"minutes": 15, "note": "", "sequence": 0, "changed_at": NOW, "address": "https://meet.example.org/try"}
    save(ConnectionTest(booking_id=booking.id, event_id=event.id, starts_at=vienna(23, 11).astimezone(UTC), **call))
    both = "Mon 23 Nov, 11:00 in Vienna Mon 23 Nov, 19:00 in Seoul"
    said = page(client)
    assert f"Test calls {both} 15 minutes, Haneulsaem Middle School, Tek Hanbit Join the test call" in said
    assert f"Test call {both} 15 minutes, Tek Hanbit https://meet.example.org/try" in said
    with transaction() as session:
        session.execute(update(ConnectionTest).values(is_cancelled=True))
    assert "est call" not in page(client)


def test_the_way_in_stands_there_from_a_quarter_of_an_hour_before(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    give(guide, tour, vienna(23, 12), meeting_url="https://meet.example.org/ours")
    opens = vienna(23, 11, 45)
    assert "The meeting opens here: 11:45." in page(client, opens - timedelta(seconds=1))
    with clock.frozen(opens):
        assert 'href="https://meet.example.org/ours"' in client.get(TODAY).text
    assert "The meeting opens here" not in page(client, opens)


def test_a_tour_without_an_address_says_so_and_one_on_site_says_nothing_of_it(
    client: FlaskClient, guide: Guide, tour: Offering, station: Station
) -> None:
    online = give(guide, tour, vienna(23, 12))
    assert "There is no meeting address yet." in page(client)
    give(guide, make_offering(station, format=Format.IN_PERSON), vienna(23, 10, 30))
    assert "There is no meeting address yet." not in page(client)
    assert online.meeting_url == ""


def test_a_tour_that_takes_place_is_the_next_one_until_it_is_over(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    give(guide, tour, vienna(23, 9, 30))
    give(guide, tour, vienna(23, 14))
    assert "Next tour Now" in page(client)
    assert "Next tour in 3 hours" in page(client, vienna(23, 10, 45))


def test_the_rest_of_the_day_follows_and_the_next_days_where_little_is_left(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    for hour in (11, 13, 15):
        give(guide, tour, vienna(23, hour))
    give(guide, tour, vienna(24, 9))
    give(guide, tour, vienna(25, 9))
    said = page(client)
    assert "Later 13:00" in said
    assert "15:00" in said
    assert "Tue 24 Nov, 09:00" in said
    assert "Wed 25 Nov, 09:00" not in said


def test_limits_show_how_much_there_is_of_how_much_there_may_be(
    client: FlaskClient, station: Station, tour: Offering
) -> None:
    guide = guide_at_work(client, station, max_events_per_day=4, max_minutes_per_week=16 * 60)
    give(guide, tour, vienna(23, 12))
    give(guide, tour, vienna(26, 12), ends_at=vienna(26, 13, 30))
    give(guide, tour, vienna(30, 12))  # of another week
    said = page(client)
    assert "Today: 1 of 4 tours" in said
    assert "This week: 2.5 of 16 hours" in said


def test_nothing_of_anybody_else_is_shown(client: FlaskClient, guide: Guide, tour: Offering, station: Station) -> None:
    other = make_guide(station, name="Theo Invented")
    event = make_event(tour, vienna(23, 12))
    make_assignment(other, event)
    make_booking(event, make_organisation("Theirs School"))
    offer(other, make_event(tour, vienna(24, 12)))
    said = page(client)
    assert "Nothing is planned for you in the next days." in said
    assert "Theirs School" not in said
    assert "Nobody is waiting for an answer of yours." in said
    assert guide.id != other.id


def test_a_cancelled_assignment_is_not_theirs_any_more(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = make_event(tour, vienna(23, 12))
    make_assignment(guide, event).status = AssignmentStatus.CANCELLED
    db.session.commit()
    assert "Nothing is planned for you in the next days." in page(client)


def test_an_account_that_is_no_guide_yet_is_told_whom_to_ask(client: FlaskClient, station: Station) -> None:
    sign_in(client, make_account(Role.GUIDE, station.code))
    assert "Ask your coordinator" in page(client)
    assert client.get("/guide/week").status_code == 404


def test_a_guide_whose_role_at_the_station_was_taken_away_sees_nothing(
    client: FlaskClient, station: Station, tour: Offering
) -> None:
    guide = make_guide(station)
    give(guide, tour, vienna(23, 12))
    make_station("NBO", "en", "en")
    sign_in(client, make_account(Role.GUIDE, "NBO", guide=guide))
    assert "Nothing is planned for you yet" in page(client)
    assert client.get("/guide/attendance").status_code == 404


def test_an_offer_is_shown_with_its_deadline_and_what_comes_after(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = make_event(tour, vienna(26, 11), language="es")
    make_booking(event, size=26)
    offer(guide, event)
    said = page(client)
    assert "Thu 26 Nov, 11:00" in said
    assert "Spanish, 26 people, 60 min" in said
    assert "Answer by Tue 24 Nov, 10:00. After that we ask the next guide." in said


def test_an_offer_that_meets_a_tour_names_it_and_cannot_be_accepted(
    client: FlaskClient, guide: Guide, tour: Offering, station: Station
) -> None:
    give(guide, tour, vienna(27, 11))
    asked = offer(guide, make_event(tour, vienna(27, 10)), OfferReason.COVER, from_guide_id=make_guide(station).id)
    said = client.get(TODAY)
    assert "it would meet your tour of Fri 27 Nov, 11:00, or the 15 free minutes between two" in text_of(said)
    assert f"/guide/offers/{asked.id}/accept" not in said.text
    assert f"/guide/offers/{asked.id}/decline" in said.text


def test_an_offer_is_accepted_in_place(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = make_event(tour, vienna(26, 11))
    asked = offer(guide, event)
    answer = send(client, f"/guide/offers/{asked.id}/accept")
    assert answer.status_code == 303
    assert "The tour is yours." in text_of(client.get(answer.headers["Location"]))
    assert givers(event) == [guide.id]


def test_an_offer_is_declined_with_its_reason(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    asked = offer(guide, make_event(tour, vienna(26, 11)))
    assert send(client, f"/guide/offers/{asked.id}/decline", text="A dentist.").status_code == 303
    row = db.session.execute(select(Offer.status, Offer.decline_reason).where(Offer.id == asked.id)).one()
    assert (row.status, row.decline_reason) == (OfferStatus.DECLINED, "A dentist.")


def test_an_offer_that_somebody_else_has_taken_says_so(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    asked = offer(guide, make_event(tour, vienna(26, 11)), status=OfferStatus.WITHDRAWN)
    for word in ("accept", "decline"):
        answer = send(client, f"/guide/offers/{asked.id}/{word}")
        assert "This offer is not open any more" in text_of(client.get(answer.headers["Location"]))


def test_cover_is_asked_for_and_taken_back(client: FlaskClient, guide: Guide, tour: Offering, station: Station) -> None:
    event = give(guide, tour, vienna(26, 11))
    make_person(station)
    answer = send(client, f"/guide/events/{event.code}/cover")
    said = text_of(client.get(answer.headers["Location"]))
    assert "1 colleague is asked. The tour stays yours until it is accepted." in said
    assert "Keep it after all" in said
    send(client, f"/guide/events/{event.code}/keep")
    assert "Find cover" in page(client)
    assert givers(event) == [guide.id]


def test_cover_that_nobody_could_give_is_told_as_a_matter_for_the_coordinator(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = give(guide, tour, vienna(26, 11))
    answer = send(client, f"/guide/events/{event.code}/cover")
    assert "No colleague could take it over." in text_of(client.get(answer.headers["Location"]))


def test_a_note_is_kept_with_the_event(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = give(guide, tour, vienna(26, 11))
    send(client, f"/guide/events/{event.code}/note", text="Two of them sign.")
    assert db.session.execute(select(Event.guide_note).where(Event.id == event.id)).scalar_one() == "Two of them sign."
    assert 'name="seen" value="Two of them sign."' in client.get(TODAY).text


def test_a_note_that_the_desk_has_written_meanwhile_is_shown_beside_ones_own(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = give(guide, tour, vienna(26, 11))
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event.id).values(guide_note="Two of them sign."))
    address = f"/guide/events/{event.code}/note"
    second = send(client, address, text="They are early.")
    assert second.status_code == 409
    assert "It is now: Two of them sign.." in text_of(second)
    assert "They are early." in second.text
    assert send(client, address, text="They are early.", seen="Two of them sign.").status_code == 303
    assert send(client, address, text="They are early.").status_code == 303  # sent twice
    assert db.session.execute(select(Event.guide_note).where(Event.id == event.id)).scalar_one() == "They are early."


def test_one_tap_says_sick_and_another_takes_it_back(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = give(guide, tour, vienna(23, 12))
    answer = send(client, "/guide/sick")
    assert "1 tour is offered to your colleagues." in text_of(client.get(answer.headers["Location"]))
    assert givers(event) == []
    answer = send(client, "/guide/sick/undo")
    assert "You are back." in text_of(client.get(answer.headers["Location"]))
    assert givers(event) == [guide.id]


def test_after_a_while_it_is_too_late_to_take_it_back(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    give(guide, tour, vienna(23, 12))
    send(client, "/guide/sick")
    with clock.frozen(NOW + timedelta(minutes=16)):
        answer = send(client, "/guide/sick/undo")
        assert "It is too late to take that back." in text_of(client.get(answer.headers["Location"]))


def test_words_that_cannot_be_kept_come_back_with_the_reason(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event, asked = give(guide, tour, vienna(26, 11)), offer(guide, make_event(tour, vienna(27, 11)))
    note = send(client, f"/guide/events/{event.code}/note", text="Two of them sign." + "x" * 2_000)
    assert (note.status_code, "Two of them sign." in note.text, 'aria-invalid="true"' in note.text) == (422, True, True)
    reason = send(client, f"/guide/offers/{asked.id}/decline", why="not-free", text="The dentist " * 30)
    assert (reason.status_code, "The dentist" in reason.text, 'aria-invalid="true"' in reason.text) == (422, True, True)
    assert 'value="not-free" checked' in reason.text
    assert db.session.execute(select(Offer.status).where(Offer.id == asked.id)).scalar() == OfferStatus.PENDING


@pytest.mark.parametrize("word", ["accept", "decline"])
def test_the_offer_of_another_guide_is_not_there(
    client: FlaskClient, guide: Guide, tour: Offering, station: Station, word: str
) -> None:
    asked = offer(make_guide(station), make_event(tour, vienna(26, 11)))
    assert send(client, f"/guide/offers/{asked.id}/{word}").status_code == 404
    assert send(client, f"/guide/offers/{asked.id + 999}/{word}").status_code == 404
    assert db.session.execute(select(Offer.status).where(Offer.id == asked.id)).scalar_one() is OfferStatus.PENDING
    assert guide.id != asked.guide_id


@pytest.mark.parametrize("word", ["cover", "keep", "note"])
@pytest.mark.parametrize("code", ["VIE", "NBO"])
def test_the_tour_of_another_guide_is_not_there(client: FlaskClient, tour: Offering, word: str, code: str) -> None:
    theirs = make_guide(db.session.get_one(Station, tour.station_id))
    event = give(theirs, tour, vienna(26, 11))
    home = db.session.get_one(Station, tour.station_id) if code == "VIE" else make_station("NBO", "en", "en")
    guide_at_work(client, home)
    assert send(client, f"/guide/events/{event.code}/{word}", text="x").status_code == 404
    assert send(client, f"/guide/events/VIE-NONE/{word}", text="x").status_code == 404
    assert givers(event) == [theirs.id]
    assert db.session.execute(select(Event.guide_note).where(Event.id == event.id)).scalar_one() == ""


def givers(event: Event) -> list[int]:
    """Ids of those who give the event."""
    active = (Assignment.event_id == event.id, Assignment.status == AssignmentStatus.ACTIVE)
    return list(db.session.execute(select(Assignment.guide_id).where(*active)).scalars())


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "in 1 minute"),
        (60, "in 1 minute"),
        (61, "in 2 minutes"),
        (89 * 60, "in 89 minutes"),
        (100 * 60, "in 2 hours"),
        (5 * 3600, "in 5 hours"),
        (3 * 86400, "in 3 days"),
    ],
)
def test_a_countdown_is_told_in_minutes_then_in_hours_then_in_days(seconds: int, told: str) -> None:
    assert countdown(seconds, "en") == told


def test_today_is_the_stations_day(client: FlaskClient) -> None:
    guide = guide_at_work(client, make_station("NYC", "en", "en"))
    assert "Sun 22 Nov, New York" in page(client, datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    assert guide.id
