"""The shapes of a station in the JSON API, for coordinators."""

import re
from typing import Annotated, Any, ClassVar, Literal

from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, Field, StrictBool, StrictInt, WithJsonSchema

from booking import i18n
from booking.catalogue.rule_values import STATION_VALUES
from booking.http.inputs import Email, Language, Line, OptionalLine, Schema, Unreadable, Zone

Weekday = Literal["mo", "tu", "we", "th", "fr", "sa", "su"]
WEEKDAYS: tuple[Weekday, ...] = ("mo", "tu", "we", "th", "fr", "sa", "su")
_CLOCK = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
MOST_LANGUAGES = 200


def _minute(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise Unreadable(_l("Write a time such as 09:00; 24:00 is midnight at the end."))
    return text


Clock = Annotated[str, AfterValidator(_minute), WithJsonSchema({"type": "string", "examples": ["09:00", "24:00"]})]


def minutes(clock: str) -> int:
    """Minutes since midnight of "09:00"."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def clock(minute: int) -> str:
    """As in "09:00"; the midnight at the end is "24:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


class StationMatch(Schema):
    """Which version of the station is meant."""

    version: str | None = Field(
        None, alias="If-Match", description="The ETag of the station as it was read; 409 where it has changed since."
    )


class Hours(Schema):
    """When something is open, on the station's clock."""

    opens: Clock
    closes: Clock


def _values() -> dict[str, Any]:
    """The values of the rules, as the document tells them."""
    told = {
        one.name: {
            "type": ["integer", "null"] if one.is_optional else "integer",
            "minimum": one.low,
            "maximum": one.high,
            "description": ", ".join(filter(None, (one.rule, one.unit, f"{one.default} unless changed"))),
        }
        for one in STATION_VALUES
    }
    return {"type": "object", "properties": told, "additionalProperties": False}


Values = Annotated[dict[str, StrictInt | None], WithJsonSchema(_values())]


class GivenLanguages(Schema):
    """Tags of languages, for every kind but briefings, and for briefings."""

    tours: list[str]
    briefings: list[str]


class StationRecordOut(Schema):
    """A station with all that its desk may change."""

    code: str
    name: str
    time_zone: str
    contact_email: str
    working_weekdays: list[Weekday]
    virtual_hours: Hours
    on_site_hours: Hours
    holiday_country: str = Field(description="ISO 3166-1: whose public holidays are proposed; may be empty.")
    holiday_subdivision: str
    languages: GivenLanguages
    rules: Values


class StationChangeIn(Schema):
    """What is to be different; what is left out stays."""

    model_config: ClassVar = {
        "json_schema_extra": {
            "minProperties": 1,
            "examples": [
                {"virtual_hours": {"opens": "07:00", "closes": "21:00"}, "keep_events": True},
                {"rules": {"free_change_days": 4, "registration_age": 14}},
                {"working_weekdays": ["mo", "tu", "we", "th", "fr", "sa"]},
            ],
        }
    }

    contact_email: Email | None = None
    working_weekdays: tuple[Weekday, ...] | None = Field(None, max_length=7, description="One at least.")
    virtual_hours: Hours | None = None
    on_site_hours: Hours | None = None
    holiday_country: OptionalLine | None = None
    holiday_subdivision: OptionalLine | None = None
    rules: Values | None = None
    name: Line | None = Field(None, description="In English. For administrators.")
    time_zone: Zone | None = Field(None, description="For administrators.")
    keep_events: StrictBool = Field(
        False,  # noqa: FBT003  a default
        description="Change it though events would be outside: they stay. Without it that is 409 with their codes.",
    )


class LanguagesIn(Schema):
    """The languages of a station as they are to be."""

    model_config: ClassVar = {
        "json_schema_extra": {
            "examples": [{"tours": ["en", "fr", "de", "am"], "briefings": ["en", "fr"], "keep_events": True}]
        }
    }

    tours: tuple[Language, ...] = Field(max_length=MOST_LANGUAGES)
    briefings: tuple[Language, ...] = Field(max_length=MOST_LANGUAGES)
    keep_events: StrictBool = Field(
        False,  # noqa: FBT003  a default
        description="Change it though events would be in a language that is not given: they stay.",
    )

    def wanted(self) -> dict[str, tuple[bool, bool]]:
        """By language: whether tours and whether briefings are given."""
        tours, briefings = ({i18n.base_language(tag) or tag for tag in tags} for tags in (self.tours, self.briefings))
        return {tag: (tag in tours, tag in briefings) for tag in sorted(tours | briefings)}
