"""Explains why the program cannot start, as the end of a sentence for people.

Every error between the start and the first answer passes here, so that the terminal shows one
sentence and no traceback.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from webapp.data_dir import CannotServe
from webapp.errors import DatabaseBusy
from webapp.settings import Settings, SettingsError

log = logging.getLogger(__name__)

HELD = "another program is using {database}. End that program, then start Inkling again."
OF_SQLITE = {
    sqlite3.SQLITE_BUSY: HELD,
    sqlite3.SQLITE_LOCKED: HELD,
    sqlite3.SQLITE_CORRUPT: "{database} is damaged. Put a backup in its place, or move it away.",
    sqlite3.SQLITE_NOTADB: "{database} is no SQLite database. Move it away, or choose another one "
    "with INKLING_DATABASE_URL.",
    sqlite3.SQLITE_READONLY: "{database} cannot be written to.",
    sqlite3.SQLITE_PERM: "{database} cannot be written to.",
    sqlite3.SQLITE_CANTOPEN: "{database} cannot be opened.",
    sqlite3.SQLITE_FULL: "the disk that holds {database} is full.",
    sqlite3.SQLITE_IOERR: "{database} cannot be read from the disk or written to it.",
}
"""By SQLite's primary error code."""
NEWER = (
    "{database} was made by a newer version of Inkling. Install that version, or choose another "
    "database with INKLING_DATABASE_URL."
)
OTHER = "{database} cannot be used: {cause}"
FULL = "the disk that holds the data directory {data_dir} is full."
REFUSED = "the system refuses {what}: {cause}."
UNEXPECTED = "something unexpected went wrong ({cause}). The details are in {log}."


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Convert every error of the block to CannotServe; an unexpected one is also logged."""
    try:
        yield
    except Exception as error:
        reason = sentence(error, settings)
        if reason is None:
            log.info(
                "Unexpected error at the start.", exc_info=error
            )  # INFO goes to the file alone
            place = settings.data_dir / "logs" / "server.log"
            reason = UNEXPECTED.format(cause=_cause(error), log=place)
        raise CannotServe(reason) from error


def sentence(error: Exception, settings: Settings) -> str | None:
    """Return the end of the sentence "Inkling cannot start: …"; None for an unexpected error."""
    if isinstance(error, CannotServe | SettingsError):
        return str(error)
    if isinstance(error, DatabaseBusy):
        return HELD.format(database=_database(settings))
    if isinstance(error, OSError):
        return _of_system(error, settings)
    return _of_database(error, settings)


def _of_system(error: OSError, settings: Settings) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL.format(data_dir=settings.data_dir)
    return REFUSED.format(what=error.filename or "something", cause=error.strerror or error)


def _of_database(error: Exception, settings: Settings) -> str | None:
    """Explain an error of SQLAlchemy, a driver or Alembic; None for any other error."""
    from alembic.util import CommandError  # imported only after an error: the import is slow

    database = _database(settings)
    if isinstance(error, CommandError):
        newer = "locate revision" in str(error)
        return (NEWER if newer else OTHER).format(database=database, cause=_cause(error))
    if not isinstance(error, sa.exc.SQLAlchemyError | sqlite3.Error | ImportError):
        return None
    driver = getattr(error, "orig", None) or error
    code = getattr(driver, "sqlite_errorcode", -1) & 0xFF
    return OF_SQLITE.get(code, OTHER).format(database=database, cause=_cause(driver))


def _database(settings: Settings) -> str:
    """Name the database for people: its file; a URL is not shown, for it may hold a password."""
    url = sa.make_url(settings.database_url)
    return f"the database {url.database}" if url.get_backend_name() == "sqlite" else "the database"


def _cause(error: BaseException) -> str:
    """Return the first line of the error's message, or its type."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
