"""The lock files hold exactly what pyproject.toml asks for, by hash, and name no address and no machine."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guards.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
PINNED = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,-]+\])?==(\S+)", re.MULTILINE)
WANTED = {
    "requirements.lock": [*PROJECT["project"]["dependencies"], *GROUPS["build"]],
    "requirements-test.lock": [
        *PROJECT["project"]["dependencies"],
        *GROUPS["build"],
        *(line for line in GROUPS["test"] if isinstance(line, str)),
    ],
}


def _text(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def _pinned(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PINNED.findall(_text(lock))}


def unsatisfied(wanted: list[str], pinned: dict[str, str]) -> list[str]:
    """The requirements that a set of pinned versions does not fulfil."""
    requirements = [Requirement(line) for line in wanted]
    return [
        str(one) for one in requirements if not one.specifier.contains(pinned.get(canonicalize_name(one.name), "0"))
    ]


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_satisfies_pyproject(lock: str) -> None:
    assert unsatisfied(WANTED[lock], _pinned(lock)) == []


@pytest.mark.parametrize("lock", WANTED)
def test_every_package_of_a_lock_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", _text(lock))
    assert [entry.split()[0] for entry in entries if PINNED.match(entry) and "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_names_no_address_and_no_folder_of_a_machine(lock: str) -> None:
    assert re.findall(r"https?:|file:|--index|--find-links|(?<!\S)/\S+", _text(lock)) == []


def test_what_is_tested_is_what_runs() -> None:
    running, tested = _pinned("requirements.lock"), _pinned("requirements-test.lock")
    assert {name: tested.get(name) for name in running} == running


def test_the_check_sees_a_missing_and_an_old_package() -> None:
    assert unsatisfied(["flask>=3.1.3", "babel"], {"flask": "3.0"}) == ["flask>=3.1.3"]
    assert unsatisfied(["hatchling>=1.27"], {}) == ["hatchling>=1.27"]
