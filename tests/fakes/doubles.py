"""A launcher and a predictor that start no process, and a worker that is a few method calls."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fakes import answers
from webapp.errors import ApiError
from webapp.runs import attempts, checkpoints, recording
from webapp.schemas.sentences import Sentence
from webapp.schemas.worker import Assignment, Receipt, Report
from webapp.workers.launchers import LaunchError, OnExit

SECONDS = 10.0


def wait_until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until ``condition`` holds. Raises AssertionError when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{condition} did not come true in {seconds} s"
        time.sleep(0.005)


class FakeLauncher:
    """Records its calls; ``end_worker`` simulates a worker that has ended."""

    def __init__(self) -> None:
        self.on_exit: OnExit | None = None
        self.launched: list[Assignment] = []
        self.working: dict[tuple[str, int], int] = {}
        self.ended: list[tuple[str, int, bool]] = []
        self.living: set[int] = set()
        self.broken = False
        self.obedient = True
        self.closed = False

    def start(self) -> None:
        """Do nothing."""

    def launch(self, assignment: Assignment) -> tuple[int, str | None]:
        """Record the assignment; return a pid of no process."""
        if self.broken:
            raise LaunchError("no")
        self.launched.append(assignment)
        pid = 10_000_000 + len(self.launched)
        self.working[assignment.run_id, assignment.attempt] = pid
        return pid, "then"

    def take_over(self, run_id: str, attempt: int, pid: int | None, started: str | None) -> bool:
        """Return whether the test says that this pid is alive."""
        if pid not in self.living:
            return False
        self.working[run_id, attempt] = pid
        return True

    def end(self, run_id: str, attempt: int, *, kill: bool = False) -> None:
        """Record the call; a worker that obeys ends at once."""
        self.ended.append((run_id, attempt, kill))
        if self.obedient or kill:
            self.end_worker(run_id, attempt, -9 if kill else 0)

    def end_worker(
        self, run_id: str, attempt: int, code: int | None, reason: Sentence | None = None
    ) -> None:
        """End the attempt's worker."""
        self.working.pop((run_id, attempt), None)
        if self.on_exit is not None:
            self.on_exit(run_id, attempt, code, reason)

    def alive(self) -> int:
        """Return how many workers have a run."""
        return len(self.working)

    def pids(self) -> list[int]:
        """Return no processes."""
        return list(self.working.values())

    def close(self) -> None:
        """Record the call."""
        self.closed = True


class FakePredictor:
    """Takes an image's brightest row for its digit; raises ``error`` if it is set."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.error: ApiError | None = None
        self.running = False

    def start(self) -> None:
        """Record the call."""
        self.running = True

    def stop(self) -> None:
        """Record the call."""
        self.running = False

    def pids(self) -> list[int]:
        """Return no processes."""
        return []

    def predict(self, model: dict[str, Any], image: bytes) -> list[float]:
        """Return all probability on the digit that the image's sum names."""
        self.asked.append({"ask": "predict", "model": model, "image": image})
        if self.error is not None:
            raise self.error
        digit = sum(image) % 10
        return [float(digit == other) for other in range(10)]

    def ask(self, question: dict[str, Any], seconds: float = 0) -> dict[str, Any]:
        """Return a fixed evaluation, or a file of a few bytes."""
        self.asked.append(question)
        if self.error is not None:
            raise self.error
        if question["ask"] == "export":
            Path(question["path"]).write_bytes(keras_file(question["model"]["epoch"]))
            return {}
        if question["ask"] == "test_images":
            return {"pixels": "bm9pc2U="}
        if question["ask"] == "augment":
            return {"pixels": question["image"]}
        if question["ask"] == "look":
            return answers.look(sum(base64.b64decode(question["image"])) % 10)
        return answers.evaluation()


class FakeInsights:
    """Computes ``seen``, or ``units_seen`` with how often it was asked, once ``free`` is set; or
    ``error``."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.seen: dict[str, Any] | None = None
        self.error: Exception | None = None
        self.free = threading.Event()
        self.free.set()
        self.stopped = False

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Write the view's file."""
        self.asked.append(question)
        count = len(self.asked)
        assert self.free.wait(SECONDS)
        if self.error is not None:
            raise self.error
        path = Path(question["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")  # whole at once, as the real one writes
        seen = self.seen or units_seen(question["model"]["epoch"], count)
        unfinished.write_text(json.dumps(seen))
        unfinished.replace(path)
        return {}

    def pids(self) -> list[int]:
        """Return no processes."""
        return []

    def stop(self) -> None:
        """Record the call."""
        self.stopped = True


def units_seen(epoch: int, images: int) -> dict[str, Any]:
    """The view `units` of a network without layers."""
    return {"epoch": epoch, "images": images, "epochs": [], "layers": []}


class Worker:
    """The worker of a run that is started here; needs the application's context."""

    def __init__(self, run_id: str) -> None:
        begun = attempts.begin(run_id)
        assert begun is not None
        self.run_id = run_id
        self.attempt, self.token = begun
        self.n = 0

    def send(self, *items: dict[str, Any]) -> Receipt:
        """Report items with the next numbers."""
        numbered = []
        for item in items:
            self.n += 1
            numbered.append({"n": self.n, "item": item})
        report = Report.model_validate({"items": numbered})
        return recording.record(self.run_id, self.attempt, self.token, report)

    def checkpoint(self, epoch: int, content: bytes | None = None, part: int = 0) -> None:
        """Store a checkpoint."""
        content = archive() if content is None else content
        place = epoch, part
        checkpoints.store(self.run_id, self.attempt, self.token, place, [content], len(content))

    def begin(self) -> None:
        """Report that training starts."""
        self.checkpoint(0)
        self.send({"type": "status", "status": "running"})

    def epoch(self, epoch: int, **values: Any) -> Receipt:
        """Train one epoch."""
        self.checkpoint(epoch)
        return self.send(epoch_item(epoch, **values))

    def finish(self, status: str = "finished") -> Receipt:
        """Evaluate and end."""
        return self.send(
            {"type": "evaluation", "loss": 0.5, "accuracy": 0.9},
            {"type": "status", "status": status},
        )


def keras_file(epoch: int) -> bytes:
    """Return a model's file of an epoch, complete as far as the server checks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in ("metadata.json", "config.json", "model.weights.h5", "inkling.json"):
            made.writestr(zipfile.ZipInfo(name), f"{name} of epoch {epoch}")
    return file.getvalue()


def archive() -> bytes:
    """Return a complete archive, as far as the server checks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("weights/0.npy", b"weights")
    return file.getvalue()


def batch_item(epoch: int = 1, step: int = 1, steps: int = 10) -> dict[str, Any]:
    """Return a batch event as a worker sends it."""
    return {
        "type": "batch",
        "epoch": epoch,
        "step": step,
        "steps": steps,
        "loss": 1.0,
        "accuracy": 0.5,
    }


def epoch_item(epoch: int, **values: Any) -> dict[str, Any]:
    """Return an epoch event as a worker sends it."""
    return {
        "type": "epoch",
        "epoch": epoch,
        "loss": 1 / epoch,
        "accuracy": 0.5,
        "val_loss": 1 / epoch,
        "val_accuracy": 0.5,
        "learning_rate": 0.001,
        "seconds": 1.0,
        "samples_per_second": 540.0,
        **values,
    }
