"""Checks that a request may change the run it names, before its body is read.

Workers have a token for each attempt. The check depends on the route's own address, not on its
code, so a new route of a run is guarded until it is listed in ``READING``.
"""

from __future__ import annotations

from flask import Flask, request

from webapp.errors import Conflict, Unauthorized
from webapp.runs import attempts, permission
from webapp.security import limits
from webapp.security.gate import SAFE_METHODS

READING = frozenset({"predictions.predict", "predictions.look", "runs.duplicate_run"})
"""Endpoints with a POST that do not change the run."""


def init_app(app: Flask) -> None:
    """Guard the runs of ``app``."""
    app.before_request(check_worker)
    app.before_request(check_change)


def check_worker() -> None:
    """Raise Unauthorized or Conflict unless the request is of the attempt that it names.

    Raises TooManyRequests to an address that is refused again and again.
    """
    if request.blueprint != "workers" or request.view_args is None:
        return
    run_id, attempt = request.view_args["run_id"], request.view_args["attempt"]
    try:
        with attempts.excused_by_full_disk(run_id, attempt):
            attempts.check(run_id, attempt, bearer())
    except (Unauthorized, Conflict) as error:
        raise limits.refused(error) from None


def bearer() -> str:
    """Return the bearer token of the current request. Raises Unauthorized."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized
    return given.token


def check_change() -> None:
    """Raise Forbidden when the current request may not change the run it would change."""
    run_id = (request.view_args or {}).get("run_id")
    if run_id is None or request.method in SAFE_METHODS or request.endpoint in READING:
        return
    if request.blueprint != "workers":
        permission.check(run_id)
