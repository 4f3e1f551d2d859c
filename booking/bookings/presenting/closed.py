"""The group's page while a closure's proposal waits for its answer: what happened, what is kept, until when."""

from dataclasses import replace

from flask_babel import gettext as _

from booking import i18n
from booking.bookings.closing_terms import Choice
from booking.bookings.pages import BookingPage
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.closing_told import ClosedFor
from booking.clock_faces import moment


def with_closure(page: BookingPage, booking: BookingFacts, closed: ClosedFor, zone: str) -> BookingPage:
    """The page that says that the premises had to close, and what is kept for the group."""
    locale = i18n.current_locale()
    in_place = i18n.station_in(booking.station.code, locale, booking.station.name)
    is_virtual = closed.choice is Choice.CONVERT
    return replace(
        page,
        heading=str(_("The premises %(in_place)s had to close", in_place=in_place)),
        message=_kept(booking, closed, zone),
        said=closed.reason.in_locale(locale)[0],
        accept_text=str(_("Accept the virtual visit") if is_virtual else _("Accept the new day")),
    )


def _kept(booking: BookingFacts, closed: ClosedFor, zone: str) -> str:
    """What was, what is kept instead, and until when."""
    locale = i18n.current_locale()
    was = moment(closed.was_at, zone, locale)
    until = moment(booking.answer_by, zone, locale) if booking.answer_by else ""
    if closed.choice is Choice.CONVERT:
        sentence = _("You cannot come on %(was)s. Your hour is kept for you, live and online", was=was)
    else:
        sentence = _("You cannot come on %(was)s. This later time is kept for you", was=was)
    return str(_("%(sentence)s, until %(until)s.", sentence=sentence, until=until) if until else f"{sentence}.")
