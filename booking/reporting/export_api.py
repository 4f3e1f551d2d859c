"""Attendance as a file over the API: what the desk downloads, of all stations, without anything that names a person."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.http.api import PREFIX, STAFF, Problem, spec
from booking.http.headers import personal
from booking.http.inputs import Code, Day, InvalidInput, Schema
from booking.reporting.exporting.columns import BY_ID, NAMELESS, USUAL, chosen
from booking.reporting.filter_forms import wrong_period
from booking.reporting.services.exports import FileKind, Wish
from booking.reporting.terms import MOST_YEARS, BadPeriod, Filters, Period
from booking.reporting.views.exports import send

blueprint = Blueprint("exports_api", __name__, url_prefix=PREFIX)

MOST_STATIONS = 100


class ExportQuery(Schema):
    """Which events, and which columns of them."""

    from_: Day = Field(alias="from", description="First local day of the stations.")
    to: Day = Field(description=f"Last day, included; a file covers at most {MOST_YEARS} years.")
    station: tuple[Code, ...] = Field((), max_length=MOST_STATIONS, description="Codes; all stations, if left out.")
    columns: tuple[str, ...] = Field(
        (),
        max_length=len(BY_ID),
        description=f"{', '.join(USUAL)} if left out; beside them there is history, everything that was said.",
    )

    def wish(self, kind: FileKind) -> Wish:
        """What is asked for; InvalidInput names what cannot be had."""
        try:
            period = Period(self.from_, self.to)
        except BadPeriod as bad:
            raise InvalidInput.of(bad.field, wrong_period(self.from_, self.to)) from bad
        strange = [name for name in self.columns if name not in NAMELESS]
        if strange:
            raise InvalidInput.of("columns", _("There is no column %(name)s.", name=strange[0][:40]))
        return Wish(Filters(period, stations=self.station), chosen(self.columns), kind)


def _answers() -> Answers:
    return Answers("HTTP_200", HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem, HTTP_429=Problem)


_DESCRIBED: dict[str, Any] = {"security": [{STAFF: []}], "tags": ["reports"]}


@blueprint.get("/exports/attendance.csv")
@open_to("coordinator")
@personal
@spec.validate(resp=_answers(), operation_id="attendance_csv", **_DESCRIBED)
def attendance_csv(query: ExportQuery) -> ResponseReturnValue:
    """A line for each event and group, UTF-8; texts that a spreadsheet could take for a formula begin with '."""
    return _sent(query.wish(FileKind.CSV))


@blueprint.get("/exports/attendance.xlsx")
@open_to("coordinator")
@personal
@spec.validate(resp=_answers(), operation_id="attendance_xlsx", **_DESCRIBED)
def attendance_xlsx(query: ExportQuery) -> ResponseReturnValue:
    """A workbook; its first sheet says what the words mean."""
    return _sent(query.wish(FileKind.XLSX))


@blueprint.get("/exports/attendance.jsonl")
@open_to("coordinator")
@personal
@spec.validate(resp=_answers(), operation_id="attendance_jsonl", **_DESCRIBED)
def attendance_jsonl(query: ExportQuery) -> ResponseReturnValue:
    """An object on each line, UTF-8; what is not recorded is null."""
    return _sent(query.wish(FileKind.JSONL))


def _sent(wish: Wish) -> ResponseReturnValue:
    return send(wish, clock.now())
