"""What a guide is asked to take."""

from datetime import datetime

from flask_babel import gettext as _

from booking import i18n
from booking.catalogue.words import minutes_text, title_of
from booking.clock_faces import STATION_CSS
from booking.guiding.forms import WHY_NOT
from booking.guiding.pages import OfferCard
from booking.guiding.presenting.common import people, when
from booking.guiding.queries.guides import OwnGuide
from booking.scheduling.queries.offers import Clash, OfferShown
from booking.scheduling.terms import OfferReason


def offer_card(offer: OfferShown, guide: OwnGuide, now: datetime) -> OfferCard:
    """One offer, its conflict named where there is one."""
    locale, event = i18n.current_locale(), offer.event
    title, lang = title_of(offer.title)
    minutes = int((event.ends_at - event.starts_at).total_seconds()) // 60
    facts = [
        i18n.language_name(event.language, locale),
        people(event.taken) if event.taken else "",
        minutes_text(minutes),
    ]
    if offer.station_code != guide.station.code:
        facts.append(i18n.station_name(offer.station_code, locale, offer.station_name))
    return OfferCard(
        id=offer.id,
        when=when(event.starts_at, guide, now),
        title=title,
        title_lang=lang,
        facts=i18n.join_facts(filter(None, facts)),
        station_css=STATION_CSS.get(offer.station_code, ""),
        answer_by=when(offer.expires_at, guide, now),
        then=_then(offer),
        reason=_reason(offer),
        note=offer.note,
        conflict=_conflict(offer.clash, guide, now) if offer.clash else "",
        reasons=tuple((value, str(text)) for value, text in WHY_NOT),
    )


def _then(offer: OfferShown) -> str:
    if offer.reason is OfferReason.UNCOVERED:
        return str(_("After that we ask the next guide."))
    return str(_("Several are asked; the first to accept has it."))


def _reason(offer: OfferShown) -> str:
    if offer.reason is OfferReason.COVER:
        return str(_("%(name)s asks for cover.", name=offer.from_name or _("A colleague")))
    if offer.reason is OfferReason.SICK:
        return str(_("The colleague who was to give it cannot come."))
    return ""


def _conflict(clash: Clash, guide: OwnGuide, now: datetime) -> str:
    return str(
        _(
            "You cannot take this one: it would meet your tour of %(when)s, or the %(pause)s free minutes between two.",
            when=when(clash.starts_at, guide, now),
            pause=clash.pause_min,
        )
    )
