"""Pages of a dataset's digits, and statistics of all of them.

A separate process writes a dataset to files once (``webapp.ml.unpack``), in the data directory;
only the requested rows are read here, so the web process stays small.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _

from webapp.background import offload
from webapp.datasets import catalogue, files
from webapp.errors import Conflict, DiskFull, NotFound, Unavailable
from webapp.schemas.datasets import PIXELS
from webapp.settings import ROOT, Settings
from webapp.workers.keeper import refusal
from webapp.workers.launchers.processes import worker_environment

SECONDS = 60
"""The time limit for writing the files; it takes two seconds."""

log = logging.getLogger(__name__)

_writing = threading.Lock()


def page(
    name: str, settings: Settings, part: str, label: int | None, offset: int, limit: int
) -> dict[str, Any]:
    """Return digits of a part, in the dataset's own order; ``label`` selects one digit.

    ``{"part", "label", "offset", "total", "indices", "labels", "pixels"}``: ``pixels`` is 784 bytes
    a digit, in base64, 0 = paper and 255 = ink; ``indices`` are positions in the whole part. Raises
    NotFound, Conflict when the dataset is not here, Unavailable, DiskFull.
    """
    rows = offload(_rows, _unpacked(name, settings), part, label, offset, limit)
    return {"part": part, "label": label, "offset": offset, **rows}


def chosen(name: str, settings: Settings, part: str, places: Sequence[int]) -> dict[str, Any]:
    """Return ``{"indices", "labels", "pixels"}`` of the digits at these positions, as in ``page``.

    Raises as ``page``, and IndexError for a position beyond the last.
    """
    return offload(_at, _unpacked(name, settings), part, places)


def image(name: str, settings: Settings, part: str, index: int) -> bytes | None:
    """Return 784 bytes of one digit; None if the part has no such index. Raises as ``page``."""
    rows = offload(_rows, _unpacked(name, settings), part, None, index, 1)
    return base64.b64decode(rows["pixels"]) or None


def statistics(name: str, settings: Settings) -> dict[str, Any]:
    """Return ``webapp.ml.unpack.statistics`` for ``train`` and ``test``. Raises as ``page``."""
    path = _unpacked(name, settings) / "statistics.json"
    known: dict[str, Any] = json.loads(offload(path.read_text, encoding="ascii"))
    return known


def _rows(folder: Path, part: str, label: int | None, offset: int, limit: int) -> dict[str, Any]:
    """Read only these rows of the file, and without NumPy: it would take a sixth of the memory."""
    places: Sequence[int] = range((folder / f"{part}.labels").stat().st_size)
    if label is not None:
        labels = (folder / f"{part}.labels").read_bytes()
        places = [place for place, one in enumerate(labels) if one == label]
    return {"total": len(places), **_at(folder, part, places[offset : offset + limit])}


def _at(folder: Path, part: str, places: Sequence[int]) -> dict[str, Any]:
    labels = (folder / f"{part}.labels").read_bytes()
    wanted = list(places)
    with (folder / f"{part}.images").open("rb") as file:
        images = b"".join(os.pread(file.fileno(), PIXELS, PIXELS * place) for place in wanted)
    return {
        "indices": wanted,
        "labels": [labels[place] for place in wanted],
        "pixels": base64.b64encode(images).decode("ascii"),
    }


def _unpacked(name: str, settings: Settings) -> Path:
    """Return the directory that ``webapp.ml.unpack`` writes; write it now if it is missing."""
    try:
        here = catalogue.look_for(name, settings)
    except KeyError:
        raise NotFound("dataset_not_found", _("There is no such dataset.")) from None
    if here.missing is not None:
        code = "dataset_damaged" if here.reason else "dataset_missing"
        raise Conflict(code, _(here.missing))
    folder = files.unpacked(name, settings.data_dir, settings.mnist)
    with _writing:
        if not folder.is_dir():
            _remove_others(folder, name)
            _write(name, settings, folder)
    return folder


def _remove_others(folder: Path, name: str) -> None:
    """Remove the directories of other versions of the file, and unfinished ones."""
    for old in (*folder.parent.glob(f"{name}@*"), *folder.parent.glob(".*")):
        shutil.rmtree(old, ignore_errors=True)


def _write(name: str, settings: Settings, folder: Path) -> None:
    """Run the process that writes. Raises ApiError with its reason, DiskFull, Unavailable."""
    source = [] if settings.mnist is None else [str(settings.mnist)]
    module = [sys.executable, "-m", "webapp.ml.unpack"]
    try:
        done = subprocess.run(
            [*module, name, str(settings.data_dir), str(folder), *source],
            cwd=ROOT,
            env=worker_environment(os.environ, settings.data_dir),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        details = getattr(error, "stderr", None) or b""
        log.warning("Could not unpack dataset %s: %s %s", name, error, details[-2000:])
        raise Unavailable("digits_unavailable", _("The digits cannot be read right now.")) from None
    if said.get("disk_full"):
        raise DiskFull
    if refused := said.get("refused"):
        raise refusal(refused)
