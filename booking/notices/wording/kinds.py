"""Every kind of mail whose words the desk may write, by the name of its templates."""

from collections.abc import Mapping

from booking.notices.wording.of_afterwards import AFTER_EVENTS
from booking.notices.wording.of_closures import ABOUT_CLOSURES
from booking.notices.wording.of_desks import BETWEEN_DESKS
from booking.notices.wording.of_groups import ABOUT_BOOKINGS, ABOUT_INTEREST, ABOUT_REQUESTS, ABOUT_WAITING_LISTS
from booking.notices.wording.of_staff import ABOUT_ACCOUNTS, TO_GUIDES
from booking.notices.wording.of_visits import ABOUT_PREPARATIONS, ABOUT_VISITS
from booking.notices.wording.parts import MailKind

KINDS: Mapping[str, MailKind] = {
    kind.name: kind
    for kind in (
        *ABOUT_BOOKINGS,
        *AFTER_EVENTS,
        *ABOUT_CLOSURES,
        *ABOUT_PREPARATIONS,
        *ABOUT_REQUESTS,
        *ABOUT_VISITS,
        *ABOUT_WAITING_LISTS,
        *ABOUT_INTEREST,
        *TO_GUIDES,
        *BETWEEN_DESKS,
        *ABOUT_ACCOUNTS,
    )
}
"""In the order in which they are shown."""
