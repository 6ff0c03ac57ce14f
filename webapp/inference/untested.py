"""Tests the models that came in without a test, one after the other, beside the requests.

Whoever opens an imported run sees its test accuracy: it comes as a ``run`` event once it is there.
A model is put into line when it comes in, at the start of the server, and when somebody looks at
it; one that cannot be tested stays as it is, and is tried again at the next look.
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
from webapp.schemas.run import IMPORTED
from webapp.services import services

PAUSE_SECONDS = 60.0
"""After a model that could not be tested, looks put none into line for so long: it may have cost
the worker that predicts its life."""

log = logging.getLogger(__name__)


class Untested:
    """The line of the models of one application that wait for their test."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._line: dict[str, None] = {}
        """Ids, first come first: a dict, so that each stands in it once."""
        self._changed = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._pause_until = 0.0
        run_changed.connect(self._on_changed, app)

    def look(self, run: dict[str, Any]) -> None:
        """Somebody looks at a run: test it, but not right after one that could not be tested."""
        if time.monotonic() >= self._pause_until:
            self._put(run)

    def _on_changed(self, _app: object, run: dict[str, Any], hasty: bool) -> None:
        self._put(run)

    def _put(self, run: dict[str, Any]) -> None:
        """Put a run into line if it is one that came in without a test."""
        if run["source"] == IMPORTED and run["status"] == "finished" and run["test"] is None:
            self._enqueue(run["id"])

    def _enqueue(self, run_id: str) -> None:
        self._line.setdefault(run_id)
        self._changed.set()

    def start(self) -> None:
        """Test what is in line and what an earlier server left, in a thread."""
        with self._app.app_context():
            for run_id in queries.untested_imports():
                self._enqueue(run_id)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread. A test under way ends when the predictor does, so stop that first."""
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
        """Test one model. A fault is logged, and the next one has its turn."""
        try:
            with self._app.app_context():
                answers.test_imported(run_id)
        except ApiError as error:  # the run is gone, its weights are no numbers, no predictor …
            log.info("the imported run %s is not tested: %s", run_id, error)
        except Exception:  # a full disk, say; the thread has others to test
            log.exception("the imported run %s could not be tested", run_id)
        else:
            return
        self._pause_until = time.monotonic() + PAUSE_SECONDS


def init_app(app: Flask) -> None:
    """Give the application its line; no thread is started."""
    services(app).untested = Untested(app)


def of_app() -> Untested:
    """The line of the current application."""
    return services().untested
