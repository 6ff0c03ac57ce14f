"""The figures of the test are scikit-learn's on what a bare Keras predicts with the same file."""

from __future__ import annotations

import base64
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics

from tests.live_server import LiveServer, wait_for

PREDICT = """
import sys, keras, numpy as np
x = np.load(sys.argv[1]).reshape(-1, 28, 28, 1) / np.float32(255)
for path in sys.argv[2:]:
    np.save(path + ".npy", keras.models.load_model(path).predict(x, verbose=0))
"""
CHOSEN = ("0", "2", "best", "newest")


@pytest.fixture(scope="module")
def run(live_server: LiveServer) -> str:
    """The id of a run with a little convolution; three epochs."""
    config = {
        "name": "Tested",
        "dataset": {"name": "mnist-5k", "train_samples": 600},
        "layers": [
            {"type": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"},
            {"type": "MaxPooling2D"},
            {"type": "Flatten"},
            {"type": "Dense", "units": 10, "activation": "softmax"},
        ],
        "fit": {"batch_size": 50, "epochs": 3},
        "seed": 3,
    }
    run_id = str(live_server.post("/api/runs", config).json()["id"])
    live_server.run_until(run_id, "finished", "failed")
    return run_id


@pytest.fixture(scope="module")
def test_part(live_server: LiveServer) -> tuple[NDArray[Any], NDArray[Any]]:
    """Images (1000, 28, 28) and labels as the server hands them out."""
    pages = [
        live_server.get(f"/api/datasets/mnist-5k/digits?part=test&limit=500&offset={n}").json()
        for n in (0, 500)
    ]
    pixels = b"".join(base64.b64decode(page["pixels"]) for page in pages)
    labels = [label for page in pages for label in page["labels"]]
    return np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28), np.array(labels)


@pytest.fixture(scope="module")
def predicted(
    live_server: LiveServer, run: str, test_part: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, NDArray[Any]]:
    """Probabilities (1000, 10) of each chosen epoch's model, predicted by a program that knows
    nothing of Inkling; one for all, for it imports TensorFlow."""
    folder = tmp_path_factory.mktemp("bare")
    for chosen in CHOSEN:
        model = live_server.get(f"/api/runs/{run}/model?epoch={chosen}").content
        (folder / f"{chosen}.keras").write_bytes(model)
    np.save(folder / "x.npy", test_part[0])
    names = ["x.npy", *(f"{chosen}.keras" for chosen in CHOSEN)]
    program = [sys.executable, "-c", PREDICT, *names]
    subprocess.run(program, cwd=folder, capture_output=True, timeout=120, check=True)
    return {chosen: rows_of_sum_1(np.load(folder / f"{chosen}.keras.npy")) for chosen in CHOSEN}


def rows_of_sum_1(probabilities: NDArray[Any]) -> NDArray[Any]:
    """To more than seven digits."""
    exact = probabilities.astype(float)
    rows: NDArray[Any] = exact / exact.sum(axis=1, keepdims=True)
    return rows


@pytest.mark.parametrize("chosen", CHOSEN)
def test_the_figures_are_those_of_scikit_learn(
    live_server: LiveServer, run: str, test_part: Any, predicted: Any, chosen: str
) -> None:
    _x, truth = test_part
    evaluation = live_server.get(f"/api/runs/{run}/evaluation?epoch={chosen}").json()
    probabilities = predicted[chosen]
    answers = probabilities.argmax(axis=1)
    assert evaluation["confusion"] == metrics.confusion_matrix(truth, answers).tolist()
    assert evaluation["accuracy"] == pytest.approx(metrics.accuracy_score(truth, answers))
    assert evaluation["loss"] == pytest.approx(metrics.log_loss(truth, probabilities), rel=1e-4)
    wanted = metrics.classification_report(truth, answers, output_dict=True, zero_division=0)
    for digit, scores in enumerate(evaluation["per_class"]):
        theirs = wanted[str(digit)]
        ours = [scores["precision"], scores["recall"], scores["f1"], scores["support"]]
        assert ours == pytest.approx(
            [theirs["precision"], theirs["recall"], theirs["f1-score"], theirs["support"]]
        )
    seen = view(live_server, f"/api/runs/{run}/insights/tested?epoch={chosen}")
    assert (seen["epoch"], seen["truth"]) == (evaluation["epoch"], truth.tolist())
    assert seen["answer"] == answers.tolist()
    assert seen["confidence"] == pytest.approx(probabilities.max(axis=1), abs=1e-4)


def test_the_best_epoch_is_the_one_with_the_best_validation(
    live_server: LiveServer, run: str
) -> None:
    listed = live_server.get(f"/api/runs/{run}/checkpoints").json()["checkpoints"]
    assert [one["epoch"] for one in listed] == [0, 1, 2, 3]
    best = live_server.get(f"/api/runs/{run}/evaluation?epoch=best").json()["epoch"]
    assert [one["epoch"] for one in listed if one["best"]] == [best]
    accuracies = [one["val_accuracy"] for one in listed[1:]]
    assert accuracies[best - 1] == max(accuracies)


def view(server: LiveServer, path: str) -> dict[str, Any]:
    """A view, once it is there."""

    def there() -> dict[str, Any] | None:
        answer = server.get(path)
        return answer.json() if answer.status_code == 200 else None

    found: dict[str, Any] = wait_for(there, 120, "the view never came")
    return found
