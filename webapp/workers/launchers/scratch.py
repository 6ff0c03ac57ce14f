"""Folders for the temporary files of processes: made before one starts, removed after its end.

They lie in the data directory, so that what a killed process leaves is found again; what a killed
server leaves goes with the next start (``webapp.runs.leftovers``).
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from webapp.background import offload
from webapp.data_dir import scratch_dir


def make(data_dir: Path, name: str) -> Path:
    """The folder of a process, by a name that no other has. Raises OSError."""
    path = scratch_dir(data_dir) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def remove(*folders: Path) -> None:
    """Remove folders with what is in them, and what holds them where it is empty then."""
    for folder in folders:
        offload(shutil.rmtree, folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process has its folder there
            folder.parent.rmdir()
