"""The signals sent after a commit; receivers must neither block nor write to the database.

``event_recorded(app, run_id=…, event=…)``: one event, in the order of ``seq`` for each run.
``run_changed(app, run=…, urgent=…)``: a run's new summary; ``urgent`` is False when only a
measurement changed, so that a receiver may leave some out. ``run_moved(app, run=…)``: a waiting run
has another position in the queue, nothing else is new. ``run_measured(app, run=…)``: its files take
another size, nothing else is new. ``run_deleted(app, run_id=…)``: the run and its events are
deleted. ``queue_moved(app, behind=…)``: runs behind that position have moved in the queue.
"""

from __future__ import annotations

import logging
from typing import Any

from blinker import Signal
from flask import current_app

event_recorded = Signal()
run_changed = Signal()
run_moved = Signal()
run_measured = Signal()
run_deleted = Signal()
queue_moved = Signal()
work_changed = Signal()
"""``work_changed(app)``: a run was queued or ended, so the scheduler may have something to do."""

log = logging.getLogger(__name__)


def send_signal(signal: Signal, **facts: Any) -> None:
    """Send a signal of the current application; an exception of a receiver is only logged."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for receiver in signal.receivers_for(app):
        try:
            receiver(app, **facts)
        except Exception:
            log.exception("A signal's receiver failed")
