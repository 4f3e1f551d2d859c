"""Dated limits for tests."""

from datetime import date
from typing import Any

from booking.bookings.services.limits import LimitWish, make_limit
from booking.scheduling.terms import Measure, Per
from tests.builders import NOW

DECEMBER_14 = date(2026, 12, 14)
"""The day of events that tests make."""


def limit(measure: Measure, per: Per, most: int | None = None, **values: Any) -> str:  # noqa: ANN401  fields of a wish
    """A limit on 14 December 2026, everywhere, unless told otherwise; its code."""
    wish = LimitWish(measure, per, **{"starts_on": DECEMBER_14, "ends_on": DECEMBER_14, "most": most, **values})
    return make_limit(wish, now=NOW, actor="account:1")


def people(per: Per, most: int | None = None, **values: Any) -> str:  # noqa: ANN401  fields of a wish
    """One of people."""
    return limit(Measure.PEOPLE, per, most, **values)
