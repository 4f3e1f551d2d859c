"""The desk's pages of one event: the event itself, and what a change or a cancellation would hit."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import i18n, zones
from booking.bookings.collision_words import against
from booking.bookings.desk_pages import AffectedRow, BookingRow, ConfirmPage, EventPage
from booking.bookings.presenting.series import STATUSES, carried, event_facts, when
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.series_forms import CancelForm, ChangeForm, GuideForm
from booking.bookings.survey import Item, Survey
from booking.bookings.terms import BookingStatus
from booking.catalogue.pages import Fact
from booking.catalogue.words import FORMATS
from booking.clock_faces import STATION_CSS
from booking.scheduling.queries.desk import DeskEvent

BOOKED = {
    BookingStatus.ON_HOLD: _l("held for a moment"),
    BookingStatus.REQUESTED: _l("requested"),
    BookingStatus.NEEDS_INFORMATION: _l("more to be known"),
    BookingStatus.PROPOSED: _l("another time proposed"),
    BookingStatus.WAITING: _l("waiting"),
    BookingStatus.CONFIRMED: _l("booked"),
}


def event_page(
    event: DeskEvent,
    bookings: Sequence[BookingFacts],
    forms: tuple[ChangeForm, CancelForm, GuideForm] | None,
    *,
    done: str = "",
    problems: Sequence[str] = (),
    opened: str = "",
) -> EventPage:
    """An event with what can be done; `forms` None for one that is over."""
    locale = i18n.current_locale()
    title, lang = event.shown_title.in_locale(locale)
    status, pill = STATUSES[event.status]
    change, cancel, guide = forms or (None, None, None)
    return EventPage(
        code=event.code,
        title=title,
        title_lang=lang,
        when=when(event.starts_local),
        status=str(status),
        pill=pill,
        facts=tuple(_facts(event)),
        bookings=tuple(map(_booking_row, sorted(bookings, key=in_order))),
        series_url=url_for("series.one", code=event.series) if event.series else "",
        station_css=STATION_CSS.get(event.station, ""),
        change_form=change,
        cancel_form=cancel,
        guide_form=guide,
        in_series=bool(event.series),
        done=done,
        problems=tuple(problems),
        opened=opened,
    )


def _facts(event: DeskEvent) -> Iterable[Fact]:
    locale = i18n.current_locale()
    yield Fact(str(_("Duty station")), i18n.station_name(event.station, locale, event.station))
    yield Fact(str(_("Format")), str(FORMATS[event.format]))
    yield Fact(str(_("Language")), i18n.language_name(event.language, locale))
    yield Fact(str(_("Length")), ngettext("%(num)s minute", "%(num)s minutes", event.minutes))
    taken = _("%(taken)s of %(places)s taken", taken=event.taken, places=event.capacity)
    yield Fact(str(_("Places")), str(taken))
    guides = i18n.join_list([guide.shown for guide in event.guides], locale)
    yield Fact(str(_("Guide")), guides or str(_("nobody yet")))
    if event.status_reason:
        yield Fact(str(_("Reason")), event.status_reason)
    yield Fact(str(_("Number")), event.code)


def in_order(booking: BookingFacts) -> tuple[str, int, str]:
    """Those who have places first, by reference; then the line, first come first."""
    if booking.status is not BookingStatus.WAITING or booking.waiting_since is None:
        return "", 0, booking.reference
    return booking.waiting_since.isoformat(), booking.id, booking.reference


def _booking_row(booking: BookingFacts) -> BookingRow:
    label = [booking.organisation or str(_("A group that is choosing")), *filter(None, [booking.group_label])]
    people = ngettext("%(num)s person", "%(num)s people", booking.size or 0)
    offered = booking.status is BookingStatus.PROPOSED and booking.waiting_since is not None
    status = _("offered places from the waiting list") if offered else BOOKED[booking.status]
    told = i18n.join_facts([people, status]) + _passed_over(booking)
    return BookingRow(booking.reference, i18n.join_facts(label), told)


def _passed_over(booking: BookingFacts) -> str:
    """Why a group is still in line; empty where nothing has come free since it joined."""
    if booking.status is not BookingStatus.WAITING or booking.skipped_at is None:
        return ""
    local = zones.to_local(booking.skipped_at, booking.station.time_zone)
    when = i18n.format_date_time(local, i18n.current_locale())
    places = booking.skipped_places or 0
    told = ngettext("%(num)s place came free on %(when)s", "%(num)s places came free on %(when)s", places, when=when)
    return f" ({told})"


def confirm_page(
    found: Survey, form: ChangeForm | CancelForm, values: MultiDict[str, str], key: str, problems: Sequence[str] = ()
) -> ConfirmPage:
    """What it would hit, with the one button that does it."""
    event, is_bad = found.event, isinstance(form, CancelForm)
    title, lang = event.shown_title.in_locale(i18n.current_locale())
    number = len(found.chosen)
    heading, button = _named(number, is_bad=is_bad)
    act = "series.cancel" if is_bad else "series.change"
    return ConfirmPage(
        heading=heading,
        title=title,
        title_lang=lang,
        sentence=_sentence(found, is_told=is_bad or bool(found.by)),
        changes=tuple(_changes(found, form)),
        rows=tuple(_row(item, found) for item in found.items),
        action=url_for(act, code=event.code),
        back_url=url_for("series.event", code=event.code),
        button=button,
        is_bad=is_bad,
        hidden=(*carried(values), ("key", key), ("state", found.state)),
        station_css=STATION_CSS.get(event.station, ""),
        problems=tuple(problems),
    )


def _named(number: int, *, is_bad: bool) -> tuple[str, str]:
    """The heading, and the text of the button."""
    if is_bad:
        return (
            ngettext("Call off this event?", "Call off %(num)s events?", number),
            ngettext("Call it off", "Call off what is ticked", number),
        )
    return (
        ngettext("Change this event?", "Change %(num)s events?", number),
        ngettext("Change it", "Change what is ticked", number),
    )


def _sentence(found: Survey, *, is_told: bool) -> str:
    """How many events, groups, people and guides it reaches."""
    events = ngettext("%(num)s event", "%(num)s events", len(found.chosen))
    guides = ngettext("%(num)s guide", "%(num)s guides", len(found.guides))
    if not is_told:
        return str(_("It reaches %(events)s and %(guides)s. Groups are not written to.", events=events, guides=guides))
    if not found.bookings:
        return str(_("It reaches %(events)s and %(guides)s. Nobody has booked.", events=events, guides=guides))
    groups = ngettext("%(num)s group", "%(num)s groups", len(found.bookings))
    people = ngettext("%(num)s person", "%(num)s people", found.people)
    reached = {"events": events, "groups": groups, "people": people, "guides": guides}
    return str(
        _("It reaches %(events)s, %(groups)s with %(people)s, and %(guides)s. Each booking gets one mail.", **reached)
    )


def _changes(found: Survey, form: ChangeForm | CancelForm) -> Iterable[str]:
    if isinstance(form, CancelForm):
        if form.reason.data:
            yield _pair(_("Reason"), form.reason.data)
        return
    change = found.change
    if change.language is not None:
        yield _pair(_("Language"), i18n.language_name(change.language, i18n.current_locale()))
    if change.capacity is not None:
        yield _pair(_("Places"), str(change.capacity))
    if change.title is not None:
        yield _pair(_("Title"), change.title or str(_("that of what is given")))
    if change.guide is not None:
        yield _pair(_("Guide"), found.guide.shown if found.guide else str(_("nobody")))


def _pair(label: object, text: str) -> str:
    return i18n.labelled(label, text)


def _row(item: Item, found: Survey) -> AffectedRow:
    guide = found.guide.shown if found.guide else ""
    return AffectedRow(
        code=item.event.code,
        when=when(item.event.starts_local),
        then=_("New time: %(time)s", time=when(item.to.local)) if item.is_moved else "",
        facts=event_facts(item.event),
        notes=tuple(one.message for one in against(item.collisions, named=item.named, guide=guide)),
        ticked=item.is_chosen,
        is_exception=item.is_exception,
    )


def guide_choices(
    guides: Mapping[str, str], unfit: Mapping[str, str], but: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Guides to choose from, those whom nothing stands against first. Names and reasons by code."""
    fit = [(code, name) for code, name in guides.items() if code not in unfit or code in but]
    told = [
        (code, str(_("%(name)s (%(reason)s)", name=name, reason=unfit[code])))
        for code, name in guides.items()
        if code in unfit and code not in but
    ]
    return fit + told
