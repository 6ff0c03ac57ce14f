"""Evaluates imported models that have no test result, one after the other, beside the requests.

A client that opens an imported run sees its test accuracy as a ``run`` event once it is computed. A
model is queued when it is imported, at the start of the server, and when a client opens it; one
that cannot be evaluated stays as it is, and is retried the next time it is opened.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from flask import Flask

from webapp.errors import ApiError
from webapp.inference import answers
from webapp.runs import queries
from webapp.runs.signals import run_changed
from webapp.schemas.answers.run import IMPORTED
from webapp.services import Service

PAUSE_SECONDS = 60.0
"""How long no model is queued after a failed evaluation: it may have crashed the predict worker."""

log = logging.getLogger(__name__)


class Untested:
    """The queue of one application's models to evaluate."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._line: dict[str, None] = {}
        """Ids, first come first served: a dict, so that each occurs once."""
        self._changed = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._pause_until = 0.0
        run_changed.connect(self._on_changed, app)

    def look(self, run: dict[str, Any]) -> None:
        """Queue a run that a client opens, but not right after a failed evaluation."""
        if time.monotonic() >= self._pause_until:
            self._enqueue_if_untested(run)

    def _on_changed(self, _app: object, run: dict[str, Any], urgent: bool) -> None:
        self._enqueue_if_untested(run)

    def _enqueue_if_untested(self, run: dict[str, Any]) -> None:
        """Queue a run if it was imported without a test."""
        if run["source"] == IMPORTED and run["status"] == "finished" and run["test"] is None:
            self._enqueue(run["id"])

    def _enqueue(self, run_id: str) -> None:
        self._line.setdefault(run_id)
        self._changed.set()

    def start(self) -> None:
        """Start the thread, with what an earlier server left in the queue."""
        with self._app.app_context():
            for run_id in queries.untested_imports():
                self._enqueue(run_id)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread. A running evaluation ends when the predictor does, so stop that first."""
        self._closing.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        while not self._closing.is_set():
            self._changed.wait()
            self._changed.clear()
            while self._line and not self._closing.is_set():
                run_id = next(iter(self._line))
                self._test(run_id)
                self._line.pop(run_id, None)

    def _test(self, run_id: str) -> None:
        """Evaluate one model. An error is logged, and the next model follows."""
        try:
            with self._app.app_context():
                answers.test_imported(run_id)
        except ApiError as error:  # deleted, not finite, no predictor …
            log.info("Imported run %s was not evaluated: %s", run_id, error)
        except Exception:  # such as a full disk; the thread has others to test
            log.exception("Could not evaluate imported run %s", run_id)
        else:
            return
        self._pause_until = time.monotonic() + PAUSE_SECONDS


UNTESTED: Service[Untested] = Service("untested")


def init_app(app: Flask) -> None:
    """Register the application's queue; no thread is started."""
    UNTESTED.provide(app, Untested(app))
