"""Pictures and materials, as pages show them: to the desk, and to the public."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _

from booking import i18n
from booking.catalogue.offering_pages import MaterialRow
from booking.catalogue.pages import Link, Material, Photo
from booking.catalogue.queries.material import MaterialFacts, PictureFacts
from booking.catalogue.rules import missing, stale
from booking.catalogue.terms import Level, MaterialKind
from booking.catalogue.words import LEVELS, title_of
from booking.i18n import Translated

KILO, MEGA = 1000, 1_000_000


def file_url(sha256: str, ending: str) -> str:
    """The address of a stored file: it holds the hash of the bytes, so that a browser may keep them for ever."""
    return url_for("catalogue.file", name=f"{sha256}.{ending}")


def bytes_text(size: int) -> str:
    """As in "120 kB"."""
    if size < MEGA:
        return str(_("%(size)s kB", size=max(1, round(size / KILO))))
    return str(_("%(size)s MB", size=f"{size / MEGA:.1f}"))


def photo(picture: PictureFacts) -> Photo:
    """A picture for the public, in both sizes."""
    alt, lang = title_of(picture.alt)
    return Photo(
        src=file_url(picture.large, "webp"),
        small=file_url(picture.small, "webp"),
        small_width=picture.small_width,
        width=picture.width,
        height=picture.height,
        alt=alt,
        alt_lang=lang,
    )


def material_href(one: MaterialFacts) -> str:
    """Where it is opened."""
    return one.url if one.kind is MaterialKind.LINK else file_url(str(one.file), "pdf")


def kind_text(one: MaterialFacts) -> str:
    """As in "PDF, 120 kB", or "Link"."""
    return str(_("Link")) if one.size is None else str(_("PDF, %(size)s", size=bytes_text(one.size)))


def public_material(one: MaterialFacts) -> Material:
    """A line of an offering's page."""
    title, lang = title_of(one.title)
    language = i18n.language_name(one.language, i18n.current_locale())
    level = "" if one.level is Level.ALL else str(LEVELS[one.level])
    return Material(level, title, material_href(one), i18n.join_facts((kind_text(one), language)), lang)


def material_row(
    one: MaterialFacts, used: Sequence[tuple[str, Translated, str]] = (), *, may_edit: bool = False
) -> MaterialRow:
    """A line of the library."""
    locale = i18n.current_locale()
    title, lang = title_of(one.title)
    return MaterialRow(
        id=one.id,
        title=title,
        title_lang=lang,
        href=material_href(one),
        facts=(
            str(LEVELS[one.level]),
            i18n.language_name(one.language, locale),
            kind_text(one),
            i18n.station_name(one.station, locale, one.station_name),
        ),
        edit_url=url_for("library.material_page", material_id=one.id),
        used_by=tuple(_uses(used)),
        to_do=_to_do(one) if may_edit else "",
    )


def _uses(used: Iterable[tuple[str, Translated, str]]) -> Iterable[Link]:
    for code, title, _station in used:
        yield Link(title_of(title)[0], url_for("catalogue_desk.materials", code=code))


def _to_do(one: MaterialFacts) -> str:
    texts: Mapping[str, Mapping[str, str]] = {"title": one.title}
    if list(stale(texts, one.marks, i18n.LOCALES)):
        return str(_("A translation is out of date"))
    return str(_("Translations missing")) if list(missing(texts, i18n.LOCALES)) else ""
