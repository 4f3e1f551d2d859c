"""The desk's forms of a closure: what is wished, in up to three phases; the confirmation; a new last day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from booking import i18n, zones
from booking.bookings.closing import ClosureWish
from booking.bookings.closing_terms import Hurdle
from booking.bookings.forms import MOST_PEOPLE, ChosenForm
from booking.bookings.series_forms import TimeField
from booking.catalogue.terms import Format, Kind
from booking.fields import ChoiceField, Choices, CleanField, DayField, FlagField, NoteField, NumberField, OpaqueField
from booking.i18n import DEFAULT_LOCALE, LOCALES
from booking.i18n.locales import AUTONYMS
from booking.scheduling.terms import PRE_BOOKED_GROUP, ClosureType

EVERY_VISIT, WALK_INS, LARGER, LIMIT = "every-visit", "walk-ins", "larger", "limit"
SCOPES: Choices = [
    (EVERY_VISIT, _l("Every visit on site")),
    (WALK_INS, _l("Visits without a booking")),
    (LARGER, _l("Groups above the limit")),
    (LIMIT, _l("Nobody: only new groups are limited")),
]
MOST_PHASES = 3
OTHER_LOCALES = tuple(one for one in LOCALES if one != DEFAULT_LOCALE)

AT_FIELD: Mapping[Hurdle, tuple[str, LazyString]] = {
    Hurdle.ORDER: ("last_on", _l("The last day is before the first.")),
    Hurdle.PAST: ("first_on", _l("A closure begins today at the earliest: what has taken place cannot be closed.")),
    Hurdle.ANNOUNCED_LATE: ("announced_on", _l("Announce it on its first day at the latest.")),
    Hurdle.NOTHING_STOPPED: ("scope", _l("Say what it covers: what stops, or how many may come.")),
    Hurdle.PHASES: ("first_on", _l("Two phases share a day. Let each begin after the one before it.")),
    Hurdle.NO_ANSWER_BY: ("answer_on", _l("Say until when the places are held.")),
    Hurdle.ANSWER_BY_PAST: ("answer_on", _l("This is past. Give the groups some days to answer.")),
    Hurdle.NOT_LATER: ("last_on", _l("The closure ends then already, or before. Choose a later day.")),
    Hurdle.NOT_EARLIER: ("last_on", _l("Choose a day before its present last day, today at the earliest.")),
}
"""The field that a hurdle belongs to, and its sentence."""

ELSEWHERE: Mapping[Hurdle, LazyString] = {
    Hurdle.UNKNOWN: _l("There is no such closure any more. Look at the list."),
    Hurdle.LIFTED: _l("This closure is lifted already."),
    Hurdle.OVER: _l("This closure is over."),
    Hurdle.ANSWERED: _l("A group has answered, so it cannot be undone any more. Shorten or lift the closure instead."),
    Hurdle.CHANGED: _l("Something that would be restored has changed since. Nothing was undone."),
    Hurdle.UNDONE: _l("This was undone already."),
}
"""Sentences of hurdles that belong to no field."""


class PhaseForm(ChosenForm):
    """The days of a closure or of one phase of a reopening, and whom it stops. Its fields begin with "p1-", "p2-"."""

    first_on = DayField(_l("First day"), required=True)
    last_on = DayField(_l("Last day"), hint=_l("Empty: until further notice."))
    scope = ChoiceField(_l("What it covers"), choices=SCOPES, default=EVERY_VISIT, radio=True)
    limit = NumberField(_l("Largest group on site"), low=1, high=MOST_PEOPLE)
    courtesy = FlagField(_l("Courtesy visits"), default=True)
    conditions = NoteField(_l("Conditions for whoever comes"), hint=_l("Such as a mask or a certificate."))

    def __init__(self, number: int, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(prefix=f"p{number}-")
        if formdata is not None:
            self.process(formdata)

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """A limit belongs to what is limited."""
        fine = bool(super().validate(extra_validators))
        if self.scope.data in {LARGER, LIMIT} and self.limit.data is None and not self.limit.errors:
            self.say("limit", _("Write how many may come in one group."))
            return False
        return fine

    def say(self, name: str, sentence: str) -> None:
        """Put a sentence at a field of this phase."""
        field: CleanField = self[name]
        field.errors = [*field.errors, sentence]

    @property
    def is_whole(self) -> bool:
        """Whether nobody is received, unless allowed."""
        return (self.scope.data or EVERY_VISIT) == EVERY_VISIT

    @property
    def allowed(self) -> tuple[str, ...]:
        """What goes on all the same."""
        groups = (PRE_BOOKED_GROUP,) if self.scope.data == WALK_INS else ()
        return (*((Kind.COURTESY_VISIT.value,) if self.courtesy.data else ()), *groups)


class ClosureForm(ChosenForm):
    """A closure, or a reopening in phases: read from the address, so that looking stores nothing."""

    station = ChoiceField(_l("Station"), blank=_l("Choose"), required=True)
    announced_on = DayField(_l("Announced on"), hint=_l("Empty: today. On a later day the groups are written to then."))
    reason = NoteField(_l("Reason the groups read"), required=True)
    extends = OpaqueField()
    reason_ar = NoteField(AUTONYMS["ar"])
    reason_zh = NoteField(AUTONYMS["zh"])
    reason_fr = NoteField(AUTONYMS["fr"])
    reason_ru = NoteField(AUTONYMS["ru"])
    reason_es = NoteField(AUTONYMS["es"])

    def __init__(self, formdata: MultiDict[str, str] | None, *, choices: Mapping[str, Choices], phases: int) -> None:
        super().__init__(formdata, choices=choices)
        self.phases = [PhaseForm(number, formdata) for number in range(1, phases + 1)]

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Itself and every phase."""
        return all([super().validate(extra_validators), *(phase.validate() for phase in self.phases)])

    @property
    def wrong(self) -> list[CleanField]:
        """The fields that have an error, those of the phases too."""
        return [*super().wrong, *(field for phase in self.phases for field in phase.wrong)]

    @property
    def translations(self) -> list[CleanField]:
        """The reason in the other languages."""
        return [self[f"reason_{locale}"] for locale in OTHER_LOCALES]

    def wishes(self, today: date) -> tuple[ClosureWish, ...]:
        """What is wished, phase by phase; `today` is the station's."""
        reasons = {locale: self[f"reason_{locale}"].data for locale in OTHER_LOCALES}
        return tuple(
            ClosureWish(
                self.station.data,
                ClosureType.PREMISES_CLOSED if phase.is_whole else ClosureType.PARTIAL_REOPENING,
                phase.first_on.data,
                phase.last_on.data,
                self.announced_on.data or today,
                blocks_formats=(Format.IN_PERSON.value,) if phase.is_whole else (),
                allows=phase.allowed,
                distanced_capacity=phase.limit.data,
                message=self.reason.data,
                messages={locale: text for locale, text in reasons.items() if text},
                conditions={DEFAULT_LOCALE: phase.conditions.data} if phase.conditions.data else {},
                larger=phase.scope.data == LARGER,
            )
            for phase in self.phases
        )

    def say(self, hurdle: Hurdle, overlap: str = "") -> None:
        """Put the sentence of a hurdle at its field; `overlap` names the closure in the way."""
        name, sentence = AT_FIELD.get(hurdle, ("first_on", ELSEWHERE.get(hurdle, "")))
        if hurdle is Hurdle.OVERLAP:
            sentence = _("%(closure)s. Shorten or lift that one first, or choose other days.", closure=overlap)
        if name in self._fields:
            self.refuse({name: str(sentence)})
        elif self.phases and name in self.phases[0]:
            self.phases[0].say(name, str(sentence))


class SendForm(ChosenForm):
    """The confirmation: until when places are held; what was seen goes along unseen."""

    answer_on = DayField(_l("Places are held until"))
    answer_at = TimeField(_l("Hour"))
    key = OpaqueField(required=True)
    state = OpaqueField(required=True)

    def answer_by(self, zone: str) -> datetime | None:
        """The instant, on the clocks of the station; None where no day is given or its hour is skipped."""
        if self.answer_on.data is None or self.answer_at.data is None:
            return None
        try:
            return zones.to_instant(datetime.combine(self.answer_on.data, self.answer_at.data), zone)
        except zones.BadTime:
            self.refuse({"answer_at": _("The clocks skip this time that day.")})
            return None


class EndForm(ChosenForm):
    """A new last day of a closure."""

    last_on = DayField(_l("Last day"), required=True)
    version = OpaqueField()


def address_of(wishes: Sequence[ClosureWish]) -> dict[str, str]:
    """The address of the form as it was filled for these wishes: a day to announce it on is not kept."""
    first = wishes[0]
    reasons = {f"reason_{locale}": text for locale, text in first.messages.items()}
    told = {"station": first.station, "reason": first.message, **reasons, "extends": first.extends}
    for number, wish in enumerate(wishes, 1):
        days = {"first_on": wish.starts_on.isoformat(), "last_on": wish.ends_on.isoformat() if wish.ends_on else ""}
        courtesy = "yes" if Kind.COURTESY_VISIT.value in wish.allows else ""
        limit = "" if wish.distanced_capacity is None else str(wish.distanced_capacity)
        words = wish.conditions.get(DEFAULT_LOCALE, "")
        more = {"scope": _scope(wish), "limit": limit, "courtesy": courtesy, "conditions": words}
        told |= {f"p{number}-{name}": value for name, value in (days | more).items()}
    return {name: value for name, value in told.items() if value} | {"phases": str(len(wishes))}


def _scope(wish: ClosureWish) -> str:
    if Format.IN_PERSON.value in wish.blocks_formats:
        return EVERY_VISIT
    if PRE_BOOKED_GROUP in wish.allows:
        return WALK_INS
    return LARGER if wish.larger else LIMIT


def said(hurdle: Hurdle) -> str:
    """A hurdle in a sentence, wherever it is shown."""
    if hurdle in ELSEWHERE:
        return str(ELSEWHERE[hurdle])
    return str(AT_FIELD[hurdle][1]) if hurdle in AT_FIELD else _("The premises are closed then already.")


def phase_days(first: date, last: date | None) -> str:
    """The days of a closure: "30 Nov 2026 to 11 Dec 2026"."""
    locale = i18n.current_locale()
    begin = i18n.format_day_year(first, locale)
    if last is None:
        return str(_("from %(first)s until further notice", first=begin))
    if last == first:
        return begin
    return str(_("%(first)s to %(last)s", first=begin, last=i18n.format_day_year(last, locale)))
