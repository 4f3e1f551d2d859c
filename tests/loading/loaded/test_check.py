"""`booking check`: history as it was loaded breaks nothing, and each planted breach is told by its line."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from booking.db import db
from booking.loading.commands import check
from booking.loading.invariants import INVARIANTS, breaches
from tests.loading.loaded.joint_planted import JOINT

pytestmark = pytest.mark.usefixtures("app")

BEFORE = datetime(2021, 1, 15, 9, tzinfo=UTC)
"""Two events of the files are still to come."""

_OF = "WHERE event_id = (SELECT id FROM event WHERE code = '{}')"
NYC_1, NYC_2, SPECIAL, CANCELLED = (_OF.format(code) for code in ("NYC-0001", "NYC-0002", "VIE-0033", "VIE-0035"))
NO_GUARD = (
    "DROP TRIGGER IF EXISTS assignment_guide_is_in_one_place_update",
    "ALTER TABLE assignment DROP CONSTRAINT IF EXISTS ex_assignment_guide_is_in_one_place",
)
NO_ROOM_GUARD = (
    "DROP TRIGGER IF EXISTS room_use_is_one_at_a_time_insert",
    "ALTER TABLE room_use DROP CONSTRAINT IF EXISTS ex_room_use_is_one_at_a_time",
)
_ROOM = "INSERT INTO meeting_room (id, url, platform) VALUES (7, 'https://meet.example.org/7', 'Zoom')"
_ROOM_USE = (
    "INSERT INTO room_use (event_id, room_id, starts_at, busy_until, status) "
    f"SELECT (SELECT id FROM event WHERE code = '{{}}'), 7, starts_at, busy_until, 'active' FROM assignment {NYC_1}"
)
NO_CHECK = ("PRAGMA ignore_check_constraints=ON", "ALTER TABLE booking DROP CONSTRAINT ck_booking_hold_ends")
NO_INDEX = ("DROP INDEX uq_booking_one_per_group_and_event",) * 2
CLOSED_AGAIN = "premises closed again (C-GVA-03)"

_OPERATION = (
    "INSERT INTO closure_operation (id, code, station_id, state, created_at, created_by, due_on, plan, withdrawn, "
    "done_at) "
    "SELECT 7, 'O-7', station_id, '{}', '2020-09-30 09:00:00.000000', 'command', '2020-09-30', '{{}}', '{{}}', {} "
    "FROM closure WHERE code = 'C-GVA-03'"
)
_STEP = (
    "INSERT INTO closure_step (operation_id, closure_id, event_id, booking_id, new_event_id, state, was) "
    "SELECT 7, (SELECT id FROM closure WHERE code = 'C-GVA-03'), event_id, id, event_id, '{}', '{{}}' "
    "FROM booking WHERE reference = 'B-00001'"
)
DONE = _OPERATION.format("done", "'2020-09-30 09:00:00.000000'")
SINCE = "'2020-01-15 09:00:00.000000'"
_HOOK = (
    "INSERT INTO account (id, email, name, password_hash, is_active, created_at) "
    f"VALUES (7, 'hook@example.org', '', '', true, {SINCE})"
)
_ENDPOINT = (
    "INSERT INTO webhook_endpoint "
    "(id, code, url, description, stations, types, made_by, made_at, generation, off, failures, version) "
    f"VALUES (7, 'wh_7', 'https://x.example.org', '', '[]', '[]', 7, {SINCE}, 1, '', {{failures}}, 1)"
)
_SENT = (
    "INSERT INTO webhook_delivery (id, message, endpoint_id, type, subject, body, made_at, state, attempts, "
    "next_try_at, status, error, delivered_at) "
    f"VALUES (7, 'msg_7', 7, 'a', 'b', '', {SINCE}, 'delivered', 1, {SINCE}, 500, '', {SINCE})"
)
_OF_GROUP = "organisation_id, organisation_type, group_label, group_key, size, accompanying_adults, youngest_age, theme"
_OF_PERSON = (
    "contact_name, contact_email, contact_locale, time_zone, technical_contact, technical_name, technical_email"
)


def _asked(status: str, reference: str, organisation: str = "organisation_id") -> str:
    """A request of the group of New York's first event; `reference` and `organisation` are SQL."""
    same = _OF_GROUP.replace("organisation_id", organisation, 1).replace("organisation_type", "'school'", 1)
    return (
        f"INSERT INTO visit_request (id, reference, status, station_id, {_OF_GROUP}, {_OF_PERSON}, language, "
        "accessibility, note, suggested_theme, requested_on, created_at, changed_at, answer_by, generation, version) "
        f"SELECT 7, {reference}, '{status}', (SELECT id FROM station WHERE code = 'NYC'), {same}, {_OF_PERSON}, "
        f"language, accessibility, note, '', '2020-01-15', {SINCE}, {SINCE}, {SINCE}, 1, 1 FROM booking {NYC_1}"
    )


_NOTE = (
    "INSERT INTO request_note (id, reference, station_code, at, actor, kind, rules, text) "
    f"VALUES (7, 'VE-NONE', 'NYC', {SINCE}, 'group', 'answer', '', 'Ten.')"
)
_DETAIL = (
    "INSERT INTO visit_detail (reference, second_language, topics, prior_knowledge, grade, platform, recording, "
    "heard_from, vehicle) VALUES ('VE-NONE', '', '[]', '', '', 'ours', false, '', '')"
)
PLANTED: dict[str, tuple[tuple[str, str] | None, list[str], str]] = {
    "request holds nothing": (None, [_asked("requested", "reference")], "is open, and so is its booking"),
    "booked request has its booking": (None, [_asked("booked", "'VE-LOST'")], "request VE-LOST became no booking"),
    "request is of one group": (
        None,
        [_asked("booked", "reference", "(SELECT max(id) FROM organisation)")],
        "and its booking are of two groups",
    ),
    "spelling has nothing of its own": (
        None,
        [f"UPDATE organisation SET merged_into_id = id + 1 WHERE id = (SELECT organisation_id FROM booking {NYC_1})"],
        "is of a spelling that was merged",
    ),
    "note has its request": (None, [_NOTE], "note 7 is about VE-NONE, which is not there"),
    "details have their request": (None, [_DETAIL], "details of VE-NONE, which is not there"),
    "suggestion names a topic": (None, [_asked("proposed", "'VE-MUTE'")], "request VE-MUTE is offered no topic"),
    "changes are told": (
        None,
        [f"INSERT INTO untold_change (thing, name, at) VALUES ('closure', 'C-7', {SINCE})"],
        "no program has been told of closure C-7",
    ),
    "message that arrived was taken": (
        None,
        [_HOOK, _ENDPOINT.format(failures=0), _SENT],
        "message msg_7 arrived, and was answered with 500",
    ),
    "webhook that fails says since when": (
        None,
        [_HOOK, _ENDPOINT.format(failures=3)],
        "webhook wh_7 fails 3 times",
    ),
    "forgotten contact is gone": (
        None,
        [f"UPDATE booking SET contact_removed_at = {SINCE}, note = 'Ada' WHERE reference = 'B-00001'"],
        "booking B-00001 keeps what was to be forgotten",
    ),
    **JOINT,
    "places counted": (
        None,
        ["UPDATE event SET taken = taken - 1 WHERE code = 'NYC-0001'"],
        "event NYC-0001 says 26 are taken, its bookings take 27",
    ),
    "places within capacity": (
        None,
        ["UPDATE booking SET size = 36 WHERE reference = 'B-00001'"],
        "event NYC-0001 has 35 places, its bookings take 36",
    ),
    "free places are offered to the line": (
        None,
        [
            (
                "UPDATE event SET status = 'open', starts_at = '2021-03-01 15:00:00.000000', "
                "ends_at = '2021-03-01 16:00:00.000000' WHERE code = 'NYC-0001'"
            ),
            f"UPDATE booking SET status = 'waiting', size = 5, waiting_since = {SINCE} WHERE reference = 'B-00001'",
        ],
        "booking B-00001 waits though NYC-0001 has room",
    ),
    "places within limits": (
        None,
        [
            (
                "UPDATE event SET status = 'open', starts_at = '2021-03-01 15:00:00.000000', starts_on = '2021-03-01', "
                "ends_at = '2021-03-01 16:00:00.000000' WHERE code = 'NYC-0001'"
            ),
            (
                "INSERT INTO capacity_limit (code, measure, per, starts_on, most, reason, made_by, created_at, "
                "changed_at, version) VALUES ('L-1', 'people', 'event', '2021-03-01', 20, '{}', '', "
                "'2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000', 1)"
            ),
        ],
        "event NYC-0001 has 35 places, 20 are allowed",
    ),
    "who waits has a place in line": (
        None,
        ["UPDATE booking SET status = 'waiting' WHERE reference = 'B-00001'"],
        "booking B-00001 waits, and nobody knows since when",
    ),
    "offer to the line ends": (
        None,
        [f"UPDATE booking SET status = 'proposed', waiting_since = {SINCE} WHERE reference = 'B-00001'"],
        "booking B-00001 is offered places for ever",
    ),
    "one booking of a group": (
        NO_INDEX,
        [f"UPDATE booking SET organisation_id = (SELECT max(organisation_id) FROM booking {SPECIAL}) {SPECIAL}"],
        "is booked 3 times in event VIE-0033",
    ),
    "guide in one place": (
        NO_GUARD,
        [
            (
                f"UPDATE assignment SET guide_id = (SELECT guide_id FROM assignment {NYC_1}), "
                f"starts_at = (SELECT starts_at FROM assignment {NYC_1}), "
                f"busy_until = (SELECT busy_until FROM assignment {NYC_1}) {NYC_2}"
            ),
        ],
        "NYC-G01 is in NYC-0001 and NYC-0002 at once, the pause included",
    ),
    "guide at the event's time": (
        None,
        [f"UPDATE assignment SET starts_at = (SELECT starts_at FROM assignment {NYC_1}) {NYC_2}"],
        "NYC-S05 is engaged for NYC-0002 at another time",
    ),
    "guide of a cancelled event": (
        None,
        [f"UPDATE assignment SET status = 'active' {CANCELLED}"],
        "is still engaged for VIE-0035",
    ),
    "room holds one event": (
        NO_ROOM_GUARD,
        [_ROOM, _ROOM_USE.format("NYC-0001"), _ROOM_USE.format("NYC-0002")],
        "NYC-0001 and NYC-0002 are in one meeting room, the pause included",
    ),
    "room of a cancelled event": (
        None,
        [_ROOM, _ROOM_USE.format("VIE-0035")],
        "event VIE-0035 is cancelled and still has its room",
    ),
    "offer of what is free": (
        None,
        [
            (
                "INSERT INTO offer (id, event_id, guide_id, reason, status, round, offered_at, expires_at, "
                "decline_reason) SELECT 7, event_id, guide_id, 'uncovered', 'pending', 1, starts_at, busy_until, '' "
                f"FROM assignment {NYC_1}"
            ),
        ],
        "offer 7 is of event NYC-0001, which somebody gives",
    ),
    "nobody inside a closure": (
        None,
        [
            (
                "UPDATE booking SET status = 'confirmed' WHERE event_id IN "
                f"(SELECT id FROM event WHERE status_reason = '{CLOSED_AGAIN}')"
            ),
            f"UPDATE event SET status = 'open' WHERE status_reason = '{CLOSED_AGAIN}'",
        ],
        "stopped by C-GVA-03",
    ),
    "nobody in a cancelled event": (
        None,
        [f"UPDATE booking SET status = 'confirmed' {CANCELLED}"],
        "is still in event VIE-0035",
    ),
    "closure holds what it proposed": (None, [DONE, _STEP.format("pending")], "O-7 keeps nothing for booking B-00001"),
    "operation does what its log says": (
        None,
        [DONE, _STEP.format("undone")],
        "operation O-7 and its steps do not agree",
    ),
    "prepared closure is carried out": (
        None,
        [_OPERATION.format("prepared", "NULL")],
        "operation O-7 was due on 2020-09-30",
    ),
    "group was told": (
        None,
        ["UPDATE booking SET status = 'confirmed', contact_email = 'ada@example.org' WHERE reference = 'B-00001'"],
        "booking B-00001 has no notice",
    ),
    "hold ends": (
        NO_CHECK,
        ["UPDATE booking SET status = 'on_hold' WHERE reference = 'B-00001'"],
        "booking B-00001 is on hold for ever",
    ),
    "request is answered": (
        None,
        ["UPDATE booking SET status = 'requested' WHERE reference = 'B-00001'"],
        "booking B-00001 is a request without a deadline",
    ),
    "offering has a language": (
        None,
        ["DELETE FROM offering_language WHERE offering_id = (SELECT id FROM offering WHERE code = 'P-GVA-06')"],
        "offering P-GVA-06 has a list of languages with none in it",
    ),
    "event in a language given": (
        None,
        ["UPDATE event SET language = 'pl' WHERE code = 'VIE-0107'"],
        "event VIE-0107 is in pl, which is not given",
    ),
    "private event has a group": (
        None,
        ["UPDATE event SET visibility = 'private', status = 'open' WHERE code = 'VIE-0035'"],
        "event VIE-0035 is nobody's and is not cancelled",
    ),
    "offering of the station": (
        None,
        ["UPDATE event SET offering_id = (SELECT id FROM offering WHERE code = 'P-GVA-01') WHERE code = 'NYC-0001'"],
        "event NYC-0001 is of P-GVA-01, of another station",
    ),
    "twins name each other": (
        None,
        ["UPDATE event SET twin_id = (SELECT id FROM event WHERE code = 'NYC-0002') WHERE code = 'NYC-0001'"],
        "event NYC-0001 names a twin that does not name it",
    ),
    "notice has its booking": (
        None,
        [
            (
                "INSERT INTO notice (kind, dedupe_key, subject, recipient, locale, payload, message_id, due_at, state, "
                "attempts, next_try_at) VALUES ('booked', 'k', 'booking:VE-NONE', 'ada@example.org', 'en', '{}', 'm', "
                "'2021-01-15 09:00:00.000000', 'queued', 0, '2021-01-15 09:00:00.000000')"
            ),
        ],
        "is about booking:VE-NONE, which is not there",
    ),
    "key has its booking": (
        None,
        [
            (
                "INSERT INTO idempotency_key (key_hash, request_hash, reference, answer, created_at) "
                "VALUES ('k', 'r', 'VE-NONE', '{}', '2021-01-15 09:00:00.000000')"
            ),
        ],
        "a key answers with booking VE-NONE, which is not there",
    ),
    "role has its station": (
        None,
        [
            (
                "INSERT INTO account (id, email, name, password_hash, is_active, created_at) "
                "VALUES (7, 'ada@example.org', '', '', :yes, '2021-01-15 09:00:00.000000')"
            ),
            "INSERT INTO account_role (id, account_id, role, station_code) VALUES (7, 7, 'coordinator', 'XXX')",
        ],
        "role 7 is at XXX, which is not there",
    ),
    "facts agree": (
        None,
        [f"UPDATE group_fact SET attended = attended + 1 {NYC_1}"],
        "what reports count of event NYC-0001 is not what it and its bookings say",
    ),
    "survey has its event": (
        None,
        ["UPDATE survey_result SET event_key = 'ACI-9999' WHERE event_key = 'ACI-0001' AND question_code = 'Q1'"],
        "survey SV-75MIN is about ACI-9999, which it does not name",
    ),
    "event on its station's clock": (
        None,
        ["UPDATE event SET starts_local = '2020-06-30T21:00' WHERE code = 'NYC-0001'"],
        "event NYC-0001 is at 2020-06-30T20:00 there, not at 2020-06-30T21:00 on 2020-06-30",
    ),
}
"""By the name of the invariant: what holds the breach back (on SQLite, on PostgreSQL), the statements, the line."""


def plant(guards: tuple[str, ...] | None, statements: list[str]) -> None:
    session = db.session()
    sqlite = session.get_bind().dialect.name == "sqlite"
    for statement in ([guards[0 if sqlite else 1]] if guards else []) + statements:
        session.execute(text(statement), {"yes": 1 if sqlite else True} if ":yes" in statement else {})


def found() -> list[str]:
    return list(breaches(db.session(), BEFORE))


def test_the_loaded_history_breaks_nothing() -> None:
    assert found() == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_breach_is_told_by_its_line(name: str) -> None:
    guards, statements, line = PLANTED[name]
    plant(guards, statements)
    try:
        assert [told for told in found() if told.startswith(f"{name}: ") and told.endswith(line)] != []
    finally:
        if guards is NO_CHECK and db.session().get_bind().dialect.name == "sqlite":
            db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))


def test_every_invariant_has_its_planted_breach() -> None:
    assert {invariant.name for invariant in INVARIANTS} <= set(PLANTED)


def test_an_event_in_another_zone_than_its_station_is_told() -> None:
    plant(None, ["UPDATE event SET time_zone = 'Europe/Vienna' WHERE code = 'NYC-0001'"])
    assert found() == ["event on its station's clock: event NYC-0001 is in Europe/Vienna, not America/New_York"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE closure SET lifted_at = '2021-01-02 09:00:00.000000' WHERE code = 'C-GVA-03'",
        "UPDATE closure SET announced_on = '2021-02-01' WHERE code = 'C-GVA-03'",
        "UPDATE closure SET ends_on = '2020-10-01' WHERE code = 'C-GVA-03'",
        """UPDATE closure SET allows = '["courtesy-visit", "tour"]' WHERE code = 'C-GVA-03'""",
    ],
)
def test_a_closure_that_is_lifted_over_not_announced_or_allows_the_kind_stops_nobody(statement: str) -> None:
    plant(None, [*PLANTED["nobody inside a closure"][1], statement])
    assert [line for line in found() if line.startswith("nobody inside a closure")] == []


def test_the_command_says_that_nothing_was_found(app: Flask) -> None:
    ran = app.test_cli_runner().invoke(check)
    assert (ran.exit_code, ran.output) == (0, "Nothing was found.\n")


def test_the_command_tells_a_line_per_breach_and_exits_with_1(app: Flask) -> None:
    db.session.execute(text("UPDATE event SET taken = taken - 1 WHERE code IN ('NYC-0001', 'NYC-0002')"))
    db.session.commit()
    ran = app.test_cli_runner().invoke(check)
    assert ran.exit_code == 1
    assert ran.output.splitlines() == [
        "places counted: event NYC-0001 says 26 are taken, its bookings take 27",
        "places counted: event NYC-0002 says 32 are taken, its bookings take 33",
    ]
