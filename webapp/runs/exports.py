"""Exported models: ``<run id>/exports/<key of the weights>.<format>``, written once.

One at a time for each run. An unfinished file lies in a directory of its own, whose name no
finished file has; it is made durable before it is renamed, and verified before it is sent.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import gettext

from webapp.background import offload
from webapp.errors import Conflict, InternalError
from webapp.kerasfile.container import CONFIG, NOTE, WEIGHTS
from webapp.runs import files, sizes
from webapp.runs.kept_views import tidy
from webapp.runs.turns import Turns
from webapp.runs.weights import Weights

ALL_BYTES = 4_000_000_000
"""The limit for all runs; the least recently requested is removed, and written again on request."""

MEMBERS = {"keras": (CONFIG, WEIGHTS, NOTE)}
"""The files that a complete archive of each format contains."""

log = logging.getLogger(__name__)
_turns = Turns()


@contextmanager
def turn(weights: Weights, ending: str) -> Iterator[Path]:
    """Hold the lock of the run's exports; give the file of these weights, complete or missing."""
    path = files.run_dir(weights.run_id) / "exports" / f"{weights.key}.{ending}"
    with _turns.of(weights.run_id):
        if path.exists() and not _is_whole(path):
            log.warning("An export of run %s is damaged: writing it again", weights.run_id)
            files.remove([path])
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)  # marks it as used, so that others are removed first
        yield path


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """Return where to write the content of ``path``; renamed at the end. Needs the lock.

    Files of other weights are removed. Raises Conflict when the run was deleted, and InternalError
    when what was written is incomplete.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        _clear(path.parent)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as scratch:
            made = Path(scratch, f"model{path.suffix}")
            yield made
            if not _is_whole(made):
                raise InternalError
            offload(_keep, made, path)
            runs = path.parent.parent.parent
            removed = offload(tidy, runs.glob(f"*/exports/*{path.suffix}"), ALL_BYTES)
            sizes.changed(export.parent.parent.name for export in [path, *removed])
    except FileNotFoundError:
        raise Conflict("wrong_state", gettext("The model of this run was deleted.")) from None


def _is_whole(path: Path) -> bool:
    return offload(files.is_sound, path, MEMBERS[path.suffix[1:]])


def _keep(made: Path, path: Path) -> None:
    with made.open("rb") as file:
        files.keep(file, path)


def _clear(folder: Path) -> None:
    """Remove files of older weights, and what a killed server was writing."""
    for old in folder.iterdir():
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            files.remove([old])
