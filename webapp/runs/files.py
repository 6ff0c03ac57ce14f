"""The files of a run: ``<data_dir>/runs/<run id>/checkpoints/<attempt>-<epoch>[-1].npz``.

What was computed of a checkpoint lies in ``<run id>/insights/<its name>.<its time>/``, and is
deleted with it.

Functions that touch the disk need no application, so that ``offload`` can run them in a thread.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from webapp import data_dir as place

VIEWS = "insights"
"""The folder of everything computed of a run's checkpoints."""

EVALUATION = "evaluation.json"
"""The one file in it that every checkpoint may have."""


def data_dir() -> Path:
    """Return the data directory of the current application, absolute."""
    return Path(current_app.config["DATA_DIR"])


def run_dir(run_id: str) -> Path:
    """Return the directory of a run's files."""
    return place.run_dir(data_dir(), run_id)


def checkpoint_path(run_id: str, attempt: int, epoch: int, part: int = 0) -> Path:
    """Return the file of one checkpoint; it need not exist. Part 0 is not named."""
    name = f"{attempt}-{epoch}-{part}.npz" if part else f"{attempt}-{epoch}.npz"
    return run_dir(run_id) / "checkpoints" / name


def checkpoints(run_id: str) -> dict[Path, int]:
    """Return all complete checkpoint files of a run, registered or not, and their bytes."""
    found = {}
    for path in (run_dir(run_id) / "checkpoints").glob("[0-9]*.npz"):
        with contextlib.suppress(FileNotFoundError):
            found[path] = path.stat().st_size
    return found


def place_of(checkpoint: Path) -> tuple[int, int, int]:
    """Return (attempt, epoch, part) of a checkpoint's file. Raises ValueError for another name."""
    attempt, epoch, part = (checkpoint.stem + "-0").split("-")[:3]
    return int(attempt), int(epoch), int(part)


def views_dir(checkpoint: Path) -> Path:
    """Return the directory of what is computed of these very weights. Raises OSError if deleted."""
    stamp = checkpoint.stat().st_mtime_ns
    return checkpoint.parent.parent / VIEWS / f"{checkpoint.stem}.{stamp}"


def is_sound(path: Path, members: Collection[str] = ()) -> bool:
    """Return whether an archive exists, has these members, and matches its checksums."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None and set(members) <= set(archive.namelist())
    except Exception:  # zipfile and zlib raise many kinds for damaged archives
        return False


@contextmanager
def incoming(target: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside ``target``; it is removed unless ``keep`` has renamed it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with path.open("wb") as file:
            yield file
    finally:
        path.unlink(missing_ok=True)


def keep(file: BinaryIO, target: Path) -> None:
    """Make the file durable and rename it: after this, it survives a power cut complete."""
    file.flush()
    os.fsync(file.fileno())
    os.replace(file.name, target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def remove(paths: Iterable[Path]) -> None:
    """Remove files that are no longer needed; a missing one is no error."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def drop_checkpoints(paths: Iterable[Path]) -> None:
    """Remove checkpoints with everything computed of them."""
    for path in paths:
        remove([path])
        for views in (path.parent.parent / VIEWS).glob(f"{path.stem}.*"):
            shutil.rmtree(views, ignore_errors=True)


def remove_run(directory: Path) -> None:
    """Remove all files of a run (``run_dir``)."""
    shutil.rmtree(directory, ignore_errors=True)
