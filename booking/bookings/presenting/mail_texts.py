"""Mail texts for the desk: which there are, and one of them with its words, preview and versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n
from booking.accounts.queries import names_of_actors
from booking.accounts.terms import Staff
from booking.bookings.mail_places import ALL, Place, may_write
from booking.bookings.mail_samples import Sample, written
from booking.bookings.mail_text_forms import PREFIX, WhichForm, WordsForm
from booking.bookings.mail_text_pages import (
    Cell,
    Choice,
    KindGroup,
    KindRow,
    MailTextPage,
    MailTextsPage,
    PartView,
    PlaceholderLine,
    Preview,
    VersionLine,
)
from booking.bookings.services.mail_texts import inherited
from booking.clock_faces import moment
from booking.db import db
from booking.i18n import LOCALES, direction
from booking.notices.wording import stored
from booking.notices.wording.kinds import KINDS
from booking.notices.wording.parts import GROUPS, PLACEHOLDERS, Part
from booking.notices.wording.stored import Stored
from booking.notices.wording.voice import EVERYWHERE, Key

_UTC, _STALE = "UTC", " stop"


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept about a place."""

    own: Stored | None
    anyway: Mapping[str, str]
    """What each part says where the place has no words of its own."""
    versions: Sequence[Stored]

    @property
    def texts(self) -> dict[str, str]:
        """What each part says now."""
        return {**self.anyway, **(self.own.texts if self.own else {})}

    @property
    def version(self) -> int:
        """The newest; 0 for none."""
        return self.own.version if self.own else 0


def known_of(place: Place) -> Known:
    """All that is kept about a place, in two or three statements."""
    session = db.session()
    versions = stored.versions(session, place.key)
    return Known(versions[0] if versions else None, inherited(session, place), versions)


def is_stale(place: Place, part: Part, own: Stored) -> bool:
    """Whether the shipped words have changed since the desk wrote its own."""
    found = own.parts.get(part.name)
    return found is not None and found.shipped != place.shipped(part)


def texts_page(form: WhichForm, station: str) -> MailTextsPage:
    """Every kind in every locale, for a station or for all."""
    found = {one.key: one for one in stored.all_current(db.session()) if one.parts}
    groups = tuple(
        KindGroup(str(title), rows) for group, title in GROUPS.items() if (rows := _rows(group, station, found))
    )
    stale = sum(cell.pill == _STALE for group in groups for row in group.rows for cell in row.cells)
    own = sum(one.station == station for one in found.values())
    names = tuple((locale, i18n.autonym(locale)) for locale in LOCALES)
    return MailTextsPage(form, names, groups, _sentence(own, stale))


def _rows(group: str, station: str, found: Mapping[Key, Stored]) -> tuple[KindRow, ...]:
    kinds = [one for one in KINDS.values() if one.group == group and (one.has_stations or not station)]
    return tuple(
        KindRow(str(kind.label), tuple(_cell(Place(kind, locale, station), found) for locale in LOCALES))
        for kind in kinds
    )


def _sentence(own: int, stale: int) -> str:
    told = ngettext("%(num)s text is in your own words.", "%(num)s texts are in your own words.", own)
    if not stale:
        return str(told)
    changed = ngettext(
        "Of %(num)s the shipped text has changed since: look at it again.",
        "Of %(num)s the shipped texts have changed since: look at them again.",
        stale,
    )
    return i18n.join_sentences([told, changed])


def _cell(place: Place, found: Mapping[Key, Stored]) -> Cell:
    own = found.get(place.key)
    text, pill = _("Shipped"), None
    if own and any(is_stale(place, part, own) for part in place.kind.parts):
        text, pill = _("Look again"), _STALE
    elif own:
        text, pill = _("Own words"), ""
    elif (place.kind.name, place.locale, EVERYWHERE) in found:
        text, pill = _("As all stations"), " wait"
    return Cell(_beside(address(place)), str(text), pill)


def _beside(address_: str) -> str:
    """An address as the list names it, which has hundreds: from the folder that it is in itself."""
    return address_.removeprefix(url_for("mail_texts.every").rpartition("/")[0] + "/")


def address(place: Place, done: str | None = None) -> str:
    """The page of a place; `done` says what was done there."""
    station = place.station or ALL
    return url_for("mail_texts.one", kind=place.kind.name, locale=place.locale, station=station, done=done)


def filled_form(place: Place, known: Known) -> dict[str, object]:
    """What stands in the fields of a fresh page."""
    texts = {PREFIX + name: text for name, text in known.texts.items()}
    return {**texts, **state(place, known)}


def state(place: Place, known: Known) -> dict[str, object]:
    """What the page carries along unseen."""
    return {"version": str(known.version), "locale": place.locale, "station": place.station or ALL}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at it, and the stations (code: name) whose words the person may write."""

    staff: Staff
    stations: Mapping[str, str]


def text_page(
    place: Place, reader: Reader, form: WordsForm, sample: Sample, others: Known | None = None
) -> MailTextPage:
    """One mail; `others` is what somebody saved after the page of this form was opened."""
    known, stations = known_of(place), reader.stations
    letter = written(place, {**known.anyway, **form.texts}, sample)
    kind = place.kind
    used = set().union(*(part.placeholders for part in kind.parts))
    return MailTextPage(
        kind=kind.name,
        title=str(kind.label),
        group=str(GROUPS[kind.group]),
        locale=place.locale,
        direction=direction(place.locale),
        station=place.station or ALL,
        whose=stations.get(place.station, str(_("All stations"))),
        locales=tuple(_locales(place)),
        stations=tuple(_stations(place, stations)),
        form=form,
        parts=tuple(_part(place, part, form, known, others) for part in kind.parts),
        placeholders=tuple(
            PlaceholderLine(name, str(meaning), letter.values.get(name, ""))
            for name, meaning in PLACEHOLDERS.items()
            if name in used
        ),
        preview=Preview(letter.subject, letter.text, letter.html),
        versions=tuple(_versions(known.versions)),
        all_url=url_for("mail_texts.every", station=place.station or ALL),
        can_write=may_write(reader.staff, place),
        is_guarded=kind.is_guarded,
        has_own=bool(known.own and known.own.parts),
        sent_to=reader.staff.email,
    )


def _part(place: Place, part: Part, form: WordsForm, known: Known, others: Known | None) -> PartView:
    field = form[PREFIX + part.name]
    own = known.own
    return PartView(
        field=field,
        when=str(part.when),
        anyway=known.anyway[part.name],
        is_own=bool(own and part.name in own.parts),
        shipped_then=own.parts[part.name].shipped if own and is_stale(place, part, own) else "",
        others=others.texts[part.name] if others and others.texts[part.name] != (field.data or field.typed) else "",
    )


def _locales(place: Place) -> Iterable[Choice]:
    for locale in LOCALES:
        there = Place(place.kind, locale, place.station)
        yield Choice(i18n.autonym(locale), address(there), locale == place.locale, locale)


def _stations(place: Place, stations: Mapping[str, str]) -> Iterable[Choice]:
    if not place.kind.has_stations:
        return
    for code, name in {EVERYWHERE: str(_("All stations")), **stations}.items():
        yield Choice(name, address(Place(place.kind, place.locale, code)), code == place.station)


def _versions(found: Sequence[Stored]) -> Iterable[VersionLine]:
    names = names_of_actors(db.session(), {one.saved_by for one in found}) if found else {}
    for index, one in enumerate(found):
        what = ngettext("%(num)s part in own words", "%(num)s parts in own words", len(one.parts))
        yield VersionLine(
            number=one.version,
            what=str(what if one.parts else _("The shipped text")),
            when=when(one.saved_at),
            who=names.get(one.saved_by, one.saved_by),
            is_current=index == 0,
        )


def when(instant: datetime) -> str:
    """An instant, in UTC: words belong to no one station."""
    return moment(instant, _UTC, i18n.current_locale())


def who(known: Known) -> str:
    """Who saved last."""
    if known.own is None:
        return ""
    return names_of_actors(db.session(), {known.own.saved_by}).get(known.own.saved_by, known.own.saved_by)
