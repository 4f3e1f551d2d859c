"""The forms of finding and booking: the shape of input, made into the vocabulary of `terms`. They allow nothing yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from werkzeug.datastructures import MultiDict
from wtforms import Form

from booking.bookings.terms import Access, BookingRequest, Contact, OrganisationType
from booking.fields import (
    AddressField,
    ChoiceField,
    Choices,
    ChoicesField,
    CleanField,
    ClockField,
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
from booking.text import Blank, number_in

MOST_PEOPLE = 1_000
"""The largest number a form takes; what an offering allows is decided by the rules."""
OLDEST = 120
LABEL_LENGTH = 60
WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
SPANS = ("4w", "8w", "dates")
OTHER_TESTER, SAME_TESTER = "no", "yes"

ORGANISATION_TYPES: Choices = [
    (OrganisationType.SCHOOL, _l("School")),
    (OrganisationType.UNIVERSITY, _l("University")),
    (OrganisationType.NGO, _l("Non-governmental organization")),
    (OrganisationType.MEMBER_STATE, _l("Government or delegation")),
    (OrganisationType.DIGNITARY, _l("Dignitary’s office")),
    (OrganisationType.INDIVIDUAL, _l("A person or family")),
    (OrganisationType.OTHER, _l("Other")),
]
ACCESS: Choices = [
    (Access.CAPTIONS, _l("Live captions")),
    (Access.SIGN_LANGUAGE, _l("Sign language (tell us which)")),
    (Access.SLOWER, _l("Slower pace, plain words")),
    (Access.DESCRIBED, _l("Pictures described in words")),
    (Access.LARGE_PRINT, _l("Material in large print")),
    (Access.STEP_FREE, _l("A way without steps")),
    (Access.SLIDES, _l("Slides in advance")),
    (Access.OTHER, _l("Something else")),
]


class ChosenForm(Form):
    """A form whose lists are known only when a page is asked for, and that can show what the rules refused."""

    def __init__(
        self,
        formdata: MultiDict[str, str] | None = None,
        *,
        choices: Mapping[str, Choices] | None = None,
        data: Mapping[str, object] | None = None,
        prefix: str = "",
    ) -> None:
        super().__init__(None, data=data, prefix=prefix)
        for name, options in (choices or {}).items():
            self._fields[name].choices = options
        if formdata is not None:
            self.process(formdata, data=data)

    def refuse(self, refusals: Mapping[str, str]) -> None:
        """Put a sentence at the field that each refusal belongs to; names that are no field are passed over."""
        for name, message in refusals.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, message]

    @property
    def wrong(self) -> list[CleanField]:
        """The fields that have an error, in the order of the page."""
        return [field for field in self._fields.values() if field.errors]


@dataclass(frozen=True, slots=True)
class FindCriteria:
    """What a class says it needs; None and empty mean "any". Hours are on the clock of `time_zone`."""

    languages: tuple[str, ...] = ()
    """First and second choice."""
    size: int | None = None
    youngest_age: int | None = None
    weekdays: tuple[str, ...] = ()
    """Of `WEEKDAYS`, on the same clock."""
    hours_from: time | None = None
    hours_to: time | None = None
    time_zone: str = ""
    span: str = ""
    """ "4w", "8w", "dates" or a month, "2026-12"."""
    from_on: date | None = None
    to_on: date | None = None
    """Both days included."""
    formats: tuple[str, ...] = ()
    station: str = ""
    theme: str = ""
    kind: str = ""
    offering: str = ""


class FindForm(ChosenForm):
    """What the class needs; a GET form, every field optional."""

    language = LanguageField(_l("Language of the tour"), blank=_l("Any language"))
    language2 = LanguageField(_l("Second choice"), blank=_l("None"))
    size = NumberField(_l("People, adults included"), low=1, high=MOST_PEOPLE)
    youngest_age = NumberField(_l("Age of the youngest"), low=0, high=OLDEST)
    weekdays = ChoicesField(_l("Our hours"))
    hours_from = ClockField(lazy_pgettext("hour", "From"))
    hours_to = ClockField(lazy_pgettext("hour", "To"))
    time_zone = ZoneField(_l("On the clock of"))
    span = ChoiceField(_l("When"))
    from_ = DayField(_l("First day"), name="from")
    to = DayField(_l("Last day"))
    format = ChoicesField(_l("Format"))
    station = ChoiceField(_l("Duty station"), blank=_l("Any station"))
    theme = ChoiceField(_l("Theme"), blank=_l("Any theme"))
    kind = ChoiceField(_l("Kind"), blank=_l("Any kind"))
    offering = ChoiceField(_l("Tour"), blank=_l("Any tour"))

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read; the days and the hours must also follow each other."""
        fine: bool = super().validate(extra_validators)
        days = self._in_order(self.from_, self.to, _l("The last day is before the first."))
        hours = self._in_order(self.hours_from, self.hours_to, _l("The end is before the beginning."))
        return fine and days and hours

    @staticmethod
    def _in_order(first: CleanField, last: CleanField, message: str) -> bool:
        fine = first.data is None or last.data is None or first.data <= last.data
        if not fine:
            last.errors = [*last.errors, message]
        return fine

    def criteria(self) -> FindCriteria:
        """What was understood; a field that could not be read counts as not given."""
        return FindCriteria(
            languages=tuple(dict.fromkeys(tag for tag in (self.language.data, self.language2.data) if tag)),
            size=self.size.data,
            youngest_age=self.youngest_age.data,
            weekdays=self.weekdays.data or (),
            hours_from=self.hours_from.data,
            hours_to=self.hours_to.data,
            time_zone=self.time_zone.data or "",
            span=self.span.data or "",
            from_on=self.from_.data,
            to_on=self.to.data,
            formats=self.format.data or (),
            station=self.station.data or "",
            theme=self.theme.data or "",
            kind=self.kind.data or "",
            offering=self.offering.data or "",
        )


class BookForm(ChosenForm):
    """Who comes."""

    needs_tester = True
    """Live online tours and briefings: somebody must test the connection. The view takes it away for others."""

    organisation = LineField(_l("School or organization"), required=True, complete="organization")
    organisation_type = ChoiceField(
        _l("Kind"), choices=ORGANISATION_TYPES, default=OrganisationType.SCHOOL, required=True
    )
    country = ChoiceField(_l("Country or area"), blank=_l("Choose"), required=True)
    subdivision = ChoiceField(_l("State"), blank=_l("None"), hint=_l("For the United States."))
    group_label = LineField(_l("Name of the class"), hint=_l("If your school books for several classes."))
    size = NumberField(
        _l("How many people"),
        low=1,
        high=MOST_PEOPLE,
        required=True,
        hint=_l("Adults included. You can change it later."),
    )
    accompanying_adults = NumberField(
        _l("Adults with the group"),
        high=MOST_PEOPLE,
        hint=_l("Already in that number; needed when anyone is under 18."),
    )
    youngest_age = NumberField(_l("Age of the youngest"), high=OLDEST, required=True, hint=_l("In years."))
    theme = ChoiceField(_l("What should we dwell on?"), blank=_l("Surprise us"))
    contact_name = LineField(_l("Your name"), required=True, complete="name")
    contact_email = AddressField(
        _l("E-mail"),
        required=True,
        complete="email",
        hint=_l("For the link to change, cancel and join."),
    )
    contact_locale = ChoiceField(_l("Language of our mails"))
    time_zone = ZoneField(_l("Time zone"))
    tech_is_me = ChoiceField(
        _l("Who tests the connection?"),
        radio=True,
        choices=[(SAME_TESTER, _l("I do")), (OTHER_TESTER, _l("Somebody else"))],
        default=SAME_TESTER,
    )
    technical_contact_name = LineField(_l("Their name"), hint=_l("If somebody else."))
    technical_contact_email = AddressField(_l("Their e-mail"), hint=_l("If somebody else."))
    accessibility = ChoicesField(_l("Access needs"), choices=ACCESS, hint=_l("Tell us needs, not names or diagnoses."))
    note = NoteField(_l("Anything the guide should know"), hint=_l("No names of pupils."))
    hold = OpaqueField()
    slot = OpaqueField()
    key = OpaqueField()
    again = OpaqueField()
    criteria = NoteField()  # a query string: longer than a line
    wait = FlagField()

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read; somebody else who tests needs a name and an address."""
        fine: bool = super().validate(extra_validators)
        return self._tester_is_named() and fine

    def _tester_is_named(self) -> bool:
        if not self.needs_tester or self.tech_is_me.data != OTHER_TESTER:
            return True
        missing = [
            field
            for field in (self.technical_contact_name, self.technical_contact_email)
            if field.data is None and not field.errors
        ]
        for field in missing:
            field.errors = [sentence(Blank())]
        return not missing

    def request(self) -> BookingRequest:
        """The group and its wishes as a request, still without offering, event and time."""
        return BookingRequest(
            size=self.size.data,
            organisation=self.organisation.data or "",
            organisation_type=self.organisation_type.data or OrganisationType.SCHOOL,
            country=self.country.data or "",
            subdivision=(self.subdivision.data or "") if self.country.data == "US" else "",
            group_label=self.group_label.data or "",
            youngest_age=self.youngest_age.data,
            accompanying_adults=self.accompanying_adults.data or 0,
            theme=self.theme.data or "",
            contact=self._contact(),
            accessibility=self.accessibility.data or (),
            note=self.note.data or "",
            wait=bool(self.wait.data),
            **self._tester(),
        )

    def _contact(self) -> Contact:
        return Contact(
            name=self.contact_name.data or "",
            email=self.contact_email.data or "",
            locale=self.contact_locale.data or "en",
            time_zone=self.time_zone.data or "",
        )

    def _tester(self) -> dict[str, Any]:
        """Who tests the connection; the person who books, unless another is named."""
        if not self.needs_tester:
            return {}
        if self.tech_is_me.data == OTHER_TESTER:
            name, email = self.technical_contact_name.data, self.technical_contact_email.data
        else:
            name, email = self.contact_name.data, self.contact_email.data
        return {"technical_contact": bool(email), "technical_name": name or "", "technical_email": email or ""}


class SeenForm(ChosenForm):
    """A button: `version` is the thing as the page showed it."""

    version = OpaqueField()

    @property
    def seen_version(self) -> int:
        """The version; 0, which none has, for what is no number."""
        return number_in(self.version.data or "") or 0


class LateForm(SeenForm):
    """A change that may come late: the box must then be ticked."""

    late = False
    """Set by the view after the deadline."""

    late_confirmed = FlagField(_l("I know that this is recorded as late"))

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all of it could be read, and what is late was confirmed."""
        fine: bool = super().validate(extra_validators)
        if self.late and not self.late_confirmed.data:
            self.late_confirmed.errors = [_l("Tick this to change or cancel late.")]
            return False
        return fine


class ChangeSizeForm(LateForm):
    """Another number of people."""

    size = NumberField(_l("How many people"), low=1, high=MOST_PEOPLE, required=True)
    accompanying_adults = NumberField(_l("Adults with the group"), high=MOST_PEOPLE)


class MoveForm(LateForm):
    """Another time."""

    slot = OpaqueField(_l("New time"), required=True)


class CancelForm(LateForm):
    """Cancelling."""


class MyLinksForm(ChosenForm):
    """Send me my links."""

    email = AddressField(_l("E-mail"), required=True, complete="email", hint=_l("The one you booked with."))
