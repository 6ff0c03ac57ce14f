"""The data directory of a server: one program at a time, its log, its address."""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import secrets
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO

from webapp.schemas import texts

LOG_BYTES = 5_000_000
LOG_FILES = 4

MAX_RECORD = 16_000
"""The most characters of a record; of a longer one, the beginning and the end are kept."""

QUIET = ("engineio.server", "socketio.server", "alembic", "PIL")
"""Libraries that log a lot at INFO."""


def run_dir(data_dir: Path, run_id: str) -> Path:
    """Return the directory of all files of a run; they are deleted with it."""
    return data_dir / "runs" / run_id


def scratch_dir(data_dir: Path) -> Path:
    """Return the directory of processes' temporary files; a folder for each process."""
    return data_dir / "scratch"


def incoming_dir(data_dir: Path) -> Path:
    """Return the directory of files during their upload; it need not exist."""
    return data_dir / "incoming"


def attempt_scratch(data_dir: Path, run_id: str, attempt: int) -> Path:
    """Return the temporary folder of the worker of one attempt."""
    return scratch_dir(data_dir) / run_id / str(attempt)


def is_full(error: OSError) -> bool:
    """Return whether the error says that a disk is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


SECRET = "session.key"
SECRET_BYTES = 32


def secret(data_dir: Path) -> bytes:
    """Return the server's secret, from which all its keys are derived; created at the first start.

    Only the account of the server can read its file.
    """
    path = data_dir / SECRET
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    return path.read_bytes()


class CannotServe(Exception):
    """Raised when the server cannot start; the message ends a sentence for people."""


class DataDirectory:
    """Locks the directory exclusively from ``with`` to its end.

    The lock is one of the open file (flock): it ends with this process in any case, and children do
    not inherit it, for Python opens files close-on-exec.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[str] | None = None
        self._handlers: list[logging.Handler] = []

    def __enter__(self) -> DataDirectory:
        """Create the directory if needed and lock it. Raises CannotServe."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = (self.path / "lock").open("a+")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._probe()
        except OSError as error:
            self.close()
            raise CannotServe(self._sentence(error)) from error
        return self

    def _probe(self) -> None:
        """Write a little, to find problems now rather than in the middle of a training."""
        probe = self.path / f".probe-{os.getpid()}"
        try:
            with probe.open("wb") as file:
                file.write(b"\0" * 65536)
                file.flush()
                os.fsync(file.fileno())
        finally:
            probe.unlink(missing_ok=True)

    def _sentence(self, error: OSError) -> str:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES) and self._locked(error):
            return f"another Inkling is running on the data directory {self.path}."
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"the disk that holds the data directory {self.path} is full."
        return f"the data directory {self.path} cannot be written to: {error.strerror}."

    @staticmethod
    def _locked(error: OSError) -> bool:
        """Return whether the error came from the lock: that one names no file."""
        return error.filename is None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Unlock the directory."""
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        self._handlers.clear()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def log_to_files(self, *filters: logging.Filter) -> None:
        """Log to ``logs/server.log``, which is rotated; warnings also to standard error.

        ``filters`` choose the records.
        """
        directory = self.path / "logs"
        try:
            directory.mkdir(exist_ok=True)
            file = _LogFile(
                directory / "server.log",
                maxBytes=LOG_BYTES,
                backupCount=LOG_FILES,
                encoding="utf-8",
            )
        except OSError as error:
            raise CannotServe(self._sentence(error)) from error
        file.setFormatter(Plain("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        short = logging.StreamHandler()
        short.setLevel(logging.WARNING)
        short.setFormatter(_OneLine("%(levelname)s: %(message)s"))
        self._handlers = [file, short]
        root = logging.getLogger()
        root.setLevel(logging.INFO)
        for handler in self._handlers:
            for one in filters:
                handler.addFilter(one)
            root.addHandler(handler)
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)

    def write_address(self, url: str) -> None:
        """Write the server's address to ``server.json``, for local workers."""
        target = self.path / "server.json"
        new = target.with_suffix(".new")
        new.write_text(json.dumps({"url": url, "pid": os.getpid()}))
        new.replace(target)


class _LogFile(RotatingFileHandler):
    """A log file that drops lines on a full disk without a traceback: the terminal has them."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's name)
        error = sys.exc_info()[1]
        if not (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
            super().handleError(record)


class Plain(logging.Formatter):
    """A format of log records that no client can forge or make long.

    What follows a record's first line is indented, nothing in it controls a terminal, and the
    middle of a long record is left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        text = super().format(record)
        if len(text) > MAX_RECORD:
            text = f"{text[: MAX_RECORD // 2]} … {text[-MAX_RECORD // 2 :]}"
        return "\n    ".join(map(texts.escaped, text.splitlines()))


class _OneLine(Plain):
    """A format without tracebacks: those are in the file."""

    def formatException(self, ei: object) -> str:  # noqa: N802 (the library's name)
        return ""

    def format(self, record: logging.LogRecord) -> str:
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record).rstrip()
        finally:
            record.exc_text = kept
