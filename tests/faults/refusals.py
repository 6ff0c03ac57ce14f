"""What is answered while something is wrong with the server's storage."""

from __future__ import annotations

import time

import requests

from tests.faults.harness import Inkling

ANSWER_SECONDS = 1.0
"""Within which a server on a busy machine answers what needs no writing."""


def expect_refused(answer: requests.Response, status: int, code: str) -> None:
    """A refusal of this code, with a sentence."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code and error["message"]


def expect_answers(inkling: Inkling, run_id: str | None = None) -> float:
    """What needs no writing is answered at once; how long the slowest took."""
    slowest = 0.0
    for path in ("/healthz", "/", f"/api/runs/{run_id}" if run_id else "/api/runs"):
        began = time.monotonic()
        assert inkling.server.get(path).ok
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < ANSWER_SECONDS
    return slowest
