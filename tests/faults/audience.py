"""Watchers of one run, as a process of its own: ``python -m tests.faults.audience PORT RUN COUNT``.

Prints a line when all watch; then a line of its standard input says which event is the run's last
(``seq``). Prints JSON: what any of them missed, and the longest lag of an event in seconds.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import datetime
from typing import Any

import websocket

from tests.faults.honest import connected, next_event

LAST_SECONDS = 30
"""So long after its end the run's last event is waited for."""


class Watcher:
    """One of them; ``fault`` tells what went wrong."""

    def __init__(self, port: int, run_id: str) -> None:
        self._client: Any = connected(port)
        self._client.send("420" + json.dumps(["watch", {"run_id": run_id, "after": 2**53}]))
        self._client.settimeout(1)
        self.thread = threading.Thread(target=self._watch)
        self.fault = ""
        self.seen = 0
        self.lag = 0.0
        self._last: int | None = None

    def is_behind(self, seq: int) -> bool:
        return self._last is None or self._last < seq

    def _watch(self) -> None:
        while not ended.is_set():
            try:
                event = next_event(self._client)
            except websocket.WebSocketTimeoutException:
                continue
            except (OSError, websocket.WebSocketException) as error:
                self.fault = f"lost: {error!r}"
                return
            if event is not None:
                self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        at = datetime.fromisoformat(event["at"]).timestamp()
        self.lag = max(self.lag, time.time() - at)
        if self._last is not None and event["seq"] != self._last + 1:
            self.fault = f"event {event['seq']} came after {self._last}"
        self._last = event["seq"]
        self.seen += 1


ended = threading.Event()


def main() -> None:
    """Watch, and tell what was missed."""
    port, run_id, count = sys.argv[1:]
    watchers = [Watcher(int(port), run_id) for _ in range(int(count))]
    for one in watchers:
        one.thread.start()
    print("watching", flush=True)
    last = int(sys.stdin.readline())
    until = time.monotonic() + LAST_SECONDS
    while any(one.is_behind(last) for one in watchers) and time.monotonic() < until:
        time.sleep(0.1)
    ended.set()
    for one in watchers:
        one.thread.join()
    faults = [one.fault for one in watchers if one.fault]
    faults += [f"never heard of event {last}" for one in watchers if one.is_behind(last)]
    told = {
        "faults": faults,
        "events": sum(one.seen for one in watchers),
        "lag": max(one.lag for one in watchers),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
