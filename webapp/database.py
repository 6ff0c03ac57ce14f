"""The tables, and the two ways to use them: ``reading()`` and ``writing()``.

SQLite runs in WAL mode with one writer at a time: ``writing()`` takes a lock of this process, then
BEGIN IMMEDIATE, so that neither threads nor greenlets ever wait for each other inside SQLite (a
greenlet that waits there would block all others). PostgreSQL is supported by URL; there changed
rows are locked by ``FOR UPDATE``.
"""

from __future__ import annotations

import inspect
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from webapp.errors import DatabaseBusy
from webapp.services import Service
from webapp.settings import SettingsError

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0011"
"""The newest migration in ``migrations/versions``."""

BUSY_TIMEOUT_MS = 10_000
"""How long SQLite waits for another process's write (a backup, a shell)."""

WRITE_SECONDS = 8.0
"""How long a writer waits for the lock, among our own and other processes: less than a worker waits
for its answer, so that it receives the reason."""

LOOK_SECONDS = 0.02
"""How often a writer retries while another process holds the database."""

db = SQLAlchemy(session_options={"expire_on_commit": False})


class Base(DeclarativeBase):
    """The base of all tables. JSON columns hold what ``schemas`` describes."""

    type_annotation_map = {dict[str, Any]: sa.JSON, int: sa.BigInteger}


def _number() -> sa.types.TypeEngine[int]:
    """Return a 64-bit key; SQLite increments only a column of type INTEGER by itself."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class RunRow(Base):
    """A run. Times are milliseconds since 1970 in UTC; lists of runs read no other table."""

    __tablename__ = "runs"
    __table_args__ = (
        sa.Index("ix_runs_owner_status", "owner", "status"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(_number(), primary_key=True)
    id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    source: Mapped[str] = mapped_column(sa.String(16))
    status: Mapped[str] = mapped_column(sa.String(16), index=True)
    config: Mapped[dict[str, Any]]
    params: Mapped[int]
    created_at: Mapped[int]
    started_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    epoch: Mapped[int] = mapped_column(default=0)
    epochs: Mapped[int]
    progress: Mapped[float] = mapped_column(default=0.0)
    """Epochs done, with the share of the current one."""
    timed_from: Mapped[int | None]
    """When this attempt began to train, from ``from_epoch`` on."""
    from_epoch: Mapped[int] = mapped_column(default=0)
    paced_from: Mapped[int | None]
    """When this attempt had come as far as ``paced_progress``: the basis of ``eta_seconds``."""
    paced_progress: Mapped[float | None]
    epoch_at: Mapped[int | None]
    """When the newest epoch was recorded."""
    latest: Mapped[dict[str, Any]]
    best: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    test: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(sa.Text())
    """Why it failed: a msgid, translated where it is read."""
    error_values: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """The values of the msgid's ``%(name)s``; None: it has none."""
    attempt: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(sa.String(64))
    """Its creator (``owners.maker``); never part of an answer."""
    queued_at: Mapped[int] = mapped_column(default=0)
    """When it was queued; 0 if it has to resume before all others."""
    stop_requested_at: Mapped[int | None]
    pause_requested_at: Mapped[int | None]
    pause_after_epoch: Mapped[int | None]
    learning_rate: Mapped[float | None]
    """The requested learning rate, changed ``learning_rate_change`` times; None: the configured
    one."""
    learning_rate_change: Mapped[int] = mapped_column(default=0)
    extended_from: Mapped[int | None]
    """The epoch at which the run had ended before epochs were added."""
    deaths: Mapped[int] = mapped_column(default=0)
    """Workers that died in a row without a new checkpoint."""
    disk_bytes: Mapped[int | None]
    """The bytes of its files; only ``sizes`` writes it. None: not measured yet."""


class DeletedRow(Base):
    """What is kept of a deleted run: its position in the list, for clients that page on from it."""

    __tablename__ = "deleted_runs"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    number: Mapped[int] = mapped_column(index=True)


class EventRow(Base):
    """One event. The key is short and is the table itself (WITHOUT ROWID)."""

    __tablename__ = "events"
    __table_args__ = {"sqlite_with_rowid": False}

    run: Mapped[int] = mapped_column(
        _number(), sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True)
    at: Mapped[int]
    body: Mapped[dict[str, Any]]


class EpochRow(Base):
    """An epoch event's numbers to six digits: the curve of a long run, without its JSON."""

    __tablename__ = "epochs"
    __table_args__ = {"sqlite_with_rowid": False}

    run: Mapped[int] = mapped_column(
        _number(), sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True
    )
    epoch: Mapped[int] = mapped_column(sa.Integer(), primary_key=True)
    loss: Mapped[float | None]
    accuracy: Mapped[float | None]
    val_loss: Mapped[float | None]
    val_accuracy: Mapped[float | None]
    learning_rate: Mapped[float]
    seconds: Mapped[float]
    diverged: Mapped[bool]


class AttemptRow(Base):
    """One start of a run by one worker; reports of an older attempt are refused."""

    __tablename__ = "attempts"
    __table_args__ = {"sqlite_with_rowid": False}

    run: Mapped[int] = mapped_column(
        _number(), sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True
    )
    attempt: Mapped[int] = mapped_column(sa.Integer(), primary_key=True)
    token_sha256: Mapped[str] = mapped_column(sa.String(64))
    received: Mapped[int] = mapped_column(default=0)
    """The highest n stored of this attempt."""
    lease_until: Mapped[int]
    pid: Mapped[int | None]
    pid_started: Mapped[str | None] = mapped_column(sa.String(64))
    """With the pid it identifies a process: pids are reused."""
    started_at: Mapped[int]
    ended_at: Mapped[int | None]


class CheckpointRow(Base):
    """A durable checkpoint: registered in one transaction with its epoch's event.

    ``part`` 0 is that of the complete epoch. 1 is later: of a pause or stop within the next epoch,
    or with the best weights, which early stopping restored.
    """

    __tablename__ = "checkpoints"
    __table_args__ = {"sqlite_with_rowid": False}

    run: Mapped[int] = mapped_column(
        _number(), sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True
    )
    epoch: Mapped[int] = mapped_column(sa.Integer(), primary_key=True)
    part: Mapped[int] = mapped_column(sa.Integer(), primary_key=True, default=0)
    attempt: Mapped[int] = mapped_column(sa.Integer())


class WriteLock:
    """The write lock that one application adds to its engine."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


WRITE_LOCK: Service[WriteLock] = Service("write lock")


def init_app(app: Flask, url: str) -> None:
    """Bind the tables to the database at ``url``; does not connect yet.

    Raises SettingsError for an invalid URL, or one whose driver is not installed.
    """
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": url}}
    try:
        db.init_app(app)
    except (sa.exc.ArgumentError, ImportError, ValueError) as error:
        raise SettingsError(
            "INKLING_DATABASE_URL must be a URL that SQLAlchemy can open, such as "
            "sqlite:////path/to.sqlite, with its driver installed."
        ) from error
    _without_async_teardown(app)
    WRITE_LOCK.provide(app, WriteLock())
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", _prepare_sqlite)
            sa.event.listen(db.engine, "begin", _begin_sqlite)


def _without_async_teardown(app: Flask) -> None:
    """Remove the extension's coroutine that closes async sessions: we have none.

    Flask would run it in a new asyncio loop at the end of each request; under gevent two requests
    at once would then share one thread's loop, which raises.
    """
    app.teardown_appcontext_funcs[:] = [
        function
        for function in app.teardown_appcontext_funcs
        if not inspect.iscoroutinefunction(function)
    ]


CACHE_KIB = 256
"""Page cache of each connection of the pool. SQLite's own 2 MB fill with the events of long runs in
every connection; the system caches the file's pages once for all of them."""


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Set up one SQLite connection; the driver's own transactions are disabled."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    # In WAL mode this survives any crash of the program; only a power cut may lose the newest
    # commits (never their order), and what they were about.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    # SQLite's own function handles only ASCII letters; PostgreSQL's handles all.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin_sqlite(connection: sa.Connection) -> None:
    """Begin as a writer if ``writing()`` asks for it, else as a reader."""
    deadline = connection.get_execution_options().get("inkling_writes_by")
    if deadline is None:
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_writing(connection, deadline)


def _begin_writing(connection: sa.Connection, deadline: float) -> None:
    """Retry BEGIN IMMEDIATE until the deadline (of the monotonic clock).

    We wait ourselves, because SQLite waits in C, where it would block all other greenlets. Raises
    OperationalError when another process holds the database all the time.
    """
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except sa.exc.OperationalError as error:
                busy = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise
            time.sleep(LOOK_SECONDS)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session over one consistent state of the database."""
    with db.sessionmaker() as session:
        yield session


@contextmanager
def writing() -> Iterator[tuple[Session, Callable[[Callable[[], None]], None]]]:
    """Open a session whose changes are committed together, or not at all.

    Also gives ``after(call)``: calls that are made after the commit, in the order of the commits of
    this process (so events are pushed in the order of their ``seq``). Raises DatabaseBusy when the
    lock is not free within ``WRITE_SECONDS``.
    """
    calls: list[Callable[[], None]] = []
    deadline = time.monotonic() + WRITE_SECONDS
    state = WRITE_LOCK.get()
    if not state.lock.acquire(timeout=WRITE_SECONDS):
        raise DatabaseBusy
    try:
        with db.sessionmaker() as session:
            session.connection(execution_options={"inkling_writes_by": deadline})
            yield session, calls.append
            session.commit()
        for call in calls:
            call()
    finally:
        state.lock.release()


def migrations(url: str) -> Config:
    """Return Alembic's configuration for the database at ``url``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def migrate() -> None:
    """Bring the database of the current application to the newest version of the tables.

    Alembic is imported only where there is something to do: it is slow and large
    (docs/results.md, "Constants and their sources").
    """
    with db.engine.connect() as connection:
        if _version(connection) == NEWEST:
            return
        from alembic import command

        config = migrations(db.engine.url.render_as_string(hide_password=False))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    """Return the last migration, as Alembic stores it; None in an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version
