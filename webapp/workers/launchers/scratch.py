"""Temporary folders of processes: created before one starts, removed after its end.

They lie in the data directory, so that the next start finds and removes what a killed server left
(``webapp.runs.leftovers``).
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from webapp.background import offload
from webapp.data_dir import scratch_dir


def make(data_dir: Path, name: str) -> Path:
    """Return a new folder for a process, with a unique name. Raises OSError."""
    path = scratch_dir(data_dir) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def remove(*folders: Path) -> None:
    """Remove folders with their content, and their parents if these are empty then."""
    for folder in folders:
        offload(shutil.rmtree, folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process has its folder there
            folder.parent.rmdir()
