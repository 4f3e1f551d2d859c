"""The forms of an event's page beside change and cancellation: its address and note, a message, taking it back."""

from collections.abc import Iterator, Mapping
from functools import cache

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form

from booking import i18n
from booking.bookings.forms import ChosenForm, SeenForm
from booking.bookings.services.event_place import EventPlace
from booking.bookings.services.write_groups import Text
from booking.fields import CleanField, FlagField, LineField, NoteField, OpaqueField, WebAddressField, sentence
from booking.notices.placeholders import PLACEHOLDERS, wrong_placeholders
from booking.text import Blank

SEEN = "seen_"


class PlaceForm(ChosenForm):
    """Where it is, with what the page showed when it was opened."""

    meeting_url = WebAddressField(_l("Own meeting address"), hint=_l("Empty: the room of its guide."))
    meeting_point = LineField(_l("Where a group is met"), hint=_l("Empty: at the visitors’ entrance."))
    guide_note = NoteField(_l("Note for whoever gives it"), hint=_l("Groups do not read this."))
    seen_meeting_url = WebAddressField()
    seen_meeting_point = LineField()
    seen_guide_note = NoteField()

    @classmethod
    def of(cls, place: EventPlace) -> "PlaceForm":
        """The form as it is opened."""
        now = {name: getattr(place, name) for name in ("meeting_url", "meeting_point", "guide_note")}
        return cls(data={**now, **{SEEN + name: value for name, value in now.items()}})

    def place(self) -> EventPlace:
        """What is wanted."""
        return EventPlace(self.meeting_url.data or "", self.meeting_point.data or "", self.guide_note.data or "")

    def seen(self) -> EventPlace:
        """What was shown."""
        return EventPlace(
            self.seen_meeting_url.data or "", self.seen_meeting_point.data or "", self.seen_guide_note.data or ""
        )

    def see(self, place: EventPlace) -> None:
        """From here on this is what was shown; what was typed stays."""
        for name in ("meeting_url", "meeting_point", "guide_note"):
            self[SEEN + name].raw_data = [getattr(place, name)]

    @property
    def hidden(self) -> Iterator[CleanField]:
        """What goes along unseen."""
        return (self[SEEN + name] for name in ("meeting_url", "meeting_point", "guide_note"))


class RestoreForm(SeenForm):
    """Taking it back that an event was called off."""

    without_guide = FlagField(_l("Even if its guide is busy: somebody else is found"))


class MessageForm(ChosenForm):
    """A text to groups, in English and in whatever other languages the desk writes."""

    in_line = FlagField(_l("Also to groups on the waiting list"))
    state = OpaqueField()

    def in_locale(self, locale: str) -> tuple[CleanField, CleanField]:
        """Subject and text in a language."""
        return self[f"subject_{locale}"], self[f"text_{locale}"]

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read, English is there, and every placeholder means something."""
        fine: bool = super().validate(extra_validators)
        for locale in i18n.COMPLETE_LOCALES:
            subject, text = self.in_locale(locale)
            needed = locale == i18n.DEFAULT_LOCALE or bool(subject.data or text.data)
            for field in (subject, text):
                self._check(field, needed=needed)
        return fine and not self.wrong

    @staticmethod
    def _check(field: CleanField, *, needed: bool) -> None:
        if not field.data and not field.errors and needed:
            field.errors = [sentence(Blank())]
        elif wrong := wrong_placeholders(field.data or ""):
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            told = _l("%(wrong)s means nothing here. There are: %(known)s.", wrong=", ".join(wrong), known=known)
            field.errors = [told]

    def texts(self) -> dict[str, Text]:
        """What was written, by language."""
        pairs = {locale: self.in_locale(locale) for locale in i18n.COMPLETE_LOCALES}
        return {locale: Text(subject.data, text.data) for locale, (subject, text) in pairs.items() if text.data}

    @property
    def by_locale(self) -> list[tuple[str, str, CleanField, CleanField]]:
        """Each language with its own name and its two fields."""
        return [(locale, i18n.autonym(locale), *self.in_locale(locale)) for locale in i18n.COMPLETE_LOCALES]


def message_form(sent: MultiDict[str, str] | None = None, data: Mapping[str, object] | None = None) -> MessageForm:
    """The form in the languages of our mails."""
    return _form_in(i18n.COMPLETE_LOCALES)(sent, data=data)


@cache
def _form_in(locales: tuple[str, ...]) -> type[MessageForm]:
    hint = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    fields: dict[str, object] = {}
    for locale in locales:
        fields[f"subject_{locale}"] = LineField(_l("Subject"))
        fields[f"text_{locale}"] = NoteField(_l("Text"), hint=_l("Filled in for each group: %(names)s.", names=hint))
    made: type[Form] = type("MessageForm", (MessageForm,), fields)
    assert issubclass(made, MessageForm)  # noqa: S101  made of it
    return made
