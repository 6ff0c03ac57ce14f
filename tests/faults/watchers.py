"""People who open a run, watch for a while and go, over Socket.IO in bare frames."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from typing import Any

import websocket

from tests.faults.background import Background

GONE = (OSError, websocket.WebSocketException)
"""How a client hears that the server was killed."""


class Watchers(Background):
    """So many at once, from ``with`` to its end. ``faults`` tells of events that were missing."""

    def __init__(self, port: int, newest_run: Callable[[], str | None], count: int) -> None:
        super().__init__(*[self._come_and_go] * count)
        self.faults: list[str] = []
        self.visits = 0
        self.events = 0
        self._url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self._newest_run = newest_run

    def _come_and_go(self) -> None:
        while not self._ending.wait(random.uniform(0, 1)):
            run_id = self._newest_run()
            try:
                if run_id is not None:
                    self._visit(run_id, time.monotonic() + random.uniform(2, 15))
            except GONE:
                continue

    def _visit(self, run_id: str, until: float) -> None:
        """Watch the run until then, or until the server is gone."""
        client: Any = websocket.create_connection(self._url, timeout=5)
        try:
            client.recv()
            client.send("40")
            client.recv()
            client.send("420" + json.dumps(["watch", {"run_id": run_id, "after": 0}]))
            self.visits += 1
            self._listen(client, run_id, until)
        finally:
            client.close()

    def _listen(self, client: Any, run_id: str, until: float) -> None:
        """What is pushed has to follow what was pushed before."""
        last: int | None = None
        while time.monotonic() < until and not self._ending.is_set():
            try:
                said = client.recv()
            except websocket.WebSocketTimeoutException:
                continue
            if said == "2":
                client.send("3")
            elif said.startswith('42["event"'):
                seq = int(json.loads(said[2:])[1]["seq"])
                if last is not None and seq != last + 1:
                    self.faults.append(f"run {run_id}: event {seq} came after {last}")
                last = seq
                self.events += 1
