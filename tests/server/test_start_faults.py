"""What is said of an error at the start; whole programs that meet them are in test_server.py."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest
from alembic.util import CommandError
from sqlalchemy.exc import NoSuchModuleError, OperationalError

from webapp.data_dir import CannotServe
from webapp.errors import DatabaseBusy
from webapp.server.start_faults import explained, sentence
from webapp.settings import Settings, SettingsError

POSTGRES = "postgresql://someone:secret@db.example/inkling"


def sqlite(code: int, words: str) -> OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", None, error)


SENTENCES = [
    (CannotServe("port 1 is taken."), "port 1 is taken."),
    (SettingsError("INKLING_PORT must be a number."), "INKLING_PORT must be a number."),
    (DatabaseBusy(), "another program is using"),
    (sqlite(sqlite3.SQLITE_BUSY, "database is locked"), "another program is using"),
    (sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked"), "another program is using"),
    (sqlite(sqlite3.SQLITE_FULL, "database or disk is full"), "is full."),
    (sqlite(sqlite3.SQLITE_READONLY_DBMOVED, "readonly"), "cannot be written to."),
    (sqlite(sqlite3.SQLITE_ERROR, "no such table: runs"), "cannot be used: no such table: runs"),
    (NoSuchModuleError("no dialect"), "cannot be used: no dialect"),
    (CommandError("Can't locate revision identified by '9999'"), "a newer version of Inkling"),
    (CommandError("Multiple head revisions"), "cannot be used: Multiple head revisions"),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "data directory"),
    (
        PermissionError(errno.EACCES, "Permission denied", "/x/server.json"),
        "refuses /x/server.json",
    ),
]


@pytest.mark.parametrize(("error", "words"), SENTENCES)
def test_what_is_foreseen(settings: Settings, error: Exception, words: str) -> None:
    reported = sentence(error, settings)
    assert reported is not None and words in reported and "\n" not in reported


def test_a_database_elsewhere_is_named_without_its_password(tmp_path: Path) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_DATABASE_URL": POSTGRES}
    settings = Settings.from_environ(environ)
    refused = OperationalError("SELECT 1", None, Exception("connection refused\nIs it running?"))
    assert sentence(refused, settings) == "the database cannot be used: connection refused"


def test_what_is_not_foreseen(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    assert sentence(RuntimeError("odd"), settings) is None
    caplog.set_level("INFO")
    with pytest.raises(CannotServe, match=r"unexpected .* \(odd\).*server\.log"):
        with explained(settings):
            raise RuntimeError("odd")
    (record,) = caplog.records
    assert record.levelname == "INFO" and record.exc_info, "the terminal shows only warnings"
