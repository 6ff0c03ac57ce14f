"""Every request that changes a run passes here: only those who may change it come through.

What is refused is decided by the route's own address, not by its code, so a new route of a run is
guarded until it is named in ``READING``.
"""

from __future__ import annotations

from flask import Flask, request

from webapp.runs import permission
from webapp.security import SAFE_METHODS

READING = frozenset({"predictions.predict", "predictions.look"})
"""Endpoints that take a POST and leave the run as it is."""


def init_app(app: Flask) -> None:
    """Guard the runs of ``app``."""
    app.before_request(check_change)


def check_change() -> None:
    """Raise Forbidden where the current request would change a run that it may not change."""
    run_id = (request.view_args or {}).get("run_id")
    if run_id is None or request.method in SAFE_METHODS or request.endpoint in READING:
        return
    if request.blueprint != "workers":  # each attempt has a token of its own
        permission.check(run_id)
