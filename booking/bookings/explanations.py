"""Refusals told: what happened and what to do, in the reader's language, with the values of this moment filled in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale

from booking import i18n
from booking.bookings.fillings import Teller, Values
from booking.bookings.sentences import (
    DAY_IS_FULL,
    EVENT_IS_FULL,
    LIMITED,
    LIMITED_ON_SITE,
    NO_LINE,
    NOWHERE,
    PLACES_OF_DAY,
    TABLE,
    Sentences,
)
from booking.bookings.terms import BookingRequest, Refusal
from booking.catalogue.queries import Catalogue, catalogue
from booking.db import db
from booking.scheduling.terms import Measure, Per

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"(?<=[.?!。？؟])\s*(?=\S)")  # noqa: RUF001  the signs of Chinese and Arabic are meant


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal in words; `offering` and `station` are codes of what is proposed instead, for a link."""

    rule: str
    field: str
    message: str
    way_out: str
    offering: str = ""
    station: str = ""
    nowhere: bool = False
    """No station has it."""
    has_line: bool = False
    """There is a waiting list that the group may join."""
    wanted: str = ""
    """Slug of the offering that was asked for, where one was."""
    day: str = ""
    """LEAD-02: the day whose bookings are not open yet, YYYY-MM-DD."""


def explain(
    refusals: Sequence[Refusal],
    *,
    locale: str,
    now: datetime,
    request: BookingRequest | None = None,
    known: Catalogue | None = None,
) -> list[Explained]:
    """The refusals in words of `locale`; reads the catalogue unless it is `known`, and nothing where there are none."""
    if not refusals:
        return []
    teller = Teller(known or catalogue(db.session()), locale, now, request or BookingRequest())
    with force_locale(locale):
        told = [_tell(teller, refusal) for refusal in refusals]
    return list({(one.field, one.message): one for one in reversed(told)}.values())[::-1]  # one sentence once


def _tell(teller: Teller, refusal: Refusal) -> Explained:
    """One refusal in words."""
    filler = Values(teller, refusal)
    sentences = _sentences(filler, refusal)
    way_out = _filled(str(sentences.way_out), filler)
    if filler.missing and sentences.without is not None:
        way_out = _filled(str(sentences.without), Values(teller, refusal))
    message = _filled(str(sentences.message), filler)
    instead = filler.alternative
    return Explained(
        refusal.rule,
        refusal.field,
        message,
        way_out,
        instead.code if instead else "",
        filler.station_code,
        filler.nowhere,
        bool(refusal.values.get("line")),
        filler.offering.slug if filler.offering else "",
        str(refusal.values["date"]) if refusal.rule == "LEAD-02" else "",
    )


def _sentences(filler: Values, refusal: Refusal) -> Sentences:
    if "limit" in refusal.values:
        return _of_limit(refusal)
    if refusal.rule == "CAP-02" and not refusal.values.get("line"):
        return NO_LINE
    return NOWHERE if filler.nowhere else TABLE[refusal.rule]


def _of_limit(refusal: Refusal) -> Sentences:
    values = refusal.values
    if refusal.rule == "CAP-04":
        return LIMITED_ON_SITE if values["on_site"] else LIMITED
    if values["per"] is Per.EVENT:
        return EVENT_IS_FULL if values["counted"] is Measure.GROUPS else NO_LINE
    return PLACES_OF_DAY if values["places"] else DAY_IS_FULL


def _filled(template: str, values: Values) -> str:
    """The template with its values; a sentence for which a value is missing is left out."""
    kept = []
    for sentence in _SENTENCE_END.split(template):
        names = _PLACEHOLDER.findall(sentence)
        found = {name: values.value(name) for name in names}
        if all(found.values()):
            kept.append(_PLACEHOLDER.sub(lambda match, found=found: found[match[1]], sentence))
    return i18n.join_sentences(kept)
