"""A paragraph in one locale: its sentences chosen, filled, and as the text that a desk edits."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from booking.reporting.narrative.filling import Speaker
from booking.reporting.narrative.message import (
    Choice,
    Filled,
    Filler,
    Lacking,
    Message,
    Name,
    Piece,
    Words,
    marked,
    names,
    nodes_of,
    parse,
    renamed,
    wholes,
)
from booking.reporting.narrative.values import Content
from booking.reporting.narrative.wording import Slot, slots, wording

_WITHOUT_BLANKS = "zh"
PARAGRAPHS = tuple(slots())
"""Their numbers, in their order."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph in one locale as it is shipped: one message, and the values that fill it."""

    number: str
    locale: str
    message: Message
    values: Mapping[str, Filled]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text."""
        return Filler(self.locale, self.values).fill(self.message)

    @property
    def marks(self) -> str:
        """The text as a desk edits it: the words of now, and a mark for each value."""
        return marked(self.message, self.values, self.locale)

    @property
    def bound(self) -> tuple[str, ...]:
        """Marks that an edited text must keep: those that lead to what was counted."""
        kept = names(parse(self.marks))
        return tuple(sorted(name for name in kept if self.values[name].key))

    @property
    def marks_in_order(self) -> list[str]:
        """The names in `marks`, as they come in the text."""
        return list(dict.fromkeys(node.name for node in nodes_of(parse(self.marks)) if isinstance(node, Name | Choice)))

    @property
    def wholes(self) -> Mapping[str, Message]:
        """How the marks of figures read, with their qualifiers."""
        return wholes(self.message, self.values)

    def edited(self, text: str) -> tuple[Piece, ...]:
        """The desk's own text, filled. Lacking where it names a value that this report does not have."""
        return Filler(self.locale, self.values, self.wholes).fill(parse(text))


def paragraph(number: str, content: Content, speaker: Speaker) -> Paragraph:
    """The paragraph of this content; without a sentence where there is nothing to say."""
    values = speaker.fill(content.variables)
    said: set[str] = set()
    between = (Words(" "),) if speaker.locale != _WITHOUT_BLANKS else ()
    message: Message = ()
    for slot in slots()[number]:
        for row in _rows(slot, content, speaker):
            key = _chosen(number, slot, {*values, *row}, said)
            if not key:
                continue
            said.add(key)
            new = {name: of_row for name, (of_row, _) in row.items()}
            values |= dict(row.values())
            sentence = renamed(speaker.wording.sentences[number][key], new)
            message += (between if message else ()) + sentence
    return Paragraph(number, speaker.locale, message, values)


_Row = Mapping[str, tuple[str, Filled]]
"""The values of a row by their names in the sentence: their name in the paragraph, and the value."""


def _rows(slot: Slot, content: Content, speaker: Speaker) -> Iterator[_Row]:
    """What a slot is said for: once, or for each of its rows."""
    if not slot.rows:
        yield {}
    for at, row in enumerate(content.rows.get(slot.rows, ())):
        yield {name: (_of_row(name, at), _renamed(one, at)) for name, one in speaker.fill(row).items()}


def _chosen(number: str, slot: Slot, known: Collection[str], said: set[str]) -> str:
    """The first sentence whose values are known; by its English, so that it is the same in every language."""
    shipped = wording("en").sentences[number]
    may_first = (not slot.after or said & set(slot.after)) and slot.unless not in known
    first = slot.sentences if may_first else slot.sentences[1:]
    return next((key for key in first if names(shipped[key]).issubset(known)), "")


def _of_row(name: str, at: int) -> str:
    return f"{name}_{at + 1}" if at else name


def _renamed(filled: Filled, at: int) -> Filled:
    return Filled(filled.text, filled.number, _of_row(filled.key, at) if filled.key else "", filled.is_qualifier)


__all__ = ["PARAGRAPHS", "Lacking", "Paragraph", "paragraph"]
