"""The train worker against a server that keeps the protocol, and against one that does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import pytest

from tests.ml.fake_server import FakeServer
from tests.ml.learning import Configure, assignment, dump
from webapp.ml import digits, network
from webapp.ml.fitting import checkpoint
from webapp.ml.process import cores
from webapp.ml.training import train_worker
from webapp.ml.training.reporter import Reporter
from webapp.schemas.config import RunConfig
from webapp.schemas.worker import Commands

COMMAND = [sys.executable, "-m", "webapp.ml.training.train_worker"]


@pytest.fixture
def work(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[FakeServer], int]:
    """Does a whole attempt in this process; the exit code."""
    monkeypatch.setattr(train_worker, "handle_term", lambda link: None)
    monkeypatch.setattr(cores, "divide", lambda *_: None)  # this process has computed before
    monkeypatch.setenv("INKLING_DATA_DIR", str(data_dir))

    def work(server: FakeServer, token: str = "secret") -> int:
        return train_worker.work(assignment(server.url, data_dir, token), tmp_path)

    return work


def read(server: FakeServer, epoch: int, part: bool = False) -> checkpoint.Checkpoint:
    with NamedTemporaryFile() as file:
        file.write((server.parts if part else server.checkpoints)[epoch])
        file.flush()
        return checkpoint.read(Path(file.name))


def score(
    server: FakeServer, config: RunConfig, epoch: int, raw: digits.Digits, part: bool = False
) -> float:
    """The test accuracy of a checkpoint."""
    model = network.build(config.layers)
    network.compile(model, config.compile)
    model.set_weights(read(server, epoch, part).weights)
    return network.evaluate(model, *digits.prepare_test(raw, config.dataset))[1]


def test_a_whole_run_as_a_process(
    configure: Configure, data_dir: Path, worker_env: dict[str, str], raw: digits.Digits
) -> None:
    config = configure(fit={"epochs": 2})
    with FakeServer(dump(config), seed=5) as server:
        line = assignment(server.url, data_dir).model_dump_json() + "\n"
        done = subprocess.run(
            COMMAND, input=line, env=worker_env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        accuracy = score(server, config, 2, raw)
    assert server.numbers == list(range(1, len(server.items) + 1))
    assert server.log[:2] == ["checkpoint 0", "status"]
    for epoch in (1, 2):
        reported = server.log.index("epoch", server.log.index(f"checkpoint {epoch}"))
        assert server.log[reported - 1] == f"checkpoint {epoch}"
    assert server.log[-2:] == ["evaluation", "status"]
    assert server.items[0]["status"] == "running" and server.items[-1]["status"] == "finished"
    assert server.of_type("batch")[0]["steps"] == 6
    assert [item["epoch"] for item in server.of_type("epoch")] == [1, 2]
    assert server.of_type("evaluation")[0]["accuracy"] == pytest.approx(accuracy)
    assert [read(server, epoch).progress.epoch for epoch in (0, 1, 2)] == [0, 1, 2]
    assert "Traceback" not in done.stderr and done.stdout == ""


def test_no_line_no_work(worker_env: dict[str, str]) -> None:
    done = subprocess.run(COMMAND, input="", env=worker_env, capture_output=True, timeout=300)
    assert done.returncode == 0


def test_term_gives_the_run_back(
    configure: Configure, data_dir: Path, worker_env: dict[str, str]
) -> None:
    config = configure(fit={"epochs": 10_000})
    with FakeServer(dump(config)) as server:
        worker = subprocess.Popen(
            COMMAND, env=worker_env, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert worker.stdin is not None
        worker.stdin.write(assignment(server.url, data_dir).model_dump_json() + "\n")
        worker.stdin.close()
        server.wait_for(lambda: len(server.of_type("epoch")) >= 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(300) == 0
    assert server.items[-1]["status"] == "queued"
    assert not server.of_type("evaluation")


def test_the_seed_of_the_job_rules(configure: Configure, work: Callable[[FakeServer], int]) -> None:
    losses = []
    for seed in (3, 4):
        with FakeServer(dump(configure()), seed=seed) as server:
            assert work(server) == 0
            losses.append(server.of_type("epoch")[0]["loss"])
    assert losses[0] != losses[1]


@pytest.mark.parametrize("epochs", [0, 1])
def test_stopped_in_mid_epoch(
    configure: Configure,
    work: Callable[[FakeServer], int],
    raw: digits.Digits,
    monkeypatch: pytest.MonkeyPatch,
    every_batch: None,
    epochs: int,
) -> None:
    """The weights as they were at the stop are the model: checkpoint, test and download agree."""
    on_batch = Reporter.on_batch

    config = configure(fit={"epochs": 5})
    with FakeServer(dump(config)) as server:

        def stop_there(self: Reporter, epoch: int, step: int, *means: Any) -> bool:
            if (epoch, step) == (epochs + 1, 3):
                server.command(self._link, Commands(stop=True))
            return on_batch(self, epoch, step, *means)

        monkeypatch.setattr(Reporter, "on_batch", stop_there)
        assert work(server) == 0
        assert server.items[-1]["status"] == "stopped"
        assert len(server.of_type("epoch")) == epochs
        puts = [entry for entry in server.log if entry.startswith("checkpoint")]
        assert puts == [f"checkpoint {n}" for n in range(epochs + 1)]
        assert server.items[-1] == {**server.items[-1], "epoch": epochs, "part": 1}
        reported = server.of_type("evaluation")[0]["accuracy"]
        assert reported == pytest.approx(score(server, config, epochs, raw, part=True))
        progress = read(server, epochs, part=True).progress
        assert (progress.epoch, progress.step) == (epochs, 3)


def test_the_servers_stop_command(configure: Configure, work: Callable[[FakeServer], int]) -> None:
    with FakeServer(dump(configure(fit={"epochs": 10_000}))) as server:
        server.commands = lambda server: {"stop": bool(server.of_type("epoch"))}
        assert work(server) == 0
        assert server.items[-1]["status"] == "stopped"


def test_a_stop_before_the_start(configure: Configure, work: Callable[[FakeServer], int]) -> None:
    with FakeServer(dump(configure(fit={"epochs": 10_000}))) as server:
        server.commands = lambda server: {"stop": True}
        assert work(server) == 0
        assert [item["type"] for item in server.items if item["type"] != "batch"] == [
            "status",
            "evaluation",
            "status",
        ]
        assert server.items[-1]["status"] == "stopped"


def test_the_best_weights_are_sent_at_the_end(
    configure: Configure, work: Callable[[FakeServer], int], raw: digits.Digits
) -> None:
    stopping = {"patience": 1, "min_delta": 1000, "restore_best": True}
    config = configure(fit={"epochs": 9, "early_stopping": stopping})
    with FakeServer(dump(config)) as server:
        assert work(server) == 0
        assert [item["epoch"] for item in server.of_type("epoch")] == [1, 2]
        assert server.items[-1]["status"] == "finished"
        best, final = read(server, 1), read(server, 2, part=True)
        for one, two in zip(best.weights, final.weights, strict=True):
            np.testing.assert_array_equal(one, two)
        reported = server.of_type("evaluation")[0]["accuracy"]
        assert reported == pytest.approx(score(server, config, 2, raw, part=True))


def test_an_outage_loses_and_doubles_nothing(
    configure: Configure, work: Callable[[FakeServer], int]
) -> None:
    with FakeServer(dump(configure(fit={"epochs": 8}))) as server:
        cut = threading.Event()

        def commands(server: FakeServer) -> dict[str, Any]:
            if server.of_type("epoch") and not cut.is_set():
                cut.set()
                server.outage.set()
                threading.Timer(0.5, server.outage.clear).start()
            return {}

        server.commands = commands
        assert work(server) == 0
        assert cut.is_set()
        assert server.numbers == list(range(1, len(server.items) + 1))
        assert [item["epoch"] for item in server.of_type("epoch")] == list(range(1, 9))
        assert server.items[-1]["status"] == "finished"


def test_a_stale_attempt_ends(configure: Configure, work: Callable[[FakeServer], int]) -> None:
    with FakeServer(dump(configure(fit={"epochs": 10_000}))) as server:
        server.commands = lambda server: server.stale.set() or {}  # type: ignore[func-returns-value]
        assert work(server) == train_worker.LINK_LOST
        assert not any(item["type"] == "evaluation" for item in server.items)


def test_a_wrong_token_ends(configure: Configure, work: Callable[..., int]) -> None:
    with FakeServer(dump(configure())) as server:
        assert work(server, token="wrong") == train_worker.LINK_LOST
        assert server.items == []


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"dataset": {"train_samples": 4001}}, "The dataset has fewer training images"),
        ({"dataset": {"train_samples": 1}, "fit": {"validation_split": 0.5}}, "There are too few"),
        ({"layers": [{"type": "Dense", "units": 10}]}, "Something unexpected went wrong"),
    ],
)
def test_failures_are_reported_in_one_sentence(
    configure: Configure, work: Callable[[FakeServer], int], parts: Any, sentence: str
) -> None:
    with FakeServer(dump(configure(**parts))) as server:
        assert work(server) == 1
        last = server.items[-1]
        assert last["status"] == "failed" and last["message"].startswith(sentence)
        assert not {"/", "Traceback", "\n"} & set(last["message"])


def test_a_network_too_large_for_the_memory(
    configure: Configure, work: Callable[[FakeServer], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(network, "fit", no_room)
    with FakeServer(dump(configure())) as server:
        assert work(server) == 1
        assert server.items[-1]["message"].startswith("The network needs more memory")


def test_mnist_that_is_not_here(
    configure: Configure,
    work: Callable[[FakeServer], int],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("webapp.datasets.files.mnist_file", lambda mnist: tmp_path / "no.npz")
    config = configure(dataset={"name": "mnist"})
    with FakeServer(dump(config)) as server:
        assert work(server) == 1
        assert server.items[-1]["message"].startswith("MNIST is not on this machine")


def test_a_diverged_run_finishes(configure: Configure, work: Callable[[FakeServer], int]) -> None:
    layers = [
        {"type": "Flatten"},
        {"type": "Dense", "units": 8},
        {"type": "Dense", "units": 10, "activation": "softmax"},
    ]
    optimizer = {"name": "SGD", "learning_rate": 1e30}
    with FakeServer(dump(configure(layers, compile={"optimizer": optimizer}))) as server:
        assert work(server) == 0
        assert server.of_type("epoch")[0]["loss"] is None
        assert server.of_type("epoch")[0]["diverged"]
        assert server.of_type("evaluation")[0] == {
            **server.of_type("evaluation")[0],
            "loss": None,
            "diverged": True,
        }


def test_the_environment_is_quiet() -> None:
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


def test_a_worker_imports_no_more_than_it_needs(worker_env: dict[str, str]) -> None:
    program = (
        "import gc, sys; from webapp.ml.process import quiet;"
        "from webapp.ml.training import train_worker;"
        "assert not set(quiet.UNNEEDED) & set(sys.modules);"
        "assert gc.isenabled() and gc.get_freeze_count() > 100_000;"
        "import sklearn.manifold, threadpoolctl;"
        "pools = [one['num_threads'] for one in threadpoolctl.threadpool_info()];"
        "assert pools and set(pools) == {1}, pools"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=worker_env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
