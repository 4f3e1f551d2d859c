"""Make an offering, change what it is, and write its texts; each says in the trail what stood before."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import MaterialOffering, Offering, OfferingLanguage, Station
from booking.catalogue.queries.editing import Edited, details_of, edited
from booking.catalogue.rules import ENGLISH, Texts, marks_after
from booking.catalogue.terms import LanguagePolicy, NotThere, OfferingWish, Overtaken
from booking.db import table_of, transaction
from booking.i18n import Translated

_OFFERING, _STATION, _LANGUAGE = table_of(Offering), table_of(Station), table_of(OfferingLanguage)
_LINK = table_of(MaterialOffering)
_SLUG_LENGTH = 100


@dataclass(frozen=True)
class By:
    """Who changes something, when, and which version that person saw."""

    actor: str
    now: datetime
    version: int = 0


def create_offering(station: str, title: str, wish: OfferingWish, by: By, like: str = "") -> str:
    """A new offering of a station; its code. `like` is the code of one whose texts and materials it takes over.

    Raises NotThere where there is no such station, or none like it.
    """
    with transaction() as session:
        station_id = _hold(session, station)
        model = edited(session, like) if like else None
        if like and model is None:
            raise NotThere(like)
        code = _free_code(session, station)
        values = {
            **_columns(wish),
            **_texts_like(model),
            "code": code,
            "slug": _free_slug(session, title, code),
            "station_id": station_id,
            "title": Translated({ENGLISH: title}),
            "created_at": by.now,
            "version": 1,
            "source": "",
        }
        offering_id = session.execute(insert(_OFFERING).values(values).returning(_OFFERING.c.id)).scalar_one()
        _write_languages(session, offering_id, wish)
        if model:
            _take_materials(session, model.id, offering_id)
        after = {**_told(wish), "title": title, **({"like": like} if like else {})}
        leave_line(session, by, "offering.create", f"offering:{code}", station, None, after)
    return code


def change_offering(code: str, wish: OfferingWish, by: By) -> Edited:
    """Change what an offering is; returns it as it was. Raises NotThere, and Overtaken where its version is another."""
    with transaction() as session:
        before = _seen(session, code, by)
        was, will = _told(before.wish), _told(wish)
        different = [name for name in will if will[name] != was[name]]
        if not different:
            return before
        _hold(session, before.station)
        _raise_version(session, before, by, _columns(wish))
        session.execute(delete(_LANGUAGE).where(_LANGUAGE.c.offering_id == before.id))
        _write_languages(session, before.id, wish)
        pair = ({name: told[name] for name in different} for told in (was, will))
        leave_line(session, by, "offering.change", f"offering:{code}", before.station, *pair)
    return before


def save_texts(code: str, texts: Texts, confirmed: Collection[tuple[str, str]], by: By) -> None:
    """Write the texts of an offering in all locales; `confirmed` are translations that still fit the English of now.

    Raises NotThere, Overtaken, and ValueError for a step that does not begin with its minute.
    """
    with transaction() as session:
        before = _seen(session, code, by)
        texts = {field: {**before.texts.get(field, {}), **given} for field, given in texts.items()}
        marks = marks_after(before.texts, texts, before.marks, confirmed)
        was, will = changed_texts(before.texts, texts)
        if not will and marks == before.marks:
            return
        values = {
            "title": Translated(texts["title"]),
            "summary": Translated(texts["summary"]),
            "price_note": Translated(texts["price_note"]) if any(texts["price_note"].values()) else None,
            "details": details_of(texts, before.details),
            "english_of": marks,
        }
        _raise_version(session, before, by, values)
        fits = {"confirmed": sorted(f"{field}.{locale}" for field, locale in confirmed)}
        leave_line(session, by, "offering.texts", f"offering:{code}", before.station, was, will or fits)


def changed_texts(before: Texts, after: Texts) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is different, as `title.fr`, before and after."""
    names = [
        (field, locale)
        for field, texts in after.items()
        for locale in sorted({*texts, *before.get(field, {})})
        if texts.get(locale, "").strip() != before.get(field, {}).get(locale, "").strip()
    ]
    was = {f"{field}.{locale}": before.get(field, {}).get(locale, "") for field, locale in names}
    return was, {f"{field}.{locale}": after[field].get(locale, "") for field, locale in names}


def _hold(session: Session, station: str) -> int:
    """Lock the station's row, and say that what may be booked there has changed; its id."""
    statement = update(_STATION).where(_STATION.c.code == station).values(version=_STATION.c.version + 1)
    found: int | None = session.execute(statement.returning(_STATION.c.id)).scalar()
    if found is None:
        raise NotThere(station)
    return found


def _seen(session: Session, code: str, by: By) -> Edited:
    found = edited(session, code)
    if found is None:
        raise NotThere(code)
    if found.version != by.version:
        raise Overtaken(code)
    return found


def _raise_version(session: Session, before: Edited, by: By, values: Mapping[str, Any]) -> None:
    """The one UPDATE that decides who was first."""
    mine = update(_OFFERING).where(_OFFERING.c.id == before.id, _OFFERING.c.version == by.version)
    done = session.execute(mine.values(**values, version=by.version + 1).returning(_OFFERING.c.id))
    if done.first() is None:
        raise Overtaken(before.code)


def _columns(wish: OfferingWish) -> dict[str, Any]:
    return {name: value for name, value in asdict(wish).items() if name != "languages"}


def _told(wish: OfferingWish) -> dict[str, Any]:
    """The values as JSON keeps them."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(wish).items()}


def _texts_like(model: Edited | None) -> dict[str, Any]:
    """The texts of a model but for its title, which the new one does not share."""
    if model is None:
        return {"english_of": {}}
    return {
        "summary": Translated(model.texts["summary"]),
        "price_note": Translated(model.texts["price_note"]) if model.texts["price_note"] else None,
        "details": dict(model.details) or None,
        "english_of": {
            field: dict(marks) for field, marks in marks_after({}, model.texts, {}).items() if field != "title"
        },
    }


def _write_languages(session: Session, offering_id: int, wish: OfferingWish) -> None:
    rows = [{"offering_id": offering_id, "language": tag} for tag in wish.languages]
    if rows and wish.language_policy is LanguagePolicy.LISTED:
        session.execute(insert(_LANGUAGE), rows)


def _take_materials(session: Session, model_id: int, offering_id: int) -> None:
    used = select(_LINK.c.material_id).where(_LINK.c.offering_id == model_id)
    rows = [{"material_id": one, "offering_id": offering_id} for one in session.execute(used).scalars()]
    if rows:
        session.execute(insert(_LINK), rows)


def _free_code(session: Session, station: str) -> str:
    """The next number of the station; its row is locked, so that nobody else takes it."""
    taken = session.execute(select(_OFFERING.c.code).where(_OFFERING.c.code.startswith(f"P-{station}-"))).scalars()
    numbers = [int(code.rpartition("-")[2]) for code in taken if code.rpartition("-")[2].isdigit()]
    return f"P-{station}-{max(numbers, default=0) + 1:02}"


def _free_slug(session: Session, title: str, code: str) -> str:
    """The title in small letters and hyphens; its code behind it where another has the same."""
    plain = unicodedata.normalize("NFKD", title.replace("\u2019", "").replace("'", "")).encode("ascii", "ignore")
    slug = "-".join(re.findall("[a-z0-9]+", plain.decode("ascii").lower()))[:_SLUG_LENGTH].strip("-")
    taken = session.execute(select(_OFFERING.c.id).where(_OFFERING.c.slug == slug)).first()
    return slug if slug and not taken else f"{slug}-{code.lower()}".strip("-")


def leave_line(
    session: Session,
    by: By,
    action: str,
    subject: str,
    station: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """A line of the trail; `subject` as in offering:VIE-T1."""
    audit(
        session,
        at=by.now,
        actor=by.actor,
        action=action,
        subject=subject,
        station_code=station,
        before=before,
        after=after,
    )
