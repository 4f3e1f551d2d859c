"""The form in which a guide says how many came."""

from datetime import datetime

from flask_babel import gettext as _

from booking import i18n
from booking.attendance.forms import COURSES, CountForm, field_of
from booking.attendance.queries import CountedEvent, CountedGroup
from booking.attendance.terms import Course, Source
from booking.catalogue.words import title_of
from booking.fields import NumberField
from booking.guiding.pages import CountCard, CountLine
from booking.guiding.presenting.common import people, when
from booking.guiding.queries.guides import OwnGuide


def count_card(form: CountForm, guide: OwnGuide, now: datetime, overtaken: str = "") -> CountCard:
    """The form of one event, with what was typed, else with the best guess of a source, named.

    `overtaken`: what somebody else has written down since the form was made.
    """
    event = form.event
    text, lang = title_of(event.title)
    return CountCard(
        code=event.code,
        heading=_heading(when(event.starts_at, guide, now), text),
        heading_lang=lang,
        about=_about(event),
        lines=tuple(_lines(form)),
        courses=tuple((value, str(said), value == form.course) for value, said in COURSES),
        recorded=_recorded(event),
        wrong=bool(form.errors),
        seen=form["seen"].typed,
        overtaken=overtaken,
        is_the_desks=Source.DESK in {*event.said, *(source for group in event.groups for source in group.said)},
    )


def said_meanwhile(event: CountedEvent, who: str, guide: OwnGuide, now: datetime) -> str:
    """Who has written down what since the guide opened the form; `who`: a name, empty where it is not known."""
    last = event.last_own
    at = when(last.recorded_at, guide, now) if last else ""
    told = {"what": _recorded(event), "who": who or _("Somebody"), "when": at}
    return str(
        _("%(who)s has written down meanwhile (%(when)s): %(what)s. Yours stands below: save it if it holds.", **told)
    )


def _heading(moment: str, title: str) -> str:
    return str(_("%(when)s, %(title)s", when=moment, title=title))


def _about(event: CountedEvent) -> str:
    """Who was to come."""
    if len(event.groups) == 1:
        return _named(event.groups[0])
    if event.taken:
        return str(_("Booked: %(people)s", people=people(event.taken)))
    return str(_("Nobody booked a place."))


def _named(group: CountedGroup) -> str:
    country = i18n.country_in_text(group.country, i18n.current_locale()) if group.country else ""
    return i18n.join_facts(part for part in (group.organisation, group.group_label, country) if part)


def _lines(form: CountForm) -> list[CountLine]:
    groups = {field_of(group): group for group in form.event.groups}
    several = len(form.lines) > 1
    return [
        _line(form[name], groups.get(name), form.event, label=_named(groups[name]) if several else "")
        for name in form.lines
    ]


def _line(field: NumberField, group: CountedGroup | None, event: CountedEvent, label: str) -> CountLine:
    booked = group.size if group else event.taken
    is_new = event.course is None
    return CountLine(
        name=field.name,
        label=label or str(_("How many were there?")),
        value=field.typed,
        hint=_guessed(booked, group.by_teacher if group else None) if is_new else "",
        errors=tuple(map(str, field.errors)),
    )


def _guessed(booked: int | None, by_teacher: int | None) -> str:
    """Whose number stands in the field."""
    if by_teacher is not None:
        return str(_("%(said)s is what the teacher said; %(booked)s were booked.", said=by_teacher, booked=booked or 0))
    return str(_("%(booked)s is what was booked: change it if fewer or more came.", booked=booked)) if booked else ""


def _recorded(event: CountedEvent) -> str:
    """What was written down last."""
    if event.course is None:
        return ""
    numbers = [group.attended for group in event.groups] if event.has_lines else [event.attended]
    known = [number for number in numbers if number is not None]
    course = "" if event.course is Course.HELD else str(dict(COURSES)[event.course])
    return i18n.join_facts(part for part in (people(sum(known)) if known else str(_("no number")), course) if part)
