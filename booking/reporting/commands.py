"""The command `booking report`: what the service did in a period."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from booking import clock, i18n
from booking.db import db
from booking.reporting import writing
from booking.reporting.exporting.report_book import write_report
from booking.reporting.files import OUTPUT, STANDARD_OUTPUT, target
from booking.reporting.filter_forms import filter_choices, with_surveys
from booking.reporting.measures import measures
from booking.reporting.naming import Names
from booking.reporting.narrative.drafting import draft_of, plain_lines
from booking.reporting.narrative.stored import versions_of
from booking.reporting.options import Day, period_of
from booking.reporting.queries.stations import station_codes
from booking.reporting.services import reading
from booking.reporting.table_terms import Report
from booking.reporting.terms import Filters

FORMATS = ("table", "json", "csv", "xlsx", "text")


@click.command("report")
@click.option("--from", "first", type=Day(), required=True, metavar="DAY", help="First day, on the stations' clocks.")
@click.option("--to", "last", type=Day(), required=True, metavar="DAY", help="Last day, included.")
@click.option("--station", "stations", multiple=True, metavar="CODE", help="Of this station; may be repeated.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option(
    "--locale", type=click.Choice(i18n.LOCALES), default="en", show_default=True, help="Of names, and of the text."
)
@click.option("--output", metavar="FILE", default=STANDARD_OUTPUT, help="Write to a file.", type=OUTPUT)
@with_appcontext
def report(first: date, last: date, stations: Sequence[str], kind: str, locale: str, output: Path) -> None:
    """Say what the service did in a period: held and cancelled events, participants, countries, languages, surveys."""
    filters = Filters(period_of(first, last), stations=_known(stations))
    with force_locale(locale):
        if kind == "text":
            written = _text(filters, locale).encode()
        else:
            written = _written(_made(filters, locale, clock.now()), kind, locale)
    if output == STANDARD_OUTPUT:
        click.echo(written, nl=False)
        return
    with target(output) as file:
        file.write(written)


def _known(stations: Sequence[str]) -> tuple[str, ...]:
    """The codes, each once; one that no station has is a wrong call."""
    known = station_codes(db.session())
    wanted = tuple(dict.fromkeys(code.upper() for code in stations))
    strange = [code for code in wanted if code not in known]
    if strange:
        there = ", ".join(known) or "none yet"
        raise click.BadParameter(f"there is no station {strange[0]!r}; there are: {there}", param_hint="'--station'")
    return wanted


def _made(filters: Filters, locale: str, now: datetime) -> Report:
    answers = reading.answers(measures(), filters.period, filters.stations)
    return replace(reading.report(filters, now, locale), answers=answers)


def _text(filters: Filters, locale: str) -> str:
    """Paragraphs 12 to 19 as two have signed them, else as they are now; standard error says which."""
    if filters.stations:
        raise click.UsageError("the paragraphs are about all stations: leave --station out, or take another --format")
    draft = reading.as_of_now(lambda session: draft_of(session, filters.period))
    version = next(iter(versions_of(db.session(), draft.choices.report_id)), None)
    which = f"version {version.number}, signed by two" if version else "not signed"
    changed = version and version.digest != draft.digest
    click.echo(f"{which}{'; figures or texts have changed since' if changed else ''}", err=True)
    return "\n\n".join(plain_lines(draft, version, locale)) + "\n"


def _written(found: Report, kind: str, locale: str) -> bytes:
    if kind == "json":
        return writing.dumped(found).encode()
    names = Names(with_surveys(db.session(), filter_choices(db.session(), locale), locale), locale)
    if kind == "xlsx":
        book = BytesIO()
        write_report(book, found, names, who="booking report")
        return book.getvalue()
    return (writing.as_csv(found, names) if kind == "csv" else writing.as_table(found, names)).encode()


commands: list[click.Command] = [report]
