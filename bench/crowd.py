"""Many who draw at once, as one process of its own: `crowd.py URL RUN WAY CLIENTS SECONDS [FILE]`.

Each client asks as soon as it has its answer. WAY is `socket` or `http`. Prints JSON: how many
answers came in the time, and how long each took, in milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gevent
from light import HttpClient, SocketClient
from pen import drawings


def main() -> None:
    """Draw until the time is over."""
    url, run_id, way, clients, seconds, *rest = sys.argv[1:]
    bodies = drawings(Path(rest[0]) if rest else None)
    make = _by_socket if way == "socket" else _by_http
    asks = [make(url, run_id) for _ in range(int(clients))]
    end = time.perf_counter() + float(seconds)
    tasks = [gevent.spawn(_draw, ask, bodies, n, end) for n, ask in enumerate(asks)]
    took = [ms for task in gevent.joinall(tasks, raise_error=True) for ms in task.value]
    print(json.dumps({"answers": len(took), "seconds": float(seconds), "ms": took}))


def _by_socket(url: str, run_id: str) -> Callable[[object], object]:
    client = SocketClient(url)
    return lambda strokes: client.ask("predict", {"run_id": run_id, "strokes": strokes})


def _by_http(url: str, run_id: str) -> Callable[[object], object]:
    client, path = HttpClient(url), f"/api/runs/{run_id}/predict"
    return lambda strokes: client.post(path, json.dumps({"strokes": strokes}))


def _draw(
    ask: Callable[[object], object], bodies: list[list[list[list[float]]]], first: int, end: float
) -> list[float]:
    """Send one drawing after the other until ``end``; return milliseconds each."""
    took: list[float] = []
    while (began := time.perf_counter()) < end:
        said = ask(bodies[(first * 7 + len(took)) % len(bodies)])
        if "probabilities" not in str(said):
            raise ConnectionError(str(said))
        took.append(1000 * (time.perf_counter() - began))
    return took


if __name__ == "__main__":
    main()
