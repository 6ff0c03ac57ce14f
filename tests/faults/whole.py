"""What a run must be when it has ended, whatever happened on the way."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.live_server import LiveServer

Event = dict[str, Any]
NUMBERS = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
SECONDS = 180.0

SLOW_EPOCHS: dict[str, Any] = {
    "name": "Under fire",
    "dataset": {"name": "mnist-5k"},
    "layers": [
        {"type": "Flatten"},
        {"type": "Dense", "units": 64, "activation": "relu"},
        {"type": "Dense", "units": 64, "activation": "relu"},
        {"type": "Dense", "units": 64, "activation": "relu"},
        {"type": "Dropout", "rate": 0.1},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ],
    "fit": {"batch_size": 1, "epochs": 8, "validation_split": 0.1},
    "seed": 7,
}
"""Epochs of many small batches, so that a fault meets it in the middle of one; chance at work in
every batch, so that a random state that is not kept shows."""


@dataclass(frozen=True)
class Ended:
    """A run that has ended: its summary, all its events, its weights by their place."""

    run: dict[str, Any]
    events: list[Event]
    weights: dict[str, NDArray[Any]]

    def of(self, kind: str) -> list[Event]:
        """The events of one type."""
        return [event for event in self.events if event["type"] == kind]

    def curve(self) -> list[tuple[Any, ...]]:
        """What the epochs have measured."""
        return [(event["epoch"], *(event[name] for name in NUMBERS)) for event in self.of("epoch")]


def create(server: LiveServer, config: dict[str, Any] | None = None, **fit: Any) -> str:
    """Queue a run; its id."""
    config = config or SLOW_EPOCHS
    answer = server.post("/api/runs", {**config, "fit": {**config["fit"], **fit}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def ended(server: LiveServer, run_id: str, seconds: float = SECONDS) -> Ended:
    """The run, once it is finished; nothing of it may be missing or there twice."""
    run = server.run_until(run_id, "finished", "stopped", "failed", seconds=seconds)
    assert run["status"] == "finished", run["error"]
    found = Ended(run, all_events(server, run_id), weights(server, run_id))
    check_events(found)
    check_curve(server, found)
    assert run["test"] is not None
    return found


def all_events(server: LiveServer, run_id: str) -> list[Event]:
    """Every event of the run, page by page."""
    events: list[Event] = []
    while True:
        after = events[-1]["seq"] if events else 0
        page = server.get(f"/api/runs/{run_id}/events?after={after}").json()
        events += page["events"]
        if not page["events"] or events[-1]["seq"] >= page["last_seq"]:
            return events


def check_events(found: Ended) -> None:
    """Numbers 1 … n, each epoch once, one end."""
    run = found.run
    assert [event["seq"] for event in found.events] == list(range(1, run["last_seq"] + 1))
    epochs = [event["epoch"] for event in found.of("epoch")]
    assert epochs == list(range(1, run["epochs"] + 1))
    assert run["epoch"] == run["epochs"]
    assert len(found.of("evaluation")) == 1
    assert [event["status"] for event in found.of("status")].count("finished") == 1


def check_curve(server: LiveServer, found: Ended) -> None:
    """The stored curve says what the events say."""
    epochs = server.get(f"/api/runs/{found.run['id']}/curve").json()["epochs"]
    assert epochs["epoch"] == list(range(1, found.run["epochs"] + 1))
    for event, loss in zip(found.of("epoch"), epochs["loss"], strict=True):
        assert loss == float(f"{event['loss']:.6g}")


def weights(server: LiveServer, run_id: str) -> dict[str, NDArray[Any]]:
    """Every array of the run's model file, the optimizer's among them."""
    answer = server.get(f"/api/runs/{run_id}/model?format=keras")
    assert answer.ok, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        stored = io.BytesIO(archive.read("model.weights.h5"))
    arrays: dict[str, NDArray[Any]] = {}

    def take(name: str, part: object) -> None:
        if isinstance(part, h5py.Dataset):
            arrays[name] = part[()]

    with h5py.File(stored) as file:
        file.visititems(take)
    return arrays


def same(found: Ended, undisturbed: Ended) -> None:
    """The same curve, and the same weights to the bit.

    An epoch's loss is a mean of a sum that is made call by call, and calls are as long as the
    machine is fast: it may differ in the last bit of double precision, the weights may not.
    """
    for epoch, other in zip(found.curve(), undisturbed.curve(), strict=True):
        assert epoch == pytest.approx(other, rel=1e-12)
    assert found.weights.keys() == undisturbed.weights.keys() and found.weights
    for name, array in found.weights.items():
        assert np.array_equal(array, undisturbed.weights[name]), f"{name} differs"
    assert found.run["test"] == undisturbed.run["test"]
