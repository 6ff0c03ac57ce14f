"""Clients that ask for predictions without a pause, and what they were answered."""

from __future__ import annotations

import threading
import time
from typing import Any

import requests

from tests.faults.background import Background
from tests.live_server import wait_for

SEVEN = [[[10, 10], [60, 8], [40, 50], [35, 90]]]
PAUSE_SECONDS = 0.2
WELL_KNOWN = {429, 503}
"""What may be answered instead, in the error shape: later."""


class Load(Background):
    """Asks from ``with`` to its end. ``faults`` holds every answer that is none.

    ``patient`` clients pause between two drawings, and bear that the server is gone.
    """

    def __init__(self, url: str, run_id: str, clients: int, *, patient: bool = False) -> None:
        super().__init__(*[self._ask] * clients)
        self._patient = patient
        self.faults: list[str] = []
        self.answers = 0
        self._asked = f"{url}/api/runs/{run_id}/predict"
        self._counting = threading.Lock()
        self._last_asked = 0.0

    def await_answers(self, more: int) -> None:
        """Wait for so many more predictions."""
        goal = self.answers + more
        wait_for(lambda: self.answers >= goal, what="no predictions came")

    def seconds_until_an_answer(self) -> float:
        """How long it takes from now until something that is asked from now on is answered."""
        began = time.monotonic()
        wait_for(lambda: self._last_asked > began, what="no prediction came")
        return time.monotonic() - began

    def _ask(self) -> None:
        with requests.Session() as http:
            while not self._ending.wait(PAUSE_SECONDS if self._patient else 0):
                asked = time.monotonic()
                try:
                    answer = http.post(self._asked, json={"strokes": SEVEN}, timeout=60)
                except requests.ConnectionError:
                    if not self._patient:
                        raise
                else:
                    self._take(asked, answer)

    def _take(self, asked: float, answer: requests.Response) -> None:
        with self._counting:
            if fault := fault_of(answer):
                self.faults.append(fault)
            elif answer.ok:
                self.answers += 1
                self._last_asked = max(self._last_asked, asked)


def fault_of(answer: requests.Response) -> str:
    """What is wrong with the answer, or nothing: a prediction, or an error that is well known."""
    body: Any = answer.json()
    if answer.ok:
        return "" if len(body["probabilities"]) == 10 else answer.text
    shape = set(body["error"]) - {"retry_after"}
    known = answer.status_code in WELL_KNOWN and shape == {"code", "message", "fields"}
    return "" if known else f"{answer.status_code} {answer.text}"
