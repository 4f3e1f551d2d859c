"""Files, functions and views stay small enough to be read at once.

Migrations are left out: a revision is a list of statements that is written once and not changed any more.
"""

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.guards.tree import calls, dotted, functions, modules, name_of, own_files

FILE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 20
MEDIAN_FILE_LINES = 120
MEDIAN_FUNCTION_LINES = 8
ROUTES = {"route", "get", "post", "put", "patch", "delete"}


def _files() -> list[Path]:
    python = [path for folder in ("booking", "tests", "benchmarks", "scripts") for path in modules(folder)]
    return python + own_files("templates", "*.*") + own_files("static", "*.css", "*.js")


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    end = function.end_lineno or function.lineno
    first = function.body[0]
    is_docstring = ast.get_docstring(function, clean=False) is not None
    return end - function.lineno + 1 - ((first.end_lineno or first.lineno) - first.lineno + 1 if is_docstring else 0)


def _is_view(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = [dotted(call.func).split(".") for decorator in function.decorator_list for call in calls(decorator)]
    return any(len(name) > 1 and name[-1] in ROUTES for name in names)


def too_long_functions(text: str) -> list[str]:
    """The functions over 40 lines, and the views over 20."""
    found = []
    for function in functions(ast.parse(text)):
        allowed = VIEW_LINES if _is_view(function) else FUNCTION_LINES
        if _lines(function) > allowed:
            found.append(f"{function.lineno}: {function.name} has {_lines(function)} lines, {allowed} are allowed")
    return found


def _function_of(lines: int, decorator: str = "") -> str:
    return f"{decorator}\ndef f():\n" + "    x = 1\n" * (lines - 1)


def test_no_file_is_over_400_lines() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _files()}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


@pytest.mark.parametrize("folder", ["booking", "tests", "benchmarks", "scripts"])
def test_no_function_is_over_40_lines_and_no_view_over_20(folder: str) -> None:
    found = [
        f"{name_of(p)}:{line}" for p in modules(folder) for line in too_long_functions(p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_half_of_the_files_have_at_most_120_lines_and_half_of_the_functions_at_most_8() -> None:
    texts = [path.read_text(encoding="utf-8") for path in modules()]
    lengths = [len(text.splitlines()) for text in texts if text.strip()]
    function_lengths = [_lines(function) for text in texts for function in functions(ast.parse(text))]
    assert median(lengths) <= MEDIAN_FILE_LINES
    assert median(function_lengths) <= MEDIAN_FUNCTION_LINES


def test_the_guard_sees_a_long_function_and_a_long_view() -> None:
    assert too_long_functions(_function_of(40)) == []
    assert too_long_functions(_function_of(41)) == ["2: f has 41 lines, 40 are allowed"]
    assert too_long_functions(_function_of(20, "@pages.get('/')")) == []
    assert too_long_functions(_function_of(21, "@pages.get('/')")) == ["2: f has 21 lines, 20 are allowed"]
