"""The facts of a notice as an invitation for a calendar, its words in the recipient's language."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from booking.i18n import finished
from booking.ical import Invitation, write
from booking.notices import letters, words
from booking.notices.terms import Claimed, Message
from booking.notices.words import Facts


def invitation(notice: Claimed, sender: str, recipient: str) -> Invitation | None:
    """What the recipient's calendar is told; None where the payload names no calendar entry.

    Its stamp is when the notice was due, so that a second sending carries the same bytes.
    """
    facts = letters.facts_of(notice.payload)
    if not facts["calendar"]:
        return None
    locale = letters.locale_of(notice)
    with force_locale(locale):
        return _written(notice, facts, locale, facts["station_contact"] or sender, recipient)


def invitation_file(message: Message, sender: str) -> bytes:
    """The calendar entry of a message as a file, the same as in its mail; ValueError where the message has none."""
    claimed = Claimed(
        id=0,
        kind=message.kind,
        recipient=message.recipient,
        locale=message.locale,
        payload=message.payload,
        message_id="",
        attempts=0,
        due_at=message.due_at,
        worker_id="",
    )
    entry = invitation(claimed, sender, message.recipient)
    if entry is None:
        raise ValueError("a message without a calendar entry")
    return write(entry)


def _written(notice: Claimed, facts: Facts, locale: str, organizer: str, recipient: str) -> Invitation:
    calendar = facts["calendar"]
    confirmed = calendar["status"] == "CONFIRMED"
    return Invitation(
        uid=calendar["uid"],
        sequence=calendar["sequence"],
        method=calendar["method"],
        status=calendar["status"],
        summary=facts["title"],
        description=finished(_description(facts, locale), locale),
        location=words.place(facts, locale) or _("Online"),
        starts_at=_instant(facts["starts_at"]),
        ends_at=_instant(facts["ends_at"]),
        zone=words.first_zone(facts),
        organizer_name=words.service(facts, locale),
        organizer_email=organizer,
        attendee_name=facts["contact_name"],
        attendee_email=recipient,
        url=facts["join_url"] if confirmed else "",
        stamp=notice.due_at,
    )


def _description(facts: Facts, locale: str) -> str:
    """Never the secret link: an invitation is passed on, the link is not."""
    noted = [_("%(label)s: %(text)s", label=label, text=text) for label, text in words.noted(facts, locale)]
    parts = [words.manner(facts, locale), *noted, facts["conditions"] or ""]
    if facts["calendar"]["method"] == "REQUEST" and not facts["for_guide"]:
        parts.append(_("To change or cancel, use the link in the mail, not the answer of your calendar."))
    return "\n".join(filter(None, parts))


def _instant(text: str | None) -> datetime:
    found = words.instant(text)
    if found is None:
        raise ValueError("an invitation without its times")
    return found
