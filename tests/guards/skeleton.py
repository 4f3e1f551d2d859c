"""A Jinja template with its expressions taken out: the literal text that it sends, and what stands in the places left.

Each expression and each translated block becomes one character of a private range, so that the rest can be read as HTML
and a place can be found again: `Skeleton.expressions[ord(character) - FIRST]`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jinja2 import Environment, nodes

FIRST = 0xE000
PRIVATE = range(FIRST, 0xF8FF)
TRANSLATED = ""
UNNAMED_TAG = re.compile("(</?)[\ue000-\uf8ff]")  # <{{ level }}>: which tag it is comes later

environment = Environment(  # noqa: S701  nothing is rendered here
    extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
)


@dataclass
class Skeleton:
    """The literal text with places in it, and the expression of each place (empty for a translated block)."""

    text: str = ""
    expressions: list[str] = field(default_factory=list)

    def add_place(self, expression: str) -> None:
        """A place for an expression."""
        self.text += chr(FIRST + len(self.expressions))
        self.expressions.append(expression)


def skeleton(source: str) -> Skeleton:
    """Takes a template apart; line breaks stay, so that line numbers stay."""
    result, inside, expression, in_translation = Skeleton(), "", "", False
    for _line, kind, value in environment.lex(source):
        if kind in {"variable_begin", "block_begin"}:
            inside, expression = kind, ""
        elif kind in {"variable_end", "block_end"}:
            statement = expression.split(maxsplit=1)[0] if expression.strip() else ""
            in_translation = statement == "trans" or (in_translation and statement != "endtrans")
            if kind == "variable_end" or statement == "trans":
                result.add_place(TRANSLATED if kind == "block_end" else expression.strip())
            inside = ""
        elif inside:
            expression += value
        elif kind == "data" and not in_translation:
            result.text += value
        result.text += "\n" * value.count("\n") if kind != "data" or in_translation else ""
    return result


def places(text: str) -> Iterator[int]:
    """The numbers of the places in a piece of a skeleton."""
    return (ord(character) - FIRST for character in text if ord(character) in PRIVATE)


def has_words(text: str) -> bool:
    """Whether there is a letter of any script."""
    return any(character.isalpha() for character in text)


def literal_results(expression: str) -> list[str]:
    """The literal texts that an expression may send as they are, not what it hands to gettext or another function."""
    if not expression:
        return []
    output = environment.parse("{{ " + expression + " }}").body[0]
    return [text for node in output.iter_child_nodes() for text in _results(node)]


def _results(node: nodes.Node) -> list[str]:
    match node:
        case nodes.Const(value=str(value)):
            return [value] if has_words(value) else []
        case nodes.CondExpr(expr1=first, expr2=second):
            return _results(first) + (_results(second) if second else [])
        case nodes.BinExpr(left=left, right=right):
            return _results(left) + _results(right)
        case nodes.Concat(nodes=parts):
            return [text for part in parts for text in _results(part)]
        case nodes.Filter(node=nodes.Node() as filtered, name=name, args=arguments):
            return _results(filtered) + (
                [text for part in arguments for text in _results(part)] if name == "default" else []
            )
    return []


class Page(HTMLParser):
    """The tags of a skeleton, with line numbers; subclasses look at what they care for."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.skeleton = skeleton(source)
        self.found: list[str] = []
        self.feed(UNNAMED_TAG.sub(r"\1unnamed", self.skeleton.text))
        self.close()

    def expressions(self, text: str) -> list[str]:
        """The expressions whose places stand in a piece of the skeleton."""
        return [self.skeleton.expressions[place] for place in places(text)]

    def report(self, finding: str) -> None:
        """A finding at the line that is being read."""
        self.found.append(f"{self.getpos()[0]}: {finding}")
