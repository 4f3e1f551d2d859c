"""The wheel and the source archive carry everything, and what is installed from them runs from another folder."""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
import venv
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.guards.tree import ROOT, name_of

RESOURCES = "booking/_resources"
STARTS_WITHIN_S = 90
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # 3.11.4 and later ask for it


def _build(project: Path, kind: str, destination: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(destination)]
    subprocess.run(command, cwd=project, capture_output=True, check=True)
    (built,) = destination.iterdir()
    return built


def _names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def _files(folder: str) -> set[str]:
    return {name_of(path) for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the project as it stands."""
    return _build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a virtual environment that has the wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    commands = folder / "bin"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-compile", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(commands / "python"), *install], check=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return commands


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _get(port: int, path: str) -> tuple[int, str, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()


def _wait_until_it_serves(server: subprocess.Popen[str], port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            _get(port, "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    server.terminate()
    pytest.fail(f"the server did not answer: {server.communicate()}")


@contextmanager
def _serving(commands: Path, home: Path) -> Iterator[int]:
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    environment |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    command = [str(commands / "booking"), "run", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            _wait_until_it_serves(server, port)
            yield port
        finally:
            server.terminate()
            server.communicate(timeout=STARTS_WITHIN_S)


def test_the_wheel_carries_pages_styles_migrations_and_data(wheel: Path) -> None:
    wanted = {f"{RESOURCES}/{name}" for folder in ("templates", "static", "migrations") for name in _files(folder)}
    assert wanted | _files("booking/data") | _files("booking/translations") <= _names(wheel)


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    foreign = {name for name in _names(wheel) if not name.startswith(("booking/", "booking_visits-"))}
    assert foreign == set()
    assert {name for name in _names(wheel) if name.endswith(".db") or "__pycache__" in name} == set()


def test_a_wheel_made_from_the_source_archive_is_the_same(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(_build(ROOT, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "unpacked", **SAFELY)  # noqa: S202  it was built a line above
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert _names(_build(unpacked, "wheel", tmp_path / "again")) == _names(wheel)


def test_the_installed_project_serves_a_page_and_its_style_sheet_from_another_folder(
    installed: Path, tmp_path: Path
) -> None:
    with _serving(installed, tmp_path) as port:
        status, kind, page = _get(port, "/")
        assert (status, kind.partition(";")[0]) == (200, "text/html")
        (sheet, *_) = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page)
        status, kind, styles = _get(port, sheet)
        assert (status, kind.partition(";")[0]) == (200, "text/css")
        assert "{" in styles
    assert list((tmp_path / "data").rglob("*.db")) != []


def test_the_installed_project_says_its_version(installed: Path, tmp_path: Path) -> None:
    said = subprocess.run(
        [str(installed / "booking"), "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "0.1.0" in said.stdout
