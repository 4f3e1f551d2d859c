"""Nobody is refused who may come: every booking of a visitors service, asked again on the day of its request."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking.loading.cells import start
from booking.loading.history_rows import office_opening
from booking.loading.try_requests import try_requests
from booking.zones import parse_day
from tests.loading.conftest import DATA

CANCELLED = {"cancelled-by-group", "cancelled-by-station"}
COPIED = (
    *("booking_id", "event_id", "organisation", "organisation_type", "country", "booked_size"),
    *("youngest_age", "accompanying_adults", "technical_contact", "participant_list"),
)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _asked_again(booking: dict[str, str], event: dict[str, str]) -> dict[str, str]:
    """The request that made the booking, as of the morning of its day, itself not counted."""
    return {name: booking[name] for name in COPIED} | {
        "request_id": booking["booking_id"],
        "action": "book",
        "requested_at": office_opening(parse_day(booking["requested_on"]), event["time_zone"]).isoformat(),
        "station": event["station"],
        "offering_id": event["offering_id"],
        "language": event["language"],
        "starts_at": event["starts_at"],
        "duration_min": event["duration_min"],
        "theme": event["theme"],
        "host_code": "",
    }


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The requests as a file for `booking try`."""
    events = {event["event_id"]: event for event in _rows("events_2020.csv")}
    asked = [
        _asked_again(booking, events[booking["event_id"]])
        for booking in _rows("bookings_2020.csv")
        if events[booking["event_id"]]["unit"] == "visitors-service" and booking["status"] not in CANCELLED
    ]
    path = tmp_path_factory.mktemp("history") / "asked_again.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(asked[0]))
        writer.writeheader()
        writer.writerows(asked)
    return path


@pytest.mark.usefixtures("app")
def test_all_651_are_accepted(history: Path) -> None:
    answers = try_requests(history)
    assert {answer.request_id: answer.rules for answer in answers if answer.rules} == {}
    assert len(answers) == 651


@pytest.mark.usefixtures("app")
def test_a_booking_that_is_counted_stands_in_its_own_way(history: Path, tmp_path: Path) -> None:
    counted = tmp_path / "counted.csv"
    lines = history.read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines[1:] if ",school," in line)
    counted.write_text("\n".join([lines[0], first.replace(first.split(",")[0], "", 1), ""]), encoding="utf-8")
    assert try_requests(counted)[0].rules == ("CAP-02",)


def test_the_morning_is_the_stations() -> None:
    assert start("2020-07-01T09:00-04:00").instant == office_opening(parse_day("2020-07-01"), "America/New_York")
