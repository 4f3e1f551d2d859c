"""The forms in which a desk answers requests and changes bookings, and a group answers the desk."""

from datetime import datetime, time

from flask_babel import lazy_gettext as _l

from booking import zones
from booking.bookings.forms import ChosenForm
from booking.fields import (
    ChoiceField,
    CleanField,
    DayField,
    FlagField,
    LanguageField,
    LineField,
    NoteField,
    OpaqueField,
)
from booking.text import Blank, InputRefused, number_in


class AnswerForm(ChosenForm):
    """`version` and `seen` are the booking's version and status as the page showed them."""

    version = OpaqueField(required=True)
    seen = OpaqueField()

    @property
    def seen_version(self) -> int:
        """The version; 0, which none has, for what is no number."""
        return number_in(self.version.data or "") or 0

    @property
    def entered(self) -> list[tuple[str, str]]:
        """What was typed, with its label."""
        shown: list[CleanField] = [one for one in self if one.kind not in {"hidden", "checkbox"} and one.typed]
        return [(str(one.label.text), one.typed) for one in shown]


class AcceptForm(AnswerForm):
    """Yes."""

    needs_guide = False
    """Set by the view: somebody must give it."""
    needs_permission = False
    """Set by the view: it is a courtesy visit."""

    guide = ChoiceField(_l("Given by"), blank=_l("Choose"))
    permitted = FlagField(_l("Protocol has agreed to this visit"))
    exception = NoteField(
        _l("Reason for an exception"), hint=_l("Only where a rule stands against it. The group does not read this.")
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Whether somebody gives it, and protocol agrees where it must."""
        fine: bool = super().validate(extra_validators)
        if self.needs_guide and not self.guide.data and not self.guide.errors:
            self.guide.errors = [_l("Choose who gives it. Is nobody free: propose another time.")]
        if self.needs_permission and not self.permitted.data:
            self.permitted.errors = [_l("A courtesy visit goes through protocol: tick this when they have agreed.")]
        return fine and not self.wrong


class ClockTimeField(CleanField):
    """A time of day, from a native time input."""

    kind = "time"

    def clean(self, text: str) -> time:
        """The time of day, without a zone."""
        if not text.strip():
            raise Blank
        try:
            found = time.fromisoformat(text.strip())
        except ValueError as error:
            raise InputRefused("time") from error
        if found.tzinfo or found.second or found.microsecond:
            raise InputRefused("time")
        return found

    def written(self) -> str:
        """HH:MM."""
        return f"{self.data:%H:%M}"


class ProposeForm(AnswerForm):
    """Another time, on the station's clock."""

    proposed_on = DayField(_l("Day"), required=True)
    proposed_at = ClockTimeField(_l("Time"), required=True, hint=_l("On the station’s clock."))
    until_on = DayField(_l("Held until"), required=True, hint=_l("The group answers by the end of this day."))
    said = NoteField(_l("Message to the group"))
    why = NoteField(
        _l("Reason for an exception"), hint=_l("Only where a rule stands against it. The group does not read this.")
    )

    def starts_at(self, zone: str) -> datetime | None:
        """The instant; None, with an error at the time, where clocks skip it."""
        try:
            return zones.to_instant(datetime.combine(self.proposed_on.data, self.proposed_at.data), zone)
        except zones.NonexistentTime:
            self.proposed_at.errors = [_l("The clocks skip this time on that day. Choose another.")]
            return None

    def until(self, zone: str, now: datetime) -> datetime | None:
        """The end of the day; None, with an error, where it is over."""
        end = zones.day_bounds(self.until_on.data, zone)[1]
        if end <= now:
            self.until_on.errors = [_l("This day is over. Choose a later one.")]
            return None
        return end


class AskForm(AnswerForm):
    """A question to the group."""

    question = NoteField(_l("Your question"), required=True, hint=_l("It goes to the group as it stands here."))


class RefuseForm(AnswerForm):
    """No."""

    reason = NoteField(_l("The reason, for the group"), required=True, hint=_l("The group reads it as it stands here."))


class ReplyForm(AnswerForm):
    """The group's answer to the desk's question."""

    answer = NoteField(_l("Your answer"), required=True)


class SearchForm(ChosenForm):
    """What to look for; a GET form."""

    q = LineField(_l("Find a booking, a group or a contact"))


class RequestsForm(ChosenForm):
    """Which requests; a GET form."""

    station = ChoiceField(_l("Duty station"), blank=_l("All"))
    status = ChoiceField(_l("Status"), blank=_l("All"))
    language = LanguageField(_l("Language"), blank=_l("All"))
    kind = ChoiceField(_l("Kind"), blank=_l("All"))
