"""Two spellings of one organisation become one: what moves, what collides, and how they are parted again."""

from datetime import timedelta

import pytest
from sqlalchemy import event as sql
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking, Organisation
from booking.bookings.queries.bookings import bookings_like
from booking.bookings.queries.organisations import collisions, merges, organisations_like, suggested
from booking.bookings.services.book import book
from booking.bookings.services.merge import (
    LabelTaken,
    MergedElsewhere,
    MergeOrder,
    OutOfReach,
    UnknownOrganisation,
    merge_organisations,
    preview_merge,
    undo_merge,
)
from booking.bookings.terms import BookingRefused, Conflict, OrganisationType
from booking.db import db
from tests.bookings.test_book import wish
from tests.builders import (
    NOW,
    make_booking,
    make_event,
    make_offering,
    make_organisation,
    make_station,
    make_visit_row,
)

pytestmark = pytest.mark.usefixtures("app")
DESK = "account:1"


def merge(kept: Organisation, merged: Organisation, **values: object) -> int:
    """As a coordinator of all stations."""
    order = {"kept": kept.id, "merged": merged.id, "now": NOW, "actor": DESK, **values}
    done = merge_organisations(MergeOrder(**order))  # type: ignore[arg-type]  # tests name any field
    db.session.expire_all()
    return done


def owners() -> dict[str, int | None]:
    """Whose each booking is, by reference."""
    db.session.rollback()
    rows = db.session.execute(select(Booking.reference, Booking.organisation_id))
    return {row.reference: row.organisation_id for row in rows}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Inventedford School", "Inventedford Schol"),
        ("St. Anne’s College, Inventedford", "St Annes College Inventedford"),
        ("School of Inventedford", "Inventedford School of"),
    ],
)
def test_near_names_of_one_country_are_suggested(one: str, other: str) -> None:
    event = make_event(make_offering(make_station()))
    often, once = make_organisation(one), make_organisation(other)
    make_booking(event, often)
    make_booking(make_event(make_offering(make_station("GVA"))), often)
    make_organisation(other, "GH")
    make_organisation("Baobab Hill Academy")
    pairs = suggested(db.session(), {"VIE"}, 10)
    assert [(kept.id, merged.id) for kept, merged in pairs] == [(often.id, once.id)]


def test_nobody_is_shown_pairs_that_have_never_booked_with_them_nor_people() -> None:
    event = make_event(make_offering(make_station()), capacity=300)
    make_station("GVA")
    for name in ("Inventedford School", "Inventedford Schol"):
        make_booking(event, make_organisation(name))
    for name in ("Family Lanternfield", "Family Lanternfeld"):
        make_booking(event, make_organisation(name, type=OrganisationType.INDIVIDUAL))
    assert suggested(db.session(), {"GVA"}, 10) == []
    assert len(suggested(db.session(), None, 10)) == 1


def test_suggesting_takes_a_few_statements_and_little_time_however_many_there_are() -> None:
    db.session.add_all(
        Organisation(
            name=f"School {n:04} of Inventedford",
            name_key=f"school {n:04} of inventedford",
            type="school",
            country="KR",
        )
        for n in range(400)
    )
    db.session.commit()
    statements: list[str] = []
    engine = db.engine
    sql.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert suggested(db.session(), None, 50) == []  # each has a number of its own in common words
    assert len(statements) <= 5


def test_bookings_move_and_the_name_stays() -> None:
    event = make_event(make_offering(make_station()))
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(event, kept)
    moved = make_booking(make_event(make_offering(make_station("GVA"))), merged, group_label="7b", group_key="7b")
    seen = preview_merge(kept.id, merged.id, None)
    assert (seen.kept.bookings, seen.merged.bookings, seen.merged.contacts, seen.collisions) == (1, 1, 1, ())
    before = moved.version
    merge(kept, merged, state=seen.state)
    assert set(owners().values()) == {kept.id}
    assert moved.version == before + 1
    assert [one.id for one in organisations_like(db.session(), "INVENTED", 10)] == [kept.id]
    assert len(bookings_like(db.session(), None, "ford schol", 10)) == 2  # by either name


def test_whoever_books_under_the_other_spelling_books_for_the_one_that_is_kept() -> None:
    station = make_station()
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(make_event(make_offering(station)), merged)
    merge(kept, merged)
    other = make_event(make_offering(station), NOW + timedelta(days=30))
    reference = book(wish(event=other.code, organisation="inventedford SCHOL", size=10), key="a", now=NOW).reference
    assert owners()[reference] == kept.id
    again = wish(event=other.code, organisation="Inventedford School", size=10)
    with pytest.raises(BookingRefused) as refused:
        book(again, key="b", now=NOW)
    assert [one.rule for one in refused.value.refusals] == ["DUP-01"]


def test_what_would_be_one_group_twice_gets_a_label() -> None:
    event = make_event(make_offering(make_station()))
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(event, kept)
    moved = make_booking(event, merged)
    (found,) = collisions(db.session(), kept.id, merged.id)
    assert (found.reference, found.is_same_event) == (moved.reference, True)
    merge(kept, merged)
    assert (moved.group_label, moved.organisation_id) == ("Inventedford Schol", kept.id)


def test_the_desk_may_name_the_label_and_is_told_where_it_tells_nothing_apart() -> None:
    event = make_event(make_offering(make_station()))
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(event, kept)
    make_booking(event, kept, group_label="8c", group_key="8c")
    moved = make_booking(event, merged)
    for label in ("8C", " "):
        with pytest.raises(LabelTaken):
            merge(kept, merged, labels={moved.reference: label})
        db.session.rollback()
    merge(kept, merged, labels={moved.reference: "9a"})
    assert (moved.group_label, moved.group_key) == ("9a", "9a")


def test_two_events_at_one_time_are_told_apart_too() -> None:
    station = make_station()
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(make_event(make_offering(station)), kept)
    make_booking(make_event(make_offering(station)), merged)
    (found,) = collisions(db.session(), kept.id, merged.id)
    assert not found.is_same_event


def test_what_nobody_saw_stops_it() -> None:
    event = make_event(make_offering(make_station()))
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    seen = preview_merge(kept.id, merged.id, None)
    make_booking(event, merged)
    with pytest.raises(MergedElsewhere):
        merge(kept, merged, state=seen.state)
    assert merged.id in owners().values()


def test_other_stations_are_asked_first() -> None:
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(make_event(make_offering(make_station())), kept)
    make_booking(make_event(make_offering(make_station("GVA"))), merged)
    with pytest.raises(OutOfReach):
        preview_merge(kept.id, merged.id, frozenset({"VIE"}))
    with pytest.raises(OutOfReach):
        merge(kept, merged, reach=frozenset({"VIE"}))
    merge(kept, merged, reach=frozenset({"VIE", "GVA"}))


def test_what_cannot_be_merged_is_unknown() -> None:
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    abroad, person = make_organisation("Inventedford School", "GH"), make_organisation("Ann", type="individual")
    merge(kept, merged)
    for one, other in ((kept, merged), (kept, abroad), (kept, person), (kept, kept)):
        with pytest.raises(UnknownOrganisation):
            merge(one, other)
        db.session.rollback()


def test_the_trail_names_ids_before_and_after_and_no_names() -> None:
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    moved = make_booking(make_event(make_offering(make_station())), merged)
    merge(kept, merged)
    first, second = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert (first.action, first.subject, first.actor) == ("organisation.merge", f"organisation:{merged.id}", DESK)
    assert first.after == {"organisation": kept.id, "bookings": 1, "labels": 0}
    assert (second.subject, second.station_code) == (f"booking:{moved.reference}", "VIE")
    assert (second.before, second.after) == ({"organisation": merged.id}, {"organisation": kept.id})


def test_they_are_parted_again_within_a_day_with_their_labels() -> None:
    event = make_event(make_offering(make_station()))
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    stays, moved = make_booking(event, kept), make_booking(event, merged)
    done = merge(kept, merged)
    (shown,) = merges(db.session(), NOW - timedelta(days=1), 10)
    assert (shown.id, shown.kept, shown.merged, shown.bookings) == (done, kept.name, merged.name, 1)
    undo_merge(done, now=NOW + timedelta(hours=23), actor=DESK)
    assert owners() == {stays.reference: kept.id, moved.reference: merged.id}
    assert (moved.group_label, merged.merged_into_id) == ("", None)
    with pytest.raises(Conflict):
        undo_merge(done, now=NOW, actor=DESK)


def test_requests_that_hold_no_time_go_with_their_organisation_and_come_back_with_it() -> None:
    station = make_station()
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    asked = make_visit_row(station, organisation_id=merged.id)
    done = merge(kept, merged)
    assert (asked.organisation_id, asked.version) == (kept.id, 2)
    (shown,) = merges(db.session(), NOW - timedelta(days=1), 10)
    assert (shown.bookings, shown.stations) == (0, frozenset({"VIE"}))
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"booking:{asked.reference}")).one()
    assert (line.action, line.station_code, line.after) == ("booking.regroup", "VIE", {"organisation": kept.id})
    undo_merge(done, now=NOW, actor=DESK)
    db.session.expire_all()
    assert (asked.organisation_id, asked.version) == (merged.id, 3)


def test_desks_that_were_asked_for_a_visit_are_among_those_who_would_have_to_agree() -> None:
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_visit_row(make_station("GVA"), organisation_id=merged.id)
    with pytest.raises(OutOfReach):
        merge(kept, merged, reach=frozenset({"VIE"}))


def test_what_was_booked_since_stays_with_the_one_that_was_kept() -> None:
    station = make_station()
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(make_event(make_offering(station)), merged)
    done = merge(kept, merged)
    later = make_event(make_offering(station), NOW + timedelta(days=30))
    since = book(wish(event=later.code, organisation="Inventedford Schol"), key="a", now=NOW).reference
    undo_merge(done, now=NOW, actor=DESK)
    assert owners()[since] == kept.id


def test_after_a_day_or_another_merge_it_is_too_late() -> None:
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    third = make_organisation("Inventedford Scool")
    done = merge(kept, merged)
    with pytest.raises(Conflict):
        undo_merge(done, now=NOW + timedelta(days=1), actor=DESK)
    db.session.rollback()
    second = merge(third, kept)
    assert merged.merged_into_id == third.id
    with pytest.raises(Conflict):
        undo_merge(done, now=NOW, actor=DESK)
    db.session.rollback()
    undo_merge(second, now=NOW, actor=DESK)
    db.session.expire_all()
    assert (merged.merged_into_id, kept.merged_into_id) == (kept.id, None)
    undo_merge(done, now=NOW, actor=DESK)
