"""Mail the link to one's own data, and keep in the trail that a desk took a contact's file."""

from datetime import datetime

from booking.accounts.services import audit, count_attempt
from booking.bookings.messages import subject_of
from booking.db import transaction
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.privacy.links import own_data_url
from booking.privacy.queries.own import Owner

AN_HOUR = 3600  # seconds
LINKS_PER_CONTACT, FILES_PER_ACCOUNT = 5, 20


def send_own_data_link(owner: Owner, now: datetime) -> None:
    """Mail it to the address of the booking and nowhere else. Raises TooManyAttempts."""
    count_attempt("own data", owner.email.casefold(), limit=LINKS_PER_CONTACT, window_s=AN_HOUR, now=now)
    url, until = own_data_url(owner, now)
    with transaction() as session:
        letter = Message(
            kind="own_data",
            dedupe_key=f"own_data:{owner.reference}:{now:%Y%m%d%H%M}",
            subject="own_data",
            recipient=owner.email,
            locale=owner.locale,
            payload={"name": owner.name, "url": url, "expires_at": until.isoformat()},
            due_at=now,
        )
        queue(session, [letter])
        subject = subject_of(owner.reference)
        audit(session, at=now, actor="group", action="contact.link", subject=subject, station_code=owner.station)


def say_taken(owner: Owner, account_id: int, actor: str, reason: str, now: datetime) -> None:
    """A desk takes the file of a contact. Raises TooManyAttempts."""
    count_attempt("contact file", str(account_id), limit=FILES_PER_ACCOUNT, window_s=AN_HOUR, now=now)
    with transaction() as session:
        audit(
            session,
            at=now,
            actor=actor,
            action="contact.export",
            subject=subject_of(owner.reference),
            station_code=owner.station,
            after={"reason": reason},
        )
