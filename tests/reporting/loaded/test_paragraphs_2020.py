"""The files of 2020 loaded: paragraphs 12 to 19 are the published ones in six languages, figure by figure."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from booking.i18n import LOCALES
from booking.reporting.narrative.binding import Bound, bound
from booking.reporting.narrative.composing import paragraph
from booking.reporting.narrative.filling import Speaker
from booking.reporting.narrative.reading import read
from booking.reporting.narrative.wording import wording
from booking.reporting.services.reading import as_of_now
from booking.reporting.terms import Period

DATA = Path(__file__).parents[2] / "data" / "paragraphs_2020"
PERIOD = Period(date(2020, 7, 1), date(2021, 1, 31))


def bound_in(period: Period) -> Mapping[str, Bound]:
    """What the paragraphs of a period say."""
    return bound(as_of_now(lambda session: read(session, period)))


def said(paragraphs: Mapping[str, Bound], locale: str) -> dict[str, str]:
    """The texts of a locale."""
    speaker = Speaker(wording(locale))
    return {
        number: "".join(piece.text for piece in paragraph(number, one.content, speaker).pieces)
        for number, one in paragraphs.items()
    }


@pytest.mark.usefixtures("app")
def test_the_paragraphs_are_the_filled_texts_in_every_language() -> None:
    paragraphs = bound_in(PERIOD)
    for locale in LOCALES:
        lines = (DATA / f"{locale}.txt").read_text(encoding="utf-8").splitlines()
        assert said(paragraphs, locale) == dict(line.split(". ", 1) for line in lines)
