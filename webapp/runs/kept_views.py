"""How much is kept of what was computed of checkpoints: what was not asked for longest goes first.

Arguments of views can be combined without end, and each view is a file (``insights``). Whatever is
removed is computed again when somebody asks for it. Evaluations stay: there is one for each
checkpoint.
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
"""Of one run."""

ALL_BYTES = 1_000_000_000
"""Of all runs together."""

LOOK_BYTES = ALL_BYTES // 20
"""After so many new bytes all folders are looked through again."""


class _File(NamedTuple):
    """A file: when it was last used (ns), the bytes it takes on the disk, where it is."""

    used: int
    size: int
    path: Path


class KeptViews:
    """Keeps the views of all runs within their bounds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._new = LOOK_BYTES  # nobody has looked yet

    def read(self, path: Path) -> bytes | None:
        """A view that is kept, which counts as used now; None where it is not there."""
        try:
            seen = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        return seen

    def added(self, path: Path) -> None:
        """A view was written: others make way where there are too many bytes of them."""
        own = path.parent.parent
        offload(tidy, _views(own, "*/*"), RUN_BYTES)
        if self._must_look(path):
            offload(tidy, _views(own.parent.parent, f"*/{files.VIEWS}/*/*"), ALL_BYTES)

    def _must_look(self, path: Path) -> bool:
        """Whether much has come since all folders were looked through."""
        size = _bytes(path.stat()) if path.exists() else 0
        with self._lock:
            self._new += size
            if self._new < LOOK_BYTES:
                return False
            self._new = 0
            return True


def _views(folder: Path, pattern: str) -> Iterator[Path]:
    """The views there, the unfinished ones of a process that died as well."""
    return (path for path in folder.glob(pattern) if path.name != files.EVALUATION)


def tidy(paths: Iterable[Path], most: int) -> None:
    """Remove the files that were not used for longest, until all take at most so many bytes."""
    found = list(_measured(paths))
    too_much = sum(file.size for file in found) - most
    for file in sorted(found):
        if too_much <= 0:
            return
        files.remove([file.path])
        too_much -= file.size


def _measured(paths: Iterable[Path]) -> Iterator[_File]:
    """The files that are still there."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            found = path.stat()
            yield _File(found.st_mtime_ns, _bytes(found), path)


def _bytes(found: os.stat_result) -> int:
    """What the file takes on the disk."""
    return found.st_blocks * 512
