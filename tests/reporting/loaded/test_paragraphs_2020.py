"""The files of 2020 loaded: paragraphs 12 to 19 are the published ones in six languages, figure by figure."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from booking.i18n import LOCALES, station_name
from booking.reporting.commands import report
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


@pytest.mark.usefixtures("app")
def test_a_month_without_a_reopening_or_a_series_leaves_their_sentences_out_in_every_language() -> None:
    paragraphs = bound_in(Period(date(2020, 12, 1), date(2020, 12, 31)))
    for locale in LOCALES:
        texts = said(paragraphs, locale)
        assert texts["17"] == ""
        assert station_name("GVA", locale, "")[:4] not in texts["12"]
        assert all("  " not in text and not set("{}") & set(text) and "None" not in text for text in texts.values())
    english = said(paragraphs, "en")
    assert english["13"] == (
        "In the reporting period, 42 online tours or briefings were held, with a total of about 1,100 participants."
    )
    assert english["14"].endswith("in person: 1 courtesy visit took place.")
    assert "special groups (children) and on the themes of climate change" in english["12"]
    assert english["18"].startswith("Vienna adapted its yearly programmes for young people. In addition, seven")


@pytest.mark.usefixtures("app")
def test_a_month_in_which_nothing_was_held_says_so_in_every_language() -> None:
    paragraphs = bound_in(Period(date(2015, 1, 1), date(2015, 1, 31)))
    for locale in LOCALES:
        texts = said(paragraphs, locale)
        assert (texts["12"], texts["16"], texts["17"]) == ("", "", ""), locale
        assert "0" in texts["13"]
        assert all("  " not in text and not set("{}") & set(text) and "None" not in text for text in texts.values())


@pytest.mark.usefixtures("app")
def test_half_a_reopening_has_its_own_days_and_one_of_two_partners_a_sentence_of_its_own() -> None:
    english = said(bound_in(Period(date(2020, 9, 15), date(2020, 10, 14))), "en")
    assert "In Geneva, 6 visits were arranged in September for groups with a booking, with 73 visitors" in english["12"]
    assert "was the partner for a special online school tour on the occasion of the Long Day of Flight" in english["18"]
    assert "off-site" not in english["18"]


def test_the_command_prints_them_and_says_that_nobody_has_signed(app: Flask) -> None:
    period = ["--from", "2020-07-01", "--to", "2021-01-31"]
    run = app.test_cli_runner().invoke(report, [*period, "--format", "text", "--locale", "ru"])
    assert (run.exit_code, run.stderr) == (0, "not signed\n")
    assert run.stdout.replace("\n\n", "\n") == (DATA / "ru.txt").read_text(encoding="utf-8")
    of_one = app.test_cli_runner().invoke(report, [*period, "--format", "text", "--station", "GVA"])
    assert of_one.exit_code == 2
    assert "the paragraphs are about all stations" in of_one.stderr
