"""The zip around a Keras model. Sizes are checked before and while anything is read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import IO, Any

from webapp.kerasfile.refusal import Refused, damaged
from webapp.schemas.marks import N_

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
NOTE = "inkling.json"

MAX_ENTRIES = 100
MAX_JSON_BYTES = 4 << 20
MAX_WEIGHTS_BYTES = 2 << 30
"""100 million parameters with two moments each are 1.2 GB."""

MAX_RATIO = 50
"""The highest compression ratio. Keras stores its entries uncompressed, 1:1; weights do not become
50 times smaller."""


class Container:
    """An opened archive. Raises Refused for anything wrong with it."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
            raise damaged() from error
        names = self._zip.namelist()
        if len(names) > MAX_ENTRIES or len(set(names)) != len(names):
            raise damaged()
        if CONFIG not in names or WEIGHTS not in names:
            raise damaged()

    def config(self) -> Any:
        """Return the JSON of the model's configuration."""
        return self._json(CONFIG)

    def note(self) -> Any:
        """Return the note that we wrote into the archive, or None."""
        try:
            return self._json(NOTE)
        except (Refused, KeyError):
            return None

    def extract_weights(self, target: Path, most: int) -> None:
        """Copy the file of weights, of at most ``most`` bytes, out of the archive."""
        with target.open("wb") as file:
            self._copy(WEIGHTS, file, min(most, MAX_WEIGHTS_BYTES))

    def _json(self, name: str) -> Any:
        limit = MAX_JSON_BYTES
        try:
            with self._open(name, limit) as entry:
                text = entry.read(limit + 1)
            return json.loads(text)
        except (ValueError, RecursionError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise damaged() from error

    def _copy(self, name: str, file: IO[bytes], limit: int) -> None:
        left = limit
        try:
            with self._open(name, limit) as entry:
                while chunk := entry.read(1 << 20):
                    left -= len(chunk)
                    if left < 0:
                        raise too_large()
                    file.write(chunk)
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            raise damaged() from error

    def _open(self, name: str, limit: int) -> IO[bytes]:
        info = self._zip.getinfo(name)
        if info.file_size > limit or info.file_size > MAX_RATIO * info.compress_size:
            raise too_large()
        try:
            return self._zip.open(info)
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
            raise damaged() from error  # encrypted, or an unknown compression


def too_large() -> Refused:
    """Return the refusal of an archive that would unpack to more than is allowed."""
    return Refused("archive_too_large", N_("This archive unpacks to more than is allowed."))
