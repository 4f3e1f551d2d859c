"""What the values of the rules are called, and what each does, in the reader's language."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n
from booking.catalogue.forms.base import clock_of
from booking.catalogue.rule_values import Unit

VALUE_NAMES = {
    "booking_horizon_days": _l("Bookings open so many days ahead"),
    "slot_step_min": _l("Free times begin every so many minutes"),
    "earliest_comfort": _l("A group’s day begins at"),
    "latest_comfort": _l("A group’s day ends at"),
    "distancing_gap_min": _l("Minutes between the two halves of a group"),
    "minor_age": _l("Of age from"),
    "people_per_adult": _l("People for each accompanying adult"),
    "buffer_min": _l("Minutes between two events of a guide"),
    "free_change_days": _l("Free change until so many working days before"),
    "list_due_days": _l("List of participants due so many working days before"),
    "id_age": _l("Identity document from age"),
    "registration_age": _l("Registration from age"),
    "speaker_days": _l("Working days to find a speaker"),
    "no_show_min": _l("Minutes until nobody is coming"),
    "attendance_days": _l("Working days to enter who came"),
    "contact_days": _l("Days until a contact is forgotten"),
    "hold_min": _l("Minutes for which a chosen time is held"),
    "request_answer_days": _l("Working days to answer a request"),
    "lead_working_days": _l("Working days between request and event"),
    "max_group": _l("Largest group"),
    "min_group": _l("Smallest group with an event of its own"),
    "min_age": _l("Youngest age"),
    "max_age": _l("Oldest age of the youngest"),
}
VALUE_SENTENCES = {
    "booking_horizon_days": _l("A time further ahead is refused, with the day on which its bookings open."),
    "slot_step_min": _l("Times of a group’s own are offered at these steps within the station’s hours."),
    "earliest_comfort": _l("Before this hour of its own clock a group is asked whether it means it."),
    "latest_comfort": _l("After this hour of its own clock a group is asked whether it means it."),
    "distancing_gap_min": _l("A group above the limit of a distance is told to come in two, so far apart."),
    "minor_age": _l("With anybody younger, accompanying adults are asked for, also online."),
    "people_per_adult": _l("One accompanying adult for so many people, at least one."),
    "buffer_min": _l("A guide or speaker is not given two events closer together. Events on the calendar stay."),
    "free_change_days": _l("Later changes and cancellations are recorded as late; the place is freed all the same."),
    "list_due_days": _l("On site: without the list by then the group cannot be let in."),
    "id_age": _l("On site: whoever is as old brings an identity document."),
    "registration_age": _l("On site: whoever is as old is registered beforehand. Empty: nobody."),
    "speaker_days": _l("If no speaker is found by then, another topic or a tour is proposed."),
    "no_show_min": _l("Counted from the start; then the event is marked as one to which nobody came."),
    "attendance_days": _l("Then the host is reminded, and after that the desk."),
    "contact_days": _l("After a group’s last tour. Then names, addresses and notes are removed; numbers stay."),
    "hold_min": _l("While a group fills in its form, nobody else gets the time."),
    "request_answer_days": _l("A request that nobody has answered by then expires."),
    "lead_working_days": _l("Something sooner is refused, with the first day that can be had. Empty: no limit."),
    "max_group": _l("More people are refused; the group is told to come in two. Empty: no limit."),
    "min_group": _l("A smaller group is shown the open events. Empty: no limit."),
    "min_age": _l("A group with somebody younger is refused, with what is for them. Empty: no limit."),
    "max_age": _l("A group whose youngest is older is refused. Empty: no limit."),
}


def value_text(unit: Unit, number: int | None) -> str:
    """A value in words: "5 working days", "08:00", "no limit"."""
    if number is None:
        return str(_("no limit"))
    if unit is Unit.CLOCK:
        return i18n.format_time(clock_of(number))
    counted = {
        Unit.MINUTES: lambda: ngettext("%(num)s minute", "%(num)s minutes", number),
        Unit.WORKING_DAYS: lambda: ngettext("%(num)s working day", "%(num)s working days", number),
        Unit.DAYS: lambda: ngettext("%(num)s day", "%(num)s days", number),
        Unit.PEOPLE: lambda: ngettext("%(num)s person", "%(num)s people", number),
        Unit.YEARS: lambda: ngettext("%(num)s year", "%(num)s years", number),
    }
    return str(counted[unit]())
