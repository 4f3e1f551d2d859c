"""Mails to groups, with their shipped words."""

from flask_babel import lazy_gettext as _l

from booking.notices.wording.parts import OF_BOOKINGS, OF_OFFERINGS, Group, Words

_DEADLINE = ("deadline",)
_bookings = Words(Group.BOOKINGS, OF_BOOKINGS)
_requests = Words(Group.REQUESTS, OF_BOOKINGS)
_waiting = Words(Group.WAITING, OF_BOOKINGS)
_interest = Words(Group.INTEREST, OF_OFFERINGS, has_stations=False)

_KNOWN = _l("Where a deadline is known.")
_UNKNOWN = _l("Where no deadline is known.")
_FREED = _l("The place is no longer held for you.")
_PLACE = _l("The place")

ABOUT_BOOKINGS = (
    _bookings.kind(
        "booking_confirmed",
        _l("A booking is confirmed"),
        _bookings.subject(_l("Booked: %(time)s", time="{time}")),
        _bookings.opening(_l("Your booking is confirmed.")),
    ),
    _bookings.kind(
        "booking_changed",
        _l("A booking is changed"),
        _bookings.subject(_l("Changed: %(people)s, %(time)s", people="{people}", time="{time}")),
        _bookings.opening(_l("Your booking is changed.")),
        _bookings.text(
            "numbers",
            _l("The numbers"),
            _l("Now %(people)s, before that %(before)s.", people="{people}", before="{before_people}"),
            when=_l("Where the number was another before."),
            needs=("people",),
            knows=("before_people",),
        ),
    ),
    _bookings.kind(
        "booking_restored",
        _l("A cancellation is taken back"),
        _bookings.subject(_l("Booked again: %(time)s", time="{time}")),
        _bookings.opening(_l("Your booking stands again.")),
        _bookings.text(
            "same",
            _l("What stays"),
            _l("Your link and the entry in your calendar are the same as before."),
        ),
    ),
    _bookings.kind(
        "desk_message",
        _l("A message of the desk"),
        _bookings.subject(_l("About your booking: %(time)s", time="{time}")),
    ),
    _bookings.kind(
        "booking_moved",
        _l("A booking has a new time"),
        _bookings.subject(_l("Moved: now %(time)s", time="{time}")),
        _bookings.opening(_l("Your booking has a new time.")),
        _bookings.subject(
            _l("We have your request: %(time)s", time="{time}"),
            name="subject_request",
            when=_l("Where a person must still say yes."),
        ),
        _bookings.opening(
            _l("Your request has a new time."), name="opening_request", when=_l("Where a person must still say yes.")
        ),
        _bookings.text(
            "before",
            _l("The time before"),
            _l("Before that it was %(time)s; that time is free again.", time="{before_time}"),
            when=_l("Where the time before is known."),
            needs=("before_time",),
        ),
        _bookings.text(
            "held",
            _l("Held for now"),
            _l(
                "A person must say yes to it. The time is held for you; we answer by %(time)s.",
                time="{deadline}",
            ),
            when=_l("Where a person must still say yes."),
            needs=_DEADLINE,
        ),
    ),
    _bookings.kind(
        "booking_cancelled",
        _l("A group has cancelled"),
        _bookings.subject(_l("Cancelled: %(time)s", time="{time}")),
        _bookings.opening(_l("Your booking is cancelled.")),
        _bookings.text(
            "late",
            _l("It was late"),
            _l(
                "This was after the last day for a free cancellation, so that it is recorded as a late one. "
                "The place is free for others all the same."
            ),
            when=_l("After the last day for a free cancellation."),
        ),
        _bookings.text(
            "thanks",
            _l("It was in time"),
            _l("The place is free for others. Thank you for telling us."),
            when=_l("Up to the last day for a free cancellation."),
        ),
    ),
    _bookings.kind(
        "booking_cancelled_by_station",
        _l("We have to cancel"),
        _bookings.subject(_l("We have to cancel your event: %(time)s", time="{time}")),
        _bookings.opening(_l("We have to cancel your event.")),
        _bookings.text(
            "closed",
            _l("Premises are closed"),
            _l(
                "We are sorry: your visit of %(date)s has to be cancelled because the premises %(station_in)s "
                "will be closed.",
                date="{date}",
                station_in="{in_station}",
            ),
            when=_l("For visits on site, where the premises are closed."),
        ),
        _bookings.text(
            "sorry",
            _l("Another reason"),
            _l("We are sorry: your event of %(date)s has to be cancelled.", date="{date}"),
            when=_l("For all others."),
        ),
        _bookings.text(
            "kept",
            _l("A virtual tour instead"),
            _l(
                "Your time is kept for a virtual tour until %(deadline)s. "
                "Please accept it, choose another time or decline.",
                deadline="{deadline}",
            ),
            when=_l("Where the time is kept for a virtual tour."),
            needs=_DEADLINE,
        ),
        _bookings.text(
            "virtual",
            _l("Virtual tours go on"),
            _l("Live virtual tours are not affected by a closure of the premises."),
            when=_l("Where the premises are closed and no time is kept."),
        ),
    ),
    _bookings.kind(
        "reminder_7_days",
        _l("Reminder a week before"),
        _bookings.subject(_l("Still %(people)s? %(time)s", people="{people}", time="{time}")),
        _bookings.opening(_l("Are you still %(people)s?", people="{people}")),
        _bookings.text(
            "nothing",
            _l("What there is to do"),
            _l("Your event is in a week. If all is as it was, there is nothing to do."),
        ),
    ),
    _bookings.kind(
        "reminder_1_day",
        _l("Reminder a day before"),
        _bookings.subject(_l("Tomorrow: %(time)s", time="{time}")),
        _bookings.opening(_l("Your event is tomorrow.")),
    ),
    _bookings.kind(
        "reminder_1_hour",
        _l("Reminder an hour before"),
        _bookings.subject(_l("In one hour: %(time)s", time="{time}")),
        _bookings.opening(_l("Your event begins in an hour.")),
    ),
)

ABOUT_REQUESTS = (
    _requests.kind(
        "booking_requested",
        _l("We have a request"),
        _requests.subject(_l("We have your request: %(time)s", time="{time}")),
        _requests.opening(_l("We have your request.")),
        _requests.text(
            "held",
            _l("Held until then"),
            _l("The place is held for you. We answer by %(time)s.", time="{deadline}"),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
        _requests.text("held_open", _l("Held"), _l("The place is held for you. We will write to you."), when=_UNKNOWN),
    ),
    _requests.kind(
        "request_question",
        _l("A question to the group"),
        _requests.subject(_l("A question about your request: %(time)s", time="{time}")),
        _requests.opening(_l("We have a question about your request.")),
        _requests.text(
            "deadline",
            _l("Until when"),
            _l("Please answer by %(time)s. Until then the time is yours.", time="{deadline}"),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
    ),
    _requests.kind(
        "request_proposed",
        _l("Another time is proposed"),
        _requests.subject(_l("We propose another time: %(time)s", time="{time}")),
        _requests.opening(_l("We propose another time.")),
        _requests.text(
            "asked_for",
            _l("The time asked for"),
            _l("You asked for %(time)s. Then we cannot; this is what we can do:", time="{before_time}"),
            when=_l("Where another time was asked for."),
            needs=("before_time",),
        ),
        _requests.text(
            "deadline",
            _l("Until when"),
            _l("We hold it for you until %(time)s. Please say whether it suits you:", time="{deadline}"),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
    ),
    _requests.kind(
        "request_refused",
        _l("A request is refused"),
        _requests.subject(_l("We could not say yes: %(time)s", time="{time}")),
        _requests.opening(_l("We are sorry: we could not say yes to your request.")),
    ),
    _requests.kind(
        "request_expired",
        _l("We did not answer in time"),
        _requests.subject(_l("We could not give you %(time)s", time="{time}")),
        _requests.opening(_l("We are sorry: nobody could take your request in time.")),
        _requests.text(
            "ended_at",
            _l("The deadline is over"),
            _l(
                "We had until %(time)s to answer. The request has ended, and the place is no longer held for you.",
                time="{deadline}",
            ),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
        _requests.text(
            "ended",
            _l("The request has ended"),
            _l("The request has ended, and the place is no longer held for you."),
            when=_UNKNOWN,
        ),
    ),
    _requests.kind(
        "request_unanswered",
        _l("The group did not answer in time"),
        _requests.subject(_l("Your request has ended: %(time)s", time="{time}")),
        _requests.opening(_l("We had no answer from you in time, so your request has ended.")),
        _requests.text("freed", _PLACE, _l("The place is no longer held for you. You are welcome to ask again.")),
    ),
    _requests.kind(
        "request_withdrawn",
        _l("A request is withdrawn"),
        _requests.subject(_l("Request withdrawn: %(time)s", time="{time}")),
        _requests.opening(_l("Your request is withdrawn.")),
        _requests.text("freed", _PLACE, _FREED),
    ),
)

ABOUT_WAITING_LISTS = (
    _waiting.kind(
        "waiting_joined",
        _l("A group waits in line"),
        _waiting.subject(_l("On the waiting list: %(time)s", time="{time}")),
        _waiting.opening(_l("You are on the waiting list.")),
        _waiting.text(
            "rule",
            _l("How places are given"),
            _l(
                "Places that come free go to the first group in line whom they are enough for: a group gets all its "
                "places or none. We then write to you, and the places are kept for you until you answer."
            ),
        ),
    ),
    _waiting.kind(
        "waiting_offer",
        _l("Places are offered"),
        _waiting.subject(_l("There is room for you: %(time)s", time="{time}")),
        _waiting.opening(_l("Places have come free, and they are yours if you want them.")),
        _waiting.text(
            "deadline",
            _l("Until when"),
            _l(
                "They are kept for you until %(time)s. If you do not answer until then, they go to the next in line.",
                time="{deadline}",
            ),
            needs=_DEADLINE,
        ),
    ),
    _waiting.kind(
        "waiting_offer_ended",
        _l("An offer was not answered"),
        _waiting.subject(_l("Your places went to the next group: %(time)s", time="{time}")),
        _waiting.opening(_l("You did not answer in time, and the places have gone to the next in line.")),
    ),
    _waiting.kind(
        "waiting_left",
        _l("A group has left the line"),
        _waiting.subject(_l("Off the waiting list: %(time)s", time="{time}")),
        _waiting.opening(_l("You are no longer on the waiting list.")),
    ),
    _waiting.kind(
        "waiting_ended",
        _l("The line has ended"),
        _waiting.subject(_l("No place came free: %(time)s", time="{time}")),
        _waiting.opening(_l("We are sorry: no places came free for your group.")),
        _waiting.text("ended", _l("The end"), _l("The event has begun, and its waiting list has ended.")),
    ),
)

_WITH_A_DAY, _WITHOUT_A_DAY = _l("Where a day was wished for."), _l("Where no day was wished for.")

ABOUT_INTEREST = (
    _interest.kind(
        "interest_confirm",
        _l("Is this address yours?"),
        _interest.subject(_l("Shall we write to you? %(title)s", title="{title}")),
        _interest.text(
            "asked_day",
            _l("What was asked for"),
            _l("Somebody asked us to remind this address when bookings for %(day)s open:", day="{day}"),
            when=_WITH_A_DAY,
            needs=("day",),
        ),
        _interest.text(
            "asked",
            _l("What was asked for"),
            _l("Somebody asked us to write to this address when this starts again:"),
            when=_WITHOUT_A_DAY,
        ),
    ),
    _interest.kind(
        "interest_known",
        _l("An address is on the list already"),
        _interest.subject(_l("You are on the list: %(title)s", title="{title}")),
        _interest.text(
            "known", _l("What has happened"), _l("This address is on the list already. We will write once.")
        ),
    ),
    _interest.kind(
        "interest_opening",
        _l("Bookings of a day are open"),
        _interest.subject(_l("Bookings are open: %(title)s", title="{title}")),
        _interest.text(
            "open_day",
            _l("What has happened"),
            _l("Bookings for %(day)s are open, as you asked us to remind you:", day="{day}"),
            when=_WITH_A_DAY,
            needs=("day",),
        ),
        _interest.text(
            "open",
            _l("What has happened"),
            _l("Bookings are open, as you asked us to remind you:"),
            when=_WITHOUT_A_DAY,
        ),
    ),
    _interest.kind(
        "interest_reopened",
        _l("It can be booked again"),
        _interest.subject(_l("It can be booked again: %(title)s", title="{title}")),
        _interest.text("open", _l("What has happened"), _l("You asked us to write to you when this starts. It does:")),
    ),
)
