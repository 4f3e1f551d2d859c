"""What is kept of a contact, in words."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n
from booking.bookings.links import token_of
from booking.bookings.presenting.common import contact_text
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.visit_requests import VisitFacts
from booking.catalogue.rule_values import Unit
from booking.catalogue.rule_words import value_text
from booking.clock_faces import moment
from booking.notices.queries import masked
from booking.privacy.forms import DeskEraseForm, DeskFileForm, EraseForm
from booking.privacy.pages import (
    AskPage,
    Count,
    DeskContactPage,
    KeptLine,
    OwnDataPage,
    PrivacyPage,
    StationDays,
)
from booking.privacy.queries.own import Needed, Owner, Rows

LISTED = 10
"""Of what is to come."""
SECTIONS = {
    "bookings": _l("Bookings"),
    "requests": _l("Requests"),
    "details": _l("What the group said besides"),
    "messages": _l("Messages with the desk"),
    "test_calls": _l("Test calls"),
    "attendance": _l("Numbers of people who came"),
    "mails": _l("Mails"),
    "technical_contact_of": _l("Bookings of others for which you test the connection"),
    "lists_of_interest": _l("Entries on lists of interest"),
}


def privacy_page(stations: Iterable[tuple[str, str, int]]) -> PrivacyPage:
    """How long each station (code, name, days) keeps contacts, by name."""
    locale = i18n.current_locale()
    named = [(i18n.station_name(code, locale, name), value_text(Unit.DAYS, days)) for code, name, days in stations]
    return PrivacyPage(tuple(StationDays(*one) for one in sorted(named)))


def ask_page(found: BookingFacts | VisitFacts, token: str | None, *, is_sent: bool) -> AskPage:
    """The page before the link is mailed."""
    contact, here = found.contact, "bookings.booking" if isinstance(found, BookingFacts) else "bookings.visit"
    return AskPage(
        reference=found.reference,
        back_url=url_for(here, reference=found.reference, t=token),
        action=url_for("privacy.mail_link", reference=found.reference, t=token),
        address=masked(contact.email),
        is_sent=is_sent,
        removed=contact_text(contact, found.station.time_zone) if contact.removed_at else "",
    )


def own_data_page(
    who: str, token: str, rows: Mapping[str, Rows], kept: Sequence[Needed], form: EraseForm, done: str
) -> OwnDataPage:
    """All that is kept, for its owner."""
    return OwnDataPage(
        who=who,
        counts=_counts(rows),
        kept=_soonest(kept, is_desk=False),
        json_url=url_for("privacy.own_file", token=token, kind="json"),
        csv_url=url_for("privacy.own_file", token=token, kind="csv"),
        erase_url=url_for("privacy.erase_own", token=token),
        erase_form=form,
        done=done,
        more=max(0, len(kept) - LISTED),
    )


def _counts(rows: Mapping[str, Rows]) -> tuple[Count, ...]:
    return tuple(Count(str(SECTIONS[name]), len(found)) for name, found in rows.items() if found)


def _soonest(kept: Sequence[Needed], *, is_desk: bool) -> tuple[KeptLine, ...]:
    """Requests that wait, then the visits that come first."""
    waiting = [one for one in kept if one.starts_at is None]
    visits = [one for one in reversed(kept) if one.starts_at is not None]
    return tuple(_kept(one, is_desk=is_desk) for one in [*waiting, *visits][:LISTED])


def _kept(one: Needed, *, is_desk: bool) -> KeptLine:
    if one.starts_at is None:
        told = str(_("Request %(reference)s, not answered yet", reference=one.reference))
        here = "desk.visit" if is_desk else "bookings.visit"
    else:
        when = moment(one.starts_at, one.station_zone, i18n.current_locale())
        told = str(_("Booking %(reference)s, %(when)s", reference=one.reference, when=when))
        here = "desk.one" if is_desk else "bookings.booking"
    secret = None if is_desk else token_of(one.reference, one.generation)
    return KeptLine(told, url_for(here, reference=one.reference, t=secret))


def desk_contact_page(
    owner: Owner,
    rows: Mapping[str, Rows],
    kept: Sequence[Needed],
    forms: tuple[DeskFileForm, DeskEraseForm],
    done: str,
) -> DeskContactPage:
    """All that is kept, for a desk that was asked."""
    own = OwnDataPage(
        who=owner.email or owner.name,
        counts=_counts(rows),
        kept=_soonest(kept, is_desk=True),
        json_url="",
        csv_url="",
        erase_url=url_for("contacts.erase_contact", reference=owner.reference),
        erase_form=forms[1],
        done=done,
        more=max(0, len(kept) - LISTED),
    )
    file_url = url_for("contacts.file", reference=owner.reference)
    return DeskContactPage(owner.reference, own, file_url, *forms)


def erased_text(kept: int) -> str:
    """What was done, and what follows by itself."""
    if not kept:
        return str(_("Everything is erased. Numbers stay in our statistics, without anything of yours."))
    sentence: str = ngettext(
        "Everything is erased but what %(num)s visit to come needs: that goes within 72 hours after it is over.",
        "Everything is erased but what %(num)s visits to come need: that goes within 72 hours after the last is over.",
        kept,
    )
    return sentence
