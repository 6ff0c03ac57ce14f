"""Logs that a worker writes by itself, kept short from outside.

A worker writes to a file and to no pipe, because it may outlive whoever started it; so nobody can
rotate its log as it is written. It is opened for appending, and cut here when it has grown too
long: the next line then goes to the start of the file.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path

LOG_BYTES = 2_000_000
"""A log that is longer is cut; it may be twice as long with what was cut off last."""

KEPT_LOGS = 5
"""Attempts of a run whose logs are kept."""


log = logging.getLogger(__name__)


def log_path(run_dir: Path, attempt: int) -> Path:
    """The log of one attempt of the run that has this directory."""
    return run_dir / "logs" / f"{attempt}.log"


def older(path: Path) -> Path:
    """Where the end of what was cut off a log lies."""
    return path.with_name(f"{path.name}.1")


def cut(path: Path) -> None:
    """Cut the log if it is too long; its end is kept beside it, as far as the disk lets it.

    What is written in the moment between is lost. A log that is gone is no fault.
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
    except OSError as error:  # whoever looks after logs has other things to look after
        log.warning("%s cannot be cut: %s", path, error)


def last_line(path: Path) -> str:
    """The last line of a log; empty where there is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""


def remove(paths: Iterable[Path]) -> None:
    """Remove logs, with what was cut off them."""
    for path in paths:
        path.unlink(missing_ok=True)
        older(path).unlink(missing_ok=True)
