"""A few numbers under filters, as reports count them."""

from collections.abc import Sequence
from dataclasses import fields
from typing import cast

from booking.reporting.services.reading import answers
from booking.reporting.terms import Figure, Filters, Question


def count(filters: Filters, figures: Sequence[Figure]) -> dict[Figure, int | None]:
    """Each figure's number; None is "not recorded"."""
    named = {one.name: getattr(filters, one.name) for one in fields(Filters) if one.name not in {"period", "months"}}
    questions = [Question(figure.value, figure, "", "", named, filters.months) for figure in figures]
    found = answers(questions, filters.period)
    return {figure: cast("int | None", found[figure.value].value) for figure in figures}
