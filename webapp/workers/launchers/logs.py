"""Limits the size of logs that workers write.

A worker writes to a file and not to a pipe, because it may outlive its parent; so nothing can
rotate the log while it is written. It is opened for appending, and truncated here when it is too
long: the next line then goes to the start of the file.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path

LOG_BYTES = 2_000_000
"""A longer log is truncated; with the part cut off last it may be twice as long."""

KEPT_LOGS = 5
"""The attempts of a run whose logs are kept."""


log = logging.getLogger(__name__)


def log_path(run_dir: Path, attempt: int) -> Path:
    """Return the log of one attempt of the run with this directory."""
    return run_dir / "logs" / f"{attempt}.log"


def older(path: Path) -> Path:
    """Return the file that keeps the end of the part cut off a log."""
    return path.with_name(f"{path.name}.1")


def cut(path: Path) -> None:
    """Truncate the log if it is too long; its end is kept beside it, if the disk allows.

    Lines written in between are lost. A missing log is no error.
    """
    try:
        if path.stat().st_size <= LOG_BYTES:
            return
        with path.open("rb+") as file, older(path).open("wb") as end:
            file.seek(-LOG_BYTES, os.SEEK_END)
            end.write(file.read(LOG_BYTES))
            file.truncate(0)
    except FileNotFoundError:
        return
    except OSError as error:  # the caller's other tasks must go on
        log.warning("Could not truncate %s: %s", path, error)


def last_line(path: Path) -> str:
    """Return the last line of a log; empty if there is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""


def remove(paths: Iterable[Path]) -> None:
    """Remove logs, with the parts cut off them."""
    for path in paths:
        path.unlink(missing_ok=True)
        older(path).unlink(missing_ok=True)
