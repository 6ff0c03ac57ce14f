"""Exports a model as a `.keras` file, with a note about its origin."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.ml import network

if TYPE_CHECKING:
    from webapp.schemas.config import RunConfig

NOTE = "inkling.json"
"""A file in the archive with the run's configuration. Keras ignores it; when the archive is
imported again, it gives the name, the dataset and the scaling."""


def write_keras(model: network.Model, config: RunConfig, path: Path) -> None:
    """Write `model`, compiled, to `path`, a name that only the caller uses until the file is
    complete.

    Raises OSError, also when the file is removed meanwhile.
    """
    network.save(model, path)
    with path.open("r+b") as file:  # by its name, `ZipFile` would make an empty one
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(NOTE, config.model_dump_json())
