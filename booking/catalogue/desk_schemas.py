"""The shapes of a desk's offerings and materials in the JSON API."""

from typing import Any, ClassVar

from pydantic import Field

from booking.catalogue.terms import Format, Kind, LanguagePolicy, Level, MaterialKind, OfferingStatus
from booking.http.inputs import Code, Language, Line, Schema

MOST_PEOPLE, OLDEST, LONGEST, LONGEST_LEAD = 100_000, 120, 24 * 60, 260
EXAMPLE: dict[str, Any] = {
    "station": "VIE",
    "title": "Tour of the rose garden",
    "kind": "tour",
    "format": "in-person",
    "theme": "sustainable-development-goals",
    "audience": "children",
    "duration_min": 45,
    "min_group": 8,
    "max_group": 20,
    "min_age": 6,
    "max_age": 12,
    "lead_working_days": 10,
    "language_policy": "listed",
    "languages": ["en", "de"],
    "status": "awaiting-reopening",
}
CHANGE: dict[str, Any] = {"max_group": 15, "status": "active"}


class OfferingIn(Schema):
    """An offering to make; its other texts and its translations are written on its page."""

    model_config: ClassVar = {"json_schema_extra": {"examples": [EXAMPLE]}}

    station: Code
    title: Line = Field(description="In English.")
    kind: Kind
    format: Format
    theme: Code
    audience: Code
    duration_min: int = Field(ge=0, le=LONGEST, strict=True)
    unit: Code = "visitors-service"
    status: OfferingStatus = OfferingStatus.ACTIVE
    language_policy: LanguagePolicy = LanguagePolicy.STATION
    languages: tuple[Language, ...] = Field((), max_length=60, description="Where the policy is `listed`.")
    min_group: int | None = Field(None, ge=1, le=MOST_PEOPLE, strict=True)
    max_group: int | None = Field(None, ge=1, le=MOST_PEOPLE, strict=True)
    min_age: int | None = Field(None, ge=0, le=OLDEST, strict=True)
    max_age: int | None = Field(None, ge=0, le=OLDEST, strict=True)
    lead_working_days: int | None = Field(None, ge=0, le=LONGEST_LEAD, strict=True)
    watch_url: str = Field("", max_length=500, description="On demand: an https address.")


class OfferingChangeIn(Schema):
    """What is to be different; what is left out stays, null takes a limit away."""

    model_config: ClassVar = {"json_schema_extra": {"minProperties": 1, "examples": [CHANGE]}}

    kind: Kind | None = None
    format: Format | None = None
    theme: Code | None = None
    audience: Code | None = None
    duration_min: int | None = Field(None, ge=0, le=LONGEST, strict=True)
    unit: Code | None = None
    status: OfferingStatus | None = None
    language_policy: LanguagePolicy | None = None
    languages: tuple[Language, ...] | None = Field(None, max_length=60)
    min_group: int | None = Field(None, ge=1, le=MOST_PEOPLE, strict=True)
    max_group: int | None = Field(None, ge=1, le=MOST_PEOPLE, strict=True)
    min_age: int | None = Field(None, ge=0, le=OLDEST, strict=True)
    max_age: int | None = Field(None, ge=0, le=OLDEST, strict=True)
    lead_working_days: int | None = Field(None, ge=0, le=LONGEST_LEAD, strict=True)
    watch_url: str | None = Field(None, max_length=500)


class OfferingMatchHeader(Schema):
    """Which version of the offering is meant."""

    version: str | None = Field(
        None, alias="If-Match", description="The ETag of the offering as it was read; 409 where it has changed since."
    )


class DeskOfferingOut(Schema):
    """An offering as a desk edits it."""

    offering_id: str
    slug: str
    station: str
    titles: dict[str, str] = Field(description="By locale.")
    kind: Kind
    format: Format
    theme: str
    audience: str
    unit: str
    status: OfferingStatus
    language_policy: LanguagePolicy
    languages: list[str]
    duration_min: int
    min_group: int | None
    max_group: int | None
    min_age: int | None
    max_age: int | None
    lead_working_days: int | None
    watch_url: str
    waiting: int = Field(description="Addresses that wait for it to reopen.")


class DeskMaterialOut(Schema):
    """A material of the library."""

    material_id: int
    station: str = Field(description="Whose it is to change.")
    titles: dict[str, str] = Field(description="By locale.")
    level: Level
    language: str
    kind: MaterialKind
    address: str
    offerings: list[str] = Field(description="Codes of the offerings that name it.")


class MaterialsOut(Schema):
    """What all stations share, by level and title."""

    materials: list[DeskMaterialOut]
