"""The log of mails in words: what each was, where it stands, and why it failed."""

import re
from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.bookings.mail_log_pages import MailLine, MailsForm, MailsPage
from booking.clock_faces import moment
from booking.notices.queries import Mail
from booking.notices.terms import NoticeState
from booking.notices.wording.kinds import KINDS

STATES: Mapping[NoticeState, tuple[LazyString, str]] = {
    NoticeState.QUEUED: (_l("Waits"), " wait"),
    NoticeState.SENDING: (_l("On its way"), " wait"),
    NoticeState.SENT: (_l("Sent"), ""),
    NoticeState.FAILED: (_l("Failed"), " stop"),
    NoticeState.WITHDRAWN: (_l("Taken back"), " past"),
}
DONE = {
    "again": _l("The mail is being sent again."),
    "under_way": _l("Nothing was done: this mail is on its way already."),
}
_ADDRESS, _MESSAGE = re.compile(r"RCPT 5|not an address|SMTPUTF8"), re.compile(r"(?:MAIL|DATA) 5")
_BOOKING = "booking:"


def mails_page(form: MailsForm, found: Sequence[Mail], most: int, done: str = "") -> MailsPage:
    """The log, newest first."""
    number = ngettext("%(num)s mail found.", "%(num)s mails found.", len(found))
    if len(found) == most:
        number = _("The %(most)s newest are shown: write more of the address.", most=most)
    return MailsPage(form, tuple(map(_line, found)), number, str(DONE.get(done, "")))


def _line(mail: Mail) -> MailLine:
    kind, (status, pill) = KINDS.get(mail.kind), STATES[mail.state]
    about = mail.subject.removeprefix(_BOOKING)
    is_booking = mail.subject.startswith(_BOOKING)
    return MailLine(
        id=mail.id,
        what=str(kind.label) if kind else mail.kind,
        recipient=mail.recipient or str(_("Address forgotten")),
        about=about if is_booking else "",
        about_url=url_for("desk.one", reference=about) if is_booking else "",
        status=str(status),
        pill=pill,
        when=_when(mail),
        why=why(mail.error) if mail.error and mail.state is not NoticeState.SENT else "",
        can_be_sent_again=mail.state is NoticeState.FAILED and bool(mail.recipient),
    )


def _when(mail: Mail) -> str:
    at = moment(mail.sent_at or mail.due_at, "UTC", i18n.current_locale())
    tries = ngettext("%(num)s try", "%(num)s tries", mail.attempts) if mail.attempts > 1 else ""
    return i18n.join_facts((at, tries)) if tries else at


def why(error: str) -> str:
    """Why a mail did not go, and what can be done."""
    if _ADDRESS.search(error):
        told = _("The mail server does not take mails for this address: ask the group for another one.")
    elif _MESSAGE.match(error):
        told = _("The mail server refused the message.")
    elif error.startswith("rendering"):
        told = _("The mail could not be written. Tell whoever looks after this site.")
    else:
        told = _("The mail server could not be reached, or did not answer.")
    return f"{told} ({error})"
