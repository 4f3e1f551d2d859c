"""Rules and terms are pure: they know the standard library, each other and the zones, and load nothing heavy."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest

from tests.guards.tree import ROOT, findings, imported, layer, modules, modules_of

PURE = {"rules", "terms"}
FOUNDATION = {"http", "i18n"}  # packages that every domain may import
HEAVY = {"flask", "sqlalchemy", "wtforms", "babel", "pydantic", "icalendar"}
START = (
    "import sys, time; before = time.perf_counter(); import booking.bookings.rules; "
    "print(round((time.perf_counter() - before) * 1000, 1), *sorted({name.partition('.')[0] for name in sys.modules}))"
)


def _may_be_known(name: str) -> bool:
    parts = name.split(".")
    if parts[0] in sys.stdlib_module_names:
        return True
    return parts[0] == "booking" and bool(set(parts[1:]) & (PURE | {"zones"}))


def impure_imports(text: str) -> list[str]:
    """Imports of anything but the standard library, rules, terms and zones."""
    return [f"{line}: {name}" for line, name in imported(ast.parse(text)) if not _may_be_known(name)]


def _contracts() -> list[dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, list[str]]] = settings["tool"]["importlinter"]["contracts"]
    return contracts


def _at_the_top() -> set[str]:
    """The modules and packages directly in booking/."""
    return {path.relative_to(ROOT / "booking").with_suffix("").parts[0] for path in modules()} - {"__init__"}


def test_rules_and_terms_import_only_the_standard_library_each_other_and_zones() -> None:
    assert findings(modules_of(*PURE), impure_imports) == []


def test_a_module_in_a_folder_of_rules_is_one_of_the_rules() -> None:
    assert layer(ROOT / "booking" / "bookings" / "rules" / "places.py") == "rules"
    assert layer(ROOT / "booking" / "bookings" / "rules.py") == "rules"
    assert layer(ROOT / "booking" / "bookings" / "pages.py") == ""


def test_importing_the_rules_loads_no_library(capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-c", START]
    milliseconds, *loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    with capsys.disabled():
        print(f" [import of booking.bookings.rules: {milliseconds} ms]", end="")  # noqa: T201  shown beside the test's name
    assert HEAVY & set(loaded) == set()


def test_every_module_has_its_place_in_the_layers() -> None:
    placed = set(re.findall(r"booking\.(\w+)", " ".join(_contracts()[0]["layers"])))
    assert _at_the_top() - placed == set()


def test_the_layers_inside_hold_in_every_domain() -> None:
    held = {name.removeprefix("booking.") for name in _contracts()[1]["containers"]}
    packages = {name for name in _at_the_top() if (ROOT / "booking" / name).is_dir()}
    assert packages - held - FOUNDATION == set()


@pytest.mark.parametrize(
    "line",
    [
        "import flask",
        "from sqlalchemy import select",
        "from booking import clock",
        "from booking.bookings import queries",
    ],
)
def test_the_guard_sees_an_impure_import(line: str) -> None:
    assert len(impure_imports(line)) == 1


def test_the_guard_lets_pure_imports_pass() -> None:
    assert (
        impure_imports(
            "from datetime import date\nfrom booking import zones\nfrom booking.catalogue.terms import Format"
        )
        == []
    )
