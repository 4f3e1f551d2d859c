"""The one table of sentences: for every rule what happened, and the way out. Translated like all text.

Placeholders in braces are filled by `explanations`; a sentence of a way out for which there is no value is left out.
"""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Sentences:
    """What is said of a rule."""

    message: LazyString
    way_out: LazyString
    without: LazyString | None = None
    """The way out where there is no alternative to name."""


NOWHERE = Sentences(
    _l("No station offers tours {language_in}."),
    _l("Languages offered: {languages}. Please choose one of them, or bring an interpreter to a tour in English."),
)
"""LANG-01 and LANG-02 for a language that nobody gives."""

NO_LINE = Sentences(
    _l("There is not enough room in this event. Places left: {places}; places asked for: {size}."),
    _l("Please choose another time: {next}."),
    _l("Please choose another time, or come as a smaller group."),
)
"""CAP-02 of an event that has no waiting list, or none for this group."""

LIMITED = Sentences(
    _l("At present at most {max} people can come in one group. Your group: {size}. {reason}"),
    _l("Please come as two groups {gap} minutes apart, or choose another day."),
)
"""CAP-04 of a dated limit for what is not on site."""

LIMITED_ON_SITE = Sentences(
    LIMITED.message, _l("Please come as two groups {gap} minutes apart, take the virtual tour, or choose another day.")
)
"""CAP-04 of a dated limit on site."""

PLACES_OF_DAY = Sentences(
    _l("The number of people is limited on {date}. Places left that day: {places}; places asked for: {size}. {reason}"),
    _l("Please choose another day: {next}."),
    _l("Please choose another day, or come as a smaller group."),
)
"""CAP-02 of a dated limit that counts people, where some places are left."""

DAY_IS_FULL = Sentences(
    _l("No more groups can be taken on {date}. {reason}"),
    _l("Please choose another day: {next}."),
    _l("Please choose another day, or take the virtual tour."),
)
"""CAP-02 of a dated limit that nothing is left of."""

EVENT_IS_FULL = Sentences(
    _l("This event takes no more groups. {reason}"),
    _l("Please choose another time: {next}."),
    _l("Please choose another time, or take the virtual tour."),
)
"""CAP-02 of a dated limit of one event."""

TABLE: dict[str, Sentences] = {
    "LANG-01": Sentences(
        _l("Tours {language_in} are not offered {station_in}."),
        _l(
            "Languages offered there: {languages}. Tours {language_in} are offered by: {stations}. Please "
            "choose another language, or one of these stations."
        ),
        _l(
            "Languages offered there: {languages}. Please choose one of them, or bring an interpreter to a "
            "tour in English."
        ),
    ),
    "LANG-02": Sentences(
        _l("Briefings {language_in} are not given {station_in}."),
        _l(
            "Languages of briefings: {languages}. Please choose one of them, or book a tour {language_in} "
            "with: {stations}."
        ),
        _l("Languages of briefings: {languages}. Please choose one of them."),
    ),
    "LANG-03": Sentences(
        _l("“{offering}” is not offered {language_in}."),
        _l("Languages of this offering: {languages}. Offered {language_in}: {alternative}."),
        _l("Languages of this offering: {languages}. Please choose one of them."),
    ),
    "LANG-04": Sentences(
        _l("The language “{input}” is not known here."),
        _l("Please choose a language from the list. Did you mean {suggestion}?"),
        _l("Please choose a language from the list."),
    ),
    "LANG-05": Sentences(
        _l("This event is held {event_language_in}."),
        _l("Next event {language_in}: {date}. Please choose it, or join this one {event_language_in}."),
        _l("Join this one {event_language_in}, or look for another time {language_in}."),
    ),
    "LANG-06": Sentences(
        _l("No guide is free {language_in} at that time."),
        _l(
            "Dates with a free guide {language_in}: {dates}. Please choose one, or send the request and we "
            "will confirm by {deadline}."
        ),
        _l("Send the request, and we will confirm by {deadline}."),
    ),
    "CAP-01": Sentences(
        _l("The group is too large for this offering. Largest group: {max}; your group: {size}."),
        _l("Split the group in two, or book: {alternative} (largest group: {alternative_max})."),
        _l("Split the group in two."),
    ),
    "CAP-02": Sentences(
        _l("There is not enough room in this event. Places left: {places}; places asked for: {size}."),
        _l("Join the waiting list, or choose another time: {next}."),
        _l("Please join the waiting list, or come as a smaller group."),
    ),
    "CAP-03": Sentences(
        _l("The group is too small for an event of its own. Smallest group: {min}; your group: {size}."),
        _l("Please join an open event: {dates}."),
        _l("Please look for an open event, which several groups share."),
    ),
    "CAP-04": Sentences(
        _l("Physical distancing limits groups on site at present. Largest group: {max}; your group: {size}."),
        _l("Please come as two groups {gap} minutes apart, or take the virtual tour."),
    ),
    "CLO-01": Sentences(
        _l("The premises {station_in} are closed to the public on {date}."),
        _l("Take the live virtual tour. If you leave your address, we will write to you when the premises reopen."),
    ),
    "CLO-02": Sentences(
        _l("For now, only groups with a booking are received {station_in}."),
        _l("Please book as a group for a date from {from} to {to}, or take the virtual tour."),
        _l("Please book as a group, or take the virtual tour."),
    ),
    "CLO-03": Sentences(
        _l(
            "Courtesy visits are for dignitaries and representatives of Member States and are arranged through "
            "protocol."
        ),
        _l("Please take the virtual tour, or ask the protocol office of {station}."),
    ),
    "CLO-04": Sentences(
        _l("“{offering}” will start when the premises {station_in} reopen."),
        _l("Leave your address and we will write to you first. Meanwhile: {alternative}."),
        _l("Leave your address and we will write to you first."),
    ),
    "CLO-07": Sentences(
        _l(
            "Reopening {station_in} is in phases. Phase from {from} to {to}: largest group {max}; conditions: "
            "{conditions}."
        ),
        _l("Please check that your group meets the conditions, choose a later phase, or take the virtual tour."),
    ),
    "OFF-01": Sentences(
        _l("“{offering}” takes place on its published dates and at its published places only."),
        _l("Dates and places: {dates}. Please choose one of them."),
        _l("No date is published at present."),
    ),
    "OND-01": Sentences(
        _l("“{offering}” can be watched at any time and needs no booking."),
        _l("Watch it now: {link}. For a guide and questions, book the screening: {alternative}."),
        _l("Watch it now: {link}."),
    ),
    "LEAD-01": Sentences(
        _l("This offering must be asked for earlier. Lead time in working days: {days}. First possible day: {date}."),
        _l("Choose {date} or later. Sooner: {alternative}, from {alternative_date}."),
        _l("Choose {date} or later."),
    ),
    "LEAD-02": Sentences(
        _l("Bookings for {date} are not open yet. They open on {opens}."),
        _l("Leave your address and we will remind you, or choose a date up to {last_date}."),
    ),
    "LEAD-03": Sentences(_l("{date} is in the past."), _l("Please choose a date from {first_date}.")),
    "TIME-01": Sentences(
        _l("{time} {station_in} is outside the hours of {station}: {hours}."),
        _l("From {place} you can choose {local_hours} (station time: {station_hours})."),
    ),
    "TIME-02": Sentences(
        _l("{date} is an official holiday {station_in}: {holiday}."),
        _l("Nearest working days: {dates}. Please choose one."),
    ),
    "TIME-03": Sentences(
        _l("The offset {offset} does not fit {station} on {date}; on that day it is {right_offset}."),
        _l("Please confirm: {time} {station_in} is {utc_time} UTC."),
    ),
    "TIME-04": Sentences(
        _l("{time} has no time zone."),
        _l("In which time zone is {time}? We always show both the time of {station} and your own."),
    ),
    "TIME-05": Sentences(
        _l("For your group in {place} this event starts at {local_time} on {local_date}."),
        _l("If this suits you, please confirm; otherwise choose: {dates}."),
        _l("If this suits you, please confirm."),
    ),
    "OVL-01": Sentences(
        _l("The guide or speaker, room or link is already taken at that time (from {from} to {to})."),
        _l("Same topic with another host: {alternative}. Same host at another time: {dates}."),
        _l("Please choose another time, or let us propose another host."),
    ),
    "OVL-02": Sentences(
        _l("Your group is already booked at that time: {reference}, {date}."),
        _l(
            "Change that booking, choose another time, or give this group a label of its own if it is a "
            "different class."
        ),
    ),
    "DUP-01": Sentences(
        _l("Your organization is already booked in this event: {reference}."),
        _l("Change the number of people there: {link}. For another class, add a group label."),
    ),
    "STA-01": Sentences(
        _l("This event cannot be joined. Its status: {status}."),
        _l("Other dates: {dates}. Please choose one, or ask for a new event."),
        _l("Please choose another date, or ask for a new event."),
    ),
    "AGE-01": Sentences(
        _l("The ages of the group do not fit “{offering}” (ages: {ages})."),
        _l("For your group: {alternative}."),
        _l("Please look for an offering that fits the ages of your group."),
    ),
    "SUP-01": Sentences(
        _l(
            "Accompanying adults must be present throughout when anyone is under {age}, also online. Adults "
            "needed: {needed}; adults named: {named}."
        ),
        _l("Please add the missing adults, or book a smaller group."),
    ),
    "REQ-01": Sentences(
        _l("Required information is missing: {field}."),
        _l("Please fill it in. You can change it until {date}."),
        _l("Please fill it in."),
    ),
    "REQ-02": Sentences(
        _l("“{input}” is not a country code on our list."),
        _l("Please choose the country from the list. Did you mean {country} ({code})?"),
        _l("Please choose the country from the list."),
    ),
    "REQ-03": Sentences(
        _l("“{offering}” is not offered {station_in}."),
        _l("It is held by: {right_station}. Book it there, or choose: {alternative}."),
        _l("It is held by: {right_station}. Book it there."),
    ),
    "SPK-01": Sentences(
        _l("A briefing needs a topic so that a speaker can be found."),
        _l(
            "Please choose a topic; often asked for: {topics}. If no speaker is found by {deadline}, we will "
            "propose another topic or a tour."
        ),
        _l("Please choose a topic. If no speaker is found by {deadline}, we will propose another topic or a tour."),
    ),
    "SEC-01": Sentences(
        _l(
            "The list of participants has not been received. It was due on {deadline}; without it the group "
            "cannot be let in."
        ),
        _l("Please send it today: {link}, or change to the virtual tour."),
    ),
    "CAN-01": Sentences(
        _l("Free change or cancellation was possible until {deadline}."),
        _l(
            "You can still cancel: it will be recorded as a late cancellation and the place freed. Or write to "
            "the coordinator: {contact}."
        ),
        _l("You can still cancel or change: it will be recorded as late, and a place that is freed goes to others."),
    ),
}
