"""Load a folder of files: all of it or nothing, and a second time without a change."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.db import transaction
from booking.loading import catalogue_rows as catalogue
from booking.loading import history_rows as history
from booking.loading import references
from booking.loading.csv_tables import BadTables, Layout, Problem, Table, read_table
from booking.loading.layouts import COMPARED, FILES
from booking.loading.upsert import Outcome
from booking.reporting.services.upkeep import catch_up_in

Outcomes = Mapping[str, Outcome]
"""What became of the rows, by the name of the file or of what was made from it."""


BOOKABLE = ("station_languages", "offerings", "hosts", "closures")
"""What decides which times can be booked: a change in it raises its station's version."""


def load(folder: Path, now: datetime) -> Outcomes:
    """Load every file of the folder in one transaction; raises `BadTables`, and then nothing was written."""
    tables = read_folder(folder)
    try:
        with transaction() as session:
            outcomes = _write(session, tables, now)
            catch_up_in(session)
            _tell(session, outcomes, folder, now)
    except IntegrityError as error:
        reason = str(error.orig).strip().splitlines()[0]
        told = f"the files do not go with what the database holds already: {reason}"
        raise BadTables([Problem(folder.name, 0, "", "database", told)]) from error
    return outcomes


def read_folder(folder: Path) -> dict[str, Table]:
    """The tables of a folder, checked each and together; raises `BadTables` with all that is wrong."""
    tables = {layout.name: _read(folder, layout) for layout in FILES}
    problems = [problem for table in tables.values() for problem in table.problems]
    problems += [problem for layout in COMPARED for problem in _compared(folder, layout)]
    if not problems or all(problem.column for problem in problems):
        references.check(tables)
        problems += [one for table in tables.values() for one in table.problems if one not in problems]
    if problems:
        raise BadTables(problems)
    return tables


def _files(folder: Path, name: str) -> list[Path]:
    """The files of that name, with a year or without: `events.csv`, `events_2020.csv`."""
    pattern = re.compile(rf"{name}(_[0-9]{{4}})?\.csv")
    return sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name))


def _read(folder: Path, layout: Layout) -> Table:
    found = _files(folder, layout.name)
    if len(found) == 1:
        return read_table(found[0], layout)
    name = f"{layout.name}_<year>.csv" if not found else found[1].name
    table = Table(name)
    table.refuse(0, "", "file", "the file is missing" if not found else f"{found[0].name} is there as well")
    return table


def _compared(folder: Path, layout: Layout) -> tuple[Problem, ...]:
    return tuple(problem for path in _files(folder, layout.name) for problem in read_table(path, layout).problems)


def _write(session: Session, tables: Mapping[str, Table], now: datetime) -> dict[str, Outcome]:
    outcomes = {"stations": catalogue.write_stations(session, tables["stations"])}
    stations = catalogue.station_ids(session)
    for name, write in (
        ("station_languages", catalogue.write_station_languages),
        ("offerings", catalogue.write_offerings),
        ("hosts", catalogue.write_hosts),
        ("closures", catalogue.write_closures),
    ):
        outcomes[name] = write(session, tables[name], stations)
    touched = {one["station_id"] for name in BOOKABLE for one in outcomes[name].written}
    catalogue.raise_versions(session, touched - {stations[one["name"]] for one in outcomes["stations"].written})
    outcomes["series"] = history.write_series(session, tables["events"])
    outcomes["events"] = history.write_events(session, tables, stations)
    outcomes["assignments"] = history.write_assignments(session, tables["events"])
    outcomes["organisations"] = history.write_organisations(session, tables["bookings"])
    outcomes["bookings"] = history.write_bookings(session, tables, now)
    outcomes["surveys"] = history.write_surveys(session, tables["surveys"])
    outcomes["views"] = history.write_views(session, tables["views"], now)
    outcomes["vocabulary terms"] = catalogue.write_terms(session, tables)
    return outcomes


def changed_anything(outcomes: Outcomes) -> bool:
    """Whether any row was written."""
    return any(outcome.added or outcome.changed for outcome in outcomes.values())


def _tell(session: Session, outcomes: Outcomes, folder: Path, now: datetime) -> None:
    """One line of the audit trail, unless nothing was changed."""
    if changed_anything(outcomes):
        counts = {name: [outcome.added, outcome.changed] for name, outcome in outcomes.items()}
        audit(session, at=now, actor="command", action="loaded", subject=f"folder:{folder.name}", after=counts)
