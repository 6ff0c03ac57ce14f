"""Views of what a network has learned: computed once for each checkpoint, then read from a file.

They lie in ``files.views_dir``, and go with their checkpoint. The insight worker computes them;
nobody waits for it here for long. While a run trains, its newest weights may be replaced faster
than a view is computed: whoever asks for a view that is under way gets that one, with the epoch
that it is of, so that one does come.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import shutil
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, current_app
from flask_babel import lazy_gettext as _

from webapp.errors import ApiError, Unavailable
from webapp.keeper import Keeper
from webapp.runs import files
from webapp.runs.weights import Weights
from webapp.schemas.insights import Arguments

COMMAND = (sys.executable, "-m", "webapp.ml.insight_worker")
LIMIT_SECONDS = 900.0
"""The limit for a view, which may have to wait for others and for a training."""
WAIT_SECONDS = 2.0
"""So long a request waits for a view; most are there by then. Longer than the pause until the page
asks again, so that somebody is there when a view comes whose weights are soon gone."""
MAX_UNDER_WAY = 32
"""Views asked for and not yet there, of all runs together."""

log = logging.getLogger(__name__)


class InsightWorker(Keeper):
    """The insight worker's keeper. ``command`` is what it runs, with ``memory`` bytes at most."""

    name = "insight"
    away = (
        "insight_unavailable",
        _("The part of the server that looks inside is not available now. Please try again."),
    )

    def __init__(
        self, data_dir: Path, memory: int | None = None, *, command: Sequence[str] = COMMAND
    ) -> None:
        super().__init__(data_dir, memory, command)


class Asked(Protocol):
    """What is asked for views."""

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Write a view. Raises ApiError."""

    def pids(self) -> list[int]:
        """The processes that compute."""

    def stop(self) -> None:
        """End them."""


@dataclass
class _Job:
    """A view on its way; ``answer`` is its JSON, or ``error`` why there is none, or neither: the
    weights have gone."""

    done: threading.Event = field(default_factory=threading.Event)
    answer: bytes | None = None
    error: ApiError | None = None


class Insights:
    """The views under way."""

    def __init__(self, worker: Asked) -> None:
        self.worker = worker
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def view(self, weights: Weights, name: str, arguments: Arguments) -> bytes | None:
        """The view as JSON; None while it is being computed. Raises ApiError."""
        try:
            path = _path(weights, name, arguments)
        except FileNotFoundError:
            return None  # they have just gone: whoever asks again gets newer ones
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        key = f"{weights.slot} {path.name}"
        job = self._job(key, path, weights, name, arguments)
        if not job.done.wait(WAIT_SECONDS):
            return None
        self._take_out(key, job)
        return job.answer

    def _job(self, key: str, path: Path, weights: Weights, name: str, arguments: Arguments) -> _Job:
        """The job under way for this view, begun now if need be."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                if len(self._jobs) >= MAX_UNDER_WAY:
                    raise Unavailable
                job = self._jobs[key] = _Job()
                question = {
                    "ask": "view",
                    "view": name,
                    "arguments": arguments.model_dump(mode="json"),
                    "model": {**weights.as_model(), "kept": weights.kept()},
                    "path": str(path),
                }
                work = (key, path, weights.path, question, job)
                threading.Thread(target=self._compute, args=work, daemon=True).start()
            return job

    def _compute(
        self, key: str, path: Path, checkpoint: Path, question: dict[str, Any], job: _Job
    ) -> None:
        """Let the worker compute it. A failure is kept for who asks next, success is a file."""
        try:
            self.worker.ask(question, LIMIT_SECONDS)
            job.answer = path.read_bytes()
            _forget_gone(path.parent.parent, checkpoint.parent)
        except ApiError as error:
            if checkpoint.exists():
                job.error = error
        except OSError:
            log.exception("a view cannot be read, or old ones not removed")
        finally:
            job.done.set()
            if job.error is None:
                with self._lock:
                    self._jobs.pop(key, None)

    def _take_out(self, key: str, job: _Job) -> None:
        """Forget a job that is done. Raises its ApiError."""
        with self._lock:
            if self._jobs.get(key) is job:
                del self._jobs[key]
        if job.error is not None:
            raise job.error


def init_app(app: Flask, worker: Asked) -> None:
    """Let the application show views that ``worker`` computes."""
    app.extensions["inkling_insights"] = Insights(worker)


def view(weights: Weights, name: str, arguments: Arguments) -> bytes | None:
    """``Insights.view`` of the current application."""
    insights: Insights = current_app.extensions["inkling_insights"]
    return insights.view(weights, name, arguments)


def _path(weights: Weights, name: str, arguments: Arguments) -> Path:
    """The file of a view: the weights' own folder, the view's name, a digest of its arguments."""
    digest = hashlib.sha256(arguments.model_dump_json().encode()).hexdigest()[:16]
    return files.views_dir(weights.path) / f"{name}-{digest}.json"


def _forget_gone(views: Path, checkpoints: Path) -> None:
    """Remove the views of checkpoints that are there no more."""
    for folder in views.iterdir():
        if not (checkpoints / f"{folder.name.partition('.')[0]}.npz").exists():
            shutil.rmtree(folder, ignore_errors=True)
