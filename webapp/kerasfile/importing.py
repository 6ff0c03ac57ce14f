"""Imports a saved model from outside, safely.

The archive is unpacked in a throw-away process under limits (`webapp.kerasfile`); its answer is
checked here once more by our own schema. Nothing here imports TensorFlow.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from webapp.configuration.checking import parse_config
from webapp.errors import DiskFull, InvalidInput
from webapp.schemas.config import RunConfig
from webapp.security.owners import current_client
from webapp.security.places import Places
from webapp.settings import ROOT

log = logging.getLogger(__name__)

SECONDS = 5.0
"""The time limit for an archive, elapsed and of the processor."""

BYTES_A_SECOND = 50_000_000
"""A large archive may take longer: one more second for so many bytes."""

START_SECONDS = 20.0
"""The time limit for the process's start on a busy machine, before it reads the archive."""

AT_ONCE = 2
"""The number of archives read at the same time; each may take half a GiB of memory."""

WAIT_SECONDS = 20.0
"""How long another one waits for its turn: forty students take six seconds."""

UNTITLED = _("Imported model")

KEPT = frozenset({"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"})


_places = Places(AT_ONCE)


def import_archive(path: Path, weights: Path, seconds: float = SECONDS) -> RunConfig:
    """Return the configuration of the model in `path`; write its weights to `weights`, a
    checkpoint.

    Raises InvalidInput, with a stable code, for whatever cannot or must not be imported, DiskFull,
    and TooManyRequests or Unavailable when too many wait.
    """
    with _places.of(current_client(), WAIT_SECONDS):
        answer = _unpack(path, weights, seconds + path.stat().st_size / BYTES_A_SECOND)
    if answer.get("disk_full"):
        raise DiskFull
    refused = answer.get("refused")
    if refused is not None:
        msgid, values = refused["msgid"], refused["values"]
        raise InvalidInput(refused["code"], gettext(msgid, **values))
    config = answer["config"]
    return parse_config({"name": str(UNTITLED), **config})


def _unpack(path: Path, weights: Path, seconds: float) -> Any:
    """Return the answer of the process. Raises InvalidInput when there is none."""
    command = [sys.executable, "-m", "webapp.kerasfile", str(path), str(weights), str(seconds)]
    try:
        with tempfile.TemporaryDirectory(dir=weights.parent) as scratch:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=_environment(scratch),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=START_SECONDS + seconds,
                check=True,
            )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        details = getattr(error, "stderr", None) or b""
        log.warning("Could not read an archive: %s %s", error, details[-2000:])
        raise InvalidInput(
            "import_failed", _("This model could not be read within the limits.")
        ) from None


def _environment(scratch: str) -> dict[str, str]:
    """Return a minimal environment: no secrets, one thread for the numbers, no plugins for HDF5.

    Its directory of temporary files is removed even when the process is killed.
    """
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {
        **kept,
        "TMPDIR": scratch,
        "OPENBLAS_NUM_THREADS": "1",
        "HDF5_PLUGIN_PRELOAD": "::",
        "HDF5_USE_FILE_LOCKING": "FALSE",
    }
