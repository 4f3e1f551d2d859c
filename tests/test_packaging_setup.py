"""The set-up finds a usable Python, and says in one line what to install where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.tree import ROOT

SHELL = shutil.which("sh")
MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(SHELL is None or MAKE is None, reason="the set-up by make needs sh and make")


def _python(folder: Path, name: str, *, version: str, can_make_environments: bool = True) -> None:
    """A command that answers what the set-up asks of a Python."""
    minor = int(version.split(".")[1])
    command = folder / name
    command.write_text(
        f"""#!{SHELL}
case "$2" in
    *version_info*3,*) exit {int(minor < 11)} ;;
    *version_info*) echo {version} ;;
    *ensurepip*) exit {int(not can_make_environments)} ;;
    *) exit 1 ;;
esac
""",
        encoding="utf-8",
    )
    command.chmod(0o755)


def _environment(folder: Path) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"PYTHON", "MAKEFLAGS"}} | {
        "PATH": str(folder)
    }


def _found(folder: Path) -> str:
    command = [str(SHELL), str(ROOT / "scripts" / "find_python.sh")]
    return subprocess.run(command, env=_environment(folder), capture_output=True, text=True, check=True).stdout.strip()


def test_python3_is_taken_where_it_is_new_enough(tmp_path: Path) -> None:
    _python(tmp_path, "python3", version="3.11")
    _python(tmp_path, "python3.13", version="3.13")
    assert _found(tmp_path) == "ok python3"


def test_a_newer_python_beside_an_old_python3_is_taken(tmp_path: Path) -> None:
    _python(tmp_path, "python3", version="3.9")
    _python(tmp_path, "python3.12", version="3.12")
    assert _found(tmp_path) == "ok python3.12"


def test_an_old_python_is_named_with_what_to_install(tmp_path: Path) -> None:
    _python(tmp_path, "python3", version="3.9")
    assert _found(tmp_path).startswith("no Python 3.11 or later is needed and this is Python 3.9: install")


def test_a_python_without_venv_is_named_with_its_package(tmp_path: Path) -> None:
    _python(tmp_path, "python3", version="3.11", can_make_environments=False)
    assert "sudo apt-get install python3.11-venv" in _found(tmp_path)


def test_no_python_at_all_is_said(tmp_path: Path) -> None:
    assert _found(tmp_path).startswith("no Python 3.11 or later is needed and none was found")


@pytest.mark.parametrize("goal", ["run", "test", "check"])
def test_make_says_in_one_line_what_is_missing_and_leaves_nothing_behind(tmp_path: Path, goal: str) -> None:
    clone, commands = tmp_path / "clone", tmp_path / "commands"
    commands.mkdir()
    shutil.copytree(ROOT / "scripts", clone / "scripts")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-test.lock"):
        shutil.copy(ROOT / name, clone)
    for name in ("sh", "touch", "rm"):
        (commands / name).symlink_to(str(shutil.which(name)))
    _python(commands, "python3", version="3.9")
    command = [str(MAKE), "--no-print-directory", goal]
    done = subprocess.run(command, cwd=clone, env=_environment(commands), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "Python 3.11 or later is needed and this is Python 3.9" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_set_up_that_fails_takes_its_half_made_environment_away(tmp_path: Path) -> None:
    """The environment is that of the tests by another name: making a real one takes as long as a hundred tests."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "wrong.lock").write_text("--no-such-option\n", encoding="utf-8")
    here = tmp_path / "python"
    same = f'#!{SHELL}\nexec "{sys.executable}" "$@"\n'
    here.write_text(
        f"""#!{SHELL}
[ "$1 $2" = "-m venv" ] || exit 1
mkdir -p "$3/bin"
printf '%s' '{same}' >"$3/bin/python"
chmod +x "$3/bin/python"
""",
        encoding="utf-8",
    )
    here.chmod(0o755)
    command = [str(SHELL), str(ROOT / "scripts" / "install.sh"), str(here), ".venv", "wrong.lock"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "no such option: --no-such-option" in done.stderr
    assert ".venv was removed" in done.stderr
    assert not (tmp_path / ".venv").exists()
