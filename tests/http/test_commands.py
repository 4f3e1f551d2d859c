"""The command `booking`: help everywhere, one line for what is wrong."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import click
import pytest

from booking import cli
from booking.settings import Settings

ROOT = Path(__file__).parents[2]
PROMISED = ("run", "worker", "migrate", "load", "try", "check", "user", "openapi", "backup", "restore", "report")


def every_command(group: click.Group = cli.cli, *path: str) -> list[tuple[str, ...]]:
    """The words that call each command."""
    context = click.Context(group)
    found: list[tuple[str, ...]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += every_command(command, *path, name)
    return found


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation whose database does not answer."""
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("BOOKING_DATABASE_URL", "postgresql://user:canary-7Qz@127.0.0.1:1/nobody")


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on standard error: one line, and nothing on the other."""
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("booking: ")
    assert printed.err.count("\n") == 1
    return printed.err


def test_every_promised_command_is_there() -> None:
    assert {(name,) for name in PROMISED} | {("user", "add")} <= set(every_command())


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*words, "--help"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Usage: booking")
    assert len(printed.splitlines()) > 3


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("booking, version ")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nope"],
        ["run", "--port", "0"],
        ["run", "--port", "x"],
        ["run", "extra"],
        ["load"],
        ["--nope"],
        ["notices", "--retry", "9" * 23],
    ],
)
def test_a_wrong_call_is_told_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(words) == 2
    one_line(capsys)


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("words", [["migrate"], ["check"], ["user", "add", "ana@example.org", "--role", "guide"]])
def test_a_database_that_is_away_is_told_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(words) == 1
    told = one_line(capsys)
    assert "database" in told
    assert "canary-7Qz" not in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOOKING_DATABASE_URL", "mysql://x"),
        ("BOOKING_DATABASE_URL", "postgresql://ana:canary-7Qz@127.0.0.1:port/name"),
        ("BOOKING_DATABASE_URL", "sqlite:x"),
        ("BOOKING_SECRET_KEY", "short"),
        ("BOOKING_PUBLIC_URL", "visits.example.org"),
        ("BOOKING_PUBLIC_URL", "http://[::1"),
        ("BOOKING_PUBLIC_URL", "http://127.0.0.1:99999"),
        ("BOOKING_SMTP_URL", "mail"),
        ("BOOKING_MAIL_FROM", "Visits and Events"),
        ("BOOKING_RATE_LIMITS", "perhaps"),
        ("BOOKING_PROXY_HOPS", "many"),
        ("BOOKING_BODY_SECONDS", "0"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv(name, value)
    assert cli.run(["migrate"]) == 1
    assert name in one_line(capsys)


def test_a_file_that_is_no_text_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    (tmp_path / "erasures.txt").write_bytes(b"\x7fELF\xff\xfe\x80")
    assert cli.run(["erasures", "replay", str(tmp_path / "erasures.txt")]) == 1
    assert "UTF-8" in one_line(capsys)


def test_a_key_that_was_cut_off_signs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    (tmp_path / "secret_key").write_bytes(b"")
    assert cli.run(["migrate"]) == 1
    assert "holds no key" in one_line(capsys)


def test_of_several_first_starts_at_once_all_have_the_same_key(tmp_path: Path) -> None:
    start = Barrier(8)

    def first(_number: int) -> str:
        start.wait()
        return Settings.from_environment({"BOOKING_PUBLIC_URL": "http://localhost"}, instance_dir=tmp_path).secret_key

    for number in range(20):
        with ThreadPoolExecutor(8) as starts:
            assert len(set(starts.map(first, range(8)))) == 1, number
        assert [one.name for one in tmp_path.iterdir()] == ["secret_key"]
        assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
        (tmp_path / "secret_key").unlink()


def test_a_public_site_without_a_key_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("BOOKING_PUBLIC_URL", "https://visits.example.org")
    assert cli.run(["migrate"]) == 1
    assert "BOOKING_SECRET_KEY" in one_line(capsys)


def test_migrating_twice_is_migrating_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    assert [cli.run(["migrate"]), cli.run(["migrate"])] == [0, 0]
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert (tmp_path / "booking.db").is_file()


def test_help_loads_no_server(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.perf_counter()
    code = "import sys; from booking import cli; cli.run(['migrate', '--help']); sys.exit('granian' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0
    with capsys.disabled():
        print(f" [booking migrate --help: {time.perf_counter() - began:.1f} s]", end="")  # noqa: T201  beside the name
