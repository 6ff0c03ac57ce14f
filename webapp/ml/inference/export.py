"""A model as a file that others can open: `.keras`, with a note of where it comes from."""

from __future__ import annotations

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
    """Write `model`, compiled, to `path`, a name that is the caller's alone until it is whole.

    Raises OSError, also when the file is removed meanwhile.
    """
    network.save(model, path)
    with path.open("r+b") as file:  # by its name, `ZipFile` would make an empty one
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(NOTE, config.model_dump_json())
