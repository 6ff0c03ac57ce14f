"""Views of what a network has learned: computed once per checkpoint, then read from a file.

They lie in ``files.views_dir`` and are deleted with their checkpoint. The insight worker computes
them; a request never waits long. While a run trains, its newest weights may be replaced faster than
a view is computed: a request for a view that is being computed gets that one, with its epoch, so
that some view always arrives.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from flask_babel import lazy_gettext as _

from webapp.errors import ApiError, TooManyRequests, of_fault
from webapp.runs import files
from webapp.runs.kept_views import KeptViews
from webapp.runs.sizes import SIZES
from webapp.runs.weights import Weights
from webapp.schemas.insights import VIEWS, Arguments
from webapp.security.owners import current_client
from webapp.security.places import Places
from webapp.services import Service
from webapp.workers.keeper import Keeper

COMMAND = (sys.executable, "-m", "webapp.ml.inference.insight_worker")
LIMIT_SECONDS = 900.0
"""The time limit for a view, which may have to wait for others and for a training."""
WAIT_SECONDS = 2.0
"""How long a request waits for a view; most are finished by then. Longer than the page's pause
before it asks again, so that a request is waiting when a view is finished whose weights are soon
deleted."""
MAX_UNDER_WAY = 400
"""The number of views that are being computed or queued, for all runs: two of each of a class."""
MAX_OF_ONE = 4
"""The number of these that one client requested; its next ones start when these are finished."""
AGAIN_SECONDS = 2.0
"""When to ask again if too many are being computed."""
MAX_KEPT = 200
"""The files of one checkpoint's views; the oldest is removed. All together have a limit, too
(``kept_views``)."""
MAX_FAILURES = 32
"""The failures kept for the next request; the oldest is dropped."""
FAILURE_SECONDS = 60.0
"""How long a failure is kept; a later request computes the view again."""

log = logging.getLogger(__name__)


class InsightWorker(Keeper):
    """Keeps the insight worker alive; ``command`` starts it, with ``memory`` bytes at most."""

    name = "insight"
    unavailable = (
        "insight_unavailable",
        _("The server cannot analyse networks right now. Please try again."),
    )

    def __init__(
        self, data_dir: Path, memory: int | None = None, *, command: Sequence[str] = COMMAND
    ) -> None:
        super().__init__(data_dir, memory, command)


class ViewComputer(Protocol):
    """The interface of what computes views."""

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Write a view. Raises ApiError."""

    def pids(self) -> list[int]:
        """Return the processes that compute."""

    def stop(self) -> None:
        """End the processes."""


@dataclass
class _Job:
    """A view being computed.

    ``answer`` is its JSON, or ``error`` why there is none, or neither: the weights were deleted.
    ``client`` asked first.
    """

    client: str = ""
    done: threading.Event = field(default_factory=threading.Event)
    answer: bytes | None = None
    error: ApiError | None = None


class Insights:
    """The views being computed.

    The worker gets one slow view and one fast view at a time, so a client that asks for many does
    not keep others waiting for all of them.
    """

    def __init__(
        self, worker: ViewComputer, on_files: Callable[[Iterable[str]], None] = lambda _ids: None
    ) -> None:
        """``on_files`` is called with the ids of runs whose files have changed."""
        self.worker = worker
        self._on_files = on_files
        self._quick, self._long = Places(1), Places(1)
        self._kept = KeptViews()
        self._jobs: dict[str, _Job] = {}
        self._failures: OrderedDict[str, tuple[float, ApiError]] = OrderedDict()
        self._lock = threading.Lock()

    def view(
        self, weights: Weights, name: str, arguments: Arguments, client: str = ""
    ) -> bytes | None:
        """Return the view as JSON; None while it, or another view for ``client``, is being
        computed.

        Raises ApiError.
        """
        try:
            path = _path(weights, name, arguments)
        except FileNotFoundError:
            return None  # they were just deleted: the next request gets newer ones
        seen = self._kept.read(path)
        if seen is not None:
            return seen
        key = f"{weights.slot} {path.name}"
        job = self._job(key, path, weights, name, arguments, client)
        if job is None or not job.done.wait(WAIT_SECONDS):
            return None
        if job.error is not None:
            with self._lock:
                self._failures.pop(key, None)  # it has been answered
            raise job.error
        return job.answer

    def _job(
        self, key: str, path: Path, weights: Weights, name: str, arguments: Arguments, client: str
    ) -> _Job | None:
        """Return the job of this view, started now if needed, or a failure not yet answered.

        None when the client has too many.
        """
        with self._lock:
            job = self._jobs.get(key) or self._failed(key)
            if job is None:
                if sum(other.client == client for other in self._jobs.values()) >= MAX_OF_ONE:
                    return None
                if len(self._jobs) >= MAX_UNDER_WAY:
                    raise TooManyRequests.until(AGAIN_SECONDS)
                job = _Job(client)
                question = {
                    "ask": "view",
                    "view": name,
                    "arguments": arguments.model_dump(mode="json"),
                    "model": {**weights.as_model(), "kept": weights.kept()},
                    "path": str(path),
                }
                work = (key, path, weights.path, question, job)
                threading.Thread(target=self._compute, args=work, daemon=True).start()
                self._jobs[key] = job  # its thread waits for the lock before it removes the job
            return job

    def _failed(self, key: str) -> _Job | None:
        """Return a job that failed lately, if its failure was not answered yet (lock held)."""
        at, error = self._failures.pop(key, (0.0, None))
        if error is None or time.monotonic() - at > FAILURE_SECONDS:
            return None
        job = _Job(error=error)
        job.done.set()
        return job

    def _compute(
        self, key: str, path: Path, checkpoint: Path, question: dict[str, Any], job: _Job
    ) -> None:
        """Let the worker compute the view.

        A failure is kept for the next request, a success is a file; the slot is free after either.
        """
        takes_long = VIEWS[question["view"]].takes_long(question)
        try:
            with (self._long if takes_long else self._quick).of(job.client, LIMIT_SECONDS):
                self.worker.ask(question, LIMIT_SECONDS)
            job.answer = path.read_bytes()
            _remove_deleted(path.parent.parent, checkpoint.parent)
            _remove_oldest(path.parent)
            self._on_files(self._kept.added(path))
        except OSError:
            log.exception("Could not read a view or remove old ones")
        except Exception as error:
            if checkpoint.exists():
                job.error = error if isinstance(error, ApiError) else of_fault(error)
        finally:
            self._end(key, job)

    def _end(self, key: str, job: _Job) -> None:
        with self._lock:
            del self._jobs[key]
            if job.error is not None:
                self._failures[key] = time.monotonic(), job.error
                if len(self._failures) > MAX_FAILURES:
                    self._failures.popitem(last=False)
            job.done.set()


INSIGHTS: Service[Insights] = Service("insights")


def init_app(app: Flask, worker: ViewComputer) -> None:
    """Register the views that ``worker`` computes."""
    INSIGHTS.provide(app, Insights(worker, SIZES.get(app).changed))


def view(weights: Weights, name: str, arguments: Arguments) -> bytes | None:
    """Return ``Insights.view`` of the current application."""
    return INSIGHTS.get().view(weights, name, arguments, current_client())


def _path(weights: Weights, name: str, arguments: Arguments) -> Path:
    """Return the file of a view: the weights' own folder, the view's name, a digest of its
    arguments.
    """
    digest = hashlib.sha256(arguments.model_dump_json().encode()).hexdigest()[:16]
    return files.views_dir(weights.path) / f"{name}-{digest}.json"


def _remove_deleted(views: Path, checkpoints: Path) -> None:
    """Remove the views of deleted checkpoints."""
    for folder in views.iterdir():
        if not (checkpoints / f"{folder.name.partition('.')[0]}.npz").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _remove_oldest(folder: Path) -> None:
    """Remove the oldest views of a checkpoint beyond the limit."""
    views = sorted(folder.glob("*-*.json"), key=lambda path: path.stat().st_mtime_ns)
    files.remove(views[:-MAX_KEPT])
