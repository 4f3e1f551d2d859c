"""The form in which a group asks without choosing a time, and those in which the desk and it answer each other."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l

from booking import zones
from booking.bookings.answer_forms import AcceptForm, AnswerForm, ClockTimeField, ProposeForm
from booking.bookings.forms import BookForm, ChosenForm
from booking.bookings.terms import MOST_WISHES, BookingRequest, Platform, VisitDetails, WishedTime
from booking.fields import (
    ChoiceField,
    ChoicesField,
    CleanField,
    DayField,
    FlagField,
    LanguageField,
    LineField,
    NoteField,
)
from booking.fields import OpaqueField as Hidden

PLATFORMS = [
    (Platform.OURS, _l("Yours: we get a link")),
    (Platform.THEIRS, _l("Ours: you get a link from us")),
]


class WishesForm(ChosenForm):
    """Up to three days and times, on one clock."""

    wish1_on = DayField(_l("First wish"))
    wish1_at = ClockTimeField(_l("At"))
    wish2_on = DayField(_l("Second wish"))
    wish2_at = ClockTimeField(_l("At"))
    wish3_on = DayField(_l("Third wish"))
    wish3_at = ClockTimeField(_l("At"))

    @property
    def pairs(self) -> list[tuple[CleanField, CleanField]]:
        """Day and time of each wish."""
        return [(self._fields[f"wish{n}_on"], self._fields[f"wish{n}_at"]) for n in range(1, MOST_WISHES + 1)]

    def given(self) -> list[tuple[CleanField, CleanField]]:
        """Those that were filled in."""
        return [(day, clock) for day, clock in self.pairs if day.data and clock.data]

    def validate(self, extra_validators: object = None) -> bool:
        """Also that a day has its time, and a time its day."""
        fine: bool = super().validate(extra_validators)
        for day, clock in self.pairs:
            if bool(day.data) != bool(clock.data) and not (day.errors or clock.errors):
                fine = False
                (clock if day.data else day).errors = [_l("Give both a day and a time.")]
        return fine

    def wishes(self, zone: str) -> list[WishedTime] | None:
        """What was wished, on the clock of `zone`; None, with an error, for a time that its clocks skip."""
        found = []
        for day, clock in self.given():
            local = datetime.combine(day.data, clock.data)
            try:
                offset = zones.offset_at(zones.to_instant(local, zone), zone)
            except zones.NonexistentTime:
                clock.errors = [_l("The clocks skip this time on that day. Choose another.")]
                return None
            found.append(WishedTime(f"{local:%Y-%m-%dT%H:%M}", local, offset))
        return found


class VisitForm(WishesForm, BookForm):
    """A group asks: with wishes or for advice, and with all that helps to answer well."""

    station = ChoiceField(_l("Duty station"), blank=_l("Advise me"))
    offering = ChoiceField(_l("What you would like"), blank=_l("Advise me"))
    language = LanguageField(_l("Language"), blank=_l("Choose"), required=True)
    second_language = LanguageField(_l("Second choice"), blank=_l("None"))
    topics = ChoicesField(_l("Topics"), hint=_l("A briefing needs one; the first ones count most."))
    prior_knowledge = NoteField(_l("What your group knows already"))
    grade = LineField(_l("Grade or year"), hint=_l("Such as grade 8."))
    platform = ChoiceField(
        _l("Whose meeting room?"), radio=True, choices=PLATFORMS, default=Platform.OURS, hint=_l("For online events.")
    )
    recording = FlagField(_l("We would like to record it, and everybody in the group agrees"))
    heard_from = LineField(_l("How did you hear of us?"))
    vehicle = LineField(_l("Bus or car: registration"), hint=_l("If you come to us by vehicle."))

    def forgive(self) -> bool:
        """Only the times are looked at: whether these could be read; what else is missing is not told yet."""
        judged = {"time_zone", "language", "offering", *(field.name for pair in self.pairs for field in pair)}
        for field in self.wrong:
            if field.name not in judged or not field.typed:
                field.errors = []
        return not self.wrong

    def asked(self) -> BookingRequest:
        """The group and what it asks for, still without times."""
        topics = self.topics.data or ()
        details = VisitDetails(
            second_language=self.second_language.data or "",
            topics=topics,
            prior_knowledge=self.prior_knowledge.data or "",
            grade=self.grade.data or "",
            platform=self.platform.data or Platform.OURS,
            recording=bool(self.recording.data),
            heard_from=self.heard_from.data or "",
            vehicle=self.vehicle.data or "",
        )
        return replace(
            self.request(),
            offering=self.offering.data or "",
            station="" if self.offering.data else self.station.data or "",
            language=self.language.data or "",
            theme=next(iter(topics), ""),
            details=details,
        )


class CounterForm(WishesForm, AnswerForm):
    """What a group would rather have."""

    said = NoteField(_l("What would suit you better?"))

    def validate(self, extra_validators: object = None) -> bool:
        """Also that something is said: a time, or words."""
        fine: bool = super().validate(extra_validators)
        if fine and not self.given() and not self.said.data:
            self.said.errors = [_l("Name a time, or say what you would rather have.")]
            return False
        return fine


class AcceptWishForm(AcceptForm):
    """Yes to one of the wishes."""

    starts_at = Hidden(required=True)

    def start(self, wishes: Iterable[datetime]) -> datetime | None:
        """The wish that was chosen; None for what is none of them."""
        return next((one for one in wishes if one.isoformat() == self.starts_at.data), None)


class ProposeForVisitForm(ProposeForm):
    """A time for a request that has none, of what was asked for or of something else."""

    offering = ChoiceField(_l("What"), required=True)
    language = LanguageField(_l("Language"), required=True)
    guide = ChoiceField(_l("Given by"), blank=_l("Whoever is free"))
    permitted = FlagField(_l("Protocol has agreed to this visit"))


class SuggestForm(AnswerForm):
    """Another topic."""

    theme = ChoiceField(_l("Topic"), blank=_l("Choose"), required=True)
    until_on = DayField(_l("Answer until"), required=True)
    said = NoteField(_l("Message to the group"))


class HandOnForm(AnswerForm):
    """Another desk."""

    station = ChoiceField(_l("Duty station"), blank=_l("Choose"), required=True)


class TakeBackForm(AnswerForm):
    """A proposal does not stand any more."""

    reason = NoteField(_l("The reason, for the group"), required=True, hint=_l("The group reads it as it stands here."))
