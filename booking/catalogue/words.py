"""What the catalogue's terms are called on pages, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n
from booking.catalogue.terms import Format, Kind, LanguagePolicy, Level, OfferingFacts, OfferingStatus

FORMATS = {
    Format.VIRTUAL_LIVE: _l("Live online"),
    Format.VIRTUAL_RECORDED: _l("Recorded, with a guide"),
    Format.IN_PERSON: _l("On site"),
    Format.OFF_SITE: _l("Off site"),
    Format.HYBRID: _l("On site and online"),
    Format.ON_DEMAND: _l("On demand"),
}
KINDS = {
    Kind.TOUR: _l("Tour"),
    Kind.BRIEFING: _l("Briefing"),
    Kind.WEBINAR: _l("Webinar"),
    Kind.PROGRAMME: _l("Programme"),
    Kind.COURTESY_VISIT: _l("Courtesy visit"),
    Kind.TRAINING: _l("Training"),
    Kind.FILM: _l("Film"),
    Kind.EXHIBITION: _l("Exhibition"),
}
STATUSES = {
    OfferingStatus.LIMITED: _l("In small groups for now"),
    OfferingStatus.SUSPENDED: _l("Not at present"),
    OfferingStatus.AWAITING_REOPENING: _l("Starts when the premises reopen"),
}
"""Labels for the visitor; an active offering has none."""
STATUS_CHOICES = [
    (OfferingStatus.ACTIVE.value, _l("Running")),
    (OfferingStatus.LIMITED.value, _l("In small groups for now (a label: it can be booked)")),
    (OfferingStatus.SUSPENDED.value, _l("Not at present (a label: closures decide what can be booked)")),
    (OfferingStatus.AWAITING_REOPENING.value, _l("Awaits the reopening: nobody can book, addresses are taken")),
]
"""For the desk, with what each does."""
POLICIES = {
    LanguagePolicy.STATION: _l("All that the station gives"),
    LanguagePolicy.OFFICIAL: _l("The official ones of the station"),
    LanguagePolicy.LISTED: _l("A list of its own"),
    LanguagePolicy.ANY: _l("Any, never checked"),
}
LEVELS = {
    Level.PRIMARY: _l("Primary school"),
    Level.SECONDARY: _l("Secondary school"),
    Level.UNIVERSITY: _l("University"),
    Level.ALL: _l("All levels"),
}


def format_inside(one: Format) -> str:
    """The format as it stands inside a sentence or after another fact: "live online", with a small letter."""
    label = str(FORMATS[one])
    return label[:1].lower() + label[1:]


def title_of(titles: Mapping[str, str], english: str = "") -> tuple[str, str]:
    """A title in the page's language, and the language it is written in where that is another."""
    locale = i18n.current_locale()
    text, lang = i18n.Translated(titles or {"en": english}).in_locale(locale)
    return text, "" if lang == locale else lang


def minutes_text(minutes: int) -> str:
    """As in "45 min"."""
    return str(_("%(minutes)s min", minutes=minutes))


def ages_text(offering: OfferingFacts) -> str:
    """Whom it is for, by age."""
    low, high = offering.min_age, offering.max_age
    if low is not None and high is not None:
        return str(_("Ages %(low)s to %(high)s", low=low, high=high))
    if low is not None:
        return str(_("From age %(low)s", low=low))
    return str(_("Up to age %(high)s", high=high) if high is not None else _("All ages"))


def group_text(offering: OfferingFacts) -> str:
    """How many may come."""
    low, high = offering.min_group, offering.max_group
    if high is None:
        return ""
    if low is None or low <= 1:
        return str(_("Up to %(high)s people", high=high))
    return str(_("%(low)s to %(high)s people", low=low, high=high))


def lead_text(offering: OfferingFacts) -> str:
    """How long before it must be asked for."""
    days = offering.lead_working_days or 0
    return str(ngettext("%(num)s working day before", "%(num)s working days before", days)) if days else ""
