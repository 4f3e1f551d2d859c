"""The saved questions that ship with the package: which there are, and what each asks, is data."""

from functools import cache

from booking.i18n.tables import table
from booking.reporting.terms import Figure, Question

_LISTS = (
    *("stations", "units", "kinds", "formats", "themes", "languages", "countries", "audiences", "series"),
    *("offerings", "raised"),
)


@cache
def measures() -> tuple[Question, ...]:
    """Every question of `data/measures.csv`, in the order of the file; lists are parted by semicolons there."""
    return tuple(
        Question(
            id=row["id"],
            figure=Figure(row["figure"]),
            paragraph=row["paragraph"],
            text=row["text"],
            filters={name: _list(row[name]) for name in _LISTS if row[name]},
            months=tuple(int(month) for month in _list(row["months"])),
            most=int(row["most"] or 0),
            survey=row["survey"],
            survey_question=row["survey_question"],
            owners=_list(row["owners"]),
            channels=_list(row["channels"]),
        )
        for row in table("measures", "id").values()
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()
