"""Forms of the report's paragraphs: the period, a paragraph's own text, how figures are said, the signature."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from booking.bookings.answer_forms import AnswerForm
from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, DayField, NoteField, OpaqueField
from booking.reporting.narrative.composing import Paragraph
from booking.reporting.narrative.filling import ENGLISH, OWN
from booking.reporting.narrative.message import BadMessage, names, parse
from booking.reporting.narrative.numbers import Qualifier
from booking.reporting.terms import MOST_YEARS, BadPeriod, Period

BY_RULE = "rule"
QUALIFIERS = {
    BY_RULE: _l("as the rule says"),
    Qualifier.EXACT.value: _l("exact"),
    Qualifier.ABOUT.value: _l("about"),
    Qualifier.MORE.value: _l("more than"),
    Qualifier.NEARLY.value: _l("nearly"),
    Qualifier.AT_LEAST.value: _l("at least"),
}
ORDERS = {OWN: _l("as each language orders them"), ENGLISH: _l("in the order of English")}


class _PeriodForm(ChosenForm):
    """First and last day; a GET form, whose fields are named as in the address."""

    @property
    def period(self) -> Period | None:
        """The period, or None with an error at the field that is to be mended."""
        if not self.validate():
            return None
        first, last = self._fields["from"].data, self._fields["to"].data
        try:
            return Period(first, last)
        except BadPeriod as bad:
            if last < first:
                told = _("The period ends before it begins. Choose a day after the first, or that day.")
            else:
                told = _("A report covers at most %(number)s years. Choose a shorter period.", number=MOST_YEARS)
            self.refuse({bad.field: str(told)})
            return None


def period_form(sent: MultiDict[str, str] | None = None, period: Period | None = None) -> _PeriodForm:
    """The form, filled with what was sent or with a period."""
    fields = {"from": DayField(_l("From"), required=True), "to": DayField(_l("To"), required=True)}
    form: type[_PeriodForm] = type("PeriodForm", (_PeriodForm,), fields)
    return form(sent, data={"from": period.first, "to": period.last} if period else None)


class LongText(NoteField):
    """A paragraph; a published one has 600 characters."""

    max_length = 4_000


class TextForm(AnswerForm):
    """A desk's own text of a paragraph. `version` is that of the text that the page showed."""

    text = LongText(_l("Text"), required=True)

    def check_marks(self, paragraph: Paragraph) -> bool:
        """Whether the text can be read, knows its marks and keeps every figure; else the field says what to mend."""
        told = wrong_marks(self.text.data, paragraph)
        self.refuse({"text": " ".join(told)} if told else {})
        return not told


def wrong_marks(text: str, paragraph: Paragraph) -> list[str]:
    """What is wrong with an own text: a sentence for each."""
    try:
        used = names(parse(text))
    except BadMessage as bad:
        told = _(
            "Line %(line)s: at “%(found)s” a brace stands alone, or a choice is cut off. Marks are written {events}.",
            line=bad.line,
            found=bad.found,
        )
        return [str(told)]
    told_unknown = [_unknown(name, paragraph) for name in sorted(used - set(paragraph.values))]
    missing = [name for name in paragraph.bound if name not in used and not _is_said_otherwise(name, used, paragraph)]
    told_missing = [
        str(_("{%(name)s} is missing: a figure stays in its sentence. Put it back where it belongs.", name=name))
        for name in missing
    ]
    return told_unknown + told_missing


def _unknown(name: str, paragraph: Paragraph) -> str:
    close = get_close_matches(name, paragraph.values, n=1)
    if close:
        return str(_("There is no {%(name)s} here. Is {%(instead)s} meant?", name=name, instead=close[0]))
    return str(_("There is no {%(name)s} here. Choose from the marks of this paragraph.", name=name))


def _is_said_otherwise(name: str, used: Iterable[str], paragraph: Paragraph) -> bool:
    """Whether another mark of the same figure stands there: {repeats} for {repeats_w}."""
    key = paragraph.values[name].key
    return any(paragraph.values[other].key == key for other in used if other in paragraph.values)


class BackForm(AnswerForm):
    """Back to the shipped text."""


class ChoicesForm(AnswerForm):
    """How the report says its figures and orders its lists. `version` is that of the choices."""

    order = ChoiceField(_l("Countries and languages"), required=True, choices=list(ORDERS.items()))
    figures: Mapping[str, str] = {}

    @property
    def qualifiers(self) -> dict[str, Qualifier]:
        """What was chosen, by figure; those by rule are left out."""
        fields = {name: self._fields[field].data for field, name in self.figures.items()}
        return {name: Qualifier(wish) for name, wish in fields.items() if wish and wish != BY_RULE}


def choices_form(
    figures: Mapping[str, object], sent: MultiDict[str, str] | None = None, data: Mapping[str, object] | None = None
) -> ChoicesForm:
    """A form with a field for each figure (name: label) that has a choice of qualifiers."""
    fields = {field_of(name): name for name in figures}
    made: dict[str, Any] = {
        field: ChoiceField(figures[name], required=True, choices=list(QUALIFIERS.items()))
        for field, name in fields.items()
    }
    form: type[ChoicesForm] = type("ChoicesForm", (ChoicesForm,), {**made, "figures": fields})
    return form(sent, data=data)


def field_of(name: str) -> str:
    """The field of a figure's qualifier: 13.events is said_13_events."""
    return f"said_{name.replace('.', '_')}"


class SignForm(ChosenForm):
    """`digest` is that of the figures and texts that the page showed."""

    digest = OpaqueField(required=True)
