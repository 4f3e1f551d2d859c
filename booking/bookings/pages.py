"""What the pages of finding and booking show: plain values in the reader's language, ready for the templates.

Nothing here reads the database or the clock. A view makes these from what queries and services answered; every text
is already translated, every address already built, every number already a sentence where the page wants one.
"""

from dataclasses import dataclass

from booking.bookings.answer_forms import ReplyForm
from booking.bookings.forms import (
    BookForm,
    CancelForm,
    ChangeSizeForm,
    FindForm,
    MoveForm,
    MyLinksForm,
)
from booking.catalogue.pages import Fact, LanguageName, Link, Material, OnDemandItem, Photo, Step
from booking.clock_faces import Clock


@dataclass(frozen=True, slots=True)
class Alternative:
    """A time that fits instead: a button that posts `slot`."""

    slot: str
    clock: Clock
    title: str
    facts: str
    """ "English, live online"."""


@dataclass(frozen=True, slots=True)
class Address:
    """A station, and the address to write to."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One broken rule, told: what happened, what to do, and links that do it."""

    rule: str
    """Rule id, "CAP-01"; empty for a malformed field."""
    message: str
    way_out: str = ""
    field: str = ""
    """Name of the form field it belongs to; empty for none."""
    actions: tuple[Link, ...] = ()
    short: str = ""
    """The half of the sentence that stands at the field; `message` where empty."""


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One time that can be booked, before the page gathers equal ones of a day into a card."""

    slot: str
    """Opaque id that the button posts."""
    clock: Clock
    day_key: str
    """ISO date on the primary clock: rows of one key make one day."""
    title: str
    title_lang: str
    """Language the title is written in; empty where it is the page's."""
    offering_url: str
    language: LanguageName
    station: str
    format_label: str
    duration_text: str
    """ "45 min"."""
    seats_text: str
    """ "Your class alone", "Shared, 34 places left", "Shared, 31 left: just enough"."""
    private: bool
    few: bool = False
    requested: bool = False
    """Booking it is a request that a person answers."""
    joint: str = ""
    """ "With Nairobi: 17:00 in Nairobi": who takes part in a joint event."""

    @property
    def card_key(self) -> tuple[str | bool, ...]:
        """What rows must share to stand in one card; language and seats may differ, they then stand at the time."""
        facts = (self.offering_url, self.station, self.format_label, self.duration_text)
        return (*facts, self.private, self.requested, self.clock.on_site)


@dataclass(frozen=True, slots=True)
class SlotCard:
    """One offering on one day: its times side by side."""

    rows: tuple[SlotRow, ...]

    @property
    def first(self) -> SlotRow:
        """The row whose title and station speak for all."""
        return self.rows[0]

    @property
    def one_language(self) -> bool:
        """Whether all times are in the same language, which is then told once."""
        return len({row.language.tag for row in self.rows}) == 1


@dataclass(frozen=True, slots=True)
class BlockedRow:
    """A time that cannot be booked, kept in the list with its reason and three that can."""

    clock: Clock
    day_key: str
    title: str
    refusals: tuple[Refused, ...]
    alternatives: tuple[Alternative, ...] = ()
    open: bool = False
    """The visitor asked "Why not?": the reason stands open."""


@dataclass(frozen=True, slots=True)
class DayGroup:
    """One day of the list, headed on the primary clock."""

    key: str
    heading: str
    """ "Tue 1 Dec"."""
    cards: tuple[SlotCard, ...]
    blocked: tuple[BlockedRow, ...] = ()

    @property
    def marks(self) -> tuple[int, ...]:
        """Every start of the day on its ribbon; decoration only."""
        return tuple(dict.fromkeys(row.clock.ribbon_at for card in self.cards for row in card.rows))


@dataclass(frozen=True, slots=True)
class Told:
    """A piece of the criteria sentence: `strong` ones are what the class said."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class FindPage:
    """The start page."""

    form: FindForm
    criteria: tuple[Told, ...]
    """The request as one sentence, in pieces; empty before the first search."""
    criteria_query: str
    """The same as a query string: goes with the button, so that the booking form knows it."""
    count_text: str
    """ "14 times fit, the first four are shown"."""
    days: tuple[DayGroup, ...]
    on_site_days: tuple[DayGroup, ...] = ()
    on_demand: tuple[OnDemandItem, ...] = ()
    refusals: tuple[Refused, ...] = ()
    """Why nothing fits; only for an empty list."""
    alternatives: tuple[Alternative, ...] = ()
    next_url: str = ""
    chosen_dates_text: str = ""
    """The native date fields' values in the page's language: "Tue 1 Dec to Thu 24 Dec"."""
    clock_place: str = ""
    """ "in Seoul": whose clock the virtual days are on."""
    ask_time_zone: bool = False
    """True on a first visit: site.js may reload once with the browser's zone."""

    @property
    def is_empty(self) -> bool:
        """Nothing that needs a booking fits."""
        return not self.days and not self.on_site_days


@dataclass(frozen=True, slots=True)
class NearOffering:
    """Another offering, with what tells it apart."""

    title: str
    title_lang: str
    url: str
    facts: str
    """ "From age 13, 45 min, live online"."""


@dataclass(frozen=True, slots=True)
class OfferingPage:
    """One offering with its next times."""

    title: str
    title_lang: str
    lead: str
    lead_lang: str
    station_css: str
    facts: tuple[Fact, ...]
    """For whom, languages, length, group, given by, book by, cost."""
    steps: tuple[Step, ...]
    needs: tuple[str, ...]
    details_lang: str
    materials: tuple[Material, ...]
    near: tuple[NearOffering, ...]
    next_times: tuple[SlotRow, ...]
    next_hint: str
    """ "For 30 people, on your clock."."""
    all_times_url: str
    criteria_query: str
    refusals: tuple[Refused, ...] = ()
    """Why it cannot be booked now (closed, awaiting reopening, nothing free); shown instead of times."""
    alternatives: tuple[Alternative, ...] = ()
    watch_url: str = ""
    """Address of an on-demand item."""
    photos: tuple[Photo, ...] = ()
    interest_url: str = ""
    """Where an address is left, for what cannot be had at present."""
    phases: tuple[Fact, ...] = ()
    """What is asked of whoever comes on site, by the days on which it is (CLO-07)."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The time that is kept while the form is filled in."""

    until_time: str
    """ "22:31" on the reader's clock."""
    until_attr: str
    """RFC 3339."""
    seconds_left: int
    """At the time of writing the page; more than 0."""

    @property
    def minutes_left(self) -> int:
        """Whole minutes, rounded up."""
        return -(-self.seconds_left // 60)


@dataclass(frozen=True, slots=True)
class BookPage:
    """The booking form."""

    title: str
    """The offering's title."""
    title_lang: str
    lead: str
    """ "How a resolution is made, in English, live online, 45 minutes, for your class alone."."""
    clock: Clock
    hold: Hold | None
    """None: the hold has ended; the form tries to take the time again."""
    form: BookForm
    facts: tuple[Fact, ...]
    """What you book."""
    button_text: str
    """ "Book Tue 1 Dec, 10:00"."""
    button_hint: str
    """ "You are booked at once. ..." or who answers by when."""
    notes: tuple[str, ...]
    """Good to know: free change until, not recorded, no names of pupils."""
    choose_again_url: str
    refusals: tuple[Refused, ...] = ()
    warnings: tuple[Refused, ...] = ()
    """TIME-05 and the like: told, never stopping."""
    alternatives: tuple[Alternative, ...] = ()
    """Times to take instead; their buttons post `slot` with the whole form, so that nothing typed is lost."""
    requested: bool = False
    waiting_offered: bool = False
    """The event is full and the group may join its waiting list (button `wait`)."""
    in_line: bool = False
    """The form is one for the waiting list from the start."""
    line_rule: str = ""
    """How a waiting list moves."""


@dataclass(frozen=True, slots=True)
class MoveOption:
    """A time to move to; the radio button's value is the slot."""

    slot: str
    clock: Clock
    facts: str = ""


@dataclass(frozen=True, slots=True)
class BookingPage:
    """The page behind the manage link, in every state."""

    reference: str
    organisation: str
    group_label: str
    title: str
    title_lang: str
    state: str
    """ "confirmed", "requested", "answer", "waiting", "cancelled" or "past"."""
    heading: str
    """ "Your tour is booked", "We have your request", "Geneva had to close"."""
    pill: str
    clock: Clock
    message: str
    """ "In 12 days. The link below opens at 09:45.", the reason of a cancellation, what is asked."""
    facts: tuple[Fact, ...]
    notes: tuple[str, ...] = ()
    """Of a place in line: why it was passed over, and the rule."""
    steps: tuple[Step, ...] = ()
    """Of a request: received, looking, answer at the latest."""
    join_url: str = ""
    ics_url: str = ""
    again_url: str = ""
    """The same again for another class."""
    change_size_url: str = ""
    change_form: ChangeSizeForm | None = None
    """None where the number can no longer be changed. The view may give its fields hints of their own: `size.hint`,
    "Adults included, at most 35.", `accompanying_adults.hint`, "At least 2 for 30 people."."""
    move_url: str = ""
    move_form: MoveForm | None = None
    move_options: tuple[MoveOption, ...] = ()
    move_hint: str = ""
    """ "You keep Tue 1 Dec, 10:00 until the new time is sure."."""
    all_times_url: str = ""
    cancel_url: str = ""
    cancel_form: CancelForm | None = None
    cancel_text: str = ""
    """Until when it costs nothing, or that it is late and will be recorded so."""
    cancel_button: str = ""
    """ "Cancel this booking", "Withdraw the request"."""
    late: bool = False
    accept_url: str = ""
    """State "answer": where the proposal is accepted (POST)."""
    accept_text: str = ""
    counter_url: str = ""
    """Where other times are asked for instead."""
    version: str = ""
    """Of the booking, beside an answer to a proposal."""
    said: str = ""
    """What the desk wrote: its question, its proposal, why it refused."""
    reply_url: str = ""
    """State "answer", asked for more: where the answer goes (POST)."""
    reply_form: ReplyForm | None = None
    new_link_url: str = ""
    """Makes a new secret link and ends this one (POST)."""
    kept_text: str = ""
    """For how long the contact is kept."""
    data_url: str = ""
    """What is kept of the contact."""
    done: str = ""
    """What has just been done, told once: "The number is now 31."."""
    opened: str = ""
    """ "size", "move" or "cancel": the fold that stands open, after a refusal."""
    refusals: tuple[Refused, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class MyLinksPage:
    """Send me my links."""

    form: MyLinksForm
    sent: bool = False
    """True after the post, whatever the address: the page never says who is known."""


def cards_of(rows: list[SlotRow]) -> tuple[SlotCard, ...]:
    """The rows of one day gathered into cards, in the order in which each card's first time comes."""
    cards: dict[tuple[str | bool, ...], list[SlotRow]] = {}
    for row in rows:
        cards.setdefault(row.card_key, []).append(row)
    return tuple(SlotCard(tuple(times)) for times in cards.values())


def days_of(rows: list[SlotRow], blocked: tuple[BlockedRow, ...] = ()) -> tuple[DayGroup, ...]:
    """The rows, soonest first, as days with cards; a blocked time stands in its day, alone where it must."""
    by_day: dict[str, list[SlotRow]] = {}
    for row in rows:
        by_day.setdefault(row.day_key, []).append(row)
    kept: dict[str, list[BlockedRow]] = {}
    for time in blocked:
        kept.setdefault(time.day_key, []).append(time)
    keys = sorted(by_day.keys() | kept.keys())
    return tuple(_day(key, by_day.get(key, []), tuple(kept.get(key, ()))) for key in keys)


def _day(key: str, rows: list[SlotRow], blocked: tuple[BlockedRow, ...]) -> DayGroup:
    clock = (rows[0] if rows else blocked[0]).clock
    return DayGroup(key, clock.primary_date_text, cards_of(rows), blocked)
