"""The report's paragraphs for the desk: spans that lead to events, the margin, versions and signatures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from booking import i18n
from booking.clock_faces import moment
from booking.i18n import LOCALES
from booking.reporting.event_forms import NO_EVENTS, query_of_events
from booking.reporting.narrative.drafting import Draft, Text
from booking.reporting.narrative.events import differences
from booking.reporting.narrative.forms import BY_RULE, field_of
from booking.reporting.narrative.labels import how, label_of
from booking.reporting.narrative.message import Piece
from booking.reporting.narrative.numbers import Qualifier, Rounded
from booking.reporting.narrative.pages import (
    ChangeLine,
    LastParagraph,
    MarginLine,
    ParagraphView,
    SignatureLine,
    Span,
    VersionView,
    Waiting,
    Way,
)
from booking.reporting.narrative.stored import Frozen, LastReport, Signed
from booking.reporting.narrative.values import Count
from booking.reporting.terms import Answer, Period

_UTC, _MOST_NAMED = "UTC", 12
Names = Mapping[str, str]
"""Of people, by account:7."""


def address(period: Period, endpoint: str = "paragraphs.shown", **values: object) -> str:
    """A page about the period."""
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return url_for(endpoint, **days, **values)  # type: ignore[arg-type]  # whatever an address may hold


def days_of(period: Period) -> str:
    """The period in words."""
    locale = i18n.current_locale()
    first, last = (i18n.format_day_year(day, locale) for day in (period.first, period.last))
    return str(_("%(first)s to %(last)s", first=first, last=last))


def paragraph_views(draft: Draft, locale: str, last: LastReport | None = None) -> tuple[ParagraphView, ...]:
    """The draft in one language, each paragraph beside what the last report said."""
    views = (_view(draft, number, draft.texts[number, locale]) for number in draft.numbers)
    return tuple(replace(one, last=_last(draft, one.number, locale, last)) if last else one for one in views)


def _last(draft: Draft, number: str, locale: str, last: LastReport) -> LastParagraph:
    """The paragraph of that number, and the figures that both reports have and that are not the same."""
    pieces = last.content["texts"][locale].get(number, ())
    figures = {name for name in last.content["figures"] if name.startswith(f"{number}.") and name in draft.answers}
    before, after = (
        {"figures": {name: content["figures"][name] for name in sorted(figures)}}
        for content in (last.content, draft.content)
    )
    about = _("%(days)s, version %(number)s", days=days_of(last.period), number=last.number)
    return LastParagraph(str(about), "".join(piece[0] for piece in pieces), change_lines(differences(before, after)))


def _view(draft: Draft, number: str, text: Text) -> ParagraphView:
    open_ = tuple(Span(piece.text, _url(draft, number, piece), piece.lang) for piece in text.pieces)
    edit = address(draft.period, "paragraphs.edit", number=number, locale=text.shipped.locale)
    compare = address(draft.period, locale=text.shipped.locale, compare="yes", _anchor=f"p{number}")
    note = ""
    if text.lacking:
        note = _("The desk’s own text names {%(mark)s}, which this report does not have: the shipped text is shown.")
        note %= {"mark": text.lacking}
    elif text.is_own:
        note = _("In the desk’s own words.")
    return ParagraphView(number, open_, _margin(draft, number), edit, str(note), compare)


def _url(draft: Draft, number: str, piece: Piece) -> str:
    name = f"{number}.{piece.key}"
    answer = draft.answers.get(name)
    if not piece.key or answer is None:
        return ""
    return _events_of(answer) or f"#{anchor(name)}"


def _events_of(answer: Answer) -> str:
    """The list of the events that a figure was counted from; empty for one of the catalogue or of online items."""
    figure = answer.question.figure
    return "" if figure in NO_EVENTS else f"{url_for('reports.events')}?{query_of_events(answer.filters, figure)}"


def anchor(name: str) -> str:
    """The place of a figure in the margin."""
    return f"f-{name.replace('.', '-')}"


def _margin(draft: Draft, number: str) -> tuple[MarginLine, ...]:
    names = [name for name in draft.answers if name.startswith(f"{number}.") and label_of(name) != name]
    return tuple(_margin_line(name, draft.answers[name].plain, draft.said(name), _often(draft, name)) for name in names)


def _often(draft: Draft, name: str) -> str:
    """How "often" was reached."""
    if name != "16.raised_count":
        return ""
    of_them = draft.answers["16.briefings"].plain
    return str(_("of %(number)s. “Often”: at least half", number=of_them))


def _margin_line(name: str, exact: object, said: Rounded | None, how_often: str) -> MarginLine:
    told = how_often or (how(said) if said else "")
    return MarginLine(anchor(name), _exact(exact), label_of(name), told)


def _exact(value: object) -> str:
    """A number, how many there are on a list, or the numbers of pairs."""
    if value is None:
        return i18n.term("qualifier.not-recorded", i18n.current_locale())
    if isinstance(value, int):
        return str(format_decimal(value))
    text = str(value)
    if ";" in text or text.rpartition(" ")[2].isdigit():
        return ", ".join(pair.rpartition(" ")[2] for pair in text.split("; "))
    return str(len(text.split()))


def frozen_views(version: Frozen, locale: str) -> tuple[ParagraphView, ...]:
    """A version that two have signed: its texts, and its figures in the margin."""
    figures = version.content["figures"]
    return tuple(
        ParagraphView(
            number,
            tuple(_frozen_span(number, figures, *piece) for piece in pieces),
            tuple(
                _margin_line(name, one["exact"], _rounded(one), "")
                for name, one in figures.items()
                if name.startswith(f"{number}.") and label_of(name) != name
            ),
            "",
            "",
        )
        for number, pieces in version.content["texts"][locale].items()
    )


def _frozen_span(number: str, figures: Mapping[str, Any], text: str, key: str, lang: str) -> Span:
    name = f"{number}.{key}"
    return Span(text, f"#{anchor(name)}" if name in figures and label_of(name) != name else "", lang)


def _rounded(figure: Mapping[str, Any]) -> Rounded | None:
    return Rounded(Qualifier(figure["qualifier"]), figure["shown"]) if "qualifier" in figure else None


def locale_ways(draft: Draft, here: str, version: int) -> tuple[Way, ...]:
    """The languages of the paragraphs, and in how many of them a desk has its own words."""
    ways = []
    for locale in LOCALES:
        own = sum(draft.texts[number, locale].is_own for number in draft.numbers)
        small = ngettext("%(num)s in own words", "%(num)s in own words", own) if own and not version else ""
        url = address(draft.period, locale=locale, version=version or None)
        ways.append(Way(i18n.autonym(locale), url, locale == here, str(small), locale))
    return tuple(ways)


def waiting_lines(draft: Draft, codes: Iterable[str]) -> tuple[Waiting, ...]:
    """What keeps the report from being signed."""
    return tuple(line for code in codes for line in _WAITING[code](draft))


def _period_waits(draft: Draft) -> list[Waiting]:
    last = i18n.format_day_year(draft.period.last, i18n.current_locale())
    return [Waiting(str(_("The period is not over: its last day is %(day)s.", day=last)), "", "")]


def _undecided(draft: Draft) -> list[Waiting]:
    number = draft.waiting["undecided"].value
    told = ngettext("%(num)s event is not concluded.", "%(num)s events are not concluded.", number)
    return [Waiting(told, _events_of(draft.waiting["undecided"]), str(_("Show them")))]


def _unrecorded(draft: Draft) -> list[Waiting]:
    number = draft.waiting["unrecorded"].value
    told = ngettext("%(num)s event is without a number.", "%(num)s events are without a number.", number)
    return [Waiting(told, _events_of(draft.waiting["unrecorded"]), str(_("Show them")))]


def _text_waits(draft: Draft) -> list[Waiting]:
    return [
        Waiting(
            str(
                _(
                    "Paragraph %(number)s in %(language)s names {%(mark)s}, which this report does not have.",
                    number=text.shipped.number,
                    language=i18n.language_name(text.shipped.locale, i18n.current_locale()),
                    mark=text.lacking,
                )
            ),
            address(draft.period, "paragraphs.edit", number=text.shipped.number, locale=text.shipped.locale),
            str(_("Edit it")),
        )
        for text in draft.lacking
    ]


_WAITING: Mapping[str, Callable[[Draft], list[Waiting]]] = {
    "period": _period_waits,
    "undecided": _undecided,
    "unrecorded": _unrecorded,
    "text": _text_waits,
}


@dataclass(frozen=True, slots=True)
class People:
    """Names of those who signed, for a reader's language."""

    names: Names
    locale: str

    def who(self, actor: str) -> str:
        """A person's name."""
        return self.names.get(actor, str(_("somebody")))

    def when(self, at: datetime) -> str:
        """A moment in words."""
        return moment(at, _UTC, self.locale)


def signature_lines(
    people: People, valid: Sequence[Signed], signatures: Sequence[Signed], round_: int
) -> tuple[SignatureLine, ...]:
    """The signatures since the newest version; those that a change has undone say so."""
    return tuple(
        SignatureLine(people.who(one.actor), people.when(one.at), one in valid)
        for one in signatures
        if one.round == round_
    )


def version_views(
    people: People, draft: Draft, versions: Sequence[Frozen], shown: int, locale: str
) -> tuple[VersionView, ...]:
    """The frozen versions, the newest first."""
    return tuple(
        VersionView(
            one.number,
            address(draft.period, locale=locale, version=one.number),
            str(
                _(
                    "Figures fixed on %(when)s, signed by %(first)s and %(second)s",
                    when=people.when(one.second.at),
                    first=people.who(one.first.actor),
                    second=people.who(one.second.actor),
                )
            ),
            one.number == shown,
            change_lines(one.changes),
        )
        for one in versions
    )


def change_lines(changes: Mapping[str, Any]) -> tuple[ChangeLine, ...]:
    """Figures that are different, with their events as far as they are known."""
    return tuple(
        ChangeLine(label_of(name), _listed(one["before"]), _listed(one["after"]), _events(one))
        for name, one in changes.items()
        if label_of(name) != name
    )


def _listed(value: object) -> str:
    return _exact(value) if value is None or isinstance(value, int) else str(value)


def _events(change: Mapping[str, Any]) -> str:
    other = [_changed(*one) for one in change.get("other", ())]
    told = [
        _("%(events)s came in", events=_some(change["came"])) if change.get("came") else "",
        _("%(events)s went out", events=_some(change["went"])) if change.get("went") else "",
        _("%(events)s changed", events=_some(other)) if other else "",
    ]
    return "; ".join(str(one) for one in told if one)


def _changed(code: str, before: int | None, after: int | None) -> str:
    return str(_("%(code)s (%(before)s, now %(after)s)", code=code, before=_exact(before), after=_exact(after)))


def _some(codes: Sequence[object]) -> str:
    shown = ", ".join(map(str, codes[:_MOST_NAMED]))
    more = len(codes) - _MOST_NAMED
    return shown if more <= 0 else str(_("%(events)s and %(number)s more", events=shown, number=more))


def choosable(draft: Draft) -> dict[str, str]:
    """The figures whose qualifier a desk may choose, with their labels."""
    found = {}
    for name in draft.answers:
        number, _dot, variable = name.partition(".")
        value = draft.bound[number].value(variable)
        if isinstance(value, Count) and value.has_choice:
            found[name] = str(_("Paragraph %(number)s: %(label)s", number=number, label=label_of(name)))
    return found


def chosen(draft: Draft) -> dict[str, object]:
    """What stands in the form of choices."""
    said = {field_of(name): draft.choices.qualifiers.get(name, BY_RULE) for name in choosable(draft)}
    return {"order": draft.choices.order, "version": str(draft.choices.version), **said}
