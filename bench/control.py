"""From the click to its effect: pause and stop, also where a batch takes long.

    python bench/control.py               five rounds for each kind of run

It starts a server of its own. Pause: from the request until the run is `paused`, with its
checkpoint durable and its place free. Stop: until it is `stopped`, the test included. All of MNIST
with INKLING_MNIST. Results are kept as bench/results/control.json; the exit status says whether
every mark was reached.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from figures import Figure, report  # noqa: E402
from start import waiting_worker  # noqa: E402

from tests.live_server import LiveServer, serve  # noqa: E402
from webapp.configuration.presets import preset_configs  # noqa: E402

KINDS = (("lecture", 100), ("lecture", 10_000), ("small_cnn", 128), ("small_cnn", 10_000))
LOOK_SECONDS = 0.01


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    parser = argparse.ArgumentParser(description="From the click to its effect.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    figures = []
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        with serve(Path(scratch) / "data") as server:
            for preset, batch_size in KINDS:
                took: dict[str, list[float]] = {"pause": [], "stop": []}
                for _ in range(rounds):
                    _round(server, preset, batch_size, took)
                figures += [
                    Figure(f"{preset}, batches of {batch_size}: {what}", "s", seconds, 1.0)
                    for what, seconds in took.items()
                ]
    return 0 if report("control", figures, {"cpus": os.cpu_count()}) else 1


def _round(server: LiveServer, preset: str, batch_size: int, took: dict[str, list[float]]) -> None:
    """Train, pause, resume and stop one run."""
    waiting_worker(server)
    config: dict[str, Any] = preset_configs()[preset]
    name = "mnist" if "INKLING_MNIST" in os.environ else "mnist-5k"
    changed = {
        "dataset": {**config["dataset"], "name": name},
        "fit": {**config["fit"], "epochs": 10_000, "batch_size": batch_size},
    }
    path = f"/api/runs/{server.post('/api/runs', {**config, **changed}).json()['id']}"
    _until(server, path, _is_training)
    took["pause"].append(_seconds(server, path, "pause", "paused"))
    epoch = server.get(path).json()["epoch"]
    server.post(f"{path}/resume")
    _until(server, path, lambda run: run["status"] == "running" and run["epoch"] > epoch)
    took["stop"].append(_seconds(server, path, "stop", "stopped"))


def _is_training(run: dict[str, Any]) -> bool:
    return bool(run["status"] == "running" and run["epoch"] >= 1)


def _seconds(server: LiveServer, path: str, order: str, status: str) -> float:
    """Return the seconds from a request to the status that it leads to."""
    began = time.perf_counter()
    assert server.post(f"{path}/{order}").status_code == 202
    _until(server, path, lambda run: run["status"] == status)
    return round(time.perf_counter() - began, 3)


def _until(server: LiveServer, path: str, reached: Callable[[dict[str, Any]], bool]) -> None:
    end = time.monotonic() + 120
    while not reached(run := server.get(path).json()):
        assert time.monotonic() < end and run["status"] != "failed", run
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
