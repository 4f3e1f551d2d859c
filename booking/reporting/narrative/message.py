"""Messages in the syntax of ICU (plural, select, number): read into a tree, and filled with values.

Small on purpose: the few libraries in Python are experimental or no longer kept, and the plural rules, which are the
hard part, come from CLDR by Babel. Dates and ordinals are made before they get here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from babel import Locale

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_SELECTOR = re.compile(r"\s*(=[0-9]{1,9}|[A-Za-z][A-Za-z0-9_-]*)\s*\{")
_HEAD = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*,\s*(plural|select)\s*,")
_SIMPLE = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*(?:,\s*number\s*)?\}")
_QUOTED = re.compile(r"'([{}#][^']*)'")
MOST_DEEP = 6
"""Choices inside choices; ours have two."""


_FOREIGN = re.compile("\ue000([A-Za-z-]+)\ue001(.*?)\ue002", re.DOTALL)


def foreign(text: str, lang: str) -> str:
    """A text in another language, so written that filling finds it again inside a list or a phrase."""
    plain = re.sub("[\ue000-\ue002]", "", text)
    return f"\ue000{lang}\ue001{plain}\ue002"


class BadMessage(ValueError):
    """A text that is no message; `found` is where reading stopped, `line` counts from 1."""

    def __init__(self, text: str, at: int) -> None:
        """Keep the place."""
        self.found, self.line = text[at : at + 20], text.count("\n", 0, at) + 1
        super().__init__(f"line {self.line}: cannot be read at {self.found!r}")


@dataclass(frozen=True, slots=True)
class Words:
    """Text that stays as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """The place of a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """The number sign: the number that the plural around it is about."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several messages, by the number (`is_plural`) or the text of a value."""

    name: str
    is_plural: bool
    branches: Mapping[str, "Message"] = field(hash=False)
    source: str
    """As it was written."""


Node = Words | Name | Number | Choice
Message = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A value as text. `number` decides plurals; `key` names the figure that it is bound to. See `foreign`."""

    text: str
    number: int | None = None
    key: str = ""
    is_qualifier: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled text: bound to the figure `key`, in the language `lang` where that is another one."""

    text: str
    key: str = ""
    lang: str = ""
    is_value: bool = field(default=False, compare=False)
    """Whether it stands for a value: one that begins a sentence is written with a capital."""


@cache
def parse(text: str) -> Message:
    """The tree of a message; BadMessage for what is none."""
    nodes, at = _read(text, 0, 0, in_plural=False)
    if at != len(text):
        raise BadMessage(text, at)
    return nodes


def _read(text: str, at: int, depth: int, *, in_plural: bool) -> tuple[Message, int]:
    """The nodes from `at` on, to the end or to the brace that closes them."""
    if depth > MOST_DEEP:
        raise BadMessage(text, at)
    nodes: list[Node] = []
    while at < len(text) and text[at] != "}":
        if text[at] == "{":
            node, at = _argument(text, at, depth, in_plural=in_plural)
        elif text[at] == "#" and in_plural:
            node, at = Number(), at + 1
        else:
            node, at = _words(text, at, in_plural=in_plural)
        nodes.append(node)
    return tuple(nodes), at


def _words(text: str, at: int, *, in_plural: bool) -> tuple[Words, int]:
    """Plain words: `'{'` is a brace, `''` an apostrophe, and so is one that quotes nothing."""
    ends, said = "{}#" if in_plural else "{}", ""
    while at < len(text) and text[at] not in ends:
        quoted = _QUOTED.match(text, at)
        if quoted:
            said, at = said + quoted[1], quoted.end()
        elif text.startswith("''", at):
            said, at = said + "'", at + 2
        else:
            said, at = said + text[at], at + 1
    return Words(said), at


def _argument(text: str, at: int, depth: int, *, in_plural: bool) -> tuple[Node, int]:
    """What stands in braces, which open at `at`."""
    simple = _SIMPLE.match(text, at + 1)
    if simple:
        return Name(simple[1]), simple.end()
    head = _HEAD.match(text, at + 1)
    if not head:
        raise BadMessage(text, at)
    is_plural = head[2] == "plural"
    branches: dict[str, Message] = {}
    here = head.end()
    while selector := _SELECTOR.match(text, here):
        branch, here = _read(text, selector.end(), depth + 1, in_plural=is_plural or in_plural)
        if here == len(text) or selector[1] in branches:
            raise BadMessage(text, at)
        branches[selector[1]], here = branch, here + 1
    end = re.compile(r"\s*\}").match(text, here)
    if not end or "other" not in branches:
        raise BadMessage(text, at)
    return Choice(head[1], is_plural, branches, text[at : end.end()]), end.end()


def names(message: Message) -> set[str]:
    """Every value that the message asks for, in whichever branch."""
    return {node.name for node in nodes_of(message) if isinstance(node, Name | Choice)}


def nodes_of(message: Message) -> Iterator[Node]:
    """Every node, those inside choices too."""
    for node in message:
        yield node
        if isinstance(node, Choice):
            for branch in node.branches.values():
                yield from nodes_of(branch)


def renamed(message: Message, new: Mapping[str, str]) -> Message:
    """The same message asking for values of other names."""
    return tuple(_renamed(node, new) for node in message)


def _renamed(node: Node, new: Mapping[str, str]) -> Node:
    if isinstance(node, Name):
        return Name(new.get(node.name, node.name))
    if not isinstance(node, Choice):
        return node
    branches = {selector: renamed(branch, new) for selector, branch in node.branches.items()}
    source = re.sub(r"(?<=\{)[A-Za-z][A-Za-z0-9_]*(?=[,}])", lambda found: new.get(found[0], found[0]), node.source)
    return replace(node, name=new.get(node.name, node.name), branches=branches, source=source)


class Lacking(KeyError):
    """A value that the message asks for and that is not there."""


@dataclass(frozen=True)
class Filler:
    """Fills messages of one locale. `whole` says how the mark of a figure reads, with its qualifier and all."""

    locale: str
    values: Mapping[str, Filled]
    whole: Mapping[str, Message] = field(default_factory=dict)

    def fill(self, message: Message) -> tuple[Piece, ...]:
        """The text in pieces; neighbours that belong to one figure are one piece. Lacking if a value is missing."""
        return _joined(_capitals(self._pieces(message, None)))

    def _value(self, name: str) -> Filled:
        try:
            return self.values[name]
        except KeyError as error:
            raise Lacking(name) from error

    def _pieces(self, message: Message, around: Filled | None) -> Iterator[Piece]:
        for node in message:
            if isinstance(node, Words):
                yield Piece(node.text)
            elif isinstance(node, Number):
                yield Piece("#" if around is None else around.text, around.key if around else "")
            elif isinstance(node, Name):
                yield from self._named(node.name)
            else:
                yield from self._chosen(node, around)

    def _named(self, name: str) -> Iterator[Piece]:
        value = self._value(name)
        if name not in self.whole:
            yield from _by_language(value)
            return
        inner = replace(self, whole={})
        yield from (replace(piece, key=value.key) for piece in inner._pieces(self.whole[name], None))  # noqa: SLF001  its own

    def _chosen(self, choice: Choice, around: Filled | None) -> Iterator[Piece]:
        value = self._value(choice.name)
        branch = branch_of(choice, value, self.locale)
        pieces = self._pieces(branch, value if choice.is_plural else around)
        if is_said_by(choice, branch) or not choice.is_plural:
            pieces = (replace(piece, key=value.key or piece.key) for piece in pieces)
        yield from pieces


def _by_language(value: Filled) -> Iterator[Piece]:
    """The value, parted where its language changes."""
    end = 0
    for found in _FOREIGN.finditer(value.text):
        yield Piece(value.text[end : found.start()], value.key, is_value=True)
        yield Piece(found[2], value.key, found[1], is_value=True)
        end = found.end()
    yield Piece(value.text[end:], value.key, is_value=True)


def branch_of(choice: Choice, value: Filled, locale: str) -> Message:
    """The branch for this value: the exact number first, then the plural category of the language."""
    if not choice.is_plural:
        return choice.branches.get(value.text, choice.branches["other"])
    number = value.number or 0
    exact = choice.branches.get(f"={number}")
    return exact if exact is not None else choice.branches.get(_category(locale, number), choice.branches["other"])


def is_said_by(choice: Choice, branch: Message) -> bool:
    """Whether this branch says the number in its words («زيارة واحدة»), where others show it."""
    shown = [Number() in one for one in choice.branches.values()]
    return choice.is_plural and any(shown) and Number() not in branch and not names(branch)


@cache
def _rule(locale: str) -> Locale:
    return Locale(locale)


def _category(locale: str, number: int) -> str:
    return _rule(locale).plural_form(number)


def _capitals(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """A value at the beginning of a sentence begins with a capital."""
    said = ""
    for piece in pieces:
        begins = not said.strip() or said.endswith((". ", "? "))
        has_capital = begins and (piece.is_value or piece.key)
        yield replace(piece, text=piece.text[:1].upper() + piece.text[1:]) if has_capital else piece
        said = (said + piece.text)[-40:]


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    kept: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if kept and (kept[-1].key, kept[-1].lang) == (piece.key, piece.lang):
            kept[-1] = replace(piece, text=kept[-1].text + piece.text)
        else:
            kept.append(piece)
    return _over_blanks(kept)


def _over_blanks(pieces: list[Piece]) -> tuple[Piece, ...]:
    """«более чем на» + blank + «20» of one figure: one piece."""
    for at in range(len(pieces) - 2):
        first, blank, last = pieces[at : at + 3]
        if first.key and first.key == last.key and not blank.key and not blank.text.strip():
            one = replace(last, text=first.text + blank.text + last.text)
            return _over_blanks([*pieces[:at], one, *pieces[at + 3 :]])
    return tuple(pieces)


def marked(message: Message, values: Mapping[str, Filled], locale: str) -> str:
    """The text that a desk edits: words as they are now, and a mark such as {events} for each value.

    A qualifier belongs to the mark of its figure; a choice that is no figure is made; one whose words say the number
    stays as it was written.
    """
    return _marks(message, "", values, locale)


def _marks(message: Message, around: str, values: Mapping[str, Filled], locale: str) -> str:
    said, after_qualifier = "", False
    for node in message:
        is_blank = isinstance(node, Words) and not node.text.strip()
        said += "" if after_qualifier and is_blank else _mark(node, around, values, locale)
        after_qualifier = isinstance(node, Choice) and values[node.name].is_qualifier
    return said


def _mark(node: Node, around: str, values: Mapping[str, Filled], locale: str) -> str:
    if isinstance(node, Choice):
        return _mark_of_choice(node, around, values, locale)
    if isinstance(node, Words):
        return quoted(node.text)
    return f"{{{node.name if isinstance(node, Name) else around}}}"


def _mark_of_choice(node: Choice, around: str, values: Mapping[str, Filled], locale: str) -> str:
    value = values[node.name]
    branch = branch_of(node, value, locale)
    if value.is_qualifier:
        return ""
    if is_said_by(node, branch):
        return node.source
    if value.key and not node.is_plural:
        return f"{{{node.name}}}"
    return _marks(branch, node.name if node.is_plural else around, values, locale)


def quoted(text: str) -> str:
    """Plain words as they are written in a message."""
    return re.sub(r"[{}]", r"'\g<0>'", text.replace("'", "''") if "'" in text else text)


def wholes(message: Message, values: Mapping[str, Filled]) -> dict[str, Message]:
    """How the mark of each figure reads: its qualifier and its number, or the choice that it makes."""
    found: dict[str, Message] = {}
    for node in message:
        if isinstance(node, Choice) and not node.is_plural and values[node.name].key:
            value = values[node.name]
            if not value.is_qualifier:
                found[node.name] = (node,)
    for at, node in enumerate(message):
        if isinstance(node, Choice) and values[node.name].is_qualifier:
            blank = tuple(one for one in message[at + 1 : at + 2] if isinstance(one, Words) and not one.text.strip())
            key = values[node.name].key
            found[key] = (node, *blank, Name(key))
    return found
