"""What watchers cost: slow-down of a training by 1 and by 200, and 1,000 of one live run.

    python bench/watchers.py

It starts a server of its own and trains the lecture's network on all of MNIST where INKLING_MNIST
names it, else on the bundled digits. Slow-down: no watcher, 1, 200, in turn, five rounds; the
median of the epochs' own `seconds` within a stretch. Then 1,000 WebSockets in two processes watch
the run: whether every epoch reached all, how late (from the event's `at`), and the web process'
memory. Results are kept as bench/results/watchers.json; the exit status says whether every mark
was reached.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from figures import Figure, percentile, report  # noqa: E402

from tests.live_server import LiveServer, serve, wait_for  # noqa: E402
from webapp.configuration.presets import preset_configs  # noqa: E402

CROWDS = (0, 1, 200)


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        with serve(Path(scratch) / "data") as server, _training(server) as run_id:
            empty = _memory(server)
            slow = _slow_down(server, run_id, options)
            many = [_many(server, run_id, options) for _ in range(options.rounds)]
    figures = [
        *_ratios(slow),
        Figure(
            "epochs that reached all of them", "share", [one["whole"] for one in many], 1, 1, True
        ),
        Figure("lag of epochs, p99", "s", [one["lag"] for one in many], 1.0, 0.4),
        Figure("web process with all of them", "MB", [one["memory"] for one in many], 300, 150),
        Figure("web process before", "MB", [empty]),
        Figure("web process' CPU with all of them", "cores", [one["cpu"] for one in many]),
    ]
    notes = {"dataset": _dataset(), "watchers": options.watchers, "seconds": slow}
    return 0 if report("watchers", figures, {**notes, "cpus": os.cpu_count()}) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What watchers cost.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4, help="in each stretch that is compared")
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=15.0, help="a round with all of them")
    return parser.parse_args()


def _dataset() -> str:
    return "mnist" if os.environ.get("INKLING_MNIST") else "mnist-5k"


@contextmanager
def _training(server: LiveServer) -> Iterator[str]:
    """Keep a run training, past its first epochs, during the block."""
    config: dict[str, Any] = preset_configs()["lecture"]
    config = {
        **config,
        "dataset": {**config["dataset"], "name": _dataset()},
        "fit": {**config["fit"], "epochs": 10_000},
    }
    run_id = str(server.post("/api/runs", config).json()["id"])
    wait_for(lambda: _epoch(server, run_id) >= 2, 120)
    yield run_id
    server.post(f"/api/runs/{run_id}/stop")
    server.run_until(run_id, "stopped")


def _epoch(server: LiveServer, run_id: str) -> int:
    return int(server.get(f"/api/runs/{run_id}").json()["epoch"])


@contextmanager
def _watched(server: LiveServer, run_id: str, clients: int) -> Iterator[list[dict[str, Any]]]:
    """Watch with so many clients during the block; afterwards the list holds what they saw."""
    shares = [clients] if clients < 500 else [clients - clients // 2, clients // 2]
    command = [sys.executable, str(ROOT / "bench" / "audience.py"), server.url, run_id]
    pipe = subprocess.PIPE
    audiences = [
        subprocess.Popen([*command, str(share)], stdin=pipe, stdout=pipe, text=True)
        for share in shares
    ]
    saw: list[dict[str, Any]] = []
    for audience in audiences:
        assert audience.stdout is not None
        if audience.stdout.readline() != "watching\n":
            raise RuntimeError("the watchers could not connect")
    try:
        yield saw
    finally:
        saw += [json.loads(audience.communicate()[0]) for audience in audiences]


def _slow_down(
    server: LiveServer, run_id: str, options: argparse.Namespace
) -> dict[int, list[float]]:
    """Return the median seconds of an epoch with each crowd, in turn, for each round."""
    found: dict[int, list[float]] = {crowd: [] for crowd in CROWDS}
    for _ in range(options.rounds):
        for crowd in CROWDS:
            with _watched(server, run_id, crowd):
                found[crowd].append(_seconds(server, run_id, options.epochs))
    return found


def _seconds(server: LiveServer, run_id: str, epochs: int) -> float:
    """Return the median seconds of the next complete epochs."""
    first = _epoch(server, run_id) + 2  # the current one began before
    wait_for(lambda: _epoch(server, run_id) >= first + epochs - 1, 300)
    query = "type=epoch&limit=5000"
    events = server.get(f"/api/runs/{run_id}/events?{query}").json()["events"]
    taken: list[float] = [
        one["seconds"] for one in events if first <= one["epoch"] < first + epochs
    ]
    return statistics.median(taken)


def _ratios(slow: dict[int, list[float]]) -> Iterator[Figure]:
    """Return the slow-down of each round against no watchers in the same round."""
    for crowd, mark in ((1, 1.01), (200, 1.05)):
        pairs = zip(slow[crowd], slow[0], strict=True)
        ratios = [round(watched / alone, 4) for watched, alone in pairs]
        yield Figure(f"slow-down by {crowd} of them", "times", ratios, mark, 1.0)


def _many(server: LiveServer, run_id: str, options: argparse.Namespace) -> dict[str, float]:
    """Measure what 1,000 watchers saw, and what they cost."""
    with _watched(server, run_id, options.watchers) as saw:
        first = _epoch(server, run_id) + 1
        began, cpu = time.monotonic(), _cpu(server)
        time.sleep(options.seconds)
        memory, cpu = _memory(server), _cpu(server) - cpu
        took = time.monotonic() - began
        last = _epoch(server, run_id) - 1  # the newest may still be on its way
        wait_for(lambda: _epoch(server, run_id) > last + 1, 300)
    if sum(one["alive"] for one in saw) != options.watchers:
        raise RuntimeError("some watchers were dropped")
    lags = {
        epoch: [lag for one in saw for lag in one["epochs"].get(str(epoch), [])]
        for epoch in range(first, last + 1)
    }
    whole = [len(found) == options.watchers for found in lags.values()]
    return {
        "whole": sum(whole) / len(whole),
        "lag": round(percentile([lag for found in lags.values() for lag in found], 0.99), 4),
        "memory": memory,
        "cpu": round(cpu / took, 3),
    }


def _memory(server: LiveServer) -> float:
    """Return the resident megabytes of the web process."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _cpu(server: LiveServer) -> float:
    """Return the seconds of CPU that the web process has used."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
