"""A saved model from outside comes in, safely.

The archive is taken apart in a throw-away process under limits (`webapp.kerasfile`); what it
answers is checked here once more by our own schema. Nothing here imports TensorFlow.
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
from webapp.security.owners import asker
from webapp.security.places import Places
from webapp.settings import ROOT

log = logging.getLogger(__name__)

SECONDS = 5.0
"""How long the archive may take, and as much processor time."""

BYTES_A_SECOND = 50_000_000
"""A large archive may take longer: one second more for so many bytes."""

START_SECONDS = 20.0
"""The process may take so long to start on a busy machine, before it looks at the archive."""

AT_ONCE = 2
"""Archives that are read at the same time; each may take half a GiB of memory."""

WAIT_SECONDS = 20.0
"""How long another one waits for its turn: forty students take six seconds."""

UNTITLED = _("Imported model")

KEPT = frozenset({"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"})


_places = Places(AT_ONCE)


def import_archive(path: Path, weights: Path, seconds: float = SECONDS) -> RunConfig:
    """The configuration of the model in `path`; writes its weights to `weights`, a checkpoint.

    Raises InvalidInput, with a stable code, for whatever cannot or must not come in, DiskFull, and
    TooManyRequests or Unavailable when too many wait.
    """
    with _places.of(asker(), WAIT_SECONDS):
        answer = _take_apart(path, weights, seconds + path.stat().st_size / BYTES_A_SECOND)
    if answer.get("disk_full"):
        raise DiskFull
    refused = answer.get("refused")
    if refused is not None:
        msgid, values = refused["msgid"], refused["values"]
        raise InvalidInput(refused["code"], gettext(msgid, **values))
    config = answer["config"]
    return parse_config({"name": str(UNTITLED), **config})


def _take_apart(path: Path, weights: Path, seconds: float) -> Any:
    """What the process answers. Raises InvalidInput when it comes to nothing."""
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
        log.warning("An archive could not be read: %s %s", error, details[-2000:])
        raise InvalidInput(
            "import_failed", _("This model could not be read within the limits.")
        ) from None


def _environment(scratch: str) -> dict[str, str]:
    """Little: no secrets, one thread for the numbers, no plugins for HDF5; a directory for its
    files that is removed even when it is killed."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {
        **kept,
        "TMPDIR": scratch,
        "OPENBLAS_NUM_THREADS": "1",
        "HDF5_PLUGIN_PRELOAD": "::",
        "HDF5_USE_FILE_LOCKING": "FALSE",
    }
