"""One event's attendance: what everybody said of each group, which number counts and why, and the history."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from booking import i18n
from booking.attendance.forms import COURSES
from booking.attendance.grid_forms import OWN, SOURCES, EventCountForm, Line, numbers_of
from booking.attendance.pages import EventCountPage, LineCard, SourceCard, Word
from booking.attendance.presenting.words import (
    COURSE_WORDS,
    NOTHING,
    at,
    group_of,
    people,
    platform_words,
    when_of,
    whose,
)
from booking.attendance.queries import CountedEvent, Said
from booking.attendance.terms import Choice, Source
from booking.catalogue.words import title_of
from booking.clock_faces import STATION_CSS

GROUP = "group"


def event_page(form: EventCountForm, sayings: Sequence[Said], names: Mapping[str, str]) -> EventCountPage:
    """The page of an event; `names`: of the members of staff who said something."""
    event = form.event
    title, lang = title_of(event.title)
    return EventCountPage(
        code=event.code,
        title=title,
        title_lang=lang,
        when=when_of(event),
        station_css=STATION_CSS.get(event.station, ""),
        sentence=_sentence(event),
        form=form,
        lines=tuple(_card(form, line, names) for line in form.lines),
        history=tuple(_word(said, event, names) for said in reversed(sayings)),
        seen=form["seen"].typed,
        courses=tuple((value, str(told), value == form.course) for value, told in COURSES),
    )


def _sentence(event: CountedEvent) -> str:
    """The number of the event, as far as it is known."""
    if event.people is None:
        return str(_("No official number yet."))
    missing = sum(number is None for number in event.numbers)
    told = _("Official number: %(people)s.", people=people(event.people))
    return str(told if not missing else _("So far: %(people)s; a number is missing.", people=people(event.people)))


def _card(form: EventCountForm, line: Line, names: Mapping[str, str]) -> LineCard:
    counted, use = line.counted, form.use(line)
    return LineCard(
        name=line.name,
        heading=group_of(line.group) or str(_("The event as a whole")),
        official=people(counted.attended),
        source=whose(counted.attended_source, counted.attended) if counted.attended is not None else "",
        reason=counted.attended_reason,
        booked=str(line.booked or NOTHING),
        cards=tuple(_sources(line, use, names)),
        number=form[f"n-{line.name}"],
        why=form[f"r-{line.name}"],
        errors=tuple(map(str, form[f"use-{line.name}"].errors[:1])),
    )


def _sources(line: Line, use: str, names: Mapping[str, str]) -> list[SourceCard]:
    by_rule, event = line.by_rule, line.event
    first = _("By the rule") if by_rule.attended is not None else _("By the rule, once somebody has said")
    whom = whose(by_rule.source, by_rule.attended)
    cards = [SourceCard(Choice.RULE, _number(by_rule.attended), str(first), whom, use == Choice.RULE)]
    for source, number in numbers_of(line):
        said = line.counted.said.get(source)
        about = _about(said, line, event, names) if said else str(_("all teachers together"))
        cards.append(SourceCard(source, str(number), str(SOURCES[source]), about, use == source))
    desk = line.counted.said.get(Source.DESK)
    own = _number(desk.attended) if desk and not desk.chosen else NOTHING
    cards.append(SourceCard(OWN, own, str(_("Another number")), str(_("empty: not recorded")), use == OWN))
    return cards


def _number(number: int | None) -> str:
    return NOTHING if number is None else str(number)


def _about(said: Said, line: Line, event: CountedEvent, names: Mapping[str, str]) -> str:
    who = names.get(said.actor, "")
    parts = [who, at(said, event)]
    if said.source is Source.PLATFORM:
        parts.append(platform_words(said, line.leaders))
    return i18n.join_facts(part for part in parts if part)


def _word(said: Said, event: CountedEvent, names: Mapping[str, str]) -> Word:
    several = event.groups if len(event.groups) > 1 else ()  # the only one is named above the numbers
    group = next((one for one in several if one.id == said.booking_id), None)
    about = [group_of(group), str(COURSE_WORDS[said.course]), _took(said), said.reason]
    counted = platform_words(said, []) if said.source is Source.PLATFORM else people(said.attended)
    return Word(
        when=at(said, event),
        who=names.get(said.actor, ""),
        number=str(counted),
        source=str(SOURCES[said.source]),
        about=". ".join(part for part in about if part),
    )


def _took(said: Said) -> str:
    """What a desk took instead of saying a number."""
    if not said.chosen:
        return ""
    if said.chosen == Choice.RULE:
        return str(_("the rule decides again"))
    return str(_("took what was said by: %(source)s", source=whose(said.chosen, said.attended)))
