"""The shapes of reports in the JSON API."""

from typing import Annotated, ClassVar

from pydantic import Field

from booking.http.inputs import AS_COMMAS, COMMAS, Code, Day, Language, Schema

_MANY = 60
"""Values that one filter of the address may name."""


class ReportQuery(Schema):
    """A period, and what is counted in it; a filter that is left out narrows nothing."""

    from_: Day = Field(alias="from", description="The first day, on the clocks of each station.")
    to: Day = Field(description="The last day, included; at most ten years on.")
    station: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of stations, with commas between.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )
    unit: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of units, with commas between.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )
    kind: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="What is held: tour, briefing, webinar.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )
    format: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="How it is given.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )
    theme: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of themes.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )
    language: Annotated[tuple[Language, ...], COMMAS] = Field(
        (), description="In which events were held.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )
    country: Annotated[tuple[Code, ...], COMMAS] = Field(
        (),
        description="Of groups that came, ISO 3166-1: events count if one did, with these groups' people alone.",
        json_schema_extra=AS_COMMAS,
        max_length=_MANY,
    )
    audience: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of audiences.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )
    series: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of series.", json_schema_extra=AS_COMMAS, max_length=_MANY
    )


class PeriodOut(Schema):
    """Both days included."""

    from_: str = Field(alias="from", json_schema_extra={"format": "date"})
    to: str = Field(json_schema_extra={"format": "date"})


class TableOut(Schema):
    """A table; each row names its values by column. A number may have its `..._before`: the same days a year earlier.

    Null is "not recorded", or nothing. A row with `is_total` is that of all others.
    """

    model_config: ClassVar = {
        "json_schema_extra": {
            "examples": [
                {
                    "id": "T1.station",
                    "title": "Events held and participants, by station",
                    "rows": [{"station": "VIE", "events": 101, "events_before": 96, "participants": 2723}],
                    "notes": [],
                }
            ]
        }
    }

    id: str
    title: str = Field(description="In the language of the request.")
    rows: list[dict[str, int | bool | str | None]]
    notes: list[str]


class NotReadyOut(Schema):
    """Something that keeps the figures from being final."""

    reason: str = Field(description="`unrecorded`: a number is missing; `undecided`: over, and nobody concluded it.")
    number: int = Field(description="Events.")


class ReportOut(Schema):
    """What the service did in a period, all numbers as of one moment."""

    period: PeriodOut
    stations: list[str] = Field(description="Those that were asked for; none: all of them.")
    made_at: str = Field(json_schema_extra={"format": "date-time"})
    measures: dict[str, int | str | None] = Field(
        description="Answers to the saved questions, by their ids: narrowed by station and period, by nothing else."
    )
    tables: list[TableOut]
    not_ready: list[NotReadyOut]
