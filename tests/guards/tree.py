"""What the guards read: the project's own files, parsed. A finding is one line: where, and what is wrong there."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDORED = "vendor"
LAYERS = {"terms", "rules", "models", "queries", "services", "forms", "views", "api", "commands"}
Check = Callable[[str], list[str]]


def own_files(folder: str, *patterns: str) -> list[Path]:
    """The project's files under a folder that match one of the patterns, sorted; what others wrote is left out."""
    found = {path for pattern in patterns for path in (ROOT / folder).rglob(pattern) if path.is_file()}
    return sorted(path for path in found if not {VENDORED, "__pycache__"} & set(path.relative_to(ROOT).parts))


def modules(folder: str = "booking") -> list[Path]:
    """The Python files of a folder."""
    return own_files(folder, "*.py")


def layer(path: Path) -> str:
    """The layer that a module belongs to, a file `rules.py` or one in a folder `rules/`; empty for any other."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return next((part for part in parts[2:] if part in LAYERS), "")


def modules_of(*layers: str) -> list[Path]:
    """The modules of these layers, in all domains."""
    return [path for path in modules() if layer(path) in layers]


def html_templates() -> list[Path]:
    """Everything that becomes a page, a part of one, or an HTML mail."""
    return own_files("templates", "*.html", "*.jinja", "*.j2")


def findings(paths: list[Path], check: Check) -> list[str]:
    """What a check of one file's text finds in all these files, each finding with its file."""
    return [f"{name_of(path)}: {finding}" for path in paths for finding in check(path.read_text(encoding="utf-8"))]


def name_of(path: Path) -> str:
    """The path as the project says it: from its root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def dotted(node: ast.AST) -> str:
    """A name as it is written, `datetime.now`; an expression before the last dot is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is imported: `from a import b` gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)
