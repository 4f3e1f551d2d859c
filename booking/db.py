"""The database: one Base for all tables, aware instants, and the only place that commits."""

import enum
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, time
from time import monotonic
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Engine, Enum, MetaData, String, Table, Text, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

WAL_IS_SAFE_FROM = (3, 51, 3)  # older libraries have a rare race when the write-ahead log is reset
BUSY_TIMEOUT_MS = 20_000
IMMEDIATE = "booking_immediate"
_WRITING = "booking_writing"
_CONNECTION = "booking_connection"
_RESTS_SINCE = "booking_rests_since"
_PATIENCE_MS = "booking_patience_ms"
ASKED_AFTER_S = 1.0  # of rest: a connection used a moment ago is there, and to ask it costs as much as a statement
_IDLE = 0  # PQTRANS_IDLE: PostgreSQL has been told of no transaction yet

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


STRICT = {"sqlite_strict": True}
"""Table option: SQLite then checks column types as PostgreSQL does. A table with constraints of its own repeats it."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC: timestamptz on PostgreSQL, fixed-width text on SQLite. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:  # noqa: ANN401  SQLAlchemy's own signature
        """Text on SQLite, whose STRICT tables know no date type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """To UTC; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a naive datetime cannot be stored: its instant is unknown"
            raise ValueError(message)
        instant = value.astimezone(UTC)
        return instant.strftime("%Y-%m-%d %H:%M:%S.%f") if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Back as an aware UTC datetime."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(f"{value}+00:00")  # in one step: a search reads thousands
        instant: datetime = value
        return instant.astimezone(UTC)


for _column_type in (String, Text, Enum, Date, JSON):
    compiles(_column_type, "sqlite")(lambda *_args, **_kw: "TEXT")  # STRICT tables know five type names only
compiles(Boolean, "sqlite")(lambda *_args, **_kw: "INTEGER")


def enum_by_value(kind: type[enum.Enum]) -> Enum:
    """A text column holding an enum's values, with a CHECK and no native type to migrate."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=40,
        name=_snake(kind.__name__),
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


class Base(DeclarativeBase):
    """The base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            date: Date(),
            str: Text(),
            dict[str, Any]: JSON(),
            list[str]: JSON(),
        },
    )
    __table_args__: Any = STRICT


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})

_writer = threading.Lock()  # SQLite's own busy wait starves writers: one at a time in a process


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  a driver's own connection
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver must not begin transactions: _begin below does
    mode = "WAL" if sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM else "DELETE"
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        f"journal_mode={mode}",
        "synchronous=FULL",
        "secure_delete=ON",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        options = connection.get_execution_options()
        immediate = options.get(IMMEDIATE, False)
        if _PATIENCE_MS in options:
            connection.info[_PATIENCE_MS] = options[_PATIENCE_MS]
            connection.exec_driver_sql(f"PRAGMA busy_timeout={options[_PATIENCE_MS]}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@event.listens_for(Engine, "connect")
def _prepare_postgres(driver: Any, _record: object) -> None:  # noqa: ANN401  a driver's own connection
    """A transaction that is begun may write; the database refuses it to statements outside one (`engine_options`)."""
    if not isinstance(driver, sqlite3.Connection):
        driver.read_only = False


@event.listens_for(db.session, "after_begin")
def _only_read(session: Session, _transaction: object, connection: Connection) -> None:
    """What is not inside `transaction()` reads: PostgreSQL needs no BEGIN and no ROLLBACK for it.

    ROLLBACK would besides make its driver forget the statements that it has prepared.
    """
    if connection.dialect.name == "postgresql" and not session.info.get(_WRITING):
        driver: Any = connection.connection.dbapi_connection
        if driver.info.transaction_status == _IDLE:
            driver.autocommit = True


@event.listens_for(Pool, "checkin")
def _rest(driver: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401  a driver's own connection
    if isinstance(driver, sqlite3.Connection):
        if record.info.pop(_PATIENCE_MS, None) is not None:
            driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}").close()
    elif driver is not None and not driver.closed:
        driver.autocommit = False
        record.info[_RESTS_SINCE] = monotonic()


@event.listens_for(Pool, "checkout")
def _is_alive(driver: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401  a driver's own connection
    """Ask a connection that has rested whether its server still answers; the pool opens another where it does not."""
    if _RESTS_SINCE not in record.info or monotonic() - record.info[_RESTS_SINCE] < ASKED_AFTER_S:
        return
    try:
        driver.autocommit = True
        driver.execute(";")
        driver.autocommit = False
    except Exception as error:
        raise DisconnectionError from error


@contextmanager
def _turn(patience_ms: int | None) -> Iterator[None]:
    """The turn of one of this process's writers on SQLite; OperationalError where it does not come in time."""
    if not _writer.acquire(timeout=-1 if patience_ms is None else patience_ms / 1000):
        raise OperationalError(None, None, sqlite3.OperationalError("database is locked"))
    try:
        yield
    finally:
        _writer.release()


@contextmanager
def transaction(patience_ms: int | None = None) -> Iterator[Session]:
    """Everything inside is written at once or not at all; raising rolls back. The only place that commits.

    What was read before is forgotten first, since a decision must not rest on an older snapshot of the transaction.
    On SQLite it begins IMMEDIATE: a deferred one that reads and then writes fails with "database is locked".
    `patience_ms`: how long it waits for others there at most, for what can as well be left undone (OperationalError).
    """
    session = db.session()
    if session.info.get(_WRITING):
        message = "transactions do not nest: one service function makes one change"
        raise RuntimeError(message)
    session.rollback()
    sqlite = session.get_bind().dialect.name == "sqlite"
    with _turn(patience_ms) if sqlite else nullcontext():
        session.info[_WRITING] = True
        try:
            hurry = {} if patience_ms is None else {_PATIENCE_MS: patience_ms}
            options = {IMMEDIATE: True, **hurry} if sqlite else None
            session.info[_CONNECTION] = session.connection(execution_options=options)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(_WRITING, None)
            session.info.pop(_CONNECTION, None)


def shrink(patience_ms: int = BUSY_TIMEOUT_MS) -> bool:
    """Write a SQLite file anew, so that nothing which was deleted stands in it or beside it; whether that was done.

    It waits for its turn like any writer, at most `patience_ms`; readers go on. PostgreSQL's autovacuum does the like.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    raw = db.engine.raw_connection()
    driver: Any = raw.driver_connection
    try:
        with _turn(patience_ms):
            driver.execute(f"PRAGMA busy_timeout={patience_ms}").close()
            driver.execute("VACUUM").close()
            is_busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except (OperationalError, sqlite3.OperationalError):
        return False
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}").close()
        raw.close()
    return not is_busy


def let_go(session: Session) -> None:
    """End a long look before something is made of it: while SQLite is read, nobody else's writing comes to its end.

    Inside `transaction()` it does nothing. What is read afterwards may be newer.
    """
    if not session.info.get(_WRITING):
        session.rollback()


def core(session: Session) -> Connection:
    """The connection of a session inside `transaction()`, for statements of Core in paths that must be quick.

    What a session adds to a statement (mapped classes, several databases) costs a third of what the statement does.
    """
    connection: Connection | None = session.info.get(_CONNECTION)
    return connection if connection is not None else session.connection()


def was_deadlock(error: OperationalError) -> bool:
    """Whether PostgreSQL ended this transaction because it and another waited for each other."""
    return getattr(error.orig, "sqlstate", None) == "40P01"


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements of SQLAlchemy Core: hot paths write without objects."""
    return cast("Table", model.__table__)


def insert_into(session: Session, model: type[Base]) -> Any:  # noqa: ANN401  two dialects' own classes
    """An INSERT that knows ON CONFLICT, in the session's dialect."""
    return insert_for(session.get_bind().dialect.name, table_of(model))


def insert_for(dialect: str, table: Table) -> Any:  # noqa: ANN401  two dialects' own classes
    """The same for a dialect by name: hot paths keep the statements they have written."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def engine_options(database_url: str) -> dict[str, Any]:
    """Options of the engine: time limits on PostgreSQL, so that nothing waits for ever."""
    if not database_url.startswith("postgresql"):
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    limits = (
        "-c lock_timeout=3000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000 -c TimeZone=UTC "
        "-c default_transaction_read_only=on"
    )
    return {"connect_args": {"options": limits}, "pool_size": 8, "max_overflow": 8}


def minutes(value: time) -> int:
    """Minutes since midnight of a wall-clock time."""
    return value.hour * 60 + value.minute
