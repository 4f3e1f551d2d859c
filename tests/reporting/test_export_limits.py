"""How many files an account may have in an hour."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from booking.problems import TooManyAttempts
from booking.reporting.exporting.columns import chosen
from booking.reporting.services.exports import MOST_IN_AN_HOUR, FileKind, ReasonMissing, Wish, allow
from booking.reporting.terms import Filters, Period
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("app")

DAY = Filters(Period(NOW.date(), NOW.date()))


def test_a_seventh_in_an_hour_has_to_wait(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.extensions["booking.settings"]
    monkeypatch.setitem(app.extensions, "booking.settings", replace(settings, rate_limits=True))
    wish = Wish(DAY, chosen(()), FileKind.CSV)
    for _ in range(MOST_IN_AN_HOUR):
        allow(wish, account_id=7, actor="account:7", now=NOW)
    with pytest.raises(TooManyAttempts):
        allow(wish, account_id=7, actor="account:7", now=NOW)
    allow(wish, account_id=8, actor="account:8", now=NOW)
    allow(wish, account_id=7, actor="account:7", now=NOW + timedelta(hours=1))


def test_names_without_a_reason_are_refused_before_anything_is_counted() -> None:
    wish = Wish(DAY, chosen(["contact_email"]), FileKind.CSV, reason="  ")
    with pytest.raises(ReasonMissing):
        allow(wish, account_id=7, actor="account:7", now=NOW)
