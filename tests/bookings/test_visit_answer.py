"""A request that holds no time lives on: accepted, proposed, countered, taken back, asked, refused, suggested."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking.bookings.services.group_answers import decline_proposal, take_proposal
from booking.bookings.services.visit_answer import ask_about_visit, hand_on, refuse_visit, suggest_topic
from booking.bookings.services.visit_book import Chosen, accept_wish, propose_for_visit
from booking.bookings.services.visit_group import (
    counter,
    reply_about_visit,
    take_back,
    take_suggestion,
    withdraw_visit,
)
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict, NoteKind, RequestStatus, WishesRefused
from booking.catalogue.terms import Kind
from booking.scheduling.terms import EventStatus, HostTaken
from tests.bookings.test_book import at
from tests.bookings.visits import TEN_ON_MONDAY, TEN_ON_TUESDAY, Visit, make_visit
from tests.builders import NOW, make_assignment, make_event, make_guide, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")

UNTIL = NOW + timedelta(days=3)
WEDNESDAY = TEN_ON_TUESDAY + timedelta(days=1)


@pytest.fixture
def visit() -> Visit:
    """A briefing on one of two days."""
    return make_visit()


def propose(visit: Visit, **values: Any) -> None:  # noqa: ANN401  fields of what is chosen
    """Wednesday instead of both wishes."""
    chosen = Chosen(WEDNESDAY, visit.speakers[0].code, until=UNTIL, text="Wednesday?")
    propose_for_visit(visit.answer, replace(chosen, **values))


def test_a_wish_is_accepted_with_a_speaker_and_becomes_a_booking_of_the_same_number(visit: Visit) -> None:
    accept_wish(visit.answer, Chosen(TEN_ON_TUESDAY, visit.speakers[0].code))
    assert visit.status is RequestStatus.BOOKED
    assert (visit.booking.status, visit.event.starts_at) == (BookingStatus.CONFIRMED, TEN_ON_TUESDAY)
    assert (visit.event.status, visit.event.taken) == (EventStatus.OPEN, 24)
    assert visit.mails() == ["booking_confirmed"]
    assert visit.trail()[-1] == ("account:1", "booking.accept")
    with pytest.raises(Conflict):
        accept_wish(visit.answer, Chosen(TEN_ON_MONDAY, visit.speakers[1].code))


def test_a_speaker_who_is_taken_is_not_promised(visit: Visit) -> None:
    make_assignment(visit.speakers[0], make_event(visit.offering, TEN_ON_MONDAY))
    with pytest.raises(HostTaken):
        accept_wish(visit.answer, Chosen(TEN_ON_MONDAY, visit.speakers[0].code))
    assert visit.status is RequestStatus.REQUESTED


def test_another_time_is_held_and_taken_by_the_group(visit: Visit) -> None:
    propose(visit)
    assert (visit.booking.status, visit.booking.answer_by) == (BookingStatus.PROPOSED, UNTIL)
    assert visit.mails() == ["request_proposed"]
    take_proposal(visit.about_booking)
    assert visit.booking.status is BookingStatus.CONFIRMED
    assert visit.notes() == [(NoteKind.PROPOSAL, "Wednesday?")]


def test_the_group_would_rather_have_another_time_and_the_next_proposal_takes_the_booking_up_again(
    visit: Visit,
) -> None:
    propose(visit)
    first, other = visit.event, TEN_ON_MONDAY + timedelta(hours=3)
    counter(visit.about_booking, [at(other)], "Only after lunch.")
    assert (visit.status, visit.facts.wishes) == (RequestStatus.REQUESTED, (other,))
    assert visit.booking.status is BookingStatus.WITHDRAWN
    assert (first.id, visit.event.status, visit.event.taken) == (visit.event.id, EventStatus.CANCELLED, 0)
    assert visit.mails() == ["visit_requested"]
    version = visit.booking.version
    accept_wish(visit.answer, Chosen(other, visit.speakers[0].code))
    assert (visit.booking.status, visit.event.starts_at) == (BookingStatus.CONFIRMED, other)
    assert visit.booking.version == version + 1
    assert [action for _actor, action in visit.trail()] == [
        "request.ask",
        "booking.propose",
        "booking.give_back",
        "request.counter",
        "booking.accept",
    ]


def test_what_the_group_would_rather_have_is_judged_by_the_rules_too(visit: Visit) -> None:
    propose(visit)
    with pytest.raises(WishesRefused):
        counter(visit.about_booking, [at(NOW + timedelta(days=1))], "")
    assert visit.booking.status is BookingStatus.PROPOSED


def test_the_desk_takes_its_proposal_back_and_the_wishes_stand_again(visit: Visit) -> None:
    propose(visit)
    answer = visit.about_booking.__class__(visit.reference, visit.booking.version, NOW, "account:1")
    take_back(answer, "Our speaker fell ill.")
    assert (visit.status, visit.facts.wishes) == (RequestStatus.REQUESTED, (TEN_ON_MONDAY, TEN_ON_TUESDAY))
    assert visit.event.status is EventStatus.CANCELLED
    assert visit.mails() == ["visit_taken_back"]
    assert visit.payload()["reason"] == "Our speaker fell ill."
    with pytest.raises(Conflict):
        take_proposal(visit.about_booking)


def test_the_group_declines_and_that_is_the_end(visit: Visit) -> None:
    propose(visit)
    decline_proposal(visit.about_booking)
    assert (visit.booking.status, visit.status) == (BookingStatus.WITHDRAWN, RequestStatus.BOOKED)


def test_a_tour_is_proposed_where_nobody_can_brief(visit: Visit) -> None:
    tour = make_offering(visit.station, kind=Kind.TOUR)
    guide = make_guide(visit.station, "en")
    propose(visit, offering=tour.code, guide=guide.code)
    assert (visit.booking.status, visit.event.offering_id) == (BookingStatus.PROPOSED, tour.id)


def test_nobody_free_is_no_promise(visit: Visit) -> None:
    for speaker in visit.speakers:
        make_assignment(speaker, make_event(visit.offering, WEDNESDAY))
    with pytest.raises(BookingRefused) as refused:
        propose(visit, guide="")
    assert [one.rule for one in refused.value.refusals] == ["LANG-06"]


def test_a_time_too_soon_takes_a_reason_that_is_kept(visit: Visit) -> None:
    soon = NOW + timedelta(days=1)
    with pytest.raises(BookingRefused):
        propose(visit, starts_at=soon)
    propose(visit, starts_at=soon, exception="The speaker is in the house.")
    assert (NoteKind.EXCEPTION, "The speaker is in the house.") in visit.notes()


def test_a_question_and_its_answer(visit: Visit) -> None:
    ask_about_visit(visit.answer, "How old are they?")
    assert (visit.status, visit.mails()) == (RequestStatus.NEEDS_INFORMATION, ["visit_question"])
    assert visit.payload()["reason"] == "How old are they?"
    reply_about_visit(visit.by_group, "Fourteen.")
    assert visit.status is RequestStatus.REQUESTED
    assert visit.notes() == [(NoteKind.QUESTION, "How old are they?"), (NoteKind.ANSWER, "Fourteen.")]


def test_a_refusal_says_why(visit: Visit) -> None:
    refuse_visit(visit.answer, "We are fully booked.")
    assert (visit.status, visit.facts.answer_by) == (RequestStatus.REFUSED, None)
    assert (visit.mails(), visit.payload()["reason"]) == (["visit_refused"], "We are fully booked.")


def test_another_topic_is_taken_or_answered_with_other_wishes(visit: Visit) -> None:
    suggest_topic(visit.answer, "human-rights", UNTIL, "Would that do?")
    assert (visit.status, visit.facts.suggested_theme) == (RequestStatus.PROPOSED, "human-rights")
    assert (visit.mails(), visit.payload()["topic"]) == (["visit_suggested"], "human-rights")
    take_suggestion(visit.by_group)
    assert (visit.status, visit.facts.theme) == (RequestStatus.REQUESTED, "human-rights")
    suggest_topic(visit.answer, "peace-and-security", UNTIL)
    counter(visit.by_group, [], "Then a tour, please.")
    assert (visit.status, visit.facts.theme, visit.facts.suggested_theme) == (
        RequestStatus.REQUESTED,
        "human-rights",
        "",
    )
    assert visit.notes()[-1] == (NoteKind.COUNTER, "Then a tour, please.")


def test_the_group_withdraws_and_no_answer_comes_after(visit: Visit) -> None:
    late = visit.answer
    withdraw_visit(visit.by_group)
    assert (visit.status, visit.mails()) == (RequestStatus.WITHDRAWN, ["visit_withdrawn"])
    for act in (lambda: refuse_visit(late, "No."), lambda: accept_wish(late, Chosen(TEN_ON_MONDAY, "x"))):
        with pytest.raises(Conflict):
            act()


def test_only_a_request_for_advice_goes_to_another_desk(visit: Visit) -> None:
    make_station("GVA")
    with pytest.raises(Conflict):
        hand_on(visit.answer, "GVA")
