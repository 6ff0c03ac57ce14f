"""How long an epoch takes: the program, plain Keras, PyTorch and the arithmetic, in turn.

    INKLING_MNIST=…/mnist.npz python bench/training.py
    … python bench/training.py --torch OTHER/bin/python     an interpreter that has PyTorch
    … python bench/training.py --kinds                      what XLA does to each kind of network

The program is the whole of it: a server of its own trains a run, and the seconds are those of
its epoch events. The others are processes of their own that wait while one trains. Without
INKLING_MNIST the 5,000 bundled digits are used, whose epochs are too short to say much. Results
are kept as bench/results/training.json; the exit status says whether every mark was reached.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from figures import Figure, report  # noqa: E402
from start import waiting_worker  # noqa: E402

from tests.live_server import LiveServer, serve  # noqa: E402
from webapp.configuration.presets import preset_configs  # noqa: E402

KINDS = ("lecture", "deep_sigmoid", "small_cnn", "best_cnn")


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
        os.environ.setdefault("INKLING_DATA_DIR", scratch)
        figures = (_kinds if options.kinds else _training)(options, Path(scratch))
    name = "kinds" if options.kinds else "training"
    return 0 if report(name, figures, {"cpus": os.cpu_count()}) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How long an epoch takes.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--torch", default=sys.executable, help="an interpreter with PyTorch")
    parser.add_argument(
        "--presets",
        nargs="*",
        default=["small_cnn", "best_cnn"],
        help="convolutional ones to measure",
    )
    parser.add_argument("--kinds", action="store_true", help="measure with XLA and without")
    return parser.parse_args()


class Contender:
    """A process of `contender.py` that trains an epoch on request."""

    def __init__(self, way: str, preset: str, python: str) -> None:
        self._process = subprocess.Popen(
            [python, str(ROOT / "bench" / "contender.py"), way, preset],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def epoch(self) -> float:
        """Return the seconds of the next epoch."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def end(self) -> None:
        """Close its input, which ends it."""
        self._process.communicate()


@contextmanager
def _contender(way: str, preset: str, python: str = sys.executable) -> Iterator[Contender]:
    made = Contender(way, preset, python)
    try:
        made.epoch()  # waits until it has started
        yield made
    finally:
        made.end()


def _training(options: argparse.Namespace, scratch: Path) -> list[Figure]:
    """The lecture's network by all contenders, and the small convolutional one by Keras and us."""
    ways = ["keras", "products", "peak", *(["torch"] if _has_torch(options.torch) else [])]
    with ExitStack() as stack:
        enter = stack.enter_context
        others = {
            way: enter(
                _contender(way, "lecture", options.torch if way == "torch" else sys.executable)
            )
            for way in ways
        }
        server = enter(serve(scratch / "data"))
        waiting_worker(server)
        ours, memory = [], []
        theirs: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(options.rounds):
            for way, other in others.items():
                theirs[way].append(other.epoch())
            seconds, peak = _run(server, "lecture", epochs=4)
            ours.append(seconds)
            memory.append(peak)
    figures = [Figure("lecture's network, the program", "s an epoch", ours)]
    figures += [Figure(f"lecture's network, {way}", "s an epoch", theirs[way]) for way in ways]
    marks = {
        "keras": (0.5, 0.35),
        "torch": (1.0, 0.6),
        "peak": (2.0, 1.4),
        "products": (None, None),
    }
    figures += [
        Figure(f"the program over {way}", "", _ratios(ours, theirs[way]), *marks[way])
        for way in ways
    ]
    figures.append(Figure("the training process' peak memory", "GB", memory, 1.3, 0.9))
    return figures + _convolutional(options, scratch)


def _convolutional(options: argparse.Namespace, scratch: Path) -> list[Figure]:
    """Train the two convolutional presets, with Keras and the program in turn."""
    figures = []
    marks = {"small_cnn": (0.9, 0.6), "best_cnn": (1.0, None)}
    for preset in options.presets:
        with _contender("keras", preset) as keras, serve(scratch / preset) as server:
            waiting_worker(server)
            theirs, ours = [], []
            for _ in range(options.rounds):
                theirs.append(keras.epoch())
                ours.append(_run(server, preset, epochs=3)[0])
        figures += [
            Figure(f"{preset}, keras", "s an epoch", theirs),
            Figure(f"{preset}, the program", "s an epoch", ours),
            Figure(f"{preset}, the program over keras", "", _ratios(ours, theirs), *marks[preset]),
        ]
    return figures


def _kinds(options: argparse.Namespace, _scratch: Path) -> list[Figure]:
    """Train each kind of network with the engine, with XLA and without, and with plain Keras."""
    figures = []
    for preset in KINDS:
        ways = ("keras", "compiled", "uncompiled")
        with ExitStack() as stack:
            made = {way: stack.enter_context(_contender(way, preset)) for way in ways}
            took: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(options.rounds):
                for way, one in made.items():
                    took[way].append(one.epoch())
        figures += [Figure(f"{preset}, {way}", "s an epoch", took[way]) for way in ways]
    return figures


def _has_torch(python: str) -> bool:
    """Return whether the interpreter has PyTorch and all of MNIST is here; print if not."""
    if "INKLING_MNIST" not in os.environ:
        print("PyTorch is measured on all of MNIST only: INKLING_MNIST is not set.")
        return False
    done = subprocess.run([python, "-c", "import torch"], capture_output=True, check=False)
    if done.returncode:
        print("PyTorch is not measured: this Python has none. --torch names another.")
    return not done.returncode


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def _run(server: LiveServer, preset: str, epochs: int) -> tuple[float, float]:
    """Train a run of the program; return its later epochs' median seconds, and memory in GB."""
    config: dict[str, Any] = preset_configs()[preset]
    name = "mnist" if "INKLING_MNIST" in os.environ else "mnist-5k"
    changed = {
        "dataset": {**config["dataset"], "name": name},
        "fit": {**config["fit"], "epochs": epochs, "validation_split": 0},
    }
    changed["fit"].pop("reduce_lr_on_plateau", None)
    waiting_worker(server)
    run_id = server.post("/api/runs", {**config, **changed}).json()["id"]
    peak = _peak_memory(server, run_id)
    waiting_worker(server)  # it gets ready now, so that it does not slow the next measurement
    events = server.get(f"/api/runs/{run_id}/events?type=epoch").json()["events"]
    return statistics.median(event["seconds"] for event in events[1:]), peak


def _peak_memory(server: LiveServer, run_id: str) -> float:
    """Wait for the run's end; return the peak memory of its process, in GB."""
    server.run_until(run_id, "running", "finished", seconds=300)
    pid = _worker(server)
    peak = 0.0
    while server.get(f"/api/runs/{run_id}").json()["status"] == "running":
        peak = max(peak, _high_water(pid))
        try:
            server.run_until(run_id, "finished", "failed", seconds=0.5)
        except TimeoutError:
            continue
    return peak


def _worker(server: LiveServer) -> int:
    """Return the pid of the train worker that uses the most memory: the others wait."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    pids = [int(pid) for pid in children.read_text().split()]
    trains = [p for p in pids if b"train_worker" in Path(f"/proc/{p}/cmdline").read_bytes()]
    return max(trains, key=_high_water)


def _high_water(pid: int) -> float:
    """The most that a process had in memory so far, in GB; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) * 1024 / 1e9 if lines else 0.0


if __name__ == "__main__":
    sys.exit(main())
