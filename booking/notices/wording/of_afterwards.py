"""Mails to groups once their event is over, with their shipped words."""

from flask_babel import lazy_gettext as _l

from booking.notices.wording.parts import OF_BOOKINGS, Group, Words

_bookings = Words(Group.BOOKINGS, OF_BOOKINGS)

AFTER_EVENTS = (
    _bookings.kind(
        "thanks",
        _l("Thanks on the day after"),
        _bookings.subject(_l("Thank you for coming: %(title)s", title="{title}")),
        _bookings.opening(_l("Thank you for coming.")),
        _bookings.text(
            "page",
            _l("What there is to take along"),
            _l(
                "On the page of your group you find a certificate of participation to print, material for the lesson, "
                "three questions that take half a minute, and the way to book again."
            ),
        ),
    ),
    _bookings.kind(
        "missed",
        _l("A group did not come"),
        _bookings.subject(_l("We missed you: %(title)s", title="{title}")),
        _bookings.opening(_l("We missed you")),
        _bookings.text(
            "joined",
            _l("Nobody joined"),
            _l("We missed you: nobody had joined {minutes} minutes after the start of your event of {date}."),
            when=_l("For virtual events."),
            needs=("minutes",),
        ),
        _bookings.text(
            "came",
            _l("Nobody came"),
            _l("Nobody had come {minutes} minutes after the start of your visit of {date}."),
            when=_l("For visits on site."),
            needs=("minutes",),
        ),
        _bookings.text("again", _l("Another date"), _l("Shall we find a new date?")),
        _bookings.text(
            "wrong",
            _l("Where it is not so"),
            _l("If your group was there all the same, write to us: we put it right."),
        ),
    ),
)
