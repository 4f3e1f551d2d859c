"""Mails about requests that hold no time, test calls and participant lists, with their shipped words."""

from flask_babel import lazy_gettext as _l

from booking.notices.wording.parts import OF_BOOKINGS, OF_VISITS, Group, Words

_DEADLINE = ("deadline",)
_visits = Words(Group.REQUESTS, OF_VISITS)
_bookings = Words(Group.BOOKINGS, OF_BOOKINGS)
_KNOWN = _l("Where a deadline is known.")
_UNKNOWN = _l("Where no deadline is known.")
_UNTIL_WHEN = _l("Until when")

_WITHOUT_LIST = _l(
    "Without the list we cannot let you in. Send a numbered list of all who come, or change to the virtual tour."
)
_ONLY_ARRIVED = _l(
    "The list must be with us by %(time)s. We note only that it arrived: the names go to security.", time="{deadline}"
)

ABOUT_VISITS = (
    _visits.kind(
        "visit_requested",
        _l("We have a request without a fixed time"),
        _visits.subject(_l("We have your request %(reference)s", reference="{reference}")),
        _visits.opening(_l("We have your request.")),
        _visits.text(
            "answer",
            _UNTIL_WHEN,
            _l(
                "Nothing is held yet. We answer by %(time)s, with a time that suits both of us.",
                time="{deadline}",
            ),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
        _visits.text(
            "answer_open", _l("What comes next"), _l("Nothing is held yet. We will write to you."), when=_UNKNOWN
        ),
    ),
    _visits.kind(
        "visit_question",
        _l("A question about a request without a fixed time"),
        _visits.subject(_l("A question about your request %(reference)s", reference="{reference}")),
        _visits.opening(_l("We have a question about your request.")),
        _visits.text(
            "deadline",
            _UNTIL_WHEN,
            _l("Answer by %(time)s, then we go on at once.", time="{deadline}"),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
    ),
    _visits.kind(
        "visit_suggested",
        _l("Another topic is suggested"),
        _visits.subject(_l("We suggest another topic: request %(reference)s", reference="{reference}")),
        _visits.opening(_l("We found nobody for your topic in time, and suggest another one.")),
        _visits.text(
            "topic", _l("The topic"), _l("The topic: %(topic)s", topic="{topic}"), needs=("topic",), when=_l("Always.")
        ),
        _visits.text(
            "deadline",
            _UNTIL_WHEN,
            _l("Say by %(time)s what you think of it.", time="{deadline}"),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
    ),
    _visits.kind(
        "visit_taken_back",
        _l("A proposal is taken back"),
        _visits.subject(_l("What we proposed does not stand any more: request %(reference)s", reference="{reference}")),
        _visits.opening(_l("We have to take our proposal back. Your request stands.")),
        _visits.text(
            "deadline",
            _UNTIL_WHEN,
            _l("We answer by %(time)s.", time="{deadline}"),
            when=_KNOWN,
            needs=_DEADLINE,
        ),
    ),
    _visits.kind(
        "visit_refused",
        _l("A request without a fixed time is refused"),
        _visits.subject(_l("We could not say yes: request %(reference)s", reference="{reference}")),
        _visits.opening(_l("We are sorry: we could not say yes to your request.")),
    ),
    _visits.kind(
        "visit_expired",
        _l("We did not answer a request without a fixed time"),
        _visits.subject(_l("We did not answer in time: request %(reference)s", reference="{reference}")),
        _visits.opening(_l("We are sorry: nobody could take your request in time.")),
        _visits.text("ended", _l("The end"), _l("The request has ended.")),
    ),
    _visits.kind(
        "visit_unanswered",
        _l("The group did not answer about a request without a fixed time"),
        _visits.subject(_l("Your request has ended: %(reference)s", reference="{reference}")),
        _visits.opening(_l("We had no answer from you in time.")),
        _visits.text("ended", _l("The end"), _l("The request has ended. You are welcome to ask again.")),
    ),
    _visits.kind(
        "visit_withdrawn",
        _l("A request without a fixed time is withdrawn"),
        _visits.subject(_l("You have withdrawn your request %(reference)s", reference="{reference}")),
        _visits.opening(_l("Your request is withdrawn.")),
    ),
)

ABOUT_PREPARATIONS = (
    _bookings.kind(
        "test_call_arranged",
        _l("A test call is arranged"),
        _bookings.subject(_l("Test call: %(time)s", time="{time}")),
        _bookings.opening(_l("We try sound and picture with you before the event.")),
    ),
    _bookings.kind(
        "test_call_cancelled",
        _l("A test call does not take place"),
        _bookings.subject(_l("No test call: %(time)s", time="{time}")),
        _bookings.opening(_l("The test call does not take place.")),
    ),
    _bookings.kind(
        "list_due",
        _l("The participant list is due soon"),
        _bookings.subject(_l("Send the participant list: %(time)s", time="{time}")),
        _bookings.opening(_l("We still need the list of participants.")),
        _bookings.text("without", _l("What happens without it"), _WITHOUT_LIST),
        _bookings.text("deadline", _UNTIL_WHEN, _ONLY_ARRIVED, when=_KNOWN, needs=_DEADLINE),
    ),
    _bookings.kind(
        "list_missing",
        _l("The last day for the participant list"),
        _bookings.subject(_l("The participant list is missing: %(time)s", time="{time}")),
        _bookings.opening(_l("Today is the last day for the list of participants.")),
        _bookings.text("without", _l("What happens without it"), _WITHOUT_LIST),
        _bookings.text("deadline", _UNTIL_WHEN, _ONLY_ARRIVED, when=_KNOWN, needs=_DEADLINE),
    ),
)
