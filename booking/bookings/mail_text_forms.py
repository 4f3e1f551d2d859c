"""The forms in which the desk writes the words of mails: a field for each part, and what is wrong with it."""

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from booking.bookings.answer_forms import AnswerForm
from booking.bookings.forms import ChosenForm
from booking.fields import ChoiceField, CleanField, LineField
from booking.notices.wording import checks
from booking.notices.wording.checks import Fault
from booking.notices.wording.parts import MailKind, Part

PREFIX = "part_"
USUAL, OTHER = "usual", "other"


class PartField(CleanField):
    """The words of one part; empty for those that it would have anyway."""

    part: Part

    def clean(self, text: str) -> str:
        """The text as it is kept."""
        return checks.cleaned(self.part, text)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what arrived; besides what is wrong with any text, its placeholders and links are looked at."""
        super().process_formdata(valuelist)
        wrong = checks.faults(self.part, self.data) if self.data else ()
        if wrong:
            raise ValueError(" ".join(map(told, wrong)))


def told(fault: Fault) -> str:
    """What is wrong, where, and what to do instead."""
    values = {"found": fault.found, "line": fault.line}
    if fault.code == "missing":
        return str(_("Keep {%(found)s} in this text: without it the mail says too little.", **values))
    if fault.code == "brace":
        said = _("Line %(line)s: at “%(found)s” a brace stands alone. Placeholders are written {time}.", **values)
    elif fault.code == "unknown" and fault.instead:
        said = _("Line %(line)s: there is no %(found)s here. Is %(instead)s meant?", instead=fault.instead, **values)
    elif fault.code == "unknown":
        said = _("Line %(line)s: there is no %(found)s here. Choose from the list of placeholders.", **values)
    elif fault.code == "placeholder_in_link":
        said = _("Line %(line)s: an address holds no placeholders: write it out, or leave the link out.", **values)
    else:
        said = _("Line %(line)s: “%(found)s” must begin with https://, http:// or mailto:.", **values)
    return str(said)


class WordsForm(AnswerForm):
    """All parts of a kind, and what a preview is about. `version` is the one that the page showed."""

    fields: ClassVar[tuple[str, ...]] = ()
    locale = LineField()
    station = LineField()
    reference = LineField(_l("Number of a booking"), hint=_l("Leave it empty for invented facts."))
    case = ChoiceField(_l("Which case"), choices=[(USUAL, _l("The usual one")), (OTHER, _l("The other one"))])

    @property
    def texts(self) -> dict[str, str]:
        """What was written, part by part; those that are wrong are left out."""
        named = {name.removeprefix(PREFIX): self._fields[name] for name in self.fields}
        return {name: field.data for name, field in named.items() if field.data and not field.errors}

    @property
    def wrong_parts(self) -> list[CleanField]:
        """The parts with something wrong."""
        return [field for field in self.wrong if field.name in self.fields]


class WhichForm(ChosenForm):
    """Whose words are listed; a GET form."""

    station = ChoiceField(_l("Whose words"))


def words_form(
    kind: MailKind, sent: MultiDict[str, str] | None = None, data: Mapping[str, object] | None = None
) -> WordsForm:
    """A form with a field for each part of the kind."""
    made = {PREFIX + part.name: _field_of(part)(part.label) for part in kind.parts}
    form: type[WordsForm] = type("WordsForm", (WordsForm,), {**made, "fields": tuple(made)})
    return form(sent, data=data)


def _field_of(part: Part) -> type[PartField]:
    kind = "text" if part.is_line else "textarea"
    return type("PartField", (PartField,), {"part": part, "kind": kind, "__doc__": PartField.__doc__})
