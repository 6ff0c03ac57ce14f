"""The size on disk of each run: measured where its files changed, and kept in its row.

So a list of thousands shows and sorts sizes without looking at a folder. Whoever writes or removes
a file of a run calls ``changed``; every change of a run does (checkpoints). One thread measures
them, a second later and all together, and at the start of the server every run: what changed while
none ran, or just before one was killed.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from webapp.background import offload
from webapp.database import RunRow, reading, writing
from webapp.runs import files
from webapp.runs.queries import summary
from webapp.runs.signals import run_changed, run_measured, send_signal
from webapp.schemas.statuses import RESTING
from webapp.services import Service

REST_SECONDS = 1.0
"""How long changes are collected: an epoch may take milliseconds."""

PART = 50
"""The runs measured at once."""

PAUSE_SECONDS = 0.02
"""The pause after them, in which requests are answered."""

log = logging.getLogger(__name__)


class Sizes:
    """Measures one application's runs in a thread of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._noted: dict[str, None] = {}
        """Ids of runs whose files changed: a dict, so that each occurs once, in order."""
        self._some = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        run_changed.connect(self._on_changed, app)

    def changed(self, run_ids: Iterable[str]) -> None:
        """Measure these runs soon: files of theirs were written or removed."""
        self._noted.update(dict.fromkeys(run_ids))
        if self._noted:
            self._some.set()

    def _on_changed(self, _app: object, run: dict[str, Any], urgent: bool) -> None:
        self.changed([run["id"]])

    def start(self) -> None:
        """Start the thread, with every run."""
        with self._app.app_context():
            self.changed(_all())
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what it has not measured is measured at the next start."""
        self._closing.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        while not self._closing.is_set():
            self._some.wait()
            self._some.clear()
            self._closing.wait(REST_SECONDS)
            try:
                with self._app.app_context():
                    self.measure()
            except Exception:  # such as a full disk; the next change measures again
                log.exception("Could not store the sizes of runs")

    def measure(self) -> None:
        """Measure the runs that were noted, some at a time."""
        while self._noted and not self._closing.is_set():
            some = list(self._noted)[:PART]
            for run_id in some:
                del self._noted[run_id]
            folders = [files.run_dir(run_id) for run_id in some]
            _store(dict(zip(some, offload(_sizes, folders), strict=True)))
            self._closing.wait(PAUSE_SECONDS)


SIZES: Service[Sizes] = Service("sizes")


def init_app(app: Flask) -> None:
    """Register the measuring of runs; no thread is started."""
    SIZES.provide(app, Sizes(app))


def changed(run_ids: Iterable[str]) -> None:
    """Do as ``Sizes.changed`` in the current application."""
    SIZES.get().changed(run_ids)


def _all() -> Sequence[str]:
    """Return the ids of all runs, newest first."""
    with reading() as session:
        return session.scalars(sa.select(RunRow.id).order_by(RunRow.number.desc())).all()


def _store(sizes: dict[str, int]) -> None:
    """Store the sizes that are new; publish those of runs that no worker will publish soon."""
    with reading() as session:
        query = sa.select(RunRow.id, RunRow.disk_bytes).where(RunRow.id.in_(sizes))
        known = {run_id: size for run_id, size in session.execute(query)}
    fresh = {run_id for run_id, size in known.items() if size != sizes[run_id]}
    if not fresh:
        return
    with writing() as (session, after):
        for row in session.scalars(sa.select(RunRow).where(RunRow.id.in_(fresh))):
            row.disk_bytes = sizes[row.id]
            if row.status in RESTING:
                run = summary(row, None)
                after(lambda run=run: send_signal(run_measured, run=run))  # type: ignore[misc]


def _sizes(folders: Sequence[Path]) -> list[int]:
    """Return the bytes of all files in each of these folders."""
    return [_size(folder) for folder in folders]


def _size(folder: str | Path) -> int:
    """Return the bytes of all files in a folder, however deep; a missing one has none."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sum(map(_size_of, entries))
    return 0


def _size_of(entry: os.DirEntry[str]) -> int:
    """Return the bytes of a file or folder; 0 for one that was removed meanwhile."""
    if entry.is_dir(follow_symlinks=False):
        return _size(entry.path)
    with suppress(OSError):
        return entry.stat(follow_symlinks=False).st_size
    return 0
