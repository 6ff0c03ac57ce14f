"""Every request that changes a run passes here: only those who may change it come through.

That is decided by a request's head, before its body is read. Workers have a token for each attempt.

What is refused is decided by the route's own address, not by its code, so a new route of a run is
guarded until it is named in ``READING``.
"""

from __future__ import annotations

from flask import Flask, request

from webapp.errors import Conflict, Unauthorized
from webapp.runs import attempts, permission
from webapp.security import limits
from webapp.security.gate import SAFE_METHODS

READING = frozenset({"predictions.predict", "predictions.look"})
"""Endpoints that take a POST and leave the run as it is."""


def init_app(app: Flask) -> None:
    """Guard the runs of ``app``."""
    app.before_request(check_worker)
    app.before_request(check_change)


def check_worker() -> None:
    """Raise Unauthorized or Conflict where the current request is not of the attempt that it names;
    TooManyRequests to an address that is refused again and again."""
    if request.blueprint != "workers" or request.view_args is None:
        return
    run_id, attempt = request.view_args["run_id"], request.view_args["attempt"]
    try:
        with attempts.excused_by_full_disk(run_id, attempt):
            attempts.check(run_id, attempt, bearer())
    except (Unauthorized, Conflict) as error:
        raise limits.refused(error) from None


def bearer() -> str:
    """The bearer token of the current request. Raises Unauthorized."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized
    return given.token


def check_change() -> None:
    """Raise Forbidden where the current request would change a run that it may not change."""
    run_id = (request.view_args or {}).get("run_id")
    if run_id is None or request.method in SAFE_METHODS or request.endpoint in READING:
        return
    if request.blueprint != "workers":
        permission.check(run_id)
