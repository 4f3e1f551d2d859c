"""The desk's form of a survey: its name, up to eight questions in the languages of the pages, and who is asked."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.attendance.services.surveys import QuestionWish, SurveyWish
from booking.attendance.survey_queries import SurveyRecord
from booking.attendance.surveys import MOST_QUESTIONS, SHIPPED
from booking.attendance.terms import QuestionKind
from booking.catalogue.forms.base import EditForm
from booking.fields import ChoiceField, Choices, ChoicesField, CleanField, LineField, OpaqueField
from booking.i18n import LOCALES, Translated

KINDS: Choices = [
    (QuestionKind.YES_OR_NO, _l("Yes or no; yes is positive")),
    (QuestionKind.HOW_MUCH, _l("1 to 5; 4 and 5 are positive")),
]
LONGEST_CODE = 60
NUMBERS = tuple(range(1, MOST_QUESTIONS + 1))


class SurveyEditForm(EditForm):
    """A survey. The order of the questions is that of their numbers; one without words is not asked."""

    title = LineField(_l("Name of the survey"), required=True, hint=_l("For desks and reports; groups do not see it."))
    station = ChoiceField(_l("Duty station"), blank=_l("Of every desk"))
    offerings = ChoicesField(_l("Asked after these offerings"))
    series = ChoicesField(_l("Asked after these series"), hint=_l("A series goes before its offering."))

    def questions(self) -> Iterator[tuple[int, Mapping[str, CleanField]]]:
        """Each place with its fields, by kind and language."""
        for number in NUMBERS:
            yield number, {part: self[f"{part}-{number}"] for part in ("code", "place", "kind", *LOCALES)}

    def validate(self, extra_validators: object = None) -> bool:
        """Whether something is asked, in English at least, and in an order that can be told."""
        super().validate(extra_validators)
        asked = 0
        for number, fields in self.questions():
            is_worded = any(fields[locale].data for locale in LOCALES)
            asked += is_worded
            if is_worded and not fields["en"].data and not fields["en"].errors:
                self.refuse(f"en-{number}", _("Write it in English too: it stands in for languages that are missing."))
        if not asked and not self.wrong:
            self.refuse("en-1", _("Ask at least one question."))
        return not self.wrong

    def wish(self) -> SurveyWish:
        """What the survey is to be."""
        found = []
        for number, fields in self.questions():
            text = Translated({locale: fields[locale].data or "" for locale in LOCALES})
            if text:
                place = int(fields["place"].data or number)
                kind = QuestionKind(fields["kind"].data or QuestionKind.YES_OR_NO)
                found.append((place, number, QuestionWish(fields["code"].data or "", kind, text)))
        asked = tuple(one for _place, _number, one in sorted(found, key=lambda one: one[:2]))
        of = {"offerings": tuple(self.offerings.data or ()), "series": tuple(self.series.data or ())}
        return SurveyWish(Translated(self.title.data), self.station.data or "", asked, **of)

    @property
    def new_code(self) -> str:
        """The name in small letters and hyphens; empty where it has no letter of the Latin alphabet."""
        plain = unicodedata.normalize("NFKD", self.title.data or "").encode("ascii", "ignore").decode("ascii")
        return "-".join(re.findall("[a-z0-9]+", plain.lower()))[:LONGEST_CODE].strip("-")


for _number in NUMBERS:
    setattr(SurveyEditForm, f"code-{_number}", OpaqueField())
    setattr(
        SurveyEditForm,
        f"place-{_number}",
        ChoiceField(_l("Order among the questions"), choices=[(str(one), str(one)) for one in NUMBERS]),
    )
    setattr(SurveyEditForm, f"kind-{_number}", ChoiceField(_l("Answered by"), choices=KINDS))
    for _locale, _label in {
        "en": _l("Question in English"),
        "fr": _l("Question in French"),
        "es": _l("Question in Spanish"),
        "ru": _l("Question in Russian"),
        "zh": _l("Question in Chinese"),
        "ar": _l("Question in Arabic"),
    }.items():
        setattr(SurveyEditForm, f"{_locale}-{_number}", LineField(_label))


def data_of(record: SurveyRecord) -> dict[str, Any]:
    """The survey as its form has it."""
    known: dict[str, Any] = {"title": str(record.title), "station": record.station, "version": str(record.version)}
    for number, one in enumerate(record.asked, start=1):
        known |= {f"code-{number}": one.code, f"place-{number}": str(number), f"kind-{number}": one.kind}
        known |= {f"{locale}-{number}": one.text.get(locale) for locale in LOCALES}
    return {**_places(), **known, "offerings": record.offerings, "series": record.series}


def new_data() -> dict[str, Any]:
    """A new survey begins with the questions that are shipped."""
    known: dict[str, Any] = {"version": "1", **_places()}
    for number, one in enumerate(SHIPPED.questions, start=1):
        known |= {
            f"en-{number}": one.english.partition(", from 1 to 5")[0].rstrip("?") + "?",
            f"kind-{number}": one.kind,
        }
    return known


def _places() -> dict[str, str]:
    return {f"place-{number}": str(number) for number in NUMBERS}
