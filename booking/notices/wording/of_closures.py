"""Mails to groups whose visit a closure stops, with their shipped words."""

from flask_babel import lazy_gettext as _l

from booking.notices.wording.parts import OF_BOOKINGS, Group, Words

_bookings = Words(Group.BOOKINGS, OF_BOOKINGS)
_GONE = _l("The premises are closed, so we have cancelled your visit. No place is kept for you any more.")

ABOUT_CLOSURES = (
    _bookings.kind(
        "closure_proposed",
        _l("The premises close: something else is kept"),
        _bookings.subject(_l("Your visit has to change: %(time)s", time="{time}")),
        _bookings.opening(_l("Your visit cannot take place as planned.")),
        _bookings.text(
            "closed",
            _l("Premises are closed"),
            _l(
                "We are sorry: the premises %(station_in)s are closed at the time of your visit, %(time)s.",
                station_in="{in_station}",
                time="{before_time}",
            ),
            needs=("before_time",),
        ),
        _bookings.text(
            "online",
            _l("Kept online"),
            _l("Your time is kept for you, live and online:"),
            when=_l("Where the visit becomes a virtual one."),
        ),
        _bookings.text(
            "later",
            _l("Kept for later"),
            _l("A later visit is kept for you:"),
            when=_l("Where the visit moves to a day after the closure."),
        ),
        _bookings.text(
            "deadline",
            _l("Until when"),
            _l("We hold it for you until %(time)s. Please accept it or decline:", time="{deadline}"),
            needs=("deadline",),
        ),
    ),
    _bookings.kind(
        "closure_declined",
        _l("The group declines what a closure left"),
        _bookings.subject(_l("You have declined: %(time)s", time="{time}")),
        _bookings.opening(_l("You have declined what we kept for you.")),
        _bookings.text("gone", _l("The place"), _GONE),
    ),
    _bookings.kind(
        "closure_expired",
        _l("The group does not answer what a closure left"),
        _bookings.subject(_l("The time to answer is over: %(time)s", time="{time}")),
        _bookings.opening(_l("We have not heard from you, and the time to answer is over.")),
        _bookings.text("gone", _l("The place"), _GONE),
    ),
    _bookings.kind(
        "closure_undone",
        _l("A closure is taken back"),
        _bookings.subject(_l("Your visit takes place as planned: %(time)s", time="{time}")),
        _bookings.opening(_l("Your visit takes place as planned.")),
        _bookings.text(
            "nothing",
            _l("What there is to do"),
            _l(
                "We wrote to you that the premises would be closed. That does not hold any more: everything is as it "
                "was, and you need not do anything."
            ),
        ),
    ),
)
