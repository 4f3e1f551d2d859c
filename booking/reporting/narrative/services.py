"""Write a paragraph's text, choose qualifiers, sign: one at a time for each report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.catalogue.models import Station
from booking.db import insert_into, table_of, transaction
from booking.reporting.narrative.drafting import Draft, draft_of
from booking.reporting.narrative.events import differences, events_of
from booking.reporting.narrative.filling import OWN
from booking.reporting.narrative.models import ReportDraft, ReportSignature, ReportText, ReportVersion
from booking.reporting.narrative.numbers import Qualifier
from booking.reporting.narrative.stored import Frozen, Saved, Signed, choices_of, signatures_of, texts_of, versions_of
from booking.reporting.services.upkeep import catch_up, catch_up_in
from booking.reporting.terms import Period

_DRAFT = table_of(ReportDraft).c


class Overtaken(Exception):
    """Somebody else has saved this since the page was read."""


class NotSigned(Exception):
    """No signature was written; `code` says why: changed, waiting, signed_already, nothing_new."""

    def __init__(self, code: str) -> None:
        """Keep why."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done to the report of which period, when, by whom; `seen` is the version that the page had shown."""

    period: Period
    now: datetime
    actor: str
    seen: int = 0

    @property
    def subject(self) -> str:
        """How the audit trail names the report."""
        return f"report:{self.period.first}/{self.period.last}"


def save_text(doing: Doing, paragraph: str, locale: str, text: str) -> bool:
    """Keep a desk's text of a paragraph (empty: the shipped one again); whether it is another than before.

    Raises `Overtaken` where somebody saved meanwhile. The caller has read the text and knows that its marks are right.
    """
    with transaction() as session:
        report_id = _locked(session, doing.period)
        before = texts_of(session, report_id).get((paragraph, locale))
        if doing.seen != (before.version if before else 0):
            raise Overtaken
        if text == (before.text if before else ""):
            return False
        values = {"report_id": report_id, "paragraph": paragraph, "locale": locale, "version": doing.seen + 1}
        kept = {"text": text, "saved_at": doing.now, "saved_by": doing.actor}
        session.execute(insert(ReportText).values(**values, **kept))
        action = "report.text" if text else "report.text_back"
        _audit(session, doing, action, _told(paragraph, locale, before), {**values, "text": text})
        return True


def _told(paragraph: str, locale: str, before: Saved | None) -> Mapping[str, object]:
    text = {"version": before.version, "text": before.text} if before else {"version": 0, "text": ""}
    return {"paragraph": paragraph, "locale": locale, **text}


def choose(doing: Doing, order: str, qualifiers: Mapping[str, Qualifier]) -> bool:
    """Keep how figures and lists are said in the report; whether that is another than before. May raise `Overtaken`."""
    with transaction() as session:
        _locked(session, doing.period)
        before = choices_of(session, doing.period)
        if doing.seen != before.version:
            raise Overtaken
        if (order, dict(qualifiers)) == (before.order, dict(before.qualifiers)):
            return False
        kept = {name: wish.value for name, wish in sorted(qualifiers.items())}
        session.execute(
            update(ReportDraft)
            .where(_DRAFT.id == before.report_id)
            .values(list_order=order, qualifiers=kept, version=before.version + 1)
        )
        was = {"order": before.order, "qualifiers": {name: one.value for name, one in before.qualifiers.items()}}
        _audit(session, doing, "report.choose", was, {"order": order, "qualifiers": kept})
        return True


def sign(doing: Doing, digest: str) -> int:
    """Sign what had this digest on the page. The second of two people freezes it: the version's number, else 0.

    Raises `NotSigned` if it is not the same any more, waits for something, was signed by this person, or is frozen.
    """
    catch_up()
    with transaction() as session:
        report_id = _locked(session, doing.period)
        catch_up_in(session)
        draft = draft_of(session, doing.period)
        newest = next(iter(versions_of(session, report_id)), None)
        signed = valid(signatures_of(session, report_id), draft, newest)
        code = _why_not(session, doing, draft, digest, signed, newest)
        if code:
            raise NotSigned(code)
        here = newest.number if newest else 0
        mine = {"report_id": report_id, "round": here, "digest": digest, "actor": doing.actor, "signed_at": doing.now}
        session.execute(insert(ReportSignature).values(**mine))
        _audit(session, doing, "report.sign", None, {"digest": digest})
        return _freeze(session, doing, draft, signed[0], newest) if signed else 0


def valid(signatures: Iterable[Signed], draft: Draft, newest: Frozen | None) -> list[Signed]:
    """The signatures that still hold: of these figures and texts, since the newest version."""
    here = newest.number if newest else 0
    return [one for one in signatures if (one.digest, one.round) == (draft.digest, here)]


def _why_not(
    session: Session, doing: Doing, draft: Draft, digest: str, signed: Sequence[Signed], newest: Frozen | None
) -> str:
    if draft.digest != digest:
        return "changed"
    if newest and newest.digest == digest:
        return "nothing_new"
    if doing.actor in {one.actor for one in signed}:
        return "signed_already"
    return "waiting" if waits_for(session, draft, doing.now) else ""


def waits_for(session: Session, draft: Draft, now: datetime) -> list[str]:
    """What keeps a report from being signed: period, undecided, unrecorded, text; nothing if it can."""
    found = [name for name, answer in draft.waiting.items() if answer.value]
    names = session.scalars(select(Station.time_zone)).all()
    if any(zones.local_date(now, name) <= draft.period.last for name in names):
        found.insert(0, "period")
    return [*found, *(["text"] if draft.lacking else [])]


def _freeze(session: Session, doing: Doing, draft: Draft, first: Signed, before: Frozen | None) -> int:
    content = {**draft.content, "events": events_of(session, draft.answers)}
    changes = differences(before.content, content) if before else {}
    number = before.number + 1 if before else 1
    values = {"report_id": draft.choices.report_id, "number": number, "digest": draft.digest, "content": content}
    signed = {"first_by": first.actor, "first_at": first.at, "second_by": doing.actor, "second_at": doing.now}
    session.execute(insert(ReportVersion).values(**values, **signed, changes=changes))
    _audit(session, doing, "report.freeze", None, {"version": number, "digest": draft.digest, "changed": list(changes)})
    return number


def _locked(session: Session, period: Period) -> int:
    """The report's row, made if there is none, locked until the transaction ends; its id."""
    is_it = (_DRAFT.first_on == period.first) & (_DRAFT.last_on == period.last)
    found = session.execute(select(_DRAFT.id).where(is_it).with_for_update()).scalar()
    if found is None:
        new = {"first_on": period.first, "last_on": period.last, "list_order": OWN, "qualifiers": {}, "version": 0}
        session.execute(insert_into(session, ReportDraft).values(**new).on_conflict_do_nothing())
        found = session.execute(select(_DRAFT.id).where(is_it).with_for_update()).scalar_one()
    report_id: int = found
    return report_id


def _audit(
    session: Session, doing: Doing, action: str, before: Mapping[str, object] | None, after: Mapping[str, object]
) -> None:
    audit(session, at=doing.now, actor=doing.actor, action=action, subject=doing.subject, before=before, after=after)
