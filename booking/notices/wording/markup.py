"""The small Markdown of mails: paragraphs, emphasis, lists and links, as HTML and as plain text.

What is not on the list of allowed elements is taken out of the HTML, and the plain text is made from what was left, so
that both parts say the same. Placeholders stay as they are written here; `filled` puts values into them at the very
end, in one pass, so that no value is ever read as Markdown, as HTML or as another placeholder.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from html import escape
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt

from booking.notices.wording.parts import TYPED

TAGS = frozenset({"p", "br", "strong", "em", "a", "ul", "ol", "li"})
SCHEMES = frozenset({"http", "https", "mailto"})
_RULES = ("paragraph", "list", "html_block", "emphasis", "link", "image", "autolink", "newline", "escape", "entity")
_DEEPEST = 20
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": True, "breaks": True, "maxNesting": _DEEPEST}).enable([*_RULES, "html_inline"])
    parser.validateLink = _any  # type: ignore[method-assign]  # nh3 decides, after everything else
    return parser


def _any(url: str) -> bool:  # noqa: ARG001  as the parser calls it
    return True


@lru_cache(maxsize=1024)
def html(text: str) -> str:
    """The text as HTML that may stand in a mail, its placeholders unfilled."""
    return nh3.clean(
        _parser().render(text),
        tags=set(TAGS),
        attributes={"a": {"href"}},
        clean_content_tags={"script", "style", "form", "iframe", "object", "svg", "math", "template", "noscript"},
        attribute_filter=_absolute,
        url_schemes=set(SCHEMES),
        link_rel=None,
    ).strip()


def _absolute(_tag: str, _name: str, value: str) -> str | None:
    """A mail stands on no site, so that its links are whole; values are put into words, never into addresses."""
    return value if re.match("https?://|mailto:", value, re.IGNORECASE) and "{" not in value else None


def links(text: str) -> Iterator[str]:
    """Where the links and pictures of a text lead, whatever it is."""
    for block in _parser().parse(text):
        for token in block.children or ():
            if token.type in {"link_open", "image"}:
                yield str(token.attrs.get("href") or token.attrs.get("src") or "")


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The text as plain text with one empty line between paragraphs, its placeholders unfilled."""
    reader = _Plain()
    reader.feed(html(text))
    reader.close()
    return reader.text()


class _Plain(HTMLParser):
    """Makes text of our own small HTML."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[str] = []
        self._lists: list[int | None] = []
        self._href = ""
        self._link_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._written.append("\n")
        elif tag == "p" and not self._lists:
            self._written.append("\n\n")
        elif tag in {"ul", "ol"}:
            self._written.append("" if self._lists else "\n")
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._written.append(f"\n{'  ' * (len(self._lists) - 1)}{self._mark()}")
        elif tag == "a":
            self._href, self._link_from = dict(attrs).get("href") or "", len(self._written)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._written.append("" if self._lists else "\n\n")
        elif tag == "a":
            address = self._href.removeprefix("mailto:")
            if address and "".join(self._written[self._link_from :]).strip() not in {address, self._href}:
                self._written.append(f" ({address})")
            self._href = ""

    def handle_data(self, data: str) -> None:
        words = re.sub(r"[ \t\r\n\f\v]+", " ", data)  # a no-break space is one of the words
        begins = not self._written or self._written[-1].endswith("\n")
        self._written.append(words.lstrip() if begins else words if data.strip() or "\n" not in data else "")

    def _mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    def text(self) -> str:
        """What was read."""
        lines = "".join(self._written).split("\n")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Plain text with its values; a placeholder that nobody knows stays as it stands."""
    return _filled(text, values, lambda _name, value: value)


def filled_html(markup: str, values: Mapping[str, str]) -> str:
    """HTML with its values as text; those that somebody typed keep a direction of their own."""
    return _filled(markup, values, _as_html)


def _as_html(name: str, value: str) -> str:
    shown = escape(value).replace("\n", "<br>")
    return f"<bdi>{shown}</bdi>" if name in TYPED else shown


def _filled(text: str, values: Mapping[str, str], write: Callable[[str, str], str]) -> str:
    return _PLACEHOLDER.sub(lambda match: write(match[1], values[match[1]]) if match[1] in values else match[0], text)
