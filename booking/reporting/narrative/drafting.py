"""The report of a period as it stands: figures of now, the texts of desks or the shipped ones, and their digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from booking.i18n import LOCALES
from booking.reporting.narrative.binding import Bound, bound
from booking.reporting.narrative.composing import PARAGRAPHS, Lacking, Paragraph, paragraph
from booking.reporting.narrative.filling import Speaker
from booking.reporting.narrative.message import BadMessage, Piece
from booking.reporting.narrative.numbers import Rounded, by_rule, rounded
from booking.reporting.narrative.reading import read
from booking.reporting.narrative.stored import Choices, Frozen, Saved, choices_of, texts_of
from booking.reporting.narrative.values import Count
from booking.reporting.narrative.wording import wording
from booking.reporting.queries.answers import answers
from booking.reporting.terms import Answer, Figure, Period, Question

UNIT: dict[str, tuple[str, ...]] = {"units": ("visitors-service",)}
UNRECORDED = Question("unrecorded", Figure.EVENTS_UNRECORDED, "", "", UNIT)
UNDECIDED = Question("undecided", Figure.EVENTS_UNDECIDED, "", "", UNIT)
"""What a report waits for: events of the Visitors Services that nobody has concluded, or without their number."""


@dataclass(frozen=True)
class Text:
    """A paragraph in one locale."""

    shipped: Paragraph
    pieces: tuple[Piece, ...]
    saved: Saved | None
    lacking: str = ""
    """The mark in the desk's own text that this report has no value for: the shipped text is shown instead."""

    @property
    def is_own(self) -> bool:
        """Whether a desk has written it."""
        return bool(self.saved and self.saved.text)

    @property
    def editable(self) -> str:
        """What a desk is given to edit."""
        return self.saved.text if self.saved and self.saved.text else self.shipped.marks

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Draft:
    """A report that is not signed, or has changed since."""

    period: Period
    choices: Choices
    bound: Mapping[str, Bound]
    texts: Mapping[tuple[str, str], Text]
    """By paragraph and locale; paragraphs without a sentence are left out."""
    waiting: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The paragraphs that say something."""
        return tuple(number for number in PARAGRAPHS if (number, "en") in self.texts)

    @property
    def answers(self) -> dict[str, Answer]:
        """Every figure by its name, 13.events."""
        return {
            f"{number}.{name}": answer for number in self.numbers for name, answer in self.bound[number].answers.items()
        }

    def said(self, name: str) -> Rounded | None:
        """How a number is said; None for lists."""
        number, _, variable = name.partition(".")
        count = self.bound[number].value(variable)
        if not isinstance(count, Count):
            return None
        return rounded(count.value, self.choices.qualifiers.get(name, by_rule(count.value, count.wish)))

    @property
    def lacking(self) -> list[Text]:
        """Own texts that name a value which is not there."""
        return [text for text in self.texts.values() if text.lacking]

    @cached_property
    def digest(self) -> str:
        """What a signature is of: every exact value, qualifier and text."""
        kept = json.dumps(self.content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(kept.encode()).hexdigest()

    @cached_property
    def content(self) -> dict[str, Any]:
        """Figures and texts as they are frozen, without the events behind them."""
        figures = {name: self._figure(name, answer) for name, answer in self.answers.items()}
        texts: dict[str, dict[str, Any]] = {locale: {} for locale in LOCALES}
        for (number, locale), text in self.texts.items():
            texts[locale][number] = [[piece.text, piece.key, piece.lang] for piece in text.pieces]
        return {"order": self.choices.order, "figures": figures, "texts": texts}

    def _figure(self, name: str, answer: Answer) -> dict[str, Any]:
        said = self.said(name)
        shown = {"qualifier": said.qualifier.value, "shown": said.shown} if said else {}
        return {"exact": answer.plain, **shown}


def draft_of(session: Session, period: Period) -> Draft:
    """The report of the period, of the facts as they are; a fixed number of statements."""
    waiting = answers(session, [UNRECORDED, UNDECIDED], period)
    choices = choices_of(session, period)
    saved = texts_of(session, choices.report_id)
    found = bound(read(session, period))
    texts = {}
    for locale in LOCALES:
        for number, one in found.items():
            text = _text(number, locale, one, choices, saved.get((number, locale)))
            if text:
                texts[number, locale] = text
    return Draft(period, choices, found, texts, waiting)


def _text(number: str, locale: str, one: Bound, choices: Choices, saved: Saved | None) -> Text | None:
    chosen = {name.partition(".")[2]: one for name, one in choices.qualifiers.items() if name.startswith(f"{number}.")}
    shipped = paragraph(number, one.content, Speaker(wording(locale), choices.order, chosen))
    if not shipped.message:
        return None
    if saved and saved.text:
        try:
            return Text(shipped, shipped.edited(saved.text), saved)
        except Lacking as lacking:
            return Text(shipped, shipped.pieces, saved, str(lacking.args[0]))
        except BadMessage:
            return Text(shipped, shipped.pieces, saved, saved.text[:40])
    return Text(shipped, shipped.pieces, saved)


def plain_lines(draft: Draft, version: Frozen | None, locale: str) -> list[str]:
    """The paragraphs as text: those of a version, or as they are now."""
    if version:
        texts = version.content["texts"][locale]
        return [f"{number}. {''.join(piece[0] for piece in pieces)}" for number, pieces in texts.items()]
    return [f"{number}. {draft.texts[number, locale].plain}" for number in draft.numbers]
