"""Mails to guides and about accounts, with their shipped words."""

from flask_babel import lazy_gettext as _l

from booking.notices.wording.parts import OF_ALL, OF_EVENTS, Group, Words

_DEADLINE = ("deadline",)
_guides = Words(Group.GUIDES, OF_EVENTS)
_accounts = Words(Group.ACCOUNTS, OF_ALL, has_stations=False)

TO_GUIDES = (
    _guides.kind(
        "guide_assigned",
        _l("A guide has an event"),
        _guides.subject(_l("Yours: %(time)s", time="{time}")),
        _guides.opening(_l("You give this event.")),
        _guides.opening(
            _l("You come along to this event, which %(station)s leads.", station="{station}"),
            name="opening_along",
            when=_l("Where a guide comes along for a partner station."),
        ),
    ),
    _guides.kind(
        "guide_moved",
        _l("A guide’s event has changed"),
        _guides.subject(_l("Changed: %(time)s", time="{time}")),
        _guides.opening(_l("An event of yours has changed.")),
        _guides.text(
            "before",
            _l("The time before"),
            _l("Before: %(time)s", time="{before_time}"),
            when=_l("Where the time before is known."),
            needs=("before_time",),
        ),
    ),
    _guides.kind(
        "guide_released",
        _l("An event is no longer a guide’s"),
        _guides.subject(_l("Not yours any more: %(time)s", time="{time}")),
        _guides.opening(_l("You do not give this event any more.")),
        _guides.subject(
            _l("Cancelled: %(time)s", time="{time}"), name="subject_cancelled", when=_l("Where it was cancelled.")
        ),
        _guides.opening(
            _l("This event has been cancelled."), name="opening_cancelled", when=_l("Where it was cancelled.")
        ),
    ),
    _guides.kind(
        "guide_offer",
        _l("A guide is asked"),
        _guides.subject(_l("Can you give it? %(time)s", time="{time}")),
        _guides.opening(_l("Can you give this event?")),
        _guides.opening(
            _l("A colleague asks whether you can take over an event."),
            name="opening_cover",
            when=_l("Where a guide asks for cover."),
        ),
        _guides.text(
            "cover",
            _l("Who asks"),
            _l("%(name)s asks for cover.", name="{who}"),
            when=_l("Where a guide asks for cover."),
            needs=("who",),
        ),
        _guides.text(
            "ill",
            _l("Somebody is ill"),
            _l("The colleague who was to give it cannot come."),
            when=_l("Where a guide is ill."),
        ),
        _guides.text(
            "deadline",
            _l("Until when"),
            _l("Please answer by %(time)s.", time="{deadline}"),
            needs=_DEADLINE,
        ),
        _guides.text(
            "next",
            _l("What happens then"),
            _l("After that we ask somebody else."),
            when=_l("Where one guide after the other is asked."),
        ),
        _guides.text(
            "several",
            _l("Several are asked"),
            _l("Several of you are asked: the first to accept has it."),
            when=_l("Where several guides are asked at once."),
        ),
    ),
)

ABOUT_ACCOUNTS = (
    _accounts.kind(
        "my_links",
        _l("The links to somebody’s bookings"),
        _accounts.subject(_l("Your links")),
        _accounts.text(
            "list", _l("Before the list"), _l("Here are the links to your bookings that are still to come.")
        ),
    ),
    _accounts.kind(
        "own_data",
        _l("The link to somebody’s own data"),
        _accounts.subject(_l("What we keep of you")),
        _accounts.text(
            "link",
            _l("Before the link"),
            _l("Here you download what we keep of you, or have it erased:"),
        ),
        _accounts.text(
            "nobody",
            _l("If it was somebody else"),
            _l("If you have not asked for it, you need to do nothing: nobody but you has this link."),
        ),
    ),
    _accounts.kind(
        "private_calendar",
        _l("A guide’s calendar cannot be read"),
        _accounts.subject(_l("We cannot read your calendar")),
        _accounts.text(
            "unread",
            _l("What has happened"),
            _l(
                "You gave us the address of your own calendar, so that no tour is put where you are busy. "
                "We cannot read it any more."
            ),
        ),
        _accounts.text(
            "still",
            _l("What to do"),
            _l(
                "The times that we read before still count, but new ones are not seen. "
                "What is wrong, and where you put it right:"
            ),
        ),
        _accounts.text("once", _l("How often"), _l("You get this mail once, until we have read your calendar again.")),
    ),
    _accounts.kind(
        "webhook_off",
        _l("A webhook is switched off"),
        _accounts.subject(_l("A webhook is switched off")),
        _accounts.text(
            "silent",
            _l("What to do"),
            _l(
                "Nothing more is sent there, and what changes meanwhile is not told. "
                "What was not delivered, and the button that switches it on again:"
            ),
        ),
    ),
    _accounts.kind(
        "closure_stuck",
        _l("A prepared closure cannot be announced"),
        _accounts.subject(_l("A closure could not be announced")),
        _accounts.text(
            "nothing",
            _l("What was done"),
            _l("Nothing was changed and no group has been written to. It is tried again every ten minutes."),
        ),
        _accounts.text("reason", _l("What to do"), _l("The reason, and what you can do about it:")),
    ),
    _accounts.kind(
        "attendance_due",
        _l("A guide has not said how many came"),
        _accounts.subject(_l("How many came?")),
        _accounts.text(
            "missing", _l("Before the list"), _l("Of these events we do not know yet how many people came:")
        ),
        _accounts.text(
            "nobody",
            _l("What to do"),
            _l("Write the number counted. If nobody counted, say so: a number is never guessed."),
        ),
    ),
    _accounts.kind(
        "attendance_overdue",
        _l("The desk is to find out how many came"),
        _accounts.subject(_l("Events without a number")),
        _accounts.text(
            "missing", _l("Before the list"), _l("The guides of these events have not said how many people came:")
        ),
        _accounts.text(
            "nobody",
            _l("What to do"),
            _l("Enter the number counted, or say that none is known: without it the report cannot be closed."),
        ),
    ),
    _accounts.kind("account_invitation", _l("An account is made"), is_guarded=True),
    _accounts.kind("password_reset", _l("A new password is asked for"), is_guarded=True),
    _accounts.kind("password_changed", _l("A password was changed"), is_guarded=True),
    _accounts.kind("second_factor_changed", _l("A second factor was changed"), is_guarded=True),
)
