"""Which keys the program can write into the audit trail, read from its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.tree import functions, modules

SIDES = {"before", "after"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source:
    """A module, and where in it a line of the trail gets what it tells."""

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)
        self.functions = {one.name: one for one in functions(self.tree)}

    def told(self) -> set[str]:
        """The keys of every `before` and `after` that is handed to a function, followed back to where it is made."""
        found: set[str] = set()
        for function in self.functions.values():
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                found |= set(self._of_call(call, function))
        return found

    def _of_call(self, call: ast.Call, function: _Function) -> Iterator[str]:
        called = self.functions.get(_name(call.func))
        takes_more = called is not None and called.args.kwarg is not None
        for keyword in call.keywords:
            if keyword.arg in SIDES or (takes_more and keyword.arg is None):
                yield from self._made(keyword.value, function, set())
            elif takes_more and keyword.arg and keyword.arg not in _parameters(called):
                yield keyword.arg
        for parameter, argument in zip(called.args.args if called else (), call.args, strict=False):
            if parameter.arg in SIDES:
                yield from self._made(argument, function, set())

    def _made(self, value: ast.AST, function: _Function, seen: set[str]) -> Iterator[str]:
        """Keys of the dictionaries in an expression, and of what its names and local functions stand for."""
        for node in _whole(value):
            if isinstance(node, ast.Dict):
                yield from filter(None, map(_text, node.keys))
            elif isinstance(node, ast.Call) and (called := self.functions.get(_name(node.func))):
                if called.name not in seen:
                    for answer in _answers(called):
                        yield from self._made(answer, called, seen | {called.name})
            elif isinstance(node, ast.Name) and f"{function.name}.{node.id}" not in seen:
                for given in _given(node.id, function):
                    yield from self._made(given, function, seen | {f"{function.name}.{node.id}"})


def _whole(value: ast.AST) -> Iterator[ast.AST]:
    """The nodes of an expression that are told as they are: neither what a part is taken of, nor what is asked for."""
    yield value
    if isinstance(value, ast.Call) and _name(value.func) != "dict":
        if isinstance(value.func, ast.Attribute) and value.func.attr == "items":
            yield value.func.value
        return
    for child in ast.iter_child_nodes(value):
        is_part = isinstance(value, ast.Subscript | ast.Attribute) and isinstance(child, ast.Name)
        if not is_part:
            yield from _whole(child)


def _text(key: ast.AST | None) -> str:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _name(called: ast.AST) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def _parameters(function: _Function | None) -> set[str]:
    return {one.arg for one in (*function.args.args, *function.args.kwonlyargs)} if function else set()


def _answers(function: _Function) -> Iterator[ast.expr]:
    return (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value)


def _given(name: str, function: _Function) -> Iterator[ast.AST]:
    """What is assigned to a name in a function."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            targets: list[ast.expr] = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets = [node.target]
        else:
            continue
        if node.value and any(isinstance(one, ast.Name) and one.id == name for t in targets for one in ast.walk(t)):
            yield node.value


def keys_of_the_trail() -> dict[str, set[Path]]:
    """By key, the modules that may write it; what a service takes from a form or a record whole is not seen here."""
    found: dict[str, set[Path]] = {}
    for path in modules():
        if {"services", "keeping"} & {*path.parts, path.stem}:
            for key in Source(path.read_text(encoding="utf-8")).told():
                found.setdefault(key, set()).add(path)
    return found
