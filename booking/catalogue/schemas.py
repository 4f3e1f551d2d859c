"""The shapes of the catalogue in the JSON API."""

from typing import Annotated

from pydantic import Field

from booking.catalogue.terms import Format, Kind, Level, OfferingStatus
from booking.http.inputs import AS_COMMAS, COMMAS, Code, Language, Schema


class OfferingsQuery(Schema):
    """Which offerings; what is left out narrows nothing."""

    station: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of stations, with commas between.", json_schema_extra=AS_COMMAS
    )
    language: Language | None = Field(None, description="One it can be had in.")
    format: Annotated[tuple[Format, ...], COMMAS] = Field(
        (), description="How it is given, with commas between.", json_schema_extra=AS_COMMAS
    )
    kind: Annotated[tuple[Kind, ...], COMMAS] = Field(
        (), description="What it is, with commas between.", json_schema_extra=AS_COMMAS
    )
    theme: Code | None = None
    audience: Code | None = None


class StationLanguages(Schema):
    """Tags of languages; whether a guide is free is asked by a search for times."""

    tours: list[str]
    briefings: list[str]


class StationOut(Schema):
    """A duty station."""

    code: str
    name: str = Field(description="In the language of the request.")
    time_zone: str
    languages: StationLanguages


class StationsOut(Schema):
    """All stations, by name."""

    stations: list[StationOut]


class MinuteOut(Schema):
    """What happens when."""

    minute: int
    text: str


class ImageOut(Schema):
    """A picture; sizes are pixels."""

    address: str
    small_address: str
    width: int
    height: int
    alternative_text: str = Field(description="What it shows, in the language of the request or in English.")


class MaterialOut(Schema):
    """Something to read or print."""

    title: str
    level: Level
    language: str
    media_type: str | None = Field(description="null: a page elsewhere.")
    address: str


class OfferingOut(Schema):
    """What can be asked for; a limit that is null does not exist.

    Texts are in the language of the request where there are any, else in English.
    """

    offering_id: str
    slug: str
    title: str
    title_language: str
    summary: str
    station: str = Field(description="A code.")
    kind: Kind
    format: Format
    theme: str
    audience: str
    languages: list[str] | None = Field(description="null: in any language.")
    duration_min: int
    min_group: int | None
    max_group: int | None
    min_age: int | None
    max_age: int | None
    lead_working_days: int | None = Field(description="Working days of the station between booking and event.")
    status: OfferingStatus
    price_note: str
    watch_url: str = Field(description="On demand: where it is watched, without a booking.")
    images: list[ImageOut]
    materials: list[MaterialOut]


class OfferingsOut(Schema):
    """Offerings, by station and code."""

    offerings: list[OfferingOut]


class OfferingDetailOut(OfferingOut):
    """An offering with what happens in it and what a group needs for it."""

    happens: list[MinuteOut]
    needs: list[str]
