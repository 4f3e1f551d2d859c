"""The forms of pictures, materials and lists of interest."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from booking.catalogue.forms.base import EditForm
from booking.catalogue.forms.offerings import MOST_PEOPLE, texts_form
from booking.catalogue.rules import ENGLISH, is_pdf
from booking.catalogue.terms import Level, MaterialWish
from booking.catalogue.words import LEVELS
from booking.fields import (
    AddressField,
    ChoiceField,
    CleanField,
    DayField,
    FlagField,
    LanguageField,
    LineField,
    NumberField,
    OpaqueField,
    WebAddressField,
)
from booking.i18n import COMPLETE_LOCALES, base_language
from booking.i18n.locales import AUTONYMS

FILE_BYTES = 4 * 1024 * 1024
"""Of one file; a whole request is bounded at 5 MB."""


class UploadField(CleanField):
    """A file; `data` is its bytes, empty where none was chosen. Its name and what is said of it are not believed."""

    kind = "file"

    def clean(self, text: str) -> bytes:
        """Nothing: a file does not arrive as text."""
        del text
        return b""

    def take(self, sent: list[FileStorage]) -> None:
        """Read what arrived beside the form, no more than there may be."""
        self.data = b""
        if len(sent) > 1:
            self.errors = [_("Send one file at a time.")]
        elif sent and sent[0].filename:
            content = sent[0].stream.read(FILE_BYTES + 1)
            if not content:
                self.errors = [_("This file is empty.")]
            elif len(content) > FILE_BYTES:
                self.errors = [_("This file is larger than 4 MB. Make it smaller, or give a link.")]
            else:
                self.data = content

    @property
    def typed(self) -> str:
        """Nothing: a browser does not let a page choose a file."""
        return ""


class NewPictureForm(EditForm):
    """A picture to add, with what it shows."""

    version = OpaqueField()
    picture = UploadField(_l("Picture"), required=True, hint=_l("JPEG, PNG or WebP, at most 4 MB."))
    alt = LineField(
        _l("What it shows, in English"),
        hint=_l("For people who cannot see it. Until this is filled in, the picture is not shown."),
    )


_Titles = texts_form(("title",), (), "title")


class MaterialForm(_Titles):  # type: ignore[valid-type, misc]  # a class made from the list of locales
    """A material: a link, or a file. `offering` is the code of the one it is added for."""

    offering = OpaqueField()
    level = ChoiceField(
        _l("For whom"), required=True, choices=[(one.value, text) for one, text in LEVELS.items()], radio=True
    )
    language = LanguageField(_l("Language of the material"), required=True)
    url = WebAddressField(_l("Link"), hint=_l("An address that begins with https://"))
    file = UploadField(_l("Or a file"), hint=_l("PDF, at most 4 MB."))
    has_file = False
    """Set by the view: a file is stored already, and stays unless something else is given."""

    def validate(self, extra_validators: object = None) -> bool:
        """Whether there is one thing to open."""
        wrong_file = list(self.file.errors)
        fine = bool(super().validate(extra_validators))
        self.file.errors = wrong_file
        if self.file.data and not is_pdf(self.file.data):
            self.file.errors = [_("This is no PDF, whatever its name says. Save it as a PDF and send that.")]
        if self.file.data and self.url.data:
            self.file.errors = [_("Give a link or a file, not both.")]
        if not (self.file.data or self.url.data or self.has_file or self.file.errors or self.url.errors):
            self.url.errors = [_("Give a link, or choose a file.")]
        return fine and not self.wrong

    def wish(self) -> MaterialWish:
        """What was filled in; the form is valid."""
        return MaterialWish(
            titles=self.texts()["title"],
            level=Level(self.level.data),
            language=base_language(self.language.data) or ENGLISH,
            url=self.url.data or "",
            content=self.file.data or b"",
        )


class NewMaterialForm(MaterialForm):
    """A material that is not there yet."""

    version = OpaqueField()
    station = ChoiceField(_l("Whose it is to change"), required=True)


class UseForm(EditForm):
    """A material that a page or a series is to name, or to name no more."""

    version = OpaqueField()
    material = NumberField(low=1, high=999_999_999, required=True)
    act = ChoiceField(required=True, choices=[("attach", ""), ("detach", "")])


class InterestForm(EditForm):
    """Somebody leaves an address; `on` is a day whose bookings are not open yet."""

    version = OpaqueField()
    on = DayField(_l("The day you would like"), hint=_l("We write on the day on which its bookings open."))
    email = AddressField(_l("E-mail"), required=True, complete="email")
    locale = ChoiceField(
        _l("Language of the mail"), required=True, choices=[(tag, AUTONYMS[tag]) for tag in COMPLETE_LOCALES]
    )
    organisation = LineField(_l("School or organization"), complete="organization")
    size = NumberField(_l("How many people"), low=1, high=MOST_PEOPLE)
    consent = FlagField(_l("Keep this address to write to me about this, once."), required=True)


def take_files(form: EditForm, files: MultiDict[str, FileStorage]) -> None:
    """Give the form's upload the file that arrived for it."""
    for one in form:
        if isinstance(one, UploadField):
            one.take(files.getlist(one.name))
