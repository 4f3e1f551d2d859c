"""The pages of the report's paragraphs, put together: texts, versions, signatures, what it waits for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import abort, render_template
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.identity import required_staff
from booking.accounts.queries import names_of_actors
from booking.db import db
from booking.i18n import direction
from booking.reporting.narrative import presenting as shown_as
from booking.reporting.narrative.drafting import Draft, Text
from booking.reporting.narrative.events import differences, events_of
from booking.reporting.narrative.forms import ChoicesForm, TextForm, choices_form, period_form
from booking.reporting.narrative.message import Filler, parse
from booking.reporting.narrative.pages import EditPage, MarkLine, ParagraphsPage
from booking.reporting.narrative.services import valid, waits_for
from booking.reporting.narrative.stored import Frozen, last_report, signatures_of, versions_of


def version_of(versions: Sequence[Frozen], number: int) -> Frozen | None:
    """The frozen version of that number, 404 if there is none; None for 0, the report as it is now."""
    if not number:
        return None
    return next((one for one in versions if one.number == number), None) or abort(404)


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says above itself: that something is done, or that it is not and why."""

    done: str = ""
    overtaken: str = ""
    compares: bool = False
    """Whether the last report is to be seen beside it."""


def report_page(draft: Draft, locale: str, number: int, said: Said, form: ChoicesForm | None = None) -> str:
    """The report in one language: as it is now (0), or a version; `form` holds choices that were not saved."""
    versions = versions_of(db.session(), draft.choices.report_id)
    version = version_of(versions, number)
    newest = versions[0] if versions else None
    figures = shown_as.choosable(draft)
    last = last_report(db.session(), draft.period) if said.compares and not version else None
    page = ParagraphsPage(
        days=shown_as.days_of(draft.period),
        locale=locale,
        direction=direction(locale),
        period_form=period_form(period=draft.period),
        paragraphs=shown_as.frozen_views(version, locale) if version else shown_as.paragraph_views(draft, locale, last),
        locales=shown_as.locale_ways(draft, locale, number),
        text_url=shown_as.address(draft.period, format="text", locale=locale, version=number or None),
        now_url=shown_as.address(draft.period, locale=locale) if version else "",
        shown_version=number,
        since=shown_as.change_lines(_since(draft, newest)),
        choices=None if version else form or choices_form(figures, data=shown_as.chosen(draft)),
        choose_url=shown_as.address(draft.period, "paragraphs.choices", locale=locale),
        done=said.done,
        overtaken=said.overtaken,
        compared="" if last or not said.compares else str(_("No report before this one was signed.")),
    )
    return render_template("reporting/paragraphs.html", page=_with_signatures(page, draft, versions))


def _since(draft: Draft, newest: Frozen | None) -> dict[str, object]:
    """What changed since the newest version; its events are read only where a figure has changed."""
    if newest is None or newest.digest == draft.digest or not differences(newest.content, draft.content):
        return {}
    return differences(newest.content, {**draft.content, "events": events_of(db.session(), draft.answers)})


def _with_signatures(page: ParagraphsPage, draft: Draft, versions: Sequence[Frozen]) -> ParagraphsPage:
    session, actor = db.session(), required_staff().actor
    newest = versions[0] if versions else None
    signatures = signatures_of(session, draft.choices.report_id)
    signed = valid(signatures, draft, newest)
    actors = {one.actor for one in signatures} | {
        one.actor for version in versions for one in (version.first, version.second)
    }
    people = shown_as.People(names_of_actors(session, actors), i18n.current_locale())
    waiting = shown_as.waiting_lines(draft, waits_for(session, draft, clock.now()))
    why = _why_not(
        newest is not None and newest.digest == draft.digest, actor in {one.actor for one in signed}, waiting
    )
    here = newest.number if newest else 0
    return replace(
        page,
        waiting=() if page.shown_version else waiting,
        since_text=_since_text(draft, newest),
        signatures=shown_as.signature_lines(people, signed, signatures, here),
        versions=shown_as.version_views(people, draft, versions, page.shown_version, page.locale),
        sign_url=shown_as.address(draft.period, "paragraphs.sign_report", locale=page.locale),
        digest=draft.digest,
        may_sign=not why,
        why_not=why,
        will_freeze=here + 1 if signed else 0,
    )


def _since_text(draft: Draft, newest: Frozen | None) -> str:
    """That the report is no longer what two have signed."""
    if newest is None or newest.digest == draft.digest:
        return ""
    return str(_("This is not version %(number)s any more: figures or texts are others.", number=newest.number))


def _why_not(is_frozen: bool, is_signed: bool, waiting: Sequence[object]) -> str:  # noqa: FBT001  three states of one page
    if is_frozen:
        return str(_("Signed by two: nothing has changed since."))
    if is_signed:
        return str(_("You have signed. The second signature is another coordinator’s."))
    if waiting:
        return str(_("Signing waits for what is named above. Then figures stay; a correction becomes a version."))
    return ""


def edit_page(draft: Draft, found: Text, form: TextForm, *, is_late: bool = False) -> str:
    """A paragraph to be edited; `is_late`: somebody else has saved it since the form was shown."""
    number, locale, saved = found.shipped.number, found.shipped.locale, found.saved
    who = names_of_actors(db.session(), [saved.saved_by]).get(saved.saved_by, "") if saved else ""
    late = _("Meanwhile %(who)s has saved this paragraph. Nothing of yours is saved.", who=who)
    page = EditPage(
        number=number,
        days=shown_as.days_of(draft.period),
        locale=locale,
        direction=direction(locale),
        language=i18n.autonym(locale),
        form=form,
        marks=tuple(_marks(found)),
        shipped=found.shipped.marks,
        is_own=found.is_own,
        save_url=shown_as.address(draft.period, "paragraphs.save", number=number, locale=locale),
        back_to_shipped_url=shown_as.address(
            draft.period, "paragraphs.back", number=found.shipped.number, locale=locale
        ),
        report_url=shown_as.address(draft.period, locale=locale),
        saved_by=who,
        overtaken=str(late) if is_late else "",
        others=found.editable if is_late else "",
    )
    return render_template("reporting/paragraph_edit.html", page=page)


def _marks(found: Text) -> Iterator[MarkLine]:
    """The marks of the shipped text and what they stand for."""
    shipped = found.shipped
    filler = Filler(shipped.locale, shipped.values, shipped.wholes)
    for name in shipped.marks_in_order:
        mark = f"{{{name}}}"
        said = "".join(piece.text for piece in filler.fill(parse(f": {mark}")))[2:]
        yield MarkLine(mark, said, name in shipped.bound)
