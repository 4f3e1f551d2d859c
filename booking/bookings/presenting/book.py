"""The booking form: the time that is held, what is booked, and what stands in the way."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from booking import i18n, zones
from booking.bookings.forms import BookForm
from booking.bookings.messages import conditions_of, end_of_free_change
from booking.bookings.offers import Slot
from booking.bookings.pages import BookPage, Hold, Refused
from booking.bookings.presenting.common import alternative, joint_text, theme_choices
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.terms import BookingStatus
from booking.catalogue.pages import Fact, Link
from booking.catalogue.terms import OfferingFacts
from booking.catalogue.words import format_inside, minutes_text, title_of
from booking.clock_faces import Clock, clock_face, moment
from booking.fields import Choices
from booking.scheduling.terms import Visibility


def book_choices(offerings: Sequence[OfferingFacts], zone: str, now: datetime) -> dict[str, Choices]:
    """The lists of the booking form."""
    locale = i18n.current_locale()
    return {
        "country": i18n.country_choices(locale),
        "subdivision": i18n.us_states(locale),
        "theme": theme_choices(offerings, locale),
        "contact_locale": [(tag, i18n.autonym(tag)) for tag in i18n.COMPLETE_LOCALES],
        "time_zone": i18n.zone_choices(locale, now, zone),
    }


def held_clock(held: BookingFacts, zone: str) -> Clock:
    """The time of a booking or hold, on the reader's clock and the station's."""
    minutes = int((held.event.ends_at - held.event.starts_at) / timedelta(minutes=1))
    on_site = held.offering.is_on_site
    return clock_face(held.event.starts_at, held.station, zone, i18n.current_locale(), on_site=on_site, minutes=minutes)


def book_page(  # noqa: PLR0913  what a page is made of
    held: BookingFacts,
    form: BookForm,
    zone: str,
    now: datetime,
    *,
    choose_again_url: str,
    requested: bool,
    refusals: tuple[Refused, ...] = (),
    warnings: tuple[Refused, ...] = (),
    alternatives: Sequence[Slot] = (),
) -> BookPage:
    """The page of a hold; one that has ended can still be booked if its time is free."""
    clock, (title, title_lang) = held_clock(held, zone), title_of(held.titles, held.offering.title)
    in_line = not held.reference
    when = i18n.join_facts((clock.primary_date_text, clock.primary_time))
    return BookPage(
        title=title,
        title_lang=title_lang,
        lead=i18n.join_sentences((_lead(held, title), _("One page, no account."))),
        clock=clock,
        hold=_hold(held, zone, now),
        form=form,
        facts=tuple(_facts(held, title, title_lang)),
        button_text=_button(when, requested=requested, in_line=in_line),
        button_hint=the_rule() if in_line else _hint(requested=requested),
        notes=tuple(_notes(held, zone, now)),
        choose_again_url=choose_again_url,
        refusals=refusals,
        warnings=warnings,
        alternatives=tuple(alternative(slot, zone) for slot in alternatives),
        requested=requested,
        in_line=in_line,
        line_rule=the_rule(),
    )


def _button(when: str, *, requested: bool, in_line: bool) -> str:
    if in_line:
        return str(_("Join the waiting list"))
    return str(_("Ask for %(when)s", when=when) if requested else _("Book %(when)s", when=when))


def the_rule() -> str:
    """By which rule a waiting list moves, published wherever there is one."""
    return str(
        _(
            "Places that come free go to the first group in line whom they are enough for: a group gets all its places "
            "or none. We then write to you, and the places are kept for you until you answer."
        )
    )


def booked_before() -> Refused:
    """The form was sent before, with something else in it, and made a booking."""
    return Refused(
        rule="",
        message=str(_("This time was booked with this form already, with other details. Nothing was changed.")),
        way_out=str(_("Your link to see the booking and to change it was mailed to you.")),
        actions=(Link(str(_("Send me my links")), url_for("bookings.my_links")),),
    )


def overtaken() -> Refused:
    """Others kept changing what the booking rests on."""
    return Refused(
        rule="",
        message=str(_("Others were booking at the same moment, and somebody was faster. Nothing was booked.")),
        way_out=str(_("Please send it again.")),
    )


def long_enough() -> Refused:
    """The time is held no longer, or has been for as long as it can be."""
    return Refused(
        rule="",
        message=str(_("This time cannot be held any longer.")),
        way_out=str(_("Book it now, if it is still free, or choose another time.")),
    )


def conditions_fact(booking: BookingFacts, locale: str) -> list[Fact]:
    """CLO-07: what whoever comes on that day must bring, if anything is asked for."""
    conditions = conditions_of(booking, locale)
    return [Fact(str(_("On that day")), conditions)] if conditions else []


def _hold(held: BookingFacts, zone: str, now: datetime) -> Hold | None:
    until = held.hold_expires_at
    if held.status is not BookingStatus.ON_HOLD or until is None or until <= now:
        return None
    local = zones.to_local(until, zone)
    return Hold(i18n.format_time(local), local.isoformat(), int((until - now).total_seconds()))


def length_of(held: BookingFacts) -> int:
    """Minutes of the event."""
    return int((held.event.ends_at - held.event.starts_at) / timedelta(minutes=1))


def _lead(held: BookingFacts, title: str) -> str:
    locale = i18n.current_locale()
    private = held.event.visibility is Visibility.PRIVATE
    facts: Mapping[str, str] = {
        "title": title,
        "language": i18n.language_in(held.event.language, locale),
        "format": format_inside(held.offering.format),
        "minutes": minutes_text(length_of(held)),
    }
    if private:
        return str(_("%(title)s, %(language)s, %(format)s, %(minutes)s, for your class alone.", **facts))
    return str(_("%(title)s, %(language)s, %(format)s, %(minutes)s, shared with other groups.", **facts))


def _facts(held: BookingFacts, title: str, title_lang: str) -> list[Fact]:
    locale = i18n.current_locale()
    station = i18n.station_name(held.station.code, locale, held.station.name)
    given = i18n.join_facts((station, format_inside(held.offering.format)))
    return [
        Fact(str(_("What")), title, href=f"/offerings/{held.offering.slug}", lang=title_lang),
        Fact(str(_("Language")), i18n.language_name(held.event.language, locale)),
        Fact(str(_("Given by")), given),
        Fact(str(_("Length")), minutes_text(length_of(held))),
        Fact(str(_("Cost")), str(_("Free"))),
        *conditions_fact(held, locale),
    ]


def joint_fact(held: BookingFacts, partners: Sequence[tuple[str, str]]) -> tuple[Fact, ...]:
    """Who takes part in a joint event, each on its own clock; `partners`: code and zone."""
    told = joint_text(held.event.starts_at, partners)
    return (Fact(str(_("Joint event")), told),) if told else ()


def _hint(*, requested: bool) -> str:
    if requested:
        return str(_("A person answers. The time is yours until then; a mail says when at the latest."))
    return str(_("You are booked at once. A mail with the calendar entry and your link follows within a minute."))


def _notes(held: BookingFacts, zone: str, now: datetime) -> list[str]:
    free = end_of_free_change(held, now)
    until = moment(free, zone, i18n.current_locale()) if free else ""
    late = _("A change or a cancellation counts as late by now.")
    first = _("Change or cancel freely until %(when)s.", when=until) if free else late
    return [str(first), str(_("Events are not recorded.")), str(_("We never ask for the names of pupils."))]
