"""Limits the disk space of views of checkpoints: the least recently used are removed first.

Arguments of views can be combined without end, and each view is a file (``insights``). A removed
view is computed again when it is requested. Evaluations stay: there is one for each checkpoint.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from webapp.background import offload
from webapp.runs import files

RUN_BYTES = 32_000_000
"""The limit for one run."""

ALL_BYTES = 1_000_000_000
"""The limit for all runs together."""

LOOK_BYTES = ALL_BYTES // 20
"""After so many new bytes all folders are measured again."""


class _File(NamedTuple):
    """A file: when it was last used (ns), the bytes it takes on disk, its path."""

    used: int
    size: int
    path: Path


class KeptViews:
    """Keeps the views of all runs within their limits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._new = LOOK_BYTES  # nothing was measured yet

    def read(self, path: Path) -> bytes | None:
        """Return a stored view and mark it as used; None if it is missing."""
        try:
            seen = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        return seen

    def added(self, path: Path) -> set[str]:
        """Count a view that was written; remove others beyond the limit.

        Returns the ids of the runs whose files have changed.
        """
        own = path.parent.parent
        changed = [path, *offload(tidy, _views(own, "*/*"), RUN_BYTES)]
        if self._must_look(path):
            every = _views(own.parent.parent, f"*/{files.VIEWS}/*/*")
            changed += offload(tidy, every, ALL_BYTES)
        return {view.parent.parent.parent.name for view in changed}

    def _must_look(self, path: Path) -> bool:
        """Return whether much was written since all folders were measured."""
        size = _bytes(path.stat()) if path.exists() else 0
        with self._lock:
            self._new += size
            if self._new < LOOK_BYTES:
                return False
            self._new = 0
            return True


def _views(folder: Path, pattern: str) -> Iterator[Path]:
    """Return the views there, including unfinished ones of a dead process."""
    return (path for path in folder.glob(pattern) if path.name != files.EVALUATION)


def tidy(paths: Iterable[Path], most: int) -> list[Path]:
    """Remove the least recently used files until all take at most ``most`` bytes; return them."""
    found = list(_measured(paths))
    too_much = sum(file.size for file in found) - most
    removed = []
    for file in sorted(found):
        if too_much <= 0:
            break
        files.remove([file.path])
        removed.append(file.path)
        too_much -= file.size
    return removed


def _measured(paths: Iterable[Path]) -> Iterator[_File]:
    """Return the files that still exist."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            found = path.stat()
            yield _File(found.st_mtime_ns, _bytes(found), path)


def _bytes(found: os.stat_result) -> int:
    """Return the bytes that the file takes on disk."""
    return found.st_blocks * 512
