"""Removes at the start what killed processes left in the data directory.

Only what no row and no living process uses: training outlives the server, so the folder of a worker
that still runs stays. Links are never followed. Folders of runs older than all runs of this
database belong to another database, and stay.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from webapp.data_dir import SECRET, incoming_dir, scratch_dir
from webapp.database import DeletedRow, RunRow, reading
from webapp.runs import files, recovery
from webapp.workers.launchers.processes import process_started

ID_SIGNS = frozenset("0123456789abcdef")
ID_LENGTH = 12
UNFINISHED = (".probe-", f"{SECRET}.")
"""The prefixes of unfinished files in the data directory itself."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What the database knows.

    The ids of its runs and of deleted ones; when the first was created (seconds since 1970,
    infinity if there is none); the attempts whose worker is alive.
    """

    runs: frozenset[str]
    deleted: frozenset[str]
    since: float
    living: frozenset[tuple[str, str]]


def remove() -> None:
    """Remove all leftovers and log their size; needs the application's context."""
    sizes = [_removed(path) for path in found(files.data_dir(), _known())]
    removed = [size for size in sizes if size is not None]
    if removed:
        log.info(
            "removed %d leftovers of earlier processes, %.1f MB", len(removed), sum(removed) / 1e6
        )


def found(data_dir: Path, known: Known) -> Iterator[Path]:
    """Return the files and folders that may be removed."""
    yield from _scratch(scratch_dir(data_dir), known)
    yield from _children(incoming_dir(data_dir))
    yield from (path for path in _children(data_dir / "logs") if _is_waiting_workers(path))
    yield from (path for path in _children(data_dir / "datasets") if _is_unfinished(path))
    yield from (path for path in _children(data_dir) if path.name.startswith(UNFINISHED))
    for run in _children(data_dir / "runs"):
        if run.name in known.runs:
            yield from _unfinished_of(run)
        elif _is_stray(run, known):
            yield run


def _known() -> Known:
    with reading() as session:
        runs = frozenset(session.scalars(sa.select(RunRow.id)))
        deleted = frozenset(session.scalars(sa.select(DeletedRow.id)))
        first = session.scalar(sa.select(sa.func.min(RunRow.created_at)))
    living = frozenset(
        (one.run_id, str(one.attempt))
        for one in recovery.under_way()
        if one.pid is not None and process_started(one.pid) == one.pid_started
    )
    return Known(runs, deleted, float("inf") if first is None else first / 1000, living)


def _scratch(folder: Path, known: Known) -> Iterator[Path]:
    """Return folders of processes, except those of attempts whose worker is alive."""
    for own in _children(folder):
        if any(own.name == run_id for run_id, _attempt in known.living):
            for attempt in _children(own):
                if (own.name, attempt.name) not in known.living:
                    yield attempt
        else:
            yield own


def _unfinished_of(run: Path) -> Iterator[Path]:
    """Return unfinished files of a run: their names start with a dot.

    Views are not searched: they are many and small, and are deleted with their checkpoint.
    """
    for folder in ("checkpoints", "exports"):
        yield from (path for path in _children(run / folder) if path.name.startswith("."))


def _is_stray(path: Path, known: Known) -> bool:
    """Return whether the folder is of a run that this database deleted, or never knew."""
    if len(path.name) != ID_LENGTH or not ID_SIGNS.issuperset(path.name) or path.is_symlink():
        return False
    return path.name in known.deleted or path.stat().st_mtime >= known.since


def _is_waiting_workers(path: Path) -> bool:
    return path.name.startswith("worker-") and path.suffix in (".log", ".1")


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith(".") or path.suffix == ".tmp"


def _children(folder: Path) -> list[Path]:
    """Return the content of a folder; nothing if it is none, a link, or unreadable.

    What is left there is no reason not to start.
    """
    try:
        if folder.is_symlink() or not folder.is_dir():
            return []
        return sorted(folder.iterdir())
    except OSError as error:
        log.warning("Could not read a folder: %s", error)
        return []


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    return sum(
        os.lstat(os.path.join(folder, name)).st_size
        for folder, _folders, names in os.walk(path)
        for name in names
    )


def _removed(path: Path) -> int | None:
    """Remove a file, a link, or a folder with its content; return its bytes, or None on failure."""
    try:
        size = _size(path)
        if path.is_symlink() or not path.is_dir():
            path.unlink()
        else:
            shutil.rmtree(path)
    except OSError as error:
        log.warning("Could not remove a leftover: %s", error)
        return None
    return size
