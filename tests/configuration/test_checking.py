"""Checking: problems of parts and of the whole together, memory, warnings, language, speed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from webapp.configuration.checking import Checked, check, parse_config
from webapp.errors import InvalidInput
from webapp.schemas.problems import MAX_SUGGESTIONS

SOFTMAX = {"type": "Dense", "units": 10, "activation": "softmax"}
FLATTEN = {"type": "Flatten"}


@pytest.fixture(autouse=True)
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def problems(data: object, allowed: int | None = None) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        check(data, allowed)
    error = caught.value.as_json()["error"]
    assert error["code"] == "invalid_config"
    return {field["path"]: field["message"] for field in error["fields"]}


def checked(**parts: Any) -> Checked:
    return check({"layers": [FLATTEN, SOFTMAX], **parts})


def test_a_sound_configuration(config: dict[str, Any]) -> None:
    answer = check(config).as_json()
    assert answer == {
        "layers": [
            {"type": "Flatten", "output_shape": [784], "params": 0},
            {"type": "Dense", "output_shape": [16], "params": 12_560},
            {"type": "Dense", "output_shape": [10], "params": 170},
        ],
        "params": 12_730,
        "warnings": [],
    }
    assert parse_config(config) == check(config).config


def test_problems_of_parts_and_of_the_whole_come_together() -> None:
    data = {
        "layers": [FLATTEN, {"type": "Conv2D", "filters": 1, "kernel_size": 3}],
        "fit": {"epochs": 0},
        "dataset": {"name": "mnist-5k", "train_samples": 4_001},
    }
    assert problems(data) == {
        "fit.epochs": "must be between 1 and 10000, not 0",
        "dataset.train_samples": "must be between 1 and 4000, not 4001",
        "layers[1]": "needs an image, but its input is a row of 784 numbers; put it before Flatten",
    }


def test_unsound_layers_are_not_measured() -> None:
    assert set(problems({"layers": [FLATTEN, {"type": "Dense", "units": 0}]})) == {
        "layers[1].units"
    }


@pytest.mark.parametrize("data", [None, [], "x", 5, True])
def test_what_is_no_object(data: object) -> None:
    assert set(problems(data)) == {""}


def test_an_empty_object_lacks_layers() -> None:
    assert problems({}) == {"layers": "is missing"}


@pytest.mark.parametrize(
    ("samples", "split", "fine"),
    [(1, 0.1, False), (1, 0.0, True), (2, 0.5, True), (5, 1e-17, False), (4, 0.999, False)],
)
def test_a_split_must_leave_images_on_both_sides(samples: int, split: float, fine: bool) -> None:
    parts = {"dataset": {"train_samples": samples}, "fit": {"validation_split": split}}
    if fine:
        assert checked(**parts)
    else:
        assert set(problems({"layers": [FLATTEN, SOFTMAX], **parts})) == {"fit.validation_split"}


LARGE = {
    "layers": [
        *[{"type": "Conv2D", "filters": 2048, "kernel_size": 1}] * 2,
        {"type": "GlobalAveragePooling2D"},
        SOFTMAX,
    ],
    "fit": {"batch_size": 60_000},
    "dataset": {"name": "mnist"},
}


def test_what_cannot_fit_is_refused_with_the_numbers() -> None:
    found = problems(LARGE, 50_000_000_000)
    assert set(found) == {"fit.batch_size"}
    assert re.fullmatch(
        r"would need about 1,\d\d\d GB of memory; a run may use 50 GB on this machine",
        found["fit.batch_size"],
    )


def test_the_layers_are_to_blame_where_no_batch_would_fit() -> None:
    assert set(problems(LARGE, 2_000_000_000)) == {"layers"}


def test_memory_is_not_judged_of_what_is_wrong_already() -> None:
    assert set(problems({**LARGE, "fit": {"batch_size": 0}}, 1_000_000)) == {"fit.batch_size"}


def test_what_fits_is_allowed() -> None:
    small = {"layers": [FLATTEN, SOFTMAX]}
    assert check(small, 1_000_000_000)
    assert check(LARGE)


MISSPELT = {f"kernel_initialise{number:02}": 0 for number in range(95)}
"""Keys that are nearly those of a layer."""

NASTY: dict[str, Any] = {
    "keys of layers": {"layers": [{"type": "Dense", "units": 10, **MISSPELT}] * 100},
    "keys of parts of layers": {
        "layers": [
            {"type": "Conv2D", "filters": 1, "kernel_size": 1}
            | {
                f"{kind}_regularizer": {"name": "l2", **dict.fromkeys("abcdefgh", 0), **few}
                for kind in ("kernel", "bias", "activity")
            }
            for few in [dict.fromkeys([f"l{number}" for number in range(80)])] * 100
        ]
    },
    "names": {
        "layers": [
            {"type": "Dense", "units": 10, "activation": f"soft{number}maxx{'x' * 40}"}
            | {"kernel_initializer": f"glorot_uniformly{number}"}
            for number in range(100)
        ]
    },
    "kinds of layers": {
        "layers": [{"type": f"BatchNormalisation{number}"} for number in range(100)]
    },
}


@pytest.mark.parametrize("kind", NASTY)
def test_the_nastiest_input_is_judged_soon(kind: str) -> None:
    checked()  # builds what pydantic validates with
    began = time.process_time()
    found = problems(NASTY[kind])
    assert time.process_time() - began < 0.1
    assert len(found) == 100, "so many are listed"
    assert sum(map(len, found.values())) < 50_000


def test_the_first_words_get_a_suggestion() -> None:
    layer = {"type": "Dense", "units": 10}
    wrong = {f"unit{number}": 1 for number in range(MAX_SUGGESTIONS + 5)}
    found = problems({"layers": [FLATTEN, {**layer, **wrong}]})
    assert found["layers[1].unit0"].endswith("did you mean units?")
    assert found[f"layers[1].unit{MAX_SUGGESTIONS}"] == "is not an argument of Dense"
    assert len(found) == len(wrong)


def test_a_word_that_comes_again_takes_no_suggestion_from_others() -> None:
    layers = [SOFTMAX | {"activaton": "relu"}] * (MAX_SUGGESTIONS + 5)
    found = problems({"layers": layers})
    assert all(message.endswith("did you mean activation?") for message in found.values())


def test_problems_behind_many_others_are_no_fault_of_ours() -> None:
    many = {f"x{number}": 0 for number in range(90)}
    layers = [{"type": "Flatten", **many}] * 3
    assert len(problems({"layers": layers, "compile": {"loss": 5}, "fit": 7})) == 100
    found = problems({**{f"x{number}": 0 for number in range(101)}, "layers": "none"})
    assert found == {
        "": "must not have more than 100 keys",
        "layers": 'must be a list, not "none"',
    }


def test_it_is_reported_in_chinese(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        found = problems({"layers": [FLATTEN, {"type": "Dense", "units": 0}], "seed": "1"})
    assert found == {
        "layers[1].units": "必须在 1 到 8192 之间，不能是 0",
        "seed": '必须是整数，不能是 "1"',
    }


def test_it_takes_less_than_20_ms() -> None:
    layers = [FLATTEN, *[{"type": "Dense", "units": 50, "activation": "relu"}] * 98, SOFTMAX]
    times = []
    for _ in range(5):
        began = time.process_time()
        checked(layers=layers)
        times.append(time.process_time() - began)
    assert min(times) < 0.02
