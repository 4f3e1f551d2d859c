"""Fields of the JSON API: types that read what was sent as the forms do, and sentences for what is wrong.

What cannot be read is 422, with the name of every field. Sentences are in the language of the request.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic import ValidationError as Unread
from pydantic_core import ErrorDetails

from booking import i18n, zones
from booking.fields import sentence
from booking.text import (
    EMAIL_LENGTH,
    LINE_LENGTH,
    TEXT_LENGTH,
    InputRefused,
    clean_email,
    clean_int,
    clean_line,
    clean_text,
)

LONGEST_TAG = 35
LONGEST_CODE = 60
Model = TypeVar("Model", bound=BaseModel)

_BY_KIND: Mapping[str, tuple[str, str]] = {
    "missing": ("blank", ""),
    "string_too_short": ("blank", ""),
    "string_too_long": ("too_long", "max_length"),
    "int_type": ("digits", ""),
    "greater_than_equal": ("too_small", "ge"),
    "less_than_equal": ("too_large", "le"),
}
"""Our name for a kind of error of pydantic's, and the value of it that the sentence needs."""
_LIMITS = {"too_long": "max", "too_small": "min", "too_large": "max"}
_OTHER_KINDS: Mapping[str, LazyString] = {
    "string_type": _l("Write text in quotation marks."),
    "string_pattern_mismatch": _l("This is not written as it should be."),
    "bool_type": _l("Write true or false."),
    "model_type": _l("Send an object with its fields."),
    "model_attributes_type": _l("Send an object with its fields."),
    "list_type": _l("Send a list."),
    "tuple_type": _l("Send a list."),
    "too_long": _l("These are too many."),
    "too_short": _l("Name at least one."),
}
_ONE_OF = _l("Write one of these: %(values)s.")
_QUOTED = re.compile("'([^']*)'")
_UNREADABLE = _l("This cannot be read. The documentation says what belongs here.")


class Unreadable(ValueError):
    """A value that cannot be read, with the sentence that says so."""

    def __init__(self, message: LazyString) -> None:
        super().__init__("unreadable")
        self.message = message


class InvalidInput(Exception):
    """The request cannot be read: answered with 422 and `errors`, each with its field and a sentence."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = [{"field": field, "message": message} for field, message in errors]
        super().__init__(", ".join(error["field"] for error in self.errors))

    @classmethod
    def of(cls, field: str, message: object) -> "InvalidInput":
        """One field and its sentence."""
        return cls([(field, str(message))])


class Schema(BaseModel):
    """The shape of a body or of parameters. Fields that it does not name are passed over, never obeyed."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


def read_into(model: type[Model], values: Mapping[str, object], errors: Iterable[tuple[str, str]] = ()) -> Model:
    """The values as the model has them; `InvalidInput` with all that is wrong, `errors` known before included."""
    known = list(errors)
    try:
        found = model.model_validate(values)
    except Unread as unread:
        known += [(_name_of(error["loc"]), _said(error)) for error in unread.errors(include_url=False)]
    else:
        if not known:
            return found
    raise InvalidInput(known)


def _name_of(place: tuple[int | str, ...]) -> str:
    """A field as its sender names it, organisation.name; of a list, the list."""
    return ".".join(part for part in place if isinstance(part, str))


def _said(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, Unreadable):
        return str(cause.message)
    if isinstance(cause, InputRefused):
        return sentence(cause)
    if error["type"] in {"enum", "literal_error"}:
        return str(_ONE_OF) % {"values": _QUOTED.sub(r"\1", context["expected"]).replace(" or ", ", ")}
    if error["type"] in _BY_KIND:
        code, limit = _BY_KIND[error["type"]]
        return sentence(InputRefused(code, **({_LIMITS[code]: context[limit]} if limit else {})))
    return str(_OTHER_KINDS.get(error["type"], _UNREADABLE))


def _day(text: object) -> date:
    try:
        return zones.parse_day(str(text))
    except zones.BadTime as bad:
        raise InputRefused("date") from bad


def _time(text: object) -> zones.ParsedTime:
    try:
        return zones.parse_time(text if isinstance(text, str) else "")
    except zones.BadTime as bad:
        raise Unreadable(_l("Write a time with its offset, such as 2027-03-30T10:00+02:00.")) from bad


def _zone(text: str) -> str:
    if text not in zones.zone_names():
        raise Unreadable(_l("No time zone has this name. Write one such as Asia/Seoul."))
    return text


def _language(text: str) -> str:
    if i18n.base_language(text) is None:
        suggested = i18n.suggest_language(text)
        if suggested:
            raise Unreadable(_l("This language is not known. Did you mean %(tag)s?", tag=suggested))
        raise Unreadable(_l("This language is not known. Write a tag such as fr or pt-BR."))
    return text


def none_if_blank(clean: Callable[[str], str]) -> AfterValidator:
    """The same cleaning for a text that may be left out: blank is empty."""
    return AfterValidator(lambda text: clean(text) if text.strip() else "")


def optional_line(max_length: int) -> AfterValidator:
    """Cleans a line of text that may be left out."""
    return none_if_blank(lambda text: clean_line(text, max_length))


def digits(low: int, high: int) -> BeforeValidator:
    """Reads a whole number between two others from a parameter: ASCII digits, spaces around them."""
    return BeforeValidator(lambda text: clean_int(str(text), low, high))


def shown_length(max_length: int, least: int = 0) -> Any:  # noqa: ANN401  what pydantic's Field returns
    """The length as the document says it; it is measured after cleaning."""
    return Field(json_schema_extra={"maxLength": max_length, **({"minLength": least} if least else {})})


def _split(value: object) -> object:
    """The parts of "mo,tu"."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Line = Annotated[str, AfterValidator(clean_line), shown_length(LINE_LENGTH, least=1)]
"""A line of text that says something."""
OptionalLine = Annotated[str, optional_line(LINE_LENGTH), shown_length(LINE_LENGTH)]
Note = Annotated[str, none_if_blank(clean_text), shown_length(TEXT_LENGTH)]
Email = Annotated[
    str, AfterValidator(clean_email), Field(json_schema_extra={"format": "email", "maxLength": EMAIL_LENGTH})
]
Day = Annotated[date, BeforeValidator(_day)]
Time = Annotated[
    zones.ParsedTime, PlainValidator(_time), WithJsonSchema({"type": "string", "examples": ["2027-03-30T10:00+02:00"]})
]
Zone = Annotated[str, AfterValidator(_zone), Field(json_schema_extra={"examples": ["Asia/Seoul"]})]
Language = Annotated[
    str, AfterValidator(_language), Field(json_schema_extra={"examples": ["fr", "pt-BR"], "maxLength": LONGEST_TAG})
]
Code = Annotated[str, Field(pattern=rf"^[A-Za-z0-9_-]{{1,{LONGEST_CODE}}}$")]
"""A code of ours: a station, a theme, an offering."""
COMMAS = BeforeValidator(_split)
"""Several values in one parameter, with commas between."""
AS_COMMAS: Any = {"style": "form", "explode": False}
"""How the document says so."""
