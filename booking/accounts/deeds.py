"""What somebody of the staff did: the lines of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking import i18n
from booking.accounts.forms import DeedsForm
from booking.accounts.pages import moment
from booking.accounts.queries import Deed
from booking.accounts.trail_words import differences, subject_parts, what_was_done


@dataclass(frozen=True, slots=True)
class DeedLine:
    """A line."""

    when: str
    what: str
    kind: str
    name: str
    url: str
    station: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeedsPage:
    """What a person did, the newest first."""

    account_id: int
    name: str
    form: DeedsForm
    lines: tuple[DeedLine, ...]
    more: dict[str, str]
    """The query of the next page; empty on the last one."""


def deeds_page(
    account_id: int, name: str, form: DeedsForm, deeds: Sequence[Deed], most: int, query: dict[str, str]
) -> DeedsPage:
    """The page of at most so many lines; of one more than that, the last tells that there are more."""
    more = {**query, "below": str(deeds[most - 1].id)} if len(deeds) > most else {}
    return DeedsPage(account_id, name, form, tuple(map(deed_line, deeds[:most])), more)


def deed_line(deed: Deed) -> DeedLine:
    """A line in words."""
    kind, name, url = subject_parts(deed.subject)
    return DeedLine(
        when=moment(deed.at),
        what=what_was_done(deed.action),
        kind=kind,
        name=name,
        url=url,
        station=i18n.station_name(deed.station, i18n.current_locale(), deed.station) if deed.station else "",
        differences=tuple(differences(deed.before, deed.after)),
    )
