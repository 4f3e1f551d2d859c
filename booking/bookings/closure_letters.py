"""The mails of a closure, written before they are sent: one of each kind and language, as a group would read it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from booking.bookings.closing import Order, Preview
from booking.bookings.services.closure_plan import messages, plan
from booking.notices.letters import letter
from booking.notices.terms import Claimed, Message
from booking.notices.wording.stored import texts_of

MOST = 8
"""Letters that are shown: more nobody reads at once."""


@dataclass(frozen=True)
class Sample:
    """A mail as it would be sent."""

    locale: str
    recipient: str
    subject: str
    text: str


def samples(session: Session, seen: Preview, order: Order) -> list[Sample]:
    """The first mail of each kind and language. Raises what `plan` raises for what cannot be declared."""
    first: dict[tuple[str, str], Message] = {}
    for one in messages(plan(seen, order)):
        first.setdefault((one.kind, one.locale), one)
    return list(_written(session, list(first.values())[:MOST]))


def _written(session: Session, told: list[Message]) -> Iterator[Sample]:
    texts = texts_of(session, {one.kind for one in told})
    for one in told:
        name = uuid.uuid4().hex
        claimed = Claimed(0, one.kind, one.recipient, one.locale, one.payload, name, 0, one.due_at, name)
        written = letter(claimed, texts)
        yield Sample(one.locale, one.recipient, written.subject, written.text)
