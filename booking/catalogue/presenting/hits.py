"""Lists of events that do not fit what a station says of itself, or would not after a change."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.catalogue.misfits import Misfit, Upcoming
from booking.catalogue.station_pages import HitRow, Hits

MOST_ROWS = 50
DIGEST = 16
REASONS = {
    Misfit.HOURS: _l("outside the hours"),
    Misfit.DAY: _l("on a day that is no working day"),
    Misfit.LANGUAGE: _l("in a language that is not given"),
    Misfit.HOLIDAY: _l("on an official holiday"),
}


def digest_of(codes: Collection[str]) -> str:
    """A name for exactly these events; empty for none."""
    return sha256("\n".join(sorted(codes)).encode()).hexdigest()[:DIGEST] if codes else ""


def would_hit(events: Sequence[Upcoming], reasons: Mapping[str, frozenset[Misfit]], zone: str) -> Hits | None:
    """What a change would leave outside; None where it hits nothing."""
    return _hits(
        events,
        reasons,
        zone,
        ngettext("This leaves %(num)s event outside", "This leaves %(num)s events outside", len(reasons)),
        _("They stay as they are, with their groups and guides: move or call off each one as you decide."),
    )


def do_not_fit(events: Sequence[Upcoming], reasons: Mapping[str, frozenset[Misfit]], zone: str) -> Hits | None:
    """What does not fit as it is; None where everything does."""
    return _hits(
        events,
        reasons,
        zone,
        ngettext("%(num)s event does not fit", "%(num)s events do not fit", len(reasons)),
        _("They were planned otherwise, or before something here was changed."),
    )


def _hits(
    events: Sequence[Upcoming], reasons: Mapping[str, frozenset[Misfit]], zone: str, heading: str, sentence: str
) -> Hits | None:
    hit = [one for one in events if one.code in reasons]
    if not hit:
        return None
    rows = tuple(_row(one, reasons[one.code], zone) for one in hit[:MOST_ROWS])
    left = len(hit) - len(rows)
    more = ngettext("and %(num)s more", "and %(num)s more", left) if left else ""
    return Hits(heading, str(sentence), rows, str(more), digest_of([one.code for one in hit]))


def _row(event: Upcoming, reasons: Collection[Misfit], zone: str) -> HitRow:
    locale = i18n.current_locale()
    local = zones.to_local(event.starts_at, zone)
    title, lang = event.title.in_locale(locale)
    facts = [
        i18n.language_name(event.language, locale),
        str(ngettext("%(num)s group", "%(num)s groups", event.groups)) if event.groups else str(_("nobody has booked")),
        str(ngettext("%(num)s person", "%(num)s people", event.people)) if event.people else "",
    ]
    return HitRow(
        url=url_for("series.event", code=event.code),
        when=i18n.join_facts((i18n.format_day_year(local.date(), locale), i18n.format_time(local))),
        title=title,
        title_lang="" if lang == locale else lang,
        facts=i18n.join_list([one for one in facts if one], locale),
        why=i18n.join_list([str(REASONS[one]) for one in Misfit if one in reasons], locale),
    )
