"""What lists, curves and queues cost as they grow: 100, 1,000, 10,000 runs and epochs, 100 queued.

    python bench/growth.py                five rounds of everything

A real web process whose workers are the tests' fakes, so that nothing else uses the machine, over
databases that bench/stored.py fills. Times are whole answers, from the question to the last byte,
at a client on the same machine. Results are kept as bench/results/growth.json; the exit status
says whether every mark was reached. The page itself is measured by bench/page.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import stored  # noqa: E402
from figures import Figure, report  # noqa: E402

from tests.server_process import Server, open_socket, serving  # noqa: E402
from webapp.configuration.presets import preset_configs  # noqa: E402

SIZES = (100, 1_000, 10_000)
QUEUED = 100


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    parser = argparse.ArgumentParser(description="What lists, curves and queues cost.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        for size in SIZES:
            data_dir = Path(scratch) / str(size)
            stored.store(data_dir, runs=size, epochs=size)
            with serving(data_dir) as server:
                figures += _of_size(server, size, rounds)
                if size == SIZES[-1]:
                    figures += _queue(server, rounds)
    return 0 if report("growth", figures, {"batches_an_epoch": stored.BATCHES}) else 1


def _of_size(server: Server, size: int, rounds: int) -> list[Figure]:
    """Measure the lists of so many runs, and the run of so many epochs."""
    run = f"/api/runs/{stored.run_id(size)}"
    largest = size == SIZES[-1]
    runs, epochs = f"of {size:,} runs", f"of {size:,} epochs"
    asked: list[tuple[str, Callable[[], object], tuple[float, float] | None]] = [
        (f"GET /api/runs, 50 {runs}", _getting(server, "/api/runs"), (100, 30)),
        (f"GET /api/runs, 500 {runs}", _getting(server, "/api/runs?limit=500"), (100, 30)),
        (f"watch_runs {runs}", _calling(server, "watch_runs", {}), (100, 30)),
        (f"the whole curve {epochs}", _getting(server, f"{run}/curve"), None),
        (f"a small picture {epochs}", _getting(server, f"{run}/curve?most=100"), None),
        (f"5,000 events {epochs}", _getting(server, f"{run}/events?limit=5000"), None),
        (f"watch a run {epochs}", _calling(server, "watch", _from_the_start(size)), None),
    ]
    return [
        Figure(name, "ms", _timed(ask, rounds), *(marks if marks and largest else (None, None)))
        for name, ask, marks in asked
    ]


def _from_the_start(size: int) -> dict[str, Any]:
    return {"run_id": stored.run_id(size), "after": 0}


def _timed(ask: Callable[[], object], rounds: int) -> list[float]:
    """Return the milliseconds of each round, after one that is not counted."""
    ask()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _getting(server: Server, path: str) -> Callable[[], object]:
    session = requests.Session()
    session.headers["Accept-Encoding"] = "br, gzip"

    def get() -> object:
        answer = session.get(server.url + path, timeout=60, stream=True)
        assert answer.status_code == 200
        return answer.raw.read(decode_content=False)

    return get


def _calling(server: Server, event: str, payload: dict[str, Any]) -> Callable[[], object]:
    client = open_socket(server)

    def call() -> object:
        client.send(f"420{json.dumps([event, payload])}")
        while not (text := client.recv()).startswith("430"):
            pass
        return text

    return call


def _queue(server: Server, rounds: int) -> list[Figure]:
    """Leaving a queue of so many: all behind are published to a client that watches the list."""
    config = preset_configs()["lecture"]
    server.create(config, name="hang")  # occupies the one worker
    began = time.perf_counter()
    waiting = [server.create(config, name=f"Waits {n}") for n in range(QUEUED)]
    each = (time.perf_counter() - began) * 1000 / QUEUED
    taken, received = [], []
    with _listening(server) as receive:
        for left in range(rounds):
            began = time.perf_counter()
            assert requests.post(f"{server.url}/api/runs/{waiting[left]}/stop", timeout=60).ok
            taken.append((time.perf_counter() - began) * 1000)
            receive(waiting[-1], QUEUED - left - 1)
            received.append((time.perf_counter() - began) * 1000)
    return [
        Figure(f"queueing a run, mean of {QUEUED}", "ms", [each]),
        Figure(f"the first of {QUEUED} that wait leaves: answer", "ms", taken),
        Figure(f"the first of {QUEUED} that wait leaves: the last is told", "ms", received),
    ]


@contextmanager
def _listening(server: Server) -> Iterator[Callable[[str, int], None]]:
    """A client that watches all runs; waits until it receives a run's position."""
    client = open_socket(server)
    client.send('420["watch_runs",{}]')

    def receive(run: str, place: int) -> None:
        while True:
            text = client.recv()
            if text.startswith('42["run",'):
                received = json.loads(text[2:])[1]
                if received["id"] == run and received["queue_position"] == place:
                    return

    yield receive
    client.close()


if __name__ == "__main__":
    sys.exit(main())
