"""Files that come in: each is written once, where it is read."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, cast

from flask import Request, current_app


class StoringRequest(Request):
    """A request whose files come into the data directory, not into memory or `/tmp` first.

    They have names (``upload.stream.name``), and are gone when they are closed. A gibibyte is not
    copied: that would take as long again as its coming.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Where a part of a form is written to: werkzeug's own place to decide it."""
        folder = incoming(Path(current_app.config["DATA_DIR"]))
        folder.mkdir(parents=True, exist_ok=True)
        return cast(IO[bytes], NamedTemporaryFile(dir=folder, suffix=".upload"))


def incoming(data_dir: Path) -> Path:
    """The directory of what is coming in; it need not exist."""
    return data_dir / "incoming"
