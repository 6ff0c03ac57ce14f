"""Uploaded files: each is written once, to where it is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, cast

from flask import Request, current_app
from flask_babel import gettext

from webapp.data_dir import incoming_dir
from webapp.errors import FieldProblem, InvalidInput

Note = Callable[[int], None]
"""Called with the number of bytes received; may raise, which ends the upload."""


class StoringRequest(Request):
    """A request whose file is written to the data directory, not to memory or `/tmp` first.

    It has a name (``upload.stream.name``), and is removed when the request ends. A gibibyte is not
    copied: that would take as long again as the upload. A route declares by ``take_file`` that it
    accepts one; a second file of a form, or one for another route, ends the reading.
    """

    _note: Note | None = None
    _incoming: Incoming | None = None

    def take_file(self, note: Note) -> None:
        """Accept one file; ``note`` is called with the number of bytes received."""
        self._note = note

    def drop_file(self) -> None:
        """Free the disk space of what was received so far."""
        if self._incoming is not None:
            os.truncate(self._incoming.name, 0)

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Return where a part of a form is written: werkzeug's hook for it."""
        if self._note is None or self._incoming is not None:
            problem = FieldProblem("file", gettext("Only one file can be sent at once."))
            raise InvalidInput("invalid_model", gettext("There is more than one file."), [problem])
        folder = incoming_dir(Path(current_app.config["DATA_DIR"]))
        folder.mkdir(parents=True, exist_ok=True)
        self._incoming = Incoming(folder, self._note)
        return cast(IO[bytes], self._incoming)

    def close(self) -> None:
        """Remove the file, also when the form was not read to its end."""
        super().close()
        if self._incoming is not None:
            self._incoming.close()


class Incoming:
    """An uploaded file; it has all methods of a temporary file."""

    def __init__(self, folder: Path, note: Note) -> None:
        self._file = NamedTemporaryFile(dir=folder, suffix=".upload")
        self._note = note

    def write(self, data: bytes) -> int:
        """Write received bytes, if they are still accepted."""
        self._note(len(data))
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
