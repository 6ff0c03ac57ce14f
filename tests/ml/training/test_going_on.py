"""A training that is left and taken up again ends as one that never was: to the bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import pytest

from tests.ml.fake_server import FakeServer
from tests.ml.fitting.test_interrupt import EVERYTHING, at_images
from tests.ml.learning import Configure, assignment, dump
from webapp.ml import engine
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.interrupt import Interrupt
from webapp.ml.process import cores
from webapp.ml.training import train_worker
from webapp.ml.training.reporter import Reporter
from webapp.schemas.worker import Commands

DROPOUT = [
    {"type": "Flatten"},
    {"type": "Dense", "units": 8, "activation": "relu"},
    {"type": "BatchNormalization"},
    {"type": "Dropout", "rate": 0.5},
    {"type": "GaussianNoise", "stddev": 0.1},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]
CONVOLUTION = [
    {"type": "RandomRotation", "factor": 0.05},
    {"type": "Conv2D", "filters": 2, "kernel_size": 3, "activation": "relu"},
    {"type": "Flatten"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]
CALLBACKS = {
    "early_stopping": {"patience": 2, "min_delta": 1000, "restore_best": True},
    "reduce_lr_on_plateau": {"patience": 1, "min_delta": 1000, "factor": 0.5},
}

Work = Callable[[FakeServer], int]
Ask = Callable[[FakeServer, int, int, Commands], None]


@pytest.fixture
def work(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Does a whole attempt in this process; the exit code."""
    monkeypatch.setattr(train_worker, "handle_term", lambda link: None)
    monkeypatch.setattr(cores, "divide", lambda *_: None)  # this process has computed before
    monkeypatch.setenv("INKLING_DATA_DIR", str(data_dir))
    return lambda server: train_worker.work(assignment(server.url, data_dir), tmp_path)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, every_batch: None) -> Ask:
    """Lets commands arrive at a batch of an epoch, once."""

    def ask(server: FakeServer, epoch: int, step: int, commands: Commands) -> None:
        on_batch = Reporter.on_batch

        def there(self: Reporter, at: int, batch: int, *means: Any) -> bool:
            if (at, batch) == (epoch, step):
                server.command(self._link, commands)
                monkeypatch.setattr(Reporter, "on_batch", on_batch)
            return on_batch(self, at, batch, *means)

        monkeypatch.setattr(Reporter, "on_batch", there)

    return ask


def read(content: bytes) -> checkpoint.Checkpoint:
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return checkpoint.read(Path(file.name))


def measured(server: FakeServer) -> list[dict[str, Any]]:
    """The epochs without what is timed."""
    timed = ("seconds", "samples_per_second")
    return [{k: v for k, v in item.items() if k not in timed} for item in server.of_type("epoch")]


def same(one: bytes, other: bytes) -> bool:
    """Whether two checkpoints hold the same, to the bit."""
    a, b = read(one), read(other)
    groups = [(a.weights, b.weights), (a.optimizer, b.optimizer), (a.random, b.random)]
    pairs = [pair for left, right in groups for pair in zip(left, right, strict=True)]
    equal = all(np.array_equal(left, right) for left, right in pairs)
    return equal and a.progress.meta() == b.progress.meta()


@pytest.mark.parametrize("layers", [DROPOUT, CONVOLUTION], ids=["dense", "convolutional"])
def test_a_pause_in_mid_epoch_changes_nothing(
    configure: Configure, work: Work, ask: Ask, layers: Any
) -> None:
    config = configure(layers, fit={"epochs": 4, "batch_size": 50, **CALLBACKS})
    with FakeServer(dump(config)) as whole:
        assert work(whole) == 0
    with FakeServer(dump(config)) as first:
        ask(first, 2, 3, Commands(pause=True))
        assert work(first) == 0
    assert first.items[-1] == {**first.items[-1], "status": "paused", "epoch": 1, "part": 1}
    assert not first.of_type("evaluation")
    with FakeServer(dump(config), from_epoch=1, has_checkpoint=True) as rest:
        rest.start = first.parts[1]
        assert work(rest) == 0
    assert rest.items[0] == {**rest.items[0], "status": "running", "from_epoch": 1}
    assert measured(first) + measured(rest) == measured(whole)
    assert rest.of_type("batch")[0]["step"] == 4
    last = max(whole.checkpoints)
    assert last == 3, "early stopping counts on over the pause"
    assert same(rest.checkpoints[last], whole.checkpoints[last])
    assert same(rest.parts[last], whole.parts[last])


@pytest.mark.parametrize(("images", "step"), [(4, 3), (1, 0)], ids=["in mid-epoch", "at its start"])
def test_a_pause_within_a_batch_changes_nothing(
    configure: Configure, work: Work, monkeypatch: pytest.MonkeyPatch, images: int, step: int
) -> None:
    """The command comes while TensorFlow trains the batch, and the batch is given up."""
    monkeypatch.setattr(engine, "LARGE_BATCH", 1)
    monkeypatch.setattr(engine, "LONG_SECONDS", 0.0)
    monkeypatch.setattr(engine, "PACE_SECONDS", 0.0)
    config = configure(EVERYTHING, fit={"epochs": 2, "validation_split": 0.0})
    with FakeServer(dump(config)) as whole:
        assert work(whole) == 0
    with FakeServer(dump(config)) as first:
        watch = Interrupt.watch

        def pause(interrupt: Interrupt) -> None:
            first.commands = lambda _server: {"pause": True}
            first.wait_for(lambda: interrupt._wanted)
            with interrupt._lock:  # the flag that the layers look at is up, too
                pass

        def click(self: Interrupt, model: Any) -> None:
            at_images(model, 6 + images, lambda: pause(self))
            watch(self, model)

        monkeypatch.setattr(Interrupt, "watch", click)
        assert work(first) == 0
        monkeypatch.setattr(Interrupt, "watch", watch)
    part = int(step > 0)
    assert first.items[-1] == {**first.items[-1], "status": "paused", "epoch": 1, "part": part}
    with FakeServer(dump(config), from_epoch=1, has_checkpoint=True) as rest:
        rest.start = first.parts[1] if part else first.checkpoints[1]
        assert read(rest.start).progress.step == step
        assert work(rest) == 0
    assert measured(first) + measured(rest) == measured(whole)
    assert same(rest.checkpoints[2], whole.checkpoints[2])


def test_going_on_after_a_death(configure: Configure, work: Work) -> None:
    config = configure(DROPOUT, fit={"epochs": 3, **CALLBACKS})
    with FakeServer(dump(config)) as whole:
        assert work(whole) == 0
    with FakeServer(dump(config), from_epoch=2, has_checkpoint=True) as rest:
        rest.start = whole.checkpoints[2]
        assert work(rest) == 0
    assert measured(rest) == measured(whole)[2:]
    assert same(rest.checkpoints[3], whole.checkpoints[3])
    assert rest.items[-1]["status"] == "finished"


def test_early_stopping_that_has_ended_a_run_ends_it_again(
    configure: Configure, work: Work
) -> None:
    config = configure(fit={"epochs": 9, "early_stopping": CALLBACKS["early_stopping"]})
    with FakeServer(dump(config)) as whole:
        assert work(whole) == 0
    assert max(whole.checkpoints) == 3
    with FakeServer(dump(config), from_epoch=3, has_checkpoint=True) as rest:
        rest.start = whole.checkpoints[3]
        assert work(rest) == 0
    assert not rest.of_type("epoch") and rest.items[-1]["status"] == "finished"
    assert same(rest.parts[3], whole.parts[3])
    with FakeServer(dump(config), from_epoch=3, has_checkpoint=True, extended=True) as more:
        more.start = whole.parts[3]
        assert work(more) == 0
    assert [item["epoch"] for item in more.of_type("epoch")] == [4, 5], "it is patient anew"


@pytest.mark.parametrize("kept", ["reduce_lr_on_plateau", "early_stopping"])
def test_a_run_with_more_epochs_goes_on_as_if_it_had_never_ended(
    configure: Configure, work: Work, kept: str
) -> None:
    patient = {kept: {"patience": 4, "min_delta": 1000}}
    config = configure(fit={"epochs": 6, **patient})
    with FakeServer(dump(config)) as whole:
        assert work(whole) == 0
    shorter = configure(fit={"epochs": 3, **patient})
    with FakeServer(dump(shorter)) as first:
        assert work(first) == 0
    with FakeServer(dump(config), from_epoch=3, has_checkpoint=True, extended=True) as rest:
        rest.start = first.checkpoints[3]
        assert work(rest) == 0
    assert measured(first) + measured(rest) == measured(whole)
    last = max(whole.checkpoints)
    assert last == (5 if kept == "early_stopping" else 6)
    assert same(rest.checkpoints[last], whole.checkpoints[last])


def test_a_step_is_one_epoch(configure: Configure, work: Work) -> None:
    config = configure(fit={"epochs": 5})
    commands = {"pause_after_epoch": 1}
    with FakeServer(dump(config), commands=commands) as server:
        server.commands = lambda server: commands
        assert work(server) == 0
    assert [item["epoch"] for item in server.of_type("epoch")] == [1]
    assert server.items[-1] == {**server.items[-1], "status": "paused", "epoch": 1, "part": 0}


def test_another_learning_rate_is_taken_once(configure: Configure, work: Work, ask: Ask) -> None:
    config = configure(fit={"epochs": 4})
    command = Commands(learning_rate=0.5, learning_rate_change=1)
    with FakeServer(dump(config)) as server:
        ask(server, 2, 3, command)
        assert work(server) == 0
    rates = [item["learning_rate"] for item in server.of_type("epoch")]
    assert rates == [0.001, 0.5, 0.5, 0.5]
    with FakeServer(
        dump(config), from_epoch=3, has_checkpoint=True, commands=command.model_dump()
    ) as rest:
        start = read(server.checkpoints[3])
        assert start.progress.learning_rate_change == 1
        rest.start = server.checkpoints[3]
        rest.commands = lambda _server: command.model_dump()
        assert work(rest) == 0
    assert same(rest.checkpoints[4], server.checkpoints[4])


def test_a_run_that_is_to_stop_when_it_diverges(configure: Configure, work: Work) -> None:
    layers = [
        {"type": "Flatten"},
        {"type": "Dense", "units": 8},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ]
    optimizer = {"name": "SGD", "learning_rate": 1e30}
    fit = {"epochs": 50, "terminate_on_nan": True}
    with FakeServer(dump(configure(layers, compile={"optimizer": optimizer}, fit=fit))) as server:
        assert work(server) == 0
    assert server.items[-1]["status"] == "stopped"
    assert server.items[-1]["message"] == train_worker.DIVERGED
    assert len(server.of_type("epoch")) < 5
