"""Style sheets name the inline start and end, never left and right, so that one sheet serves both directions."""

import re

import pytest

from tests.guards.tree import findings, own_files

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?<=[{;\s])(?P<name>[a-z-]+)\s*:\s*(?P<value>[^;{}]+)(?=[;}])")
SIDE = re.compile(r"(^|-)(left|right)(-|$)")
SIDED_VALUES = {"text-align", "float", "clear", "caption-side", "justify-content", "justify-items", "justify-self"}


def physical_declarations(text: str) -> list[str]:
    """Declarations that name the left or the right side."""
    bare = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    found = []
    for match in DECLARATION.finditer(bare):
        name, value = match["name"], match["value"].strip()
        if SIDE.search(name) or (name in SIDED_VALUES and value in {"left", "right"}):
            found.append(f"{bare.count(chr(10), 0, match.start()) + 1}: {name}: {value}")
    return found


def test_style_sheets_use_logical_properties_only() -> None:
    assert findings(own_files("static", "*.css"), physical_declarations) == []


@pytest.mark.parametrize(
    "declaration", ["margin-left: 1rem", "left: 0", "border-top-right-radius: 2px", "text-align: right", "float:left"]
)
def test_the_guard_sees_a_side(declaration: str) -> None:
    assert len(physical_declarations(f"p {{ color: red; {declaration}; }}")) == 1
    assert len(physical_declarations(f"p{{{declaration}}}")) == 1


def test_the_guard_lets_logical_properties_and_comments_pass() -> None:
    sheet = (
        "/* left: 0; */ p { margin-inline-start: 1rem; inset-inline: 0; text-align: start; } a:hover { color: red; }"
    )
    assert physical_declarations(sheet) == []
