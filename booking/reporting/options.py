"""What the commands of reports are told: days, and a period made of two."""

from datetime import date

import click

from booking import zones
from booking.reporting.terms import BadPeriod, Period


class Day(click.ParamType[date]):
    """A local day, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a wrong call names the option."""
        try:
            return value if isinstance(value, date) else zones.parse_day(value)
        except ValueError:
            self.fail(f"{value!r:.20} is no day; write it as 2020-07-01", param, ctx)


def period_of(first: date, last: date) -> Period:
    """The period of these days, both included; a wrong call names the option that is to be mended."""
    try:
        return Period(first, last)
    except BadPeriod as bad:
        raise click.BadParameter(str(bad), param_hint=f"'--{bad.field}'") from bad
