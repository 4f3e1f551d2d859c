"""A claimed notice as a finished message: headers, text, HTML and the invitation for a calendar."""

import unicodedata
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from email_validator import EmailNotValidError, validate_email
from flask_babel import force_locale
from flask_babel import gettext as _

from booking import ical
from booking.notices import invitations, letters, words
from booking.notices.terms import Claimed, Outgoing
from booking.notices.wording.voice import Texts
from booking.settings import Settings

POLICY = SMTP.clone(cte_type="7bit")  # any server takes it, and a signature survives it


class Unsendable(ValueError):
    """The notice cannot become a message: a header or an address is not what it must be."""


def compose(notice: Claimed, settings: Settings, now: datetime, texts: Texts = letters.NO_TEXTS) -> Outgoing:
    """Write the message of a notice, in the desk's words where `texts` has some.

    The same notice always has the same Message-ID and invitation.
    """
    letter = letters.letter(notice, texts)
    facts = letters.facts_of(notice.payload)
    sender, recipient = plain_address(parseaddr(settings.mail_from)[1], strict=False), plain_address(notice.recipient)
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(_sender_name(notice, settings), sender)
    message["To"] = _address(facts["contact_name"], recipient)
    if facts["station_contact"]:
        message["Reply-To"] = _address("", plain_address(facts["station_contact"]))
    message["Subject"] = header(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = notice.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    invitation = invitations.invitation(notice, sender, recipient)
    if invitation is not None:
        _attach(message, invitation)
    message["Content-Language"] = letters.locale_of(notice)  # the last: whoever sets a content takes such headers away
    return Outgoing(message, sender, recipient)


def _attach(message: EmailMessage, invitation: ical.Invitation) -> None:
    """The invitation twice: as an alternative, which mail programs offer to accept, and as a file to open by hand."""
    written = ical.write(invitation)
    message.add_alternative(written.decode(), subtype="calendar", params={"method": invitation.method})
    message.add_attachment(written, maintype="application", subtype="ics", filename="invite.ics")


def _sender_name(notice: Claimed, settings: Settings) -> str:
    """The name that the installation has set, else that of the service that writes."""
    configured = parseaddr(settings.mail_from)[0]
    if configured:
        return configured
    locale = letters.locale_of(notice)
    with force_locale(locale):
        facts = letters.facts_of(notice.payload)
        return words.service(facts, locale) if facts["station_name"] else _("The Visitors Service")


def header(text: str) -> str:
    """The text, if it can stand in a header: no line break of any script, no control character, no half character."""
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} for sign in text):
        raise Unsendable("a header holds a line break or a control character")
    return text


def plain_address(text: str, *, strict: bool = True) -> str:
    """The address in ASCII as servers want it; Unsendable for anything else. The sender's host may be a local one."""
    header(text)
    if not strict and text.isascii() and text.count("@") == 1 and " " not in text:
        return text
    try:
        address = validate_email(text, check_deliverability=False).ascii_email
    except EmailNotValidError as error:
        raise Unsendable("not an address") from error
    if address is None:
        raise Unsendable("an address that needs SMTPUTF8")
    return address


def _address(name: str, address: str) -> Address:
    return Address(display_name=header(name), addr_spec=address)
