"""The runs that show whether the coach is right: what it must say first of each, or nothing.

The lecture's twelve experiments, faults of other kinds, and runs with which nothing is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.configuration.presets import preset_configs
from webapp.lessons.experiments import EXPERIMENTS, Size, config_of

Config = dict[str, Any]
SEED = 1
FEWER_EPOCHS = {"6": 3}
"""Batches of one image: that they are slow shows at once."""

FIRST = {
    "1": "squared", "2": "squared", "3": "vanishing", "4": "few_epochs", "5": "batch_large",
    "6": "batch_small", "7": "vanishing", "8": None, "9": "pixels", "10": None, "11": "unlike",
    "12": "unlike",
}  # fmt: skip
"""By experiment. 4 learns, and would learn more; 8 and 10 are what the lecture recommends."""


@dataclass(frozen=True)
class Case:
    """A run, and the id of the finding that must come first; None: no finding."""

    name: str
    title: str
    first: str | None
    config: Config


def cases(size: Size) -> list[Case]:
    """Return every case: the experiments in one size, the rest with the bundled digits."""
    return [*_experiments(size), *_faults(), *_healthy()]


def _experiments(size: Size) -> list[Case]:
    made = []
    for name, first in FIRST.items():
        config = config_of(EXPERIMENTS[name], size, name=f"Experiment {name}", seed=SEED)
        config["fit"]["epochs"] = FEWER_EPOCHS.get(name, config["fit"]["epochs"])
        made.append(Case(name, EXPERIMENTS[name].title, first, config))
    return made


def _faults() -> list[Case]:
    two = [_dense(128), _dense(128)]
    sigmoids = [_dense(128, "sigmoid", kernel_initializer="ones")] * 2
    return [
        _without_bounds("diverged"),
        _case("huge_steps", "SGD with 50", "rate_high", two, "SGD", 50.0, epochs=3),
        _case("large_steps", "SGD with 0.7, 13 layers", "dead", [_dense(128)] * 13, "SGD", 0.7),
        _case("rate_high", "Adam with 0.3", "rate_high", two, "Adam", 0.3, epochs=8),
        _case("rate_low", "SGD with 0.0005", "rate_low", two, "SGD", 0.0005, epochs=10),
        _case("adadelta", "Adadelta as Keras has it", "rate_low", two, "Adadelta", epochs=10),
        _case("dead", "weights of 0", "dead", [_dense(128, kernel_initializer="zeros")] * 2),
        _case("saturated", "weights of 1", "saturated", sigmoids, "SGD", 0.1, epochs=12),
        _case("overfitting", "600 images", "overfitting", two, samples=600, epochs=30),
        _case(
            "early_stop", "40 epochs of 3 × 689 ReLU", "early_stop", [_dense(689)] * 3, epochs=40
        ),
        _case("few_epochs", "2 epochs", "few_epochs", two, epochs=2),
    ]


def _without_bounds(name: str) -> Case:
    """Return a run with steps of 1 on a squared error of unbounded outputs: its loss diverges."""
    case = _case(name, "a linear layer, SGD with 1", "diverged", [], "SGD", 1.0, epochs=4)
    case.config["layers"][-1]["activation"] = "linear"
    case.config["compile"]["loss"] = "mean_squared_error"
    return case


def _healthy() -> list[Case]:
    known = preset_configs()
    small = {"dropout": [_dense(256), _drop(), _dense(256), _drop()], "wide": [_dense(689)] * 3}
    return [
        *(
            Case(name, f"preset {name}", None, known[name])
            for name in ("lecture", "softmax", "small_cnn")
        ),
        _case("dropout", "dropout 0.5", None, small["dropout"]),
        _case("wide", "3 × 689 ReLU, Adam", None, small["wide"]),
        _case("sgd", "2 × 128 ReLU, SGD 0.1", None, [_dense(128)] * 2, "SGD", 0.1),
    ]


def _case(
    name: str, title: str, first: str | None, hidden: list[Config], optimizer: str = "Adam",
    rate: float | None = None, epochs: int = 20, samples: int | None = None,
) -> Case:  # fmt: skip
    chosen = {"name": optimizer} | ({} if rate is None else {"learning_rate": rate})
    config = {
        "name": title,
        "dataset": {"name": "mnist-5k", "train_samples": samples},
        "layers": [{"type": "Flatten"}, *hidden, _dense(10, "softmax")],
        "compile": {"optimizer": chosen},
        "fit": {"epochs": epochs},
        "seed": SEED,
    }
    return Case(name, title, first, config)


def _dense(units: int, activation: str = "relu", **more: Any) -> Config:
    return {"type": "Dense", "units": units, "activation": activation, **more}


def _drop() -> Config:
    return {"type": "Dropout", "rate": 0.5}
