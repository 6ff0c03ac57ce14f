"""The contract's main path against a real server with real workers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.kerasfile.archives import BIAS, KERNEL, archive, weights_file
from tests.live_server import LiveServer, wait_for

SEVEN = [[[10, 10], [60, 8], [40, 50], [35, 90]]]


@pytest.fixture(scope="module")
def run(live_server: LiveServer) -> dict[str, Any]:
    """A finished run of the lecture's network on the bundled digits."""
    presets = live_server.get("/api/catalog").json()["presets"]
    config = next(preset["config"] for preset in presets if preset["name"] == "lecture")
    config["fit"]["epochs"] = 3
    answer = live_server.post("/api/runs", config)
    assert answer.status_code == 201
    return live_server.run_until(answer.json()["id"], "finished", "failed")


def test_a_run_is_trained_and_tested(run: dict[str, Any]) -> None:
    assert run["status"] == "finished" and run["error"] is None
    assert run["test"]["accuracy"] > 0.9
    assert run["best"]["val_accuracy"] > 0.85
    assert run["config"]["seed"] is not None


def test_its_events_have_no_gap(live_server: LiveServer, run: dict[str, Any]) -> None:
    answer = live_server.get(f"/api/runs/{run['id']}/events").json()
    assert [event["seq"] for event in answer["events"]] == list(range(1, run["last_seq"] + 1))
    epochs = [event["epoch"] for event in answer["events"] if event["type"] == "epoch"]
    assert epochs == [1, 2, 3]


@pytest.mark.parametrize("where", ["image", "strokes", "pixels"])
def test_it_reads_a_digit(live_server: LiveServer, run: dict[str, Any], where: str) -> None:
    seen = live_server.post(f"/api/runs/{run['id']}/predict", {"strokes": SEVEN}).json()
    drawings = {"strokes": SEVEN, "pixels": seen["input"], "image": as_png(seen["input"])}
    answer = live_server.post(f"/api/runs/{run['id']}/predict", {where: drawings[where]}).json()
    assert answer["digit"] == 7
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert answer["epoch"] == 3 and len(answer["input"]) == 28


def test_its_evaluation_adds_up(live_server: LiveServer, run: dict[str, Any]) -> None:
    evaluation = live_server.get(f"/api/runs/{run['id']}/evaluation").json()
    assert evaluation["accuracy"] == pytest.approx(run["test"]["accuracy"], abs=1e-6)
    confusion = evaluation["confusion"]
    assert sum(map(sum, confusion)) == evaluation["samples"] == 1000
    right = sum(confusion[digit][digit] for digit in range(10))
    assert right / 1000 == pytest.approx(evaluation["accuracy"])


def test_a_bare_keras_opens_the_model(
    live_server: LiveServer, run: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "lecture.keras"
    path.write_bytes(live_server.get(f"/api/runs/{run['id']}/model?format=keras").content)
    program = (
        "import sys, keras, numpy as np;"
        "model = keras.models.load_model(sys.argv[1]);"
        "answer = model.predict(np.zeros((2, 28, 28, 1), 'float32'), verbose=0);"
        "print(model.count_params(), answer.shape, type(model.optimizer).__name__)"
    )
    bare = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True, text=True, cwd=tmp_path, timeout=120, check=True,
    )  # fmt: skip
    assert bare.stdout.split("\n")[0] == "648010 (2, 10) Adam"


def test_a_model_comes_back_in(
    live_server: LiveServer, run: dict[str, Any], tmp_path: Path
) -> None:
    model = live_server.get(f"/api/runs/{run['id']}/model?format=keras").content
    answer = live_server.http.post(
        live_server.url + "/api/models", files={"file": ("mine.keras", model)}, timeout=60
    )
    assert answer.status_code == 201
    imported = answer.json()
    assert (imported["status"], imported["source"]) == ("finished", "imported")
    theirs = live_server.post(f"/api/runs/{imported['id']}/predict", {"strokes": SEVEN}).json()
    ours = live_server.post(f"/api/runs/{run['id']}/predict", {"strokes": SEVEN}).json()
    assert theirs["probabilities"] == pytest.approx(ours["probabilities"], abs=1e-6)
    path = f"/api/runs/{imported['id']}"
    wait_for(lambda: live_server.get(path).json()["test"], what="it was never tested")
    accuracy = live_server.get(path).json()["test"]["accuracy"]
    assert accuracy == pytest.approx(run["test"]["accuracy"], abs=1e-6)


def test_a_model_of_no_numbers_says_so(live_server: LiveServer, tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        file["layers/dense/vars/0"] = np.where(KERNEL == 3, np.nan, KERNEL)
        file["layers/dense/vars/1"] = BIAS

    model = archive(tmp_path, weights=weights_file(fill)).read_bytes()
    answer = live_server.http.post(
        live_server.url + "/api/models", files={"file": ("nan.keras", model)}, timeout=60
    )
    path = f"/api/runs/{answer.json()['id']}"
    drawing = {"strokes": SEVEN}
    answers = [
        live_server.get(f"{path}/evaluation"),
        live_server.get(f"{path}/model?format=keras"),
        live_server.post(f"{path}/predict", drawing),
        live_server.post(f"{path}/look", drawing),
    ]
    assert [(one.status_code, one.json()["error"]["code"]) for one in answers] == [
        (409, "not_finite")
    ] * 4
    assert live_server.get(path).json()["diverged"] is True


def as_png(rows: list[list[int]]) -> str:
    """A 28×28 picture, as a data URL, twenty times as large."""
    import base64
    import io

    import numpy as np
    from PIL import Image

    image = Image.fromarray(np.array(rows, np.uint8)).resize((560, 560))
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
