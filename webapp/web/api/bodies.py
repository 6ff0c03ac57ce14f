"""Reads request bodies within a shared budget, so that all together have a limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from webapp.background import Pool
from webapp.errors import ApiError, NotJson, TooLarge
from webapp.security import limits, refusals
from webapp.security.limits import GIB, MIB
from webapp.security.owners import maker
from webapp.services import Service
from webapp.web.api.body_budget import BodyBudget, Bounds, Share

PIECE_BYTES = 64 * 1024

SMALL_BYTES = 64 * 1024
"""Bodies up to this size have a budget of their own: photographs do not block strokes."""

MOST_DIGITS = 400
"""The most digits of an integer in a large body: a float has 309."""

UPLOADS = Bounds(8, 3 * GIB // 2, 2, limits.UPLOAD_BODY, wait=20, patience=20)
"""Files, on the disk: the largest may come in, and small ones beside it."""

BOUNDS = {
    "small": Bounds(2000, 16 * MIB, 2000, 16 * MIB, wait=5, patience=5),
    "large": Bounds(32, 48 * MIB, 32, 24 * MIB, wait=5, patience=5),
    "uploads": UPLOADS,
    "checkpoints": Bounds(64, 64 * GIB, 2, 2 * limits.CHECKPOINT_BODY, wait=5, patience=20),
}
"""``small`` has room for a class of 200, each with the largest. What is read of JSON takes fifteen
times its size. ``large`` holds eight photographs at once, four of one client. A worker sends one
checkpoint at a time; where an answer was lost, the next comes beside it."""

SHARE = "inkling.share"
READ = "inkling.read"
"""The key in a request's environment of its share, its budget, and whether its body was read."""

BUDGETS: Service[dict[str, BodyBudget]] = Service("budgets of bodies")

_parsing = Pool(1)
"""Long bodies are parsed one after the other; other requests are answered in between."""


def init_app(app: Flask) -> None:
    """Register the budgets for the bodies of ``app``, and the limit of each."""
    BUDGETS.provide(app, {kind: BodyBudget(bounds) for kind, bounds in BOUNDS.items()})
    app.before_request(limits.limit_body)
    app.after_request(close_if_unread)
    app.teardown_request(leave)


def take(kind: str, client: str) -> Share:
    """Take a share for the current request's body of a kind (of ``BOUNDS``) until it is answered.

    Raises as ``BodyBudget.take``.
    """
    budget = BUDGETS.get()[kind]
    try:
        share = budget.take(client, announced())
    except ApiError:
        refusals.note(f"no_room_{kind}", request.environ)
        raise
    request.environ[SHARE] = budget, share
    return share


def leave(_error: BaseException | None = None) -> None:
    """Return the share of the current request."""
    taken = request.environ.pop(SHARE, None)
    if taken is not None:
        budget, share = taken
        budget.give_back(share)
        if share.lost:
            refusals.note("slow_body", request.environ)


def announced() -> int:
    """Return the announced length of the current request's body, or its limit without one."""
    length = request.content_length
    return limits.body_limit() if length is None and is_chunked() else length or 0


def is_chunked() -> bool:
    """Return whether the current request's body has no announced length."""
    return "HTTP_TRANSFER_ENCODING" in request.environ


def read() -> bytes:
    """Return the current request's body. Raises TooLarge, and as ``take``."""
    share = take("small", "") if announced() <= SMALL_BYTES else take("large", maker())
    pieces: list[bytes] = []
    share.drop = pieces.clear
    while piece := request.stream.read(PIECE_BYTES):
        share.note(len(piece))
        pieces.append(piece)
    end(share)
    if share.came > limits.body_limit():
        raise TooLarge
    body = b"".join(pieces)
    pieces.clear()  # the share holds them until the request is answered
    return body


def end(share: Share) -> None:
    """Mark the current request's body as complete. Raises Unavailable if its share was revoked."""
    share.end()
    request.environ[READ] = True


def parse(body: bytes) -> Any:
    """Parse a JSON body. Raises NotJson (400), TooLarge (413) for one of too many values.

    The values are counted first: a few bytes each take fifty times as much in memory.
    """
    if limits.has_too_many_parts(body):
        raise TooLarge
    if len(body) <= SMALL_BYTES:
        return _parsed(body, None)  # with a function of its own, json makes a decoder each time
    return _parsing.run(_parsed, body, _whole)


def _parsed(body: bytes, whole: Callable[[str], int] | None) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_int=whole)
    except (ValueError, RecursionError):  # ValueError: also an integer of over 4,300 digits
        raise NotJson from None


def _whole(digits: str) -> int:
    """Parse an integer; the time grows with the square of its length. Raises ValueError."""
    if len(digits) > MOST_DIGITS:
        raise ValueError
    return int(digits)


def close_if_unread(response: Response) -> Response:
    """Close the connection after the response if a long body was not read."""
    if READ not in request.environ and (is_chunked() or announced() > SMALL_BYTES):
        response.headers["Connection"] = "close"
    return response
