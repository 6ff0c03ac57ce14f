"""Models as files for others: ``<run id>/exports/<key of the weights>.<format>``, made once.

One at a time for each run. What is under way lies in a directory of its own, whose name no whole
file has; it is made durable before it gets its name, and looked through before it is given away.
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
from webapp.runs import files
from webapp.runs.kept_views import tidy
from webapp.runs.turns import Turns
from webapp.runs.weights import Weights

ALL_BYTES = 4_000_000_000
"""Of all runs together; what was not asked for longest is made anew when somebody asks again."""

MEMBERS = {"keras": (CONFIG, WEIGHTS, NOTE)}
"""What a whole archive of each format holds at least."""

log = logging.getLogger(__name__)
_turns = Turns()


@contextmanager
def turn(weights: Weights, ending: str) -> Iterator[Path]:
    """The file of these weights, whole or not there, while no other thread makes or removes one
    of the run's."""
    path = files.run_dir(weights.run_id) / "exports" / f"{weights.key}.{ending}"
    with _turns.of(weights.run_id):
        if path.exists() and not _is_whole(path):
            log.warning("a file of run %s is damaged and made anew", weights.run_id)
            files.remove([path])
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)  # it is used now, so that others go first
        yield path


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """Where to write what shall be ``path``; kept at the end. Needs the turn.

    Files of other weights make way. Raises Conflict where the run is gone, and InternalError when
    what was written is not whole.
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
            offload(tidy, runs.glob(f"*/exports/*{path.suffix}"), ALL_BYTES)
    except FileNotFoundError:
        raise Conflict("wrong_state", gettext("The model of this run is gone.")) from None


def _is_whole(path: Path) -> bool:
    return offload(files.is_sound, path, MEMBERS[path.suffix[1:]])


def _keep(made: Path, path: Path) -> None:
    with made.open("rb") as file:
        files.keep(file, path)


def _clear(folder: Path) -> None:
    """Remove what lies there: files of older weights, and what a killed server was making."""
    for old in folder.iterdir():
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            files.remove([old])
