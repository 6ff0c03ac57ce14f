"""A model as a file that others can open: `.keras`, with a note of where it comes from."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.ml import network

if TYPE_CHECKING:
    from webapp.schemas.config import RunConfig

NOTE = "inkling.json"
"""A file in the archive with the run's configuration. Keras takes no notice of it; when the
archive comes back to us, it tells the name, the dataset and the scaling."""


def write_keras(model: network.Model, config: RunConfig, path: Path) -> None:
    """Write `model`, compiled, to `path`, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".keras")
    os.close(handle)
    temporary = Path(name)
    try:
        network.save(model, temporary)
        with zipfile.ZipFile(temporary, "a") as archive:
            archive.writestr(NOTE, config.model_dump_json())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
