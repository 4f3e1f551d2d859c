"""From a preview and what was chosen to what is done with each event; nothing is written here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from booking import zones
from booking.bookings.closing import ClosureRefused, ClosureWish, EventHit, NotPossible, Order, Preview, Way
from booking.bookings.closing_terms import Choice, Hurdle
from booking.bookings.messages import REQUEST, message
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.services.close import cancel_message
from booking.bookings.terms import BookingStatus
from booking.notices.terms import Message
from booking.scheduling.services.events import new_event_code
from booking.scheduling.terms import ClosureType, EventFacts


@dataclass(frozen=True)
class Chosen:
    """An event with what becomes of it; `code` names the event that takes its groups, a new one or one there is."""

    hit: EventHit
    choice: Choice
    way: Way | None = None
    code: str = ""
    after: EventFacts | None = None
    """The event that takes its groups, as it will be; its id is 0 where it is still to be made."""

    @property
    def is_new(self) -> bool:
        """Whether an event is made for its groups."""
        return self.way is not None and self.way.event is None


@dataclass(frozen=True)
class Closing:
    """Everything that a declaration does, decided before any lock is taken."""

    preview: Preview
    order: Order
    chosen: tuple[Chosen, ...]

    @property
    def guides(self) -> set[int]:
        """Guides who are given something that they did not give before."""
        return {
            guide.id
            for one in self.chosen
            if one.way
            for guide in one.way.guides
            if guide not in one.hit.guides or not one.way.keeps_guide
        }

    def reason(self, one: Chosen, locale: str) -> str:
        """What groups read, in their language or in English."""
        return self.preview.wishes[one.hit.phase].reason.in_locale(locale)[0]

    def answer_by(self, one: Chosen) -> datetime | None:
        """Until when a group may answer: never after its event has begun."""
        if one.way is None or self.order.answer_by is None:
            return None
        return min(self.order.answer_by, one.way.starts_at)


def plan(preview: Preview, order: Order) -> Closing:
    """Decide each event. Raises NotPossible, and ClosureRefused where the date to answer is missing or past."""
    undecided = tuple(
        one for one in preview.hits if one.needs_choice and one.event.code not in order.choices and one.bookings
    )
    wrong = tuple(one for one in preview.hits if order.choices.get(one.event.code, Choice.CANCEL) not in one.choices)
    if undecided or wrong:
        raise NotPossible(preview, undecided + wrong)
    chosen = tuple(_decided(one, order, preview) for one in preview.hits)
    if any(one.way and one.hit.bookings for one in chosen):
        if order.answer_by is None:
            raise ClosureRefused(Hurdle.NO_ANSWER_BY)
        if order.answer_by <= order.now:
            raise ClosureRefused(Hurdle.ANSWER_BY_PAST)
    return Closing(preview, order, chosen)


def _decided(hit: EventHit, order: Order, preview: Preview) -> Chosen:
    rest = order.rest if order.rest in hit.choices else hit.proposed
    choice = order.choices.get(hit.event.code, rest or hit.proposed)
    way = hit.way(choice)
    if way is None:
        return Chosen(hit, choice)
    code = way.event.code if way.event else new_event_code(preview.station, way.starts_at)
    return Chosen(hit, choice, way, code, way.event or _event_after(hit, way, code))


def _event_after(hit: EventHit, way: Way, code: str) -> EventFacts:
    return replace(
        hit.event,
        id=0,
        code=code,
        language=way.language,
        starts_at=way.starts_at,
        ends_at=way.ends_at,
        format=way.offering.format,
        version=hit.event.version + 1,
    )


def messages(closing: Closing) -> list[Message]:
    """One mail to each group, in its language: a proposal with a held place, or that it is cancelled."""
    now = closing.order.now
    told = []
    for one in closing.chosen:
        for booking in (*one.hit.bookings, *one.hit.line):
            if not booking.contact.email:
                continue
            reason = closing.reason(one, booking.contact.locale)
            if one.way is None or (booking.status is BookingStatus.WAITING and not one.hit.is_whole):
                told.append(cancel_message(booking, now, reason))
            else:
                told.append(_proposal(closing, one, booking, reason))
    return told


def _proposal(closing: Closing, one: Chosen, booking: BookingFacts, reason: str) -> Message:
    after = booking_after(closing, one, booking)
    if after.status is BookingStatus.WAITING:
        return message("waiting_joined", after, closing.order.now, reason=reason)
    before = {"starts_at": booking.event.starts_at.isoformat(), "title": booking.offering.title}
    method = REQUEST if booking.invited else ""
    return message("closure_proposed", after, closing.order.now, method=method, reason=reason, before=before)


def booking_after(closing: Closing, one: Chosen, booking: BookingFacts) -> BookingFacts:
    """A group's booking at the event that takes it: proposed, or still in line."""
    assert one.way is not None  # noqa: S101  asked only of what goes on
    assert one.after is not None  # noqa: S101  as above
    waits = booking.status is BookingStatus.WAITING
    return replace(
        booking,
        event=one.after,
        offering=one.way.offering,
        status=BookingStatus.WAITING if waits else BookingStatus.PROPOSED,
        waiting_since=booking.waiting_since if waits else None,
        answer_by=None if waits else closing.answer_by(one),
        language=one.way.language,
        sequence=booking.sequence + 1,
        version=booking.version + 1,
    )


def is_announced(order: Order, zone: str) -> bool:
    """Whether its day is here, on the station's calendar; else it is prepared."""
    return announced_on(order) <= zones.local_date(order.now, zone)


def announced_on(order: Order) -> date:
    """The day on which all of it is announced."""
    return max(wish.announced_on for wish in order.wishes)


def to_json(order: Order) -> dict[str, Any]:
    """What was confirmed, as JSON values."""
    return {
        "wishes": [wish_to_json(wish) for wish in order.wishes],
        "choices": {code: choice.value for code, choice in order.choices.items()},
        "rest": order.rest.value if order.rest else None,
    }


def wish_to_json(wish: ClosureWish) -> dict[str, Any]:
    """A wish as JSON values."""
    values = asdict(wish)
    days = {name: day.isoformat() if day else None for name, day in values.items() if name.endswith("_on")}
    lists = {name: list(values[name]) for name in ("blocks_formats", "allows")}
    return {**values, **days, **lists, "type": wish.type.value}


def order_of(kept: Mapping[str, Any], now: datetime, actor: str, answer_by: datetime | None) -> Order:
    """What was confirmed, to be carried out now."""
    return Order(
        tuple(_wish(one) for one in kept["wishes"]),
        now,
        actor,
        answer_by,
        {code: Choice(choice) for code, choice in kept["choices"].items()},
        Choice(kept["rest"]) if kept["rest"] else None,
    )


def _wish(kept: Mapping[str, Any]) -> ClosureWish:
    days = {name: date.fromisoformat(day) if day else None for name, day in kept.items() if name.endswith("_on")}
    lists = {name: tuple(kept[name]) for name in ("blocks_formats", "allows")}
    return ClosureWish(**{**kept, **days, **lists, "type": ClosureType(kept["type"])})
