"""Limits on input: bytes of a body, by route, and requests a minute, by client."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, request
from werkzeug.wrappers import Request

from webapp.errors import ApiError, TooLarge, TooManyRequests
from webapp.security.owners import owners
from webapp.security.rates import Budget, RateLimiter, client_at
from webapp.services import Service
from webapp.settings import DEFAULT_RATE_LIMIT, Settings

PREDICTIONS = 7200
"""Predictions a minute and client, at least: a pen in motion sends 60 a second, and as many
requests for the look inside."""

PREDICTING = frozenset({"predictions.predict", "predictions.look"})
"""Endpoints that spend from the budget of predictions."""

REFUSED = 60
"""The requests with a wrong token or attempt, a minute and address, that get an explanation."""

MIB = 1024 * 1024
GIB = 1024 * MIB
BODY = 1 * MIB
"""The largest body of a route that has no limit of its own."""

CONFIG_BODY = MIB // 4
"""A configuration: a hundred layers with all their arguments, on lines of their own, take half."""

PREDICT_BODY = 6 * MIB
"""A drawing: an image of 4 MB is a third longer as a data URL."""

MAX_PARTS = 100_000
"""The most commas and brackets of a JSON body: a drawing of 20,000 points has 60,000."""

FORM_BODY = 8 * 1024
"""The login form: a token."""

FORM_PARTS = 4
FORM_PART_BYTES = MIB // 4
"""Of a multipart form: its parts, and the largest but for the file. Reading needs twice 64 KB."""

REPORT_BODY = MIB // 2
"""Twice the largest report of a worker: 500 items, 400 bytes each, a message of 2,000 letters."""

UPLOAD_BODY = GIB
CHECKPOINT_BODY = 2 * GIB

ATTEMPT = "/api/workers/runs/<run_id>/attempts/<int:attempt>"

BODIES: dict[str, int] = {
    "/api/check": CONFIG_BODY,
    "/api/code": CONFIG_BODY,
    "/api/runs": CONFIG_BODY,
    "/login": FORM_BODY,
    "/logout": FORM_BODY,
    "/api/runs/<run_id>/predict": PREDICT_BODY,
    "/api/models": UPLOAD_BODY,
    f"{ATTEMPT}/reports": REPORT_BODY,
    f"{ATTEMPT}/checkpoints/<int:epoch>/<int:part>": CHECKPOINT_BODY,
}


@dataclass
class Limits:
    """How often clients may ask; ``refused`` are the refusals of workers that are explained."""

    requests: Budget
    predictions: Budget
    refused: RateLimiter


LIMITS: Service[Limits] = Service("limits")


def init_app(app: Flask, settings: Settings) -> None:
    """Limit the rate of requests to ``app``; ``api/bodies.py`` limits each body."""
    app.config["MAX_CONTENT_LENGTH"] = BODY
    app.config["MAX_FORM_PARTS"] = FORM_PARTS
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_PART_BYTES
    requests = settings.rate_limit or DEFAULT_RATE_LIMIT
    budgets = Budget(requests), Budget(max(PREDICTIONS, requests))
    LIMITS.provide(app, Limits(*budgets, RateLimiter(REFUSED)))
    app.before_request(limit_rate)
    app.after_request(close_if_too_large)


def spend(request: Request, *, predicts: bool = False) -> None:
    """Count a request, or a message on the socket that ``request`` opened.

    A browser or program with a signed owner is one client; all others at an address are one.
    Loopback is exempt unless a limit is set. Raises TooManyRequests.
    """
    address = request.remote_addr or ""
    if not current_app.config["SETTINGS"].counts(address):
        return
    limits = LIMITS.get()
    budget = limits.predictions if predicts else limits.requests
    wait = budget.spend(owners().proven(request), address)
    if wait:
        raise TooManyRequests.until(wait)


def limit_rate() -> None:
    """Count the current request, except static files and workers, which have a token."""
    if request.endpoint != "static" and request.blueprint != "workers":
        spend(request, predicts=request.endpoint in PREDICTING)


def refused(error: ApiError) -> ApiError:
    """Return the response to a worker's request that was refused with ``error``.

    That is the error, or TooManyRequests for an address refused too often, on loopback too. Valid
    requests never come here.
    """
    wait = LIMITS.get().refused.spend(client_at(request.remote_addr or ""))
    return TooManyRequests.until(wait) if wait else error


def limit_body() -> None:
    """Set the current request's limit and refuse a longer body before it is read.

    A chunked body does not announce its length, and Werkzeug truncates it silently at the limit:
    one byte more is allowed, so that the reader of the whole body can tell.
    """
    limit = body_limit()
    request.max_content_length = limit + 1
    if (request.content_length or 0) > limit:
        raise TooLarge


def body_limit() -> int:
    """Return how many bytes the current request's body may have, by its route."""
    return BODIES.get(request.url_rule.rule if request.url_rule else "", BODY)


def has_too_many_parts(body: bytes) -> bool:
    """Return whether a JSON body has so many keys and entries that parsing would block others."""
    return sum(map(body.count, (b",", b"[", b"{"))) > MAX_PARTS


def close_if_too_large(response: Response) -> Response:
    """Close the connection: an unread body must not be parsed as the next request."""
    if response.status_code == 413:
        response.headers["Connection"] = "close"
    return response
