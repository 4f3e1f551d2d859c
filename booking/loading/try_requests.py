"""Evaluate requests of a file against what is loaded, storing nothing: the same decision as pages and the API ask."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from booking.bookings.queries.situation import situation
from booking.bookings.rules import Situation, decide
from booking.bookings.terms import BookingRequest, UnknownTime, WishedTime
from booking.i18n import NOT_RECORDED
from booking.loading.csv_tables import BadTables, Row, Table, read_table
from booking.loading.layouts import REQUESTS
from booking.zones import ParsedTime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a row of the file is answered; `rules` are the ids of the rules it breaks, none where it is accepted."""

    request_id: str
    rules: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """`accepted` or `refused`."""
        return "refused" if self.rules else "accepted"


def try_requests(path: Path) -> list[Answer]:
    """An answer to every row, in the order of the file; raises `BadTables` for a file that is none."""
    table = read_table(path, REQUESTS)
    if table.problems:
        raise BadTables(table.problems)
    answers = list(_answers(table))
    if table.problems:
        raise BadTables(table.problems)
    return answers


def _answers(table: Table) -> Iterator[Answer]:
    for row in table.rows:
        try:
            yield Answer(row.values["request_id"], _broken_rules(row))
        except UnknownTime as unknown:
            column = "event_id" if row.values["event_id"] else "offering_id"
            table.refuse(row.line, column, "reference", f"{str(unknown)!r:.60} is not loaded")


def _broken_rules(row: Row) -> tuple[str, ...]:
    """The rules that the row breaks as of its moment; its own booking is not counted, if it names one."""
    values = row.values
    request, now = as_request(values), values["requested_at"]
    known = situation(request, now, except_reference=values.get("booking_id", ""))
    decision = decide(request, _as_imported(known, request), now, values["action"])
    return tuple(dict.fromkeys(refusal.rule for refusal in decision.refusals))


def _as_imported(known: Situation, request: BookingRequest) -> Situation:
    """REQ-02: files may leave a country unknown, which the group's own form does not offer."""
    return replace(known, country_known=known.country_known or request.country == NOT_RECORDED)


def as_request(values: dict[str, Any]) -> BookingRequest:
    """The request that a row makes."""
    return BookingRequest(
        size=values["booked_size"],
        language=values["language"],
        offering=values["offering_id"],
        event=values["event_id"],
        station=values["station"],
        starts=_wish(values["starts_at"]),
        organisation=values["organisation"],
        organisation_type=values["organisation_type"],
        country=values["country"],
        youngest_age=values["youngest_age"],
        accompanying_adults=values["accompanying_adults"],
        theme=values["theme"],
        technical_contact=values["technical_contact"],
        host=values["host_code"],
        participant_list=values["participant_list"],
    )


def _wish(start: ParsedTime | None) -> WishedTime | None:
    if start is None:
        return None
    return WishedTime(start.local.isoformat(timespec="minutes"), start.local, start.offset, start.is_utc)
