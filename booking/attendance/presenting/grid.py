"""The grid of a day: the official number of each line beside what every source said."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.attendance.grid_forms import GridForm, Line, numbers_of
from booking.attendance.pages import GridRow
from booking.attendance.presenting.words import COURSE_WORDS, NOTHING, group_of, number_of, when_of, whose
from booking.attendance.queries import CountedEvent
from booking.attendance.terms import Source
from booking.catalogue.words import title_of


def differs(event: CountedEvent) -> bool:
    """Whether what was said of a line by several sources is not one number."""
    return any(_differs(line) for line in _lines(event))


def has_number(event: CountedEvent) -> bool:
    """Whether every line has its number."""
    return all(number is not None for number in event.numbers)


def sentence_of(events: Collection[CountedEvent]) -> str:
    """How many of the events have an official number."""
    counted, every = sum(map(has_number, events)), len(events)
    if not every:
        return str(_("No event was over in these days."))
    told = ngettext(
        "%(counted)s of %(num)s event has its official number.",
        "%(counted)s of %(num)s events have an official number.",
        every,
        counted=counted,
    )
    return str(told)


def rows_of(form: GridForm, problems: Mapping[str, Sequence[str]]) -> Iterator[GridRow]:
    """The lines of the grid; `problems`: what stands against an event, by its code."""
    for event in form.events:
        for place, line in enumerate(form.lines[event.code]):
            yield _row(form, line, is_first=place == 0, problems=problems.get(event.code, ()) if place == 0 else ())


def _row(form: GridForm, line: Line, *, is_first: bool, problems: Sequence[str]) -> GridRow:
    event, counted = line.event, line.counted
    title, lang = title_of(event.title)
    number, reason = form.number(line), form.reason(line)
    said = {source: number_of(counted.said.get(source), line.leaders) for source in Source}
    return GridRow(
        name=line.name,
        code=event.code,
        is_first=is_first,
        when=when_of(event),
        title=title,
        title_lang=lang,
        group=group_of(line.group) or _nobody(event),
        url=url_for("attendance.one", code=event.code),
        number=number.typed,
        was=form[f"was-{line.name}"].typed,
        reason=reason.typed,
        asks_reason=bool(line.by_rule.attended is not None or reason.typed or reason.errors),
        source=_source(line),
        course=str(COURSE_WORDS[event.course]) if event.course else "",
        booked=str(line.booked) if line.booked else NOTHING,
        teacher=said[Source.TEACHER],
        guide=said[Source.GUIDE],
        platform=said[Source.PLATFORM],
        seen=form[f"seen-{event.code}"].typed,
        differs=_differs(line),
        errors=(*problems, *_broken(form, line), *map(str, number.errors[:1])),
        reason_errors=tuple(map(str, reason.errors[:1])),
    )


def _broken(form: GridForm, line: Line) -> list[str]:
    """A part of the row that nobody types is not as the page sent it."""
    if form[f"was-{line.name}"].errors or form[f"seen-{line.event.code}"].errors:
        return [str(_("A part of this row is broken. Open the page again."))]
    return []


def _nobody(event: CountedEvent) -> str:
    if len(event.groups) > 1:
        return str(ngettext("%(num)s booking", "%(num)s bookings", len(event.groups)))
    return str(_("Nobody booked a place."))


def _source(line: Line) -> str:
    known = numbers_of(line)
    if len(known) > 1 and len({number for _source, number in known}) == 1 and line.counted.attended == known[0][1]:
        return str(_("all agree"))
    return whose(line.counted.attended_source, line.counted.attended)


def _differs(line: Line) -> bool:
    """Whether guide and platform, or else guide and teacher, did not say the same."""
    known = dict(numbers_of(line))
    other = known.get(Source.PLATFORM, known.get(Source.TEACHER))
    guide = known.get(Source.GUIDE)
    return guide is not None and other is not None and guide != other


def _lines(event: CountedEvent) -> list[Line]:
    return [Line(event, group) for group in event.groups] if event.has_lines else [Line(event, None)]


def period_text(days: tuple[object, object]) -> str:
    """The day with its year, or from when to when."""
    locale = i18n.current_locale()
    first, last = (i18n.format_day_year(day, locale) for day in days)  # type: ignore[arg-type]  # two dates
    return first if first == last else str(_("%(first)s to %(last)s", first=first, last=last))
