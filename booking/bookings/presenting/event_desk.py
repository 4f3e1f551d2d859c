"""An event's history, its messages and its address at the desk, and the page of a message before it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.accounts.queries import TrailLine
from booking.accounts.trail_words import differences, what_was_done
from booking.bookings.desk_booking_pages import HistoryLine
from booking.bookings.event_desk_forms import MessageForm
from booking.bookings.event_desk_pages import EventDesk, MessagePage, SentMessage
from booking.bookings.presenting.desk_booking import ACTORS
from booking.bookings.services.write_groups import Draft, Recipients, Written, letter_values
from booking.bookings.slot_ids import event_slot_id
from booking.clock_faces import station_moment
from booking.notices import letters
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.terms import EventStatus, Visibility


def event_desk(
    event: DeskEvent, trail: Sequence[TrailLine], written: Sequence[Written], names: Mapping[str, str]
) -> EventDesk:
    """What can be read; the forms are the view's. `names`: of those who wrote, as the trail names them."""
    is_joined = event.status is EventStatus.OPEN and event.visibility is Visibility.OPEN
    return EventDesk(
        message_url=url_for("series.message", code=event.code),
        book_url=url_for("desk.book", slot=event_slot_id(event.code)) if is_joined else "",
        history=tuple(history_lines(event, trail)),
        messages=tuple(_sent(event, one, names) for one in written),
    )


def history_lines(event: DeskEvent, trail: Sequence[TrailLine]) -> Iterable[HistoryLine]:
    """The newest first, each with what is different since."""
    for line in reversed(trail):
        yield HistoryLine(
            when=_here(event, line),
            what=what_was_done(line.action),
            who=str(ACTORS.get(line.actor, line.actor)),
            text="\n".join(differences(line.before, line.after, event.time_zone)),
        )


def _here(event: DeskEvent, line: TrailLine | Written) -> str:
    return station_moment(line.at, event.time_zone, event.station, i18n.current_locale())


def _sent(event: DeskEvent, one: Written, names: Mapping[str, str]) -> SentMessage:
    locale = i18n.current_locale() if i18n.current_locale() in one.texts else i18n.DEFAULT_LOCALE
    groups = ngettext("%(num)s group", "%(num)s groups", one.groups)
    text, who = one.texts.get(locale), names.get(one.actor, one.actor)
    head = i18n.join_facts([_here(event, one), who, groups])
    if text is None:
        return SentMessage(head, str(_("What was written is not kept any more.")), "", i18n.current_locale())
    return SentMessage(head, text.subject, text.text, locale)


def message_page(heading: str, action: str, back_url: str, form: MessageForm) -> MessagePage:
    """The form, before anybody has looked whom it reaches."""
    return MessagePage(heading, action, back_url, form)


def looked_at(page: MessagePage, draft: Draft, found: Recipients) -> MessagePage:
    """With who would read it, and a mail in each language with somebody's own facts filled in."""
    number = len(found.groups)
    return replace(
        page,
        readers=_readers(found),
        left_out=i18n.join_sentences(_left_out(found)),
        samples=tuple(_samples(draft, found)),
        button=ngettext("Send %(num)s message", "Send %(num)s messages", number) if number else "",
    )


def _readers(found: Recipients) -> str:
    locale, number = i18n.current_locale(), len(found.groups)
    if not number:
        return str(_("Nobody would read it."))
    in_each = [f"{count} {i18n.language_in(tag, locale)}" for tag, count in sorted(found.locales.items())]
    groups = ngettext("%(num)s group", "%(num)s groups", number)
    return str(_("%(groups)s: %(languages)s.", groups=groups, languages=i18n.join_list(in_each, locale)))


def _left_out(found: Recipients) -> Iterable[str]:
    if found.told:
        yield ngettext(
            "%(num)s group has read this very text already.",
            "%(num)s groups have read this very text already.",
            found.told,
        )
    if found.without_address:
        yield ngettext(
            "%(num)s group has no e-mail address: call them.",
            "%(num)s groups have no e-mail address: call them.",
            found.without_address,
        )


def _samples(draft: Draft, found: Recipients) -> Iterable[tuple[str, str, str]]:
    shown = set()
    for group in found.groups:
        told = letter_values(group, draft)
        if told.locale not in shown:
            shown.add(told.locale)
            letter = letters.letter(told)
            yield told.locale, letter.subject, letter.text
