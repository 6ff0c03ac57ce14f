"""Publishes the new queue positions of waiting runs, the first ones first.

Whatever enters or leaves the queue moves all behind it. The nearest are published at once
(``changes``), all others by one thread with a limited rate: a thousand messages to a class at once
would block the server for seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial

from flask import Flask

from webapp.database import writing
from webapp.runs import queries
from webapp.runs.signals import queue_moved, run_moved, send_signal
from webapp.services import Service

SLICE = 50
"""Runs read from the queue at once."""

PAUSE_SECONDS = 0.01
"""The pause between two runs, in which other requests are served."""

log = logging.getLogger(__name__)


class Moves:
    """Publishes the positions of one application's waiting runs, in a thread that exists while
    needed.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._behind: int | None = None
        """Runs behind this position are still to be published; None: all were."""
        self._running = False
        queue_moved.connect(self.on_moved, app)

    def on_moved(self, _app: object, behind: int) -> None:
        """Publish the positions of all runs behind that one, soon."""
        with self._lock:
            self._behind = behind if self._behind is None else min(self._behind, behind)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._publish, daemon=True).start()

    def _publish(self) -> None:
        with self._app.app_context():
            while (behind := self._next()) is not None:
                try:
                    self._publish_from(behind)
                except Exception:  # such as a full disk; the next move updates the positions
                    log.exception("Could not publish the positions of queued runs")

    def _next(self) -> int | None:
        """Return where to begin; None when the thread may end."""
        with self._lock:
            behind, self._behind = self._behind, None
            self._running = behind is not None
        return behind

    def _publish_from(self, behind: int) -> None:
        while some := queries.queued_behind(behind, SLICE):
            for number, turn in some:
                with writing() as (session, after):  # in order with concurrent changes
                    run = queries.still_queued(session, number, turn)
                    if run is not None:
                        after(partial(send_signal, run_moved, run=run))
                time.sleep(PAUSE_SECONDS)
            behind += SLICE


MOVES: Service[Moves] = Service("moves")


def init_app(app: Flask) -> None:
    """Register the publication of queue positions."""
    MOVES.provide(app, Moves(app))  # signals hold their listeners weakly
