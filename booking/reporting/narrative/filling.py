"""Values as text in one locale: numbers, lists, months, days and phrases, each under the names that messages use."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from booking import i18n
from booking.i18n.terminology import station_of
from booking.reporting.narrative.message import Filled, foreign
from booking.reporting.narrative.numbers import Qualifier, by_rule, rounded, written
from booking.reporting.narrative.values import (
    Codes,
    Count,
    Day,
    Item,
    Months,
    Phrases,
    Places,
    Since,
    Value,
    Variable,
)
from booking.reporting.narrative.wording import Wording

OWN, ENGLISH = "own", "english"
"""Orders of lists: that of the language, or that of English in every language."""

_MOST_IN_WORDS, _MONTHS_ONE_BY_ONE, _MID = 10, 2, range(11, 21)
_PREPOSITION_ONCE = ("en", "es", "ru", "ar")
_FROM_MONTH = {"fr": {"avril", "août", "octobre"}}
"""Months before which "de" becomes "d’"."""


@dataclass(frozen=True)
class Speaker:
    """How values are said: the wording, the order of lists, and the qualifiers that a desk has chosen, by figure."""

    wording: Wording
    order: str = OWN
    chosen: Mapping[str, Qualifier] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        """Whose language it is."""
        return self.wording.locale

    def fill(self, variables: Mapping[str, Variable]) -> dict[str, Filled]:
        """Every name that a message may use for these."""
        return {name: filled for key, one in variables.items() for name, filled in self._names(key, one)}

    def _names(self, key: str, variable: Variable) -> Iterator[tuple[str, Filled]]:
        bound = key if variable.is_bound else ""
        for suffix, filled in self._said(key, variable.value):
            is_flag = suffix == "_n"
            yield key + suffix, Filled(filled.text, filled.number, "" if is_flag else bound, suffix == "_q")

    def _said(self, key: str, value: Value) -> Iterator[tuple[str, Filled]]:
        if isinstance(value, Count):
            yield from self._counted(key, value)
        elif isinstance(value, Codes):
            yield from self._listed(self._named(value), "")
        elif isinstance(value, Phrases):
            yield from self._phrased(value)
        elif isinstance(value, Months):
            yield from self._months(value.months)
        elif isinstance(value, Day):
            yield "", Filled(self._date("day_month", value.day))
        elif isinstance(value, Since):
            yield "", Filled(self._since(value))
        elif isinstance(value, Places):
            yield from self._places(value)
        else:
            yield "", Filled(value.name, int(value.name) if value.name.isdigit() else None)

    def _counted(self, key: str, count: Count) -> Iterator[tuple[str, Filled]]:
        said = rounded(count.value, self.chosen.get(key, by_rule(count.value, count.wish)))
        number = written(said.shown, self.wording.formats["thousands"])
        yield "", Filled(number, said.shown)
        yield "_q", Filled(said.qualifier.value)
        words = self._in_words(key, said.shown) or number
        yield "_w", Filled(words, said.shown)
        yield "_w_cap", Filled(words[:1].upper() + words[1:], said.shown)

    def _in_words(self, key: str, number: int) -> str:
        if not 1 <= number <= _MOST_IN_WORDS:
            return ""
        return self.wording.words[self.wording.genders.get(key, "masculine")][number - 1]

    def _named(self, value: Codes) -> list[str]:
        name = i18n.country_name if value.kind == "country" else i18n.language_name
        by = self.locale if self.order == OWN else i18n.DEFAULT_LOCALE
        ordered = i18n.sorted_by_name(value.codes, lambda code: name(code, by), by)
        said = i18n.country_in_text if value.kind == "country" else name
        return [said(code, self.locale) for code in ordered]

    def _listed(self, items: list[str], end: str) -> Iterator[tuple[str, Filled]]:
        text = end.join(items) if end else i18n.join_list(items, self.locale)
        yield "", Filled(text, len(items))
        yield "_n", Filled(str(len(items)), len(items))

    def _phrased(self, value: Phrases) -> Iterator[tuple[str, Filled]]:
        items = [self._phrase(value.kind, item) for item in value.items]
        has_numbers = any(item.number is not None for item in value.items)
        for suffix, filled in self._listed(items, self.wording.formats["list_end"] if has_numbers else ""):
            text = self.wording.phrases[value.within].format(list=filled.text) if value.within and not suffix else ""
            yield suffix, Filled(text or filled.text, filled.number)

    def _phrase(self, kind: str, item: Item) -> str:
        text = self._ready(kind, item.code) or self._made(kind, item)
        if item.number is not None:
            number = written(item.number, self.wording.formats["thousands"])
            text = self.wording.formats["topic"].format(topic=text, number=number)
        return text

    def _ready(self, kind: str, code: str) -> str:
        """The phrase of our own for it."""
        phrases = self.wording.phrases
        found = phrases.get(f"{kind}.{code}") or (kind == "dealt" and phrases.get(f"topic.{code}")) or ""
        is_theme = kind in {"theme", "topic", "dealt", "title"}
        return i18n.theme_name(code, self.locale) if is_theme and not found else found

    def _made(self, kind: str, item: Item) -> str:
        """A phrase around the title that the data has; its language is named where it is another."""
        theme = "-".join(item.code.casefold().split())
        if kind == "raised" and i18n.is_known_theme(theme):
            text = self._ready("topic", theme)
            return self.wording.phrases["raised_theme"].format(text=text)
        tag = next((tag for tag in (self.locale, i18n.DEFAULT_LOCALE, *item.texts) if item.texts.get(tag)), "")
        text = item.texts.get(tag) or item.code
        if tag != self.locale:
            text = foreign(text, tag or i18n.DEFAULT_LOCALE)
        if kind in {"offering", "raised"}:
            text = self.wording.formats["quoted"].format(text=text)
        return self.wording.phrases.get(f"{kind}_other", "{text}").format(text=text)

    def _months(self, months: tuple[int, ...]) -> Iterator[tuple[str, Filled]]:
        names, formats = self.wording.months, self.wording.formats
        within = names.get("within", names["nominative"])
        bare = i18n.join_list([within[month - 1] for month in months], self.locale)
        yield "", Filled(bare)
        if len(months) <= _MONTHS_ONE_BY_ONE:
            yield "_in", Filled(formats["month_in"].format(months=bare))
            return
        first = names.get("genitive", names["nominative"])[months[0] - 1]
        text = formats["month_range"].format(first=first, last=names["nominative"][months[-1] - 1])
        has_vowel = first in _FROM_MONTH.get(self.locale, ())
        yield "_in", Filled(text.replace(f"de {first}", f"d’{first}") if has_vowel else text)

    def _date(self, form: str, day: date) -> str:
        months = self.wording.months.get("genitive", self.wording.months["nominative"])
        number = "1er" if self.locale == "fr" and day.day == 1 else str(day.day)
        return self.wording.formats[form].format(day=number, month=months[day.month - 1], year=day.year)

    def _since(self, value: Since) -> str:
        first, last = value.first, value.last
        if first == last or (first.year, first.month) != (last.year, last.month):
            return self.wording.formats["since_day"].format(date=self._date("full_date", last))
        return self._date("mid_month" if first.day in _MID and last.day in _MID else "month_year", last)

    def _places(self, value: Places) -> Iterator[tuple[str, Filled]]:
        names = [i18n.station_name(code, self.locale, name) for code, name in value.stations]
        within = [i18n.station_in(code, self.locale, name) for code, name in value.stations]
        text, inside = i18n.join_list(names, self.locale), i18n.join_list(self._once(within), self.locale)
        yield "", Filled(text, len(names))
        yield "_n", Filled(str(len(names)), len(names))
        yield "_cap", Filled(text)
        yield "_in", Filled(inside)
        yield "_in_cap", Filled(f"在{inside}" if self.locale == "zh" else inside[:1].upper() + inside[1:])
        yield "_all", Filled(self._of(value))

    def _once(self, phrases: list[str]) -> Iterable[str]:
        """«в Женеве и Вене»: the preposition is said once, but in French before each."""
        if self.locale not in _PREPOSITION_ONCE:
            return phrases
        return [*phrases[:1], *(phrase.partition(" ")[2] for phrase in phrases[1:])]

    def _of(self, value: Places) -> str:
        """What "the premises of" asks for."""
        if value.is_whole:
            return i18n.term("stations_all", self.locale)
        if self.locale == "ru":
            within = [i18n.station_in(code, self.locale, name) for code, name in value.stations]
            return i18n.join_list(self._once(within), self.locale)
        named = station_of if self.locale == "fr" else i18n.station_name
        return i18n.join_list([named(code, self.locale, name) for code, name in value.stations], self.locale)
