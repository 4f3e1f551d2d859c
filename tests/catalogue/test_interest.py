"""Lists of interest: confirmed by mail, written to exactly once, forgotten afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from booking.catalogue.models import Interest, Offering
from booking.catalogue.queries.interest import counts, who_waits
from booking.catalogue.services.interest import ask, confirm, forget, leave, remind_of_openings, tell
from booking.catalogue.services.offerings import By
from booking.catalogue.terms import InterestState, InterestWish, NotReopened, NotThere, OfferingStatus
from booking.db import db, transaction
from booking.notices.models import Notice
from tests.builders import NOW, make_offering, make_station
from tests.catalogue.making import BY, trail

pytestmark = pytest.mark.usefixtures("app")

WAIT = OfferingStatus.AWAITING_REOPENING
DAY = timedelta(days=1)


@pytest.fixture
def offering() -> Offering:
    """A tour of Vienna's that awaits the reopening."""
    return make_offering(make_station(), status=WAIT, title={"en": "Garden tour", "fr": "Visite du jardin"})


def wish(offering: Offering, email: str = "ada@example.org", **values: object) -> InterestWish:
    return InterestWish(**{"offering": offering.code, "email": email, "locale": "en", **values})  # type: ignore[arg-type]


def rows() -> list[Interest]:
    db.session.rollback()
    return list(db.session.scalars(select(Interest).order_by(Interest.id)))


def mails() -> list[tuple[str, str]]:
    return [(one.kind, one.recipient) for one in db.session.scalars(select(Notice).order_by(Notice.id))]


def waiting(offering: Offering, *emails: str, **values: object) -> None:
    for email in emails:
        ask(wish(offering, email, **values), NOW)
    for row in rows():
        confirm(row.id, NOW)


def reopen(offering: Offering) -> None:
    with transaction() as session:
        session.execute(update(Offering).where(Offering.id == offering.id).values(status=OfferingStatus.ACTIVE))


def test_nobody_waits_before_the_owner_of_the_address_has_said_so(offering: Offering) -> None:
    ask(wish(offering, locale="fr", organisation="Invented School", size=25), NOW)
    assert mails() == [("interest_confirm", "ada@example.org")]
    assert who_waits(db.session(), offering.code) == []
    (row,) = rows()
    for _ in range(2):
        confirm(row.id, NOW)
    (found,) = who_waits(db.session(), offering.code)
    assert (found.organisation, found.size, found.locale) == ("Invented School", 25, "fr")
    assert db.session.scalars(select(Notice)).one().payload["title"] == "Visite du jardin"


def test_an_address_is_on_the_list_once_and_told_so_by_mail_only(offering: Offering) -> None:
    ask(wish(offering), NOW)
    ask(wish(offering, "Ada@Example.org"), NOW + timedelta(minutes=1))
    (row,) = rows()
    confirm(row.id, NOW)
    ask(wish(offering), NOW + timedelta(minutes=2))
    assert [kind for kind, _ in mails()] == ["interest_confirm", "interest_confirm", "interest_known"]
    assert [one.state for one in rows()] == [InterestState.WAITING]


def test_whoever_leaves_is_forgotten_at_once(offering: Offering) -> None:
    waiting(offering, "ada@example.org")
    number = rows()[0].id
    for _ in range(2):
        leave(number)
    assert rows() == []
    with pytest.raises(NotThere):
        confirm(number, NOW)


def test_everybody_who_waits_is_written_to_once_however_often_it_is_asked(offering: Offering) -> None:
    waiting(offering, "ada@example.org", "ben@example.org")
    ask(wish(offering, "carla@example.org"), NOW)
    reopen(offering)
    assert [tell(offering.code, BY) for _ in range(2)] == [2, 0]
    told = [recipient for kind, recipient in mails() if kind == "interest_reopened"]
    assert sorted(told) == ["ada@example.org", "ben@example.org"]
    assert [line.after for line in trail("interest.tell")] == [{"told": 2}]
    found = counts(db.session(), offering.code)
    assert (found.waiting, found.unconfirmed, found.told) == (0, 1, 2)


def test_nobody_is_written_to_while_it_still_awaits_the_reopening(offering: Offering) -> None:
    waiting(offering, "ada@example.org")
    with pytest.raises(NotReopened):
        tell(offering.code, BY)
    assert [one.state for one in rows()] == [InterestState.WAITING]


def test_whoever_was_told_may_ask_again_for_the_next_time(offering: Offering) -> None:
    waiting(offering, "ada@example.org")
    reopen(offering)
    tell(offering.code, BY)
    later = NOW + DAY
    ask(wish(offering), later)
    confirm(rows()[0].id, later)
    assert tell(offering.code, By(BY.actor, later)) == 1
    assert [kind for kind, _ in mails()].count("interest_reopened") == 2


def test_a_reminder_is_due_when_bookings_for_the_day_open_at_the_station(offering: Offering) -> None:
    wished = date(2027, 10, 1)  # 270 days after 4 January 2027
    waiting(offering, "ada@example.org", wished_on=wished)
    (row,) = rows()
    opens_at = row.opens_at
    assert opens_at is not None
    assert opens_at.isoformat() == "2027-01-03T23:00:00+00:00"
    for moment in (opens_at - DAY, opens_at, opens_at + DAY):
        remind_of_openings(moment)
    assert [kind for kind, _ in mails()] == ["interest_confirm", "interest_opening"]
    reopen(offering)
    assert tell(offering.code, BY) == 0


def test_one_address_may_wait_for_a_reopening_and_for_several_days(offering: Offering) -> None:
    for day in (None, date(2027, 10, 1), date(2027, 10, 2)):
        waiting(offering, "ada@example.org", wished_on=day)
    found = counts(db.session(), offering.code)
    assert (found.waiting, found.reminders) == (1, 2)


@pytest.mark.parametrize(
    ("state", "after", "kept"),
    [("asked", 2, 1), ("asked", 4, 0), ("told", 29, 1), ("told", 31, 0), ("waiting", 700, 1), ("waiting", 731, 0)],
)
def test_addresses_are_forgotten_after_a_while(offering: Offering, state: str, after: int, kept: int) -> None:
    ask(wish(offering), NOW)
    if state != "asked":
        confirm(rows()[0].id, NOW)
    if state == "told":
        reopen(offering)
        tell(offering.code, BY)
    forget(NOW + after * DAY)
    assert len(rows()) == kept
