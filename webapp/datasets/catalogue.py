"""Lists the datasets on this machine, and downloads the one that may be missing.

The images are read by the workers (`webapp.ml.digits`); here only files are checked. One download
runs at a time, in a thread of its own. Its progress is sent as the signal `dataset_progress(app,
progress={"name", "state", "received", "total", "message"})` with the state `downloading`,
`available` or `failed`; `message` is an English msgid, or empty.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from blinker import Signal
from flask import Flask

from webapp.datasets import check, files
from webapp.datasets.download import DownloadFailed, Source, fetch
from webapp.schemas.datasets import DATASETS
from webapp.schemas.marks import N_
from webapp.services import Service
from webapp.settings import Settings

log = logging.getLogger(__name__)

dataset_progress = Signal()

MNIST = Source(files.MNIST_URL, files.MNIST_SHA256, files.MNIST_BYTES)

NOT_HERE = N_("These digits are not on the server's machine yet.")

PUBLISH_SECONDS = 0.2
"""The least time between two messages of progress."""


@dataclass(frozen=True)
class LocalDataset:
    """A dataset on this machine; `bytes` is its size on disk, or None when it is missing.

    `downloadable` means that a click would fetch it; `reason` is a msgid: why an existing file
    cannot be used.
    """

    name: str
    available: bool
    downloadable: bool
    bytes: int | None
    reason: str | None = None

    @property
    def missing(self) -> str | None:
        """Why it cannot be used now, as a msgid; None: it can be used."""
        return None if self.available else self.reason or NOT_HERE


def look(settings: Settings) -> list[LocalDataset]:
    """Return every dataset and whether it is here; a file is checked once, and little of it is
    read.
    """
    return [look_for(name, settings) for name in DATASETS]


def look_for(name: str, settings: Settings) -> LocalDataset:
    """Return one dataset. Raises KeyError when there is none of that name."""
    if name not in DATASETS:
        raise KeyError(name)
    if name != "mnist":
        kept = _size(files.mnist_5k_file(settings.data_dir))
        return LocalDataset(name, True, False, kept)
    path = files.mnist_file(settings.mnist)
    size = _size(path)
    if size is None:
        return LocalDataset(name, False, True, None)
    reason = _reason(name, path)
    downloadable = path != settings.mnist  # else the file that is named would still be in the way
    return LocalDataset(name, reason is None, downloadable, size, reason)


def _reason(name: str, path: Path) -> str | None:
    """Return why the dataset's file cannot be used, as a msgid; a changed file is checked again."""
    facts = DATASETS[name]
    try:
        at = path.stat()
    except OSError:
        return check.UNREADABLE
    # The last of these also changes with the permissions, and where a copy keeps the time of its
    # original.
    state = (at.st_size, at.st_mtime_ns, at.st_ctime_ns)
    return _checked(path, state, (facts.train, facts.test))


@lru_cache(maxsize=8)
def _checked(path: Path, state: tuple[int, ...], counts: tuple[int, int]) -> str | None:
    """Return and log the reason of ``_reason``; ``state`` identifies the state of the file."""
    problem = check.problem(path, counts)
    if problem is None:
        return None
    log.warning("Dataset file %s cannot be used: %s (%s)", path, problem.reason, problem.details)
    return problem.reason


def _size(path: Path) -> int | None:
    """Return the size of an existing file, in bytes."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


def init_app(app: Flask, settings: Settings) -> Downloads:
    """Register the application's downloads; no thread is started."""
    return DOWNLOADS.provide(app, Downloads(app, settings))


class Busy(Exception):
    """Raised when another download is running."""


class Downloads:
    """Downloads datasets, one at a time; `app` is the sender of the signals."""

    def __init__(self, app: Any, settings: Settings, mnist: Source = MNIST) -> None:
        self.settings = settings
        self._app = app
        self._source = mnist
        self._path = files.keras_cache()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._published_at = 0.0

    def start(self, name: str) -> None:
        """Start a download. Raises Busy while another one is running."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise Busy(name)
            self._thread = threading.Thread(target=self._run, args=(name,), daemon=True)
            self._publish(name, "downloading", 0)
            self._thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the running download, if there is one."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self, name: str) -> None:
        """Download and publish the result; any error becomes one sentence."""
        try:
            fetch(self._source, self._path, lambda done: self._report(name, done))
        except DownloadFailed as error:
            log.warning("Could not download %s: %s", name, error.__cause__ or error)
            self._publish(name, "failed", 0, str(error))
        else:
            reason = look_for(name, self.settings).reason
            state = "failed" if reason else "available"
            self._publish(name, state, self._source.size, reason or "")

    def _report(self, name: str, received: int) -> None:
        """Publish progress, a few times a second."""
        if time.monotonic() - self._published_at >= PUBLISH_SECONDS:
            self._publish(name, "downloading", received)

    def _publish(self, name: str, state: str, received: int, message: str = "") -> None:
        self._published_at = time.monotonic()
        progress = {
            "name": name,
            "state": state,
            "received": received,
            "total": self._source.size,
            "message": message,
        }
        try:
            dataset_progress.send(self._app, progress=progress)
        except Exception:
            log.exception("A signal's receiver failed")


DOWNLOADS: Service[Downloads] = Service("downloads")
