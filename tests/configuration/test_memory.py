"""The estimate of memory: near what real workers took, and what each part adds."""

from __future__ import annotations

from typing import Any

import pytest

from webapp.configuration import memory, shapes
from webapp.schemas.config import RunConfig

Layer = dict[str, Any]

SOFTMAX: Layer = {"type": "Dense", "units": 10, "activation": "softmax"}
FLATTEN: Layer = {"type": "Flatten"}
NORM: Layer = {"type": "BatchNormalization"}
POOL: Layer = {"type": "MaxPooling2D"}
MEAN: Layer = {"type": "GlobalAveragePooling2D"}
ROTATION: Layer = {"type": "RandomRotation", "factor": 0.1}


def dense(units: int, activation: str = "relu") -> Layer:
    return {"type": "Dense", "units": units, "activation": activation}


def conv(filters: int, size: int = 3, activation: str = "relu", **more: Any) -> Layer:
    layer = {"type": "Conv2D", "filters": filters, "kernel_size": size, "padding": "same"}
    return {**layer, "activation": activation, **more}


def dropout(rate: float) -> Layer:
    return {"type": "Dropout", "rate": rate}


def estimate(
    layers: list[Layer],
    batch_size: int = 100,
    samples: int | None = None,
    dataset: str = "mnist-5k",
    optimizer: str = "adam",
) -> int:
    parts = {
        "dataset": {"name": dataset, "train_samples": samples},
        "compile": {"optimizer": {"name": optimizer}},
        "fit": {"batch_size": batch_size},
    }
    config = RunConfig.model_validate({"layers": layers, **parts})
    measured, faults = shapes.measure(config.layers)
    assert faults == []
    return memory.estimate(config, measured)


LECTURE = [FLATTEN, dense(500), dense(500), SOFTMAX]
WIDE = [FLATTEN, dense(8192), dense(8192), SOFTMAX]
CONVS = [conv(32), conv(32), NORM, POOL, dropout(0.25), conv(64), conv(64), NORM, POOL]

MEASURED: list[tuple[int, int]] = [
    (847, estimate(LECTURE)),
    (2406, estimate(LECTURE, 60_000, dataset="mnist")),
    (3787, estimate(WIDE, samples=200)),
    (2632, estimate(WIDE, samples=200, optimizer="sgd")),
    (3408, estimate([FLATTEN, *[dense(2048)] * 20, SOFTMAX], 4000)),
    (1547, estimate([conv(64), conv(64), POOL, FLATTEN, SOFTMAX], 1000, 2000)),
    (3192, estimate([conv(512, 1), MEAN, SOFTMAX], 500, 600)),
    (985, estimate([conv(64, 11), conv(64, 11), POOL, FLATTEN, SOFTMAX], 200, 220)),
    (4252, estimate([conv(1024, 1), conv(64, 1), MEAN, SOFTMAX], 250, 300)),
    (2886, estimate([conv(64), FLATTEN, dense(1024), SOFTMAX], 500, 600)),
    (1969, estimate([ROTATION, {"type": "GaussianNoise", "stddev": 0.1}, conv(32), dropout(0.3),
                     FLATTEN, dense(128), SOFTMAX], 1800, 2000)),
    (3237, estimate([*[conv(64, activation="gelu")] * 3, POOL, FLATTEN, SOFTMAX], 600, 800)),
    (3720, estimate([FLATTEN, *[dense(1000, "gelu"), NORM, dropout(0.3)] * 5, SOFTMAX],
                    10_000, 12_000, "mnist")),
    (5260, estimate([*CONVS, dropout(0.25), FLATTEN, dense(256), SOFTMAX], 5000, 6000, "mnist")),
]  # fmt: skip
"""MB that real workers had in memory at their peak, and what was estimated: fitted to these."""

SIGMOID: Layer = {"type": "Activation", "activation": "sigmoid"}
GELU: Layer = {"type": "Activation", "activation": "gelu"}
ZOOM: Layer = {"type": "RandomZoom", "height_factor": 0.1}

HELD_OUT: list[tuple[int, int]] = [
    (4722, estimate([conv(96, 5, "silu"), NORM, POOL, conv(128, 3, "gelu"), dropout(0.2), FLATTEN,
                     dense(512), SOFTMAX], 1200, 1600)),
    (2089, estimate([FLATTEN, dense(3000), NORM, dense(3000, "tanh"), dropout(0.4), SOFTMAX],
                    6000, 9000, "mnist", "nadam")),
    (2131, estimate([ROTATION, ZOOM, conv(48, 7, "elu"), {"type": "AveragePooling2D"},
                     conv(48, 7, "selu"), MEAN, SOFTMAX], 3000, 4000)),
    (3245, estimate([conv(16), FLATTEN, dense(4096), SOFTMAX], 64, 500, optimizer="adadelta")),
    (2473, estimate([conv(128), SIGMOID, {"type": "GaussianNoise", "stddev": 0.1}, MEAN, SOFTMAX],
                    700, 900)),
    (1805, estimate([FLATTEN, *[dense(1500, "softsign"), GELU] * 3, SOFTMAX], 3500)),
]  # fmt: skip
"""The same of runs that the factors were not fitted to."""


@pytest.mark.parametrize(("peak", "estimated"), MEASURED)
def test_the_estimate_is_near_what_real_workers_took(peak: int, estimated: int) -> None:
    assert 0.9 < estimated / (peak * 1e6) < 1.3


@pytest.mark.parametrize(("peak", "estimated"), HELD_OUT)
def test_it_is_near_enough_for_runs_it_was_not_fitted_to(peak: int, estimated: int) -> None:
    assert 0.8 < estimated / (peak * 1e6) < 1.4


@pytest.mark.parametrize(
    ("size", "text"),
    [(620_000_000, "0.6"), (9_940_000_000, "9.9"), (9_960_000_000, "10"), (10**12, "1,000")],
)
def test_sizes_as_people_say_them(size: int, text: str) -> None:
    assert memory.gigabytes(size) == text


def test_every_optimizer_has_its_slots() -> None:
    from webapp.schemas.optimizers import OPTIMIZERS

    assert set(memory.SLOTS) == {kind.__name__ for kind in OPTIMIZERS}
    assert memory.slots(OPTIMIZERS[0]()) == 0
    assert memory.slots(OPTIMIZERS[0].model_validate({"momentum": 0.9})) == 1


def test_more_of_anything_needs_more() -> None:
    plain = estimate([FLATTEN, SOFTMAX])
    assert estimate([FLATTEN, dense(2000), SOFTMAX]) > plain
    assert estimate([FLATTEN, SOFTMAX], dataset="mnist") > plain
    assert estimate([FLATTEN, SOFTMAX], 4000) > plain
    assert estimate(WIDE) > estimate(WIDE, optimizer="rmsprop") > estimate(WIDE, optimizer="sgd")
