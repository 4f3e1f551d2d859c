"""The forms with which a desk finds a time for a caller, and books it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from booking.bookings.forms import MOST_PEOPLE, OLDEST, OTHER_TESTER, BookForm, ChosenForm
from booking.bookings.terms import Contact
from booking.fields import (
    AddressField,
    ChoiceField,
    DayField,
    FlagField,
    LanguageField,
    LineField,
    NoteField,
    NumberField,
    OpaqueField,
    ZoneField,
    sentence,
)
from booking.text import Blank


class TimesForm(ChosenForm):
    """What the caller needs; a GET form, every field optional."""

    offering = ChoiceField(_l("Tour"), blank=_l("Any tour"))
    language = LanguageField(_l("Language"), blank=_l("Any language"))
    size = NumberField(_l("People, adults included"), low=1, high=MOST_PEOPLE)
    youngest_age = NumberField(_l("Age of the youngest"), high=OLDEST)
    from_ = DayField(_l("First day"), name="from")
    time_zone = ZoneField(_l("The caller’s clock"))


class DeskBookForm(BookForm):
    """Who comes, as the caller says it. Somebody without an address is called."""

    contact_name = LineField(_l("Contact"), required=True)
    contact_email = AddressField(_l("E-mail"), hint=_l("For the confirmation and the link to change."))
    contact_phone = LineField(_l("Telephone"), hint=_l("Needed where there is no e-mail address."))
    contact_locale = ChoiceField(_l("Language of our mails"))
    slot = OpaqueField(required=True)
    exception = NoteField(
        _l("Reason for an exception"), hint=_l("Only where a rule stands against it. The group does not read this.")
    )
    wait = FlagField(_l("If it is full, join the waiting list"))

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read, and the contact can be reached."""
        fine: bool = super().validate(extra_validators)
        unreachable = not self.contact_email.data and not self.contact_phone.data
        if unreachable and not self.contact_email.errors and not self.contact_phone.errors:
            self.contact_phone.errors = [sentence(Blank())]
        return fine and not self.wrong

    def _contact(self) -> Contact:
        return Contact(
            name=self.contact_name.data or "",
            email=self.contact_email.data or "",
            locale=self.contact_locale.data or "en",
            time_zone=self.time_zone.data or "",
            phone=self.contact_phone.data or "",
        )

    def _tester(self) -> dict[str, Any]:
        """Who tests the connection; a contact without an address may do so as well."""
        tester = super()._tester()
        if self.needs_tester and self.tech_is_me.data != OTHER_TESTER:
            return {**tester, "technical_contact": True}
        return tester
