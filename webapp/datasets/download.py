"""Downloads one file whose hash is known: streamed, with limits, and atomically."""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from webapp.schemas.marks import N_

CHUNK_BYTES = 1 << 16

UNREACHABLE = N_(
    "The server that provides the digits cannot be reached. Check the network connection."
)
DAMAGED = N_("The downloaded file is not the right one; please try again.")
NOT_KEPT = N_("The downloaded digits cannot be written to the disk.")
TOO_SLOW = N_("The download took too long; please try again.")


@dataclass(frozen=True)
class Source:
    """The address of a file, the SHA-256 of its content, and its size in bytes."""

    url: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Patience:
    """Timeouts in seconds: without any byte, and for the whole download."""

    silence: float = 6.0
    whole: float = 600.0


class DownloadFailed(Exception):
    """Raised when a download failed; the text is a msgid for people."""


def fetch(
    source: Source,
    path: Path,
    progress: Callable[[int], None] = lambda received: None,
    patience: Patience = Patience(),  # noqa: B008, frozen
) -> None:
    """Download the file to `path`. Raises DownloadFailed and then leaves `path` unchanged."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
        temporary = Path(name)
    except OSError as error:
        raise DownloadFailed(NOT_KEPT) from error
    try:
        with os.fdopen(handle, "wb") as file:
            _receive(source, file, progress, patience)
        temporary.chmod(0o644)  # Keras' cache is shared by all programs
        os.replace(temporary, path)
    except OSError as error:
        raise DownloadFailed(NOT_KEPT) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _receive(
    source: Source, file: IO[bytes], progress: Callable[[int], None], patience: Patience
) -> None:
    """Write the received bytes, as long as it may be the right file."""
    digest, received, began = hashlib.sha256(), 0, time.monotonic()
    with contextlib.closing(_Chunks(source.url, patience.silence)) as chunks:
        for chunk in chunks:
            received += len(chunk)
            if received > 2 * source.size:  # the hash decides; this only limits the disk use
                raise DownloadFailed(DAMAGED)
            if time.monotonic() - began > patience.whole:
                raise DownloadFailed(TOO_SLOW)
            digest.update(chunk)
            file.write(chunk)
            progress(received)
    if digest.hexdigest() != source.sha256:
        raise DownloadFailed(DAMAGED)


class _Chunks:
    """Reads a URL in a thread: even a silent name server blocks at most `silence` seconds."""

    def __init__(self, url: str, silence: float) -> None:
        self._url = url
        self._silence = silence
        self._queue: queue.Queue[bytes | Exception] = queue.Queue(maxsize=8)
        self._given_up = threading.Event()

    def __iter__(self) -> _Chunks:
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __next__(self) -> bytes:
        try:
            found = self._queue.get(timeout=self._silence)
        except queue.Empty:
            found = TimeoutError("silence")
        if isinstance(found, Exception):
            raise DownloadFailed(UNREACHABLE) from found
        if not found:
            raise StopIteration
        return found

    def close(self) -> None:
        """End the thread."""
        self._given_up.set()

    def _read(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=self._silence) as answer:
                while chunk := answer.read(CHUNK_BYTES):
                    self._put(chunk)
                self._put(b"")
        except Exception as error:  # HTTP, TLS and proxies raise many kinds of errors
            with contextlib.suppress(ConnectionAbortedError):
                self._put(error)

    def _put(self, found: bytes | Exception) -> None:
        """Hand over a chunk; waiting for ever for a reader that left would leak the connection."""
        while not self._given_up.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put(found, timeout=1.0)
                return
        raise ConnectionAbortedError("the reader has left")
