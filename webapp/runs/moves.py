"""The runs that wait are told where they stand now, the first ones first.

Whatever comes into the queue or leaves it moves all behind it. The nearest are told at once
(``changes``), all others by one thread, so many a second: a thousand runs, told to a class at
once, would keep everybody waiting for seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial

from flask import Flask

from webapp.database import writing
from webapp.runs import queries
from webapp.runs.signals import queue_moved, run_moved, tell
from webapp.services import services

SLICE = 50
"""Runs of one look at the queue."""

PAUSE_SECONDS = 0.01
"""Between two runs; others have their turn meanwhile."""

log = logging.getLogger(__name__)


class Moves:
    """Tells of one application's runs that wait; its thread is there while there is something to
    tell."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._behind: int | None = None
        """Who stands behind this place has not been told yet; None: all have."""
        self._telling = False
        queue_moved.connect(self.on_moved, app)

    def on_moved(self, _app: object, behind: int) -> None:
        """Tell all behind that place, soon."""
        with self._lock:
            self._behind = behind if self._behind is None else min(self._behind, behind)
            if self._telling:
                return
            self._telling = True
        threading.Thread(target=self._tell, daemon=True).start()

    def _tell(self) -> None:
        with self._app.app_context():
            while (behind := self._next()) is not None:
                try:
                    self._tell_from(behind)
                except Exception:  # a full disk, say; the next move brings the places up to date
                    log.exception("the runs that wait were not told their places")

    def _next(self) -> int | None:
        """Where to begin; None where the thread may end."""
        with self._lock:
            behind, self._behind = self._behind, None
            self._telling = behind is not None
        return behind

    def _tell_from(self, behind: int) -> None:
        while some := queries.queued_behind(behind, SLICE):
            for number, turn in some:
                with writing() as (session, after):  # in order with what changes meanwhile
                    run = queries.still_queued(session, number, turn)
                    if run is not None:
                        after(partial(tell, run_moved, run=run))
                time.sleep(PAUSE_SECONDS)
            behind += SLICE


def init_app(app: Flask) -> None:
    """Let the application tell the runs that wait of their places."""
    services(app).moves = Moves(app)  # signals hold their listeners weakly
