"""Digits to browse, and their statistics: the two routes, and the process that writes them out."""

from __future__ import annotations

import base64
import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray

from tests.fakes.doubles import FakePredictor
from webapp.datasets import browse
from webapp.ml import digits, unpack
from webapp.schemas.datasets import DATASETS
from webapp.settings import Settings

Bytes = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras has fetched nothing."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small file as MNIST comes, which is all of it here."""
    monkeypatch.setitem(DATASETS, "mnist", replace(DATASETS["mnist"], train=30, test=30))
    images = np.random.RandomState(0).randint(0, 256, (60, 28, 28))
    write_mnist(tmp_path / "mnist.npz", images)
    return tmp_path / "mnist.npz"


def write_mnist(path: Path, images: NDArray[Any]) -> None:
    """30 digits to train and 30 to test; there is no nine."""
    labels = (np.arange(60) % 9).astype(np.uint8)
    x = images.astype(np.uint8)
    np.savez(path, x_train=x[:30], y_train=labels[:30], x_test=x[30:], y_test=labels[30:])


@pytest.fixture
def settings(tmp_path: Path, mnist: Path) -> Settings:
    return Settings.from_environ(
        {"INKLING_DATA_DIR": str(tmp_path / "data"), "INKLING_MNIST": str(mnist)}
    )


def pixels(answer: Any) -> Bytes:
    """The images of an answer, (n, 28, 28)."""
    return np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8).reshape(-1, 28, 28)


def refusal(answer: Any) -> tuple[int, str, list[str]]:
    error = answer.get_json()["error"]
    return answer.status_code, error["code"], [one["path"] for one in error["fields"]]


def test_the_bundled_digits(client: FlaskClient, settings: Settings) -> None:
    raw = digits.load("mnist-5k", settings.data_dir)
    answer = client.get("/api/datasets/mnist-5k/digits?offset=3990").get_json()
    assert (answer["part"], answer["label"], answer["offset"]) == ("train", None, 3990)
    assert answer["total"] == 4000 and answer["indices"] == list(range(3990, 4000))
    assert answer["labels"] == raw.y_train[3990:].tolist()
    np.testing.assert_array_equal(pixels(answer), raw.x_train[3990:])
    test = client.get("/api/datasets/mnist-5k/digits?part=test&limit=500").get_json()
    np.testing.assert_array_equal(pixels(test), raw.x_test[:500])


def test_those_of_one_digit(client: FlaskClient, mnist: Path) -> None:
    raw = np.load(mnist)
    places = np.flatnonzero(raw["y_test"] == 3)
    answer = client.get("/api/datasets/mnist/digits?part=test&label=3&offset=1").get_json()
    assert answer["total"] == len(places) > 1
    assert answer["indices"] == places[1:].tolist()
    assert set(answer["labels"]) == {3}
    np.testing.assert_array_equal(pixels(answer), raw["x_test"][places[1:]])
    none = client.get("/api/datasets/mnist/digits?label=9").get_json()
    assert (none["total"], none["indices"], none["pixels"]) == (0, [], "")


def test_behind_the_end_there_is_nothing(client: FlaskClient) -> None:
    answer = client.get("/api/datasets/mnist/digits?offset=31").get_json()
    assert (answer["total"], answer["labels"]) == (30, [])


def test_statistics(client: FlaskClient, mnist: Path) -> None:
    raw = np.load(mnist)
    statistics = client.get("/api/datasets/mnist/statistics").get_json()
    for part in ("train", "test"):
        x, y = raw[f"x_{part}"], raw[f"y_{part}"]
        assert statistics[part]["count"] == 30
        known = statistics[part]["pixels"]
        assert (known["min"], known["max"]) == (x.min(), x.max())
        assert known["mean"] == pytest.approx(x.mean(), abs=1e-4)
        assert known["std"] == pytest.approx(x.std(), abs=1e-4)
        assert known["zero"] == pytest.approx((x == 0).mean(), abs=1e-6)
        bins, _edges = np.histogram(x[x > 0], bins=16, range=(0, 256))
        assert known["histogram"] == bins.tolist()
        assert [one["count"] for one in statistics[part]["digits"]] == [
            (y == d).sum() for d in range(10)
        ]
        three = statistics[part]["digits"][3]
        images = x[y == 3]
        assert three["ink"] == pytest.approx(images.mean(), abs=0.01)
        for name, wanted in (("mean", images.mean(axis=0)), ("spread", images.std(axis=0))):
            picture = np.frombuffer(base64.b64decode(three[name]), np.uint8).reshape(28, 28)
            np.testing.assert_array_equal(picture, np.rint(wanted))
        assert statistics[part]["digits"][9] == {
            "digit": 9, "count": 0, "ink": None, "mean": None, "spread": None,
        }  # fmt: skip


def test_another_file_is_written_out_anew(
    client: FlaskClient, mnist: Path, settings: Settings
) -> None:
    client.get("/api/datasets/mnist/digits")
    write_mnist(mnist, np.full((60, 28, 28), 7))
    answer = client.get("/api/datasets/mnist/digits?limit=1").get_json()
    assert (pixels(answer) == 7).all()
    folders = [path.name for path in (settings.data_dir / "datasets").iterdir() if path.is_dir()]
    assert len(folders) == 1 and folders[0].startswith("mnist@")


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("part=both", ["part"]),
        ("label=10", ["label"]),
        ("label=", ["label"]),
        ("offset=-1", ["offset"]),
        ("limit=0", ["limit"]),
        ("limit=501", ["limit"]),
        ("page=1", ["page"]),
    ],
)
def test_wrong_parameters(client: FlaskClient, query: str, paths: list[str]) -> None:
    answer = client.get(f"/api/datasets/mnist-5k/digits?{query}")
    assert refusal(answer) == (422, "invalid_query", paths)


@pytest.mark.parametrize("route", ["digits", "statistics"])
def test_digits_that_are_not_here(client: FlaskClient, mnist: Path, route: str) -> None:
    assert refusal(client.get(f"/api/datasets/letters/{route}")) == (404, "dataset_not_found", [])
    mnist.write_bytes(b"no archive")
    assert refusal(client.get(f"/api/datasets/mnist/{route}")) == (409, "dataset_damaged", [])
    mnist.unlink()
    assert refusal(client.get(f"/api/datasets/mnist/{route}")) == (409, "dataset_missing", [])


def test_a_process_that_does_not_end_is_given_up(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "SECONDS", 0)
    answer = client.get("/api/datasets/mnist/statistics")
    assert refusal(answer) == (503, "digits_unavailable", [])


def test_a_full_disk_is_said_and_leaves_nothing(
    tmp_path: Path, mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(json, "dumps", full)
    target = tmp_path / "out" / "mnist"
    assert unpack.answer("mnist", tmp_path, target, mnist) == {"disk_full": True}
    assert list(target.parent.iterdir()) == []


@pytest.fixture
def asked() -> dict[str, Any]:
    layer = {"type": "randomrotation", "factor": 0.1}
    return {"part": "test", "index": 29, "layer": layer, "count": 3, "seed": 7}


def test_variants_of_a_digit(
    client: FlaskClient, predictor: FakePredictor, mnist: Path, asked: dict[str, Any]
) -> None:
    answer = client.post("/api/datasets/mnist/augment", json=asked)
    assert answer.status_code == 200
    np.testing.assert_array_equal(pixels(answer.get_json())[0], np.load(mnist)["x_test"][29])
    question = predictor.asked[-1]["asked"]
    assert question["layer"]["type"] == "RandomRotation" and question["layer"]["factor"] == 0.1
    assert (question["count"], question["seed"]) == (3, 7)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"index": 30}, ["index"]),
        ({"index": -1, "count": 65}, ["index", "count"]),
        ({"layer": {"type": "Dense", "units": 10}}, ["layer.type"]),
        ({"layer": {"type": "RandomZoom", "height_factor": 2}}, ["layer.height_factor"]),
        ({"part": "both", "speed": 1}, ["part", "speed"]),
    ],
)
def test_variants_that_cannot_be(
    client: FlaskClient, asked: dict[str, Any], changes: dict[str, Any], paths: list[str]
) -> None:
    answer = client.post("/api/datasets/mnist/augment", json={**asked, **changes})
    status, code, found = refusal(answer)
    assert (status, code, sorted(found)) == (422, "invalid_input", sorted(paths))


def test_variants_of_what_is_not_here(client: FlaskClient, asked: dict[str, Any]) -> None:
    answer = client.post("/api/datasets/letters/augment", json=asked)
    assert refusal(answer) == (404, "dataset_not_found", [])


@pytest.fixture
def run(create: Callable[..., str]) -> Callable[[float], str]:
    """The address of the test digits of a run with so much noise on them."""

    def made(noise: float) -> str:
        dataset = {"name": "mnist", "train_samples": 20, "test_noise": noise}
        return f"/api/runs/{create(dataset=dataset)}/test-digits"

    return made


def test_test_digits_by_their_places(
    client: FlaskClient, mnist: Path, run: Callable[[float], str], predictor: FakePredictor
) -> None:
    answer = client.get(run(0.0) + "?indices=29,0,7,0").get_json()
    with np.load(mnist) as file:
        wanted, labels = file["x_test"], file["y_test"]
    places = [29, 0, 7, 0]
    assert answer["indices"] == places and answer["labels"] == labels[places].tolist()
    np.testing.assert_array_equal(pixels(answer), wanted[places])
    assert predictor.asked == []


def test_noise_on_them_comes_from_the_worker(
    client: FlaskClient, run: Callable[[float], str], predictor: FakePredictor
) -> None:
    answer = client.get(run(0.5) + "?indices=3").get_json()
    assert answer["pixels"] == "bm9pc2U=" and answer["indices"] == [3]
    (question,) = predictor.asked
    assert question["dataset"]["test_noise"] == 0.5 and question["indices"] == [3]


@pytest.mark.parametrize(
    "words", ["", "?indices=", "?indices=1,,2", "?indices=-1", "?indices=30", "?indices=1.0",
              "?indices=" + ",".join(["1"] * 501), "?indices=1&part=test"],
)  # fmt: skip
def test_places_that_cannot_be(
    client: FlaskClient, run: Callable[[float], str], words: str
) -> None:
    status, code, _paths = refusal(client.get(run(0.0) + words))
    assert (status, code) == (422, "invalid_query")
