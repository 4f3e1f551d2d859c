"""`booking load`: a folder becomes history, once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from booking.accounts.models import AuditEntry
from booking.attendance.models import OnlineItem, SurveyResult, ViewReading
from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import Access, BookingStatus
from booking.catalogue.models import Offering, OfferingLanguage, Station, StationLanguage, VocabularyTerm
from booking.catalogue.terms import LanguagePolicy
from booking.db import Base, db
from booking.loading.services import Outcomes, changed_anything, load
from booking.scheduling.models import Assignment, Closure, Event, Guide, GuideLanguage, Series
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.builders import NOW, make_closure, make_event, make_offering
from tests.loading.conftest import DATA

pytestmark = pytest.mark.usefixtures("app")

Spoil = Callable[[str, str, str], None]
TABLES: tuple[type[Base], ...] = (
    *(
        Station,
        StationLanguage,
        Offering,
        OfferingLanguage,
        VocabularyTerm,
        Closure,
        Series,
        Event,
        Guide,
        GuideLanguage,
    ),
    *(Assignment, Organisation, Booking, SurveyResult, OnlineItem, ViewReading, AuditEntry),
)


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def event(code: str) -> Event:
    return db.session.scalars(select(Event).where(Event.code == code)).one()


def booking(reference: str) -> Booking:
    return db.session.scalars(select(Booking).where(Booking.reference == reference)).one()


def everything() -> list[list[tuple[object, ...]]]:
    """All rows of all tables that a load may touch."""
    db.session.rollback()
    return [[tuple(row) for row in db.session.execute(select(*table.__table__.c))] for table in TABLES]


def test_every_row_of_every_file_is_there(first_load: Outcomes) -> None:
    counted = {model.__tablename__: count(model) for model in TABLES}
    assert counted["event"] == 484
    assert counted["booking"] == 819
    assert counted["offering"] == 47
    assert counted["closure"] == 24
    assert counted["guide"] == 43
    assert (counted["station"], counted["station_language"]) == (4, 46)
    assert (counted["survey_result"], counted["online_item"], counted["view_reading"]) == (32, 25, 25)
    assert counted["assignment"] == 422
    assert (first_load["events"].added, first_load["bookings"].added) == (484, 819)


def test_a_second_time_changes_nothing_and_says_so() -> None:
    before = everything()
    outcomes = load(DATA, NOW + timedelta(days=1))
    assert not changed_anything(outcomes)
    assert (outcomes["events"].unchanged, outcomes["bookings"].unchanged) == (484, 819)
    assert everything() == before


def test_the_places_taken_are_those_of_the_groups_that_came_or_should_have() -> None:
    special = event("VIE-0033")
    sizes = db.session.execute(
        select(func.sum(Booking.size)).where(
            Booking.event_id == special.id,
            Booking.status.in_([BookingStatus.ATTENDED, BookingStatus.NO_SHOW]),
        ),
    ).scalar_one()
    assert special.taken == sizes
    assert 0 < special.capacity - special.taken < 10


def test_an_event_has_the_instant_the_day_and_the_clock_of_its_station() -> None:
    last_evening = event("NYC-0001")
    assert last_evening.starts_at == datetime(2020, 7, 1, 0, 0, tzinfo=UTC)
    assert last_evening.starts_on == date(2020, 6, 30)
    assert last_evening.starts_local == "2020-06-30T20:00"
    assert last_evening.ends_at - last_evening.starts_at == timedelta(minutes=60)


def test_scheduled_is_open_and_a_cancelled_event_keeps_nobody_busy() -> None:
    statuses = dict(db.session.execute(select(Event.status, func.count()).group_by(Event.status)).all())
    assert statuses == {
        EventStatus.HELD: 456,
        EventStatus.CANCELLED: 20,
        EventStatus.NO_SHOW: 6,
        EventStatus.OPEN: 2,
    }
    joined = select(Assignment.status).join(Event, Event.id == Assignment.event_id)
    assert set(db.session.scalars(joined.where(Event.status == EventStatus.CANCELLED))) == {AssignmentStatus.CANCELLED}
    assert set(db.session.scalars(joined.where(Event.status != EventStatus.CANCELLED))) == {AssignmentStatus.ACTIVE}


def test_a_booking_is_dated_by_the_morning_of_its_request() -> None:
    assert booking("B-00001").created_at == datetime(2020, 6, 5, 13, 0, tzinfo=UTC)  # 09:00 in New York
    undated = db.session.scalars(select(Booking).where(Booking.requested_on.is_(None))).first()
    assert undated
    assert undated.created_at == db.session.get_one(Event, undated.event_id).starts_at


def test_access_needs_become_words_of_the_list() -> None:
    needs = [tuple(one) for one in db.session.scalars(select(Booking.accessibility)) if one]
    assert {one: needs.count(one) for one in set(needs)} == {
        (Access.SLIDES,): 43,
        (Access.CAPTIONS,): 30,
        (Access.SIGN_LANGUAGE,): 20,
    }


def test_slugs_are_of_title_and_place_and_two_of_one_name_differ() -> None:
    slugs = dict(db.session.execute(select(Offering.code, Offering.slug)).all())
    assert slugs["P-NYC-01"] == "virtual-tour-of-united-nations-headquarters-new-york"
    assert slugs["P-NYC-09"] != slugs["P-NBO-06"]
    assert len(set(slugs.values())) == 47


def test_a_slug_stays_when_the_title_changes(folder: Path, spoil: Spoil) -> None:
    spoil("offerings_2020.csv", "Virtual UN Kids tour", "Virtual tour for the very young")
    outcomes = load(folder, NOW)
    changed = db.session.scalars(select(Offering).where(Offering.code == "P-NYC-02")).one()
    assert outcomes["offerings"].changed == 1
    assert (str(changed.title), changed.slug) == ("Virtual tour for the very young", "virtual-un-kids-tour-new-york")


def test_languages_are_those_of_the_station_official_ones_listed_or_any() -> None:
    policies = dict(db.session.execute(select(Offering.code, Offering.language_policy)).all())
    assert policies["P-NYC-01"] is LanguagePolicy.STATION
    assert policies["P-NYC-06"] is LanguagePolicy.OFFICIAL
    assert policies["P-LIB-01"] is LanguagePolicy.ANY
    assert policies["P-GVA-06"] is LanguagePolicy.LISTED
    listed = (
        select(OfferingLanguage.language)
        .join(Offering, Offering.id == OfferingLanguage.offering_id)
        .where(Offering.code == "P-GVA-06")
    )
    assert set(db.session.scalars(listed)) == {"en", "fr"}


def test_organisations_of_one_name_in_two_countries_are_two() -> None:
    assert count(Organisation) == 475
    individuals = db.session.scalars(
        select(Organisation.country).where(Organisation.name == "Individual registrations")
    )
    assert len(set(individuals)) > 40


def test_a_changed_file_changes_its_rows_only(folder: Path, spoil: Spoil) -> None:
    versions = (booking("B-00001").version, event("NYC-0001").version)
    spoil("bookings_2020.csv", "America/New_York,24,33,0,33,attended", "America/New_York,24,33,0,34,attended")
    outcomes = load(folder, NOW)
    assert (outcomes["bookings"].changed, outcomes["events"].changed) == (1, 0)
    changed = booking("B-00002")
    assert (changed.attended, changed.version, changed.changed_at) == (34, 2, NOW)
    assert (booking("B-00001").version, event("NYC-0001").version) == versions


def test_an_event_at_another_time_has_a_new_version_and_takes_its_guide_along(folder: Path, spoil: Spoil) -> None:
    spoil("events_2020.csv", "2020-07-06T09:00+02:00", "2020-07-06T08:30+02:00")
    outcomes = load(folder, NOW)
    moved = event("GVA-0001")
    engaged = db.session.scalars(select(Assignment).where(Assignment.event_id == moved.id)).one()
    assert (outcomes["events"].changed, outcomes["assignments"].changed) == (1, 1)
    assert moved.version == 2
    assert (engaged.starts_at, engaged.busy_until) == (moved.starts_at, moved.ends_at + timedelta(minutes=15))


def test_another_guide_takes_the_place_of_the_first(folder: Path, spoil: Spoil) -> None:
    spoil("events_2020.csv", "held,,Microsoft Teams,GVA-G07", "held,,Microsoft Teams,GVA-G05")
    load(folder, NOW)
    rows = db.session.execute(
        select(Guide.code, Assignment.status)
        .join(Assignment, Assignment.guide_id == Guide.id)
        .where(Assignment.event_id == event("GVA-0001").id),
    ).all()
    assert dict(rows) == {"GVA-G07": AssignmentStatus.CANCELLED, "GVA-G05": AssignmentStatus.ACTIVE}


def test_a_new_closure_raises_the_version_of_its_station(folder: Path, spoil: Spoil) -> None:
    before = dict(db.session.execute(select(Station.code, Station.version)).all())
    spoil(
        "closures_2020.csv",
        "H-VIE-04,Vienna,official-holiday,2021-01-01",
        "H-VIE-04,Vienna,official-holiday,2020-12-31",
    )
    load(folder, NOW)
    after = dict(db.session.execute(select(Station.code, Station.version)).all())
    assert after == {**before, "VIE": before["VIE"] + 1}


def test_a_load_leaves_a_line_in_the_audit_trail_and_one_without_change_leaves_none() -> None:
    load(DATA, NOW)
    line = db.session.scalars(select(AuditEntry)).one()
    assert (line.action, line.actor, line.subject) == ("loaded", "command", "folder:data")
    assert line.after
    assert line.after["events"] == [484, 0]


def test_rows_that_the_files_do_not_name_stay(folder: Path, spoil: Spoil) -> None:
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    closure = make_closure(station, date(2027, 1, 4))
    own = make_event(make_offering(station))
    spoil("closures_2020.csv", "Austrian National Day", "National Day")
    outcomes = load(folder, NOW)
    assert outcomes["closures"].changed == 1
    assert db.session.scalars(select(Closure.code).where(Closure.code == closure.code)).one()
    assert event(own.code).capacity == own.capacity


def test_words_of_vocabularies_get_readable_labels() -> None:
    labels = {(term.vocabulary, term.code): str(term.label) for term in db.session.scalars(select(VocabularyTerm))}
    assert labels["theme", "human-rights-racism-xenophobia"] == "Human rights: racism and xenophobia"
    assert labels["theme", "gender-equality"] == "Gender equality"
    assert labels["platform", "Microsoft Teams"] == "Microsoft Teams"
    assert {vocabulary for vocabulary, _ in labels} == {"unit", "audience", "theme", "platform", "channel", "measure"}
