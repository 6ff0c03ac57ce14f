"""The lecture's experiments as configurations, with the figures that the lecture showed.

Each differs from an earlier one in a single thing; the rest is the same throughout: the first
10,000 training images, a softmax of ten, SGD with 0.1, batches of 100, 20 epochs, and no validation
split, because the lecture looks at the test images directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from webapp.configuration.shapes import measure
from webapp.schemas.config import RunConfig
from webapp.schemas.datasets import BUNDLED
from webapp.schemas.marks import N_

SQUARED = "mean_squared_error"
ENTROPY = "categorical_crossentropy"
SGD = {"name": "SGD", "learning_rate": 0.1}
ADAM = {"name": "Adam"}


@dataclass(frozen=True)
class Figures:
    """Accuracies, 0-1, on the training and on the test images; None: the lecture shows none."""

    train: float | None
    test: float | None


@dataclass(frozen=True)
class Experiment:
    """One training of the lecture. ``title`` is a msgid; ``depth`` counts hidden layers."""

    name: str
    title: str
    lecture: Figures
    depth: int = 3
    units: int = 689
    activation: str = "sigmoid"
    loss: str = ENTROPY
    optimizer: str = "SGD"
    batch: Literal["some", "all", "one"] = "some"
    scale: bool = True
    noise: float = 0.0
    dropout: float = 0.0


@dataclass(frozen=True)
class Size:
    """How much to train with: the lecture's images, or the few that are on every machine.

    ``batch`` is such that an epoch has a hundred steps: with fewer, sigmoids learn too little.
    """

    name: str
    title: str
    help: str
    dataset: str
    images: int
    batch: int
    epochs: int


NOTHING = Figures(None, None)
ALL_ONES = Figures(0.1127, 0.1135)
"""The share of ones: the accuracy of a network that answers 1 to every image."""

EXPERIMENTS: dict[str, Experiment] = {
    one.name: one
    for one in (
        Experiment("1", N_("the start"), ALL_ONES, units=633, loss=SQUARED),
        Experiment("2", N_("wider layers"), Figures(None, 0.2166), loss=SQUARED),
        Experiment("3", N_("ten more layers"), Figures(None, 0.1135), depth=13, loss=SQUARED),
        Experiment("4", N_("cross-entropy"), Figures(0.8734, 0.8582)),
        Experiment("5", N_("one batch of all images"), ALL_ONES, batch="all"),
        Experiment("6", N_("batches of one image"), NOTHING, batch="one"),
        Experiment("7", N_("thirteen sigmoid layers"), ALL_ONES, depth=13),
        Experiment("8", N_("ReLU"), Figures(0.9978, 0.9564), depth=13, activation="relu"),
        Experiment(
            "9", N_("pixels not divided by 255"), Figures(0.1070, 0.1028), depth=13,
            activation="relu", scale=False,
        ),
        Experiment(
            "10", N_("Adam"), Figures(0.9993, 0.9627), depth=13, activation="relu",
            optimizer="Adam",
        ),
        Experiment(
            "11", N_("noise on the test images"), Figures(1.0, 0.4750), depth=13,
            activation="relu", optimizer="Adam", noise=1.0,
        ),
        Experiment(
            "12", N_("dropout"), Figures(0.9907, 0.6120), activation="relu", optimizer="Adam",
            noise=1.0, dropout=0.7,
        ),
        # The lecture compares 12 with 11, from which it differs in depth too: this one does not.
        Experiment(
            "12a", N_("the same without dropout"), NOTHING, activation="relu", optimizer="Adam",
            noise=1.0,
        ),
    )
}  # fmt: skip

SIZES: dict[str, Size] = {
    one.name: one
    for one in (
        Size(
            "lecture", N_("As in the lecture"),
            N_("The first 10,000 images of MNIST, tested on 10,000 others."),
            "mnist", 10_000, 100, 20,
        ),
        Size(
            "small", N_("Few images"),
            N_(
                "The 4,000 bundled images in batches of 40, so that there are as many "
                "updates as in the lecture; tested on 1,000 others. For small machines and "
                "short lessons."
            ),
            BUNDLED, 4_000, 40, 20,
        ),
    )
}  # fmt: skip

FEWER_EPOCHS: dict[tuple[str, str], int] = {("small", "6"): 3}
"""By size and experiment: batches of one image are too slow for a small machine."""


def config_of(experiment: Experiment, size: Size, *, name: str, seed: int) -> dict[str, Any]:
    """Return the experiment as a client sends it (a ``RunConfig``, without defaults)."""
    return {
        "name": name,
        "dataset": {
            "name": size.dataset,
            "train_samples": size.images,
            "scale": experiment.scale,
            "test_noise": experiment.noise,
        },
        "layers": _layers(experiment),
        "compile": {
            "loss": experiment.loss,
            "optimizer": SGD if experiment.optimizer == "SGD" else ADAM,
        },
        "fit": {
            "batch_size": batch_of(experiment, size),
            "epochs": epochs_of(experiment, size),
            "validation_split": 0.0,
        },
        "seed": seed,
    }


def batch_of(experiment: Experiment, size: Size) -> int:
    """Return the batch size."""
    return {"some": size.batch, "all": size.images, "one": 1}[experiment.batch]


def epochs_of(experiment: Experiment, size: Size) -> int:
    """Return the number of epochs."""
    return FEWER_EPOCHS.get((size.name, experiment.name), size.epochs)


def whole(config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration with all defaults, as a run has it."""
    return RunConfig.model_validate(config).model_dump(mode="json")


def params_of(experiment: Experiment) -> int:
    """Return the number of weights of its network."""
    layers = RunConfig.model_validate({"layers": _layers(experiment)}).layers
    return sum(layer.params for layer in measure(layers)[0])


def _layers(experiment: Experiment) -> list[dict[str, Any]]:
    hidden: list[dict[str, Any]] = [
        {"type": "Dense", "units": experiment.units, "activation": experiment.activation}
    ]
    if experiment.dropout:
        hidden.append({"type": "Dropout", "rate": experiment.dropout})
    last = {"type": "Dense", "units": 10, "activation": "softmax"}
    return [{"type": "Flatten"}, *hidden * experiment.depth, last]
