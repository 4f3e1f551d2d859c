"""What both pages of a guide's availability say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n, zones
from booking.catalogue.words import title_of
from booking.scheduling.pages import Frame, Misfit
from booking.scheduling.queries.profiles import NotPossible, Profile
from booking.scheduling.words import in_words

DONE = {
    "week": _l("Saved: your week. The next search goes by it."),
    "days": _l("Saved: your days off."),
    "hours": _l("Saved: that day is different."),
    "removed": _l("That day is like every week again."),
    "abilities": _l("Saved: what you can be asked to give."),
    "limits": _l("Saved: your limits."),
}
FORMS = ("save_week", "save_day", "save_days", "save_hours", "remove_hours", "save_abilities", "save_limits")


@dataclass(frozen=True, slots=True)
class Whose:
    """A guide's profile, and whether a coordinator looks at it."""

    profile: Profile
    at_desk: bool

    def url(self, page: str, **values: Any) -> str:  # noqa: ANN401  as url_for takes them
        """The address of a page or form of this guide."""
        if self.at_desk:
            return url_for(f"availability.desk_{page}", code=self.profile.code, **values)
        return url_for(f"availability.{page}", **values)


def frame_of(whose: Whose, done: str = "") -> Frame:
    """Whose pages they are, and where their forms go."""
    return Frame(
        name=(whose.profile.name or whose.profile.code) if whose.at_desk else "",
        place="availability.guides" if whose.at_desk else "availability.times",
        times_url=whose.url("times"),
        profile_url=whose.url("profile"),
        urls={form: whose.url(form) for form in FORMS},
        done=str(DONE.get(done, "")),
    )


def misfits_of(whose: Whose, found: Sequence[NotPossible]) -> list[Misfit]:
    """The events that do not fit any more, each with what stands against it and where cover is found."""
    return [_misfit(whose, one) for one in found]


def _misfit(whose: Whose, found: NotPossible) -> Misfit:
    event = found.event
    locale, zone = i18n.current_locale(), whose.profile.station.time_zone
    title, title_lang = title_of(event.title)
    begin, end = zones.to_local(event.starts_at, zone), zones.to_local(event.ends_at, zone)
    told = dict.fromkeys(in_words(unfit) for unfit in found.reasons)
    return Misfit(
        when=_("%(start)s to %(end)s", start=i18n.format_date_time(begin, locale), end=i18n.format_time(end)),
        title=title,
        title_lang=title_lang,
        facts=i18n.join_facts((event.code, i18n.language_name(event.language, locale))),
        why=i18n.join_list(told, locale),
        is_asked=found.is_asked,
        cover_url="" if whose.at_desk or found.is_asked else url_for("guiding.ask_for_cover", code=event.code),
    )
