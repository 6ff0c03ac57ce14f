"""A run's configuration, grouped as the lecture groups it: build, compile, fit.

``RunConfig.model_validate(data)`` reads one strictly; ``model_dump(mode="json")`` writes it with
all defaults filled in and names in their own spelling, which is what is stored, sent to workers
and answered. ``webapp.configuration.checking`` adds what only the whole can tell: shapes and sizes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from webapp.schemas.base import Between, Listed, OneOf, Schema, Text
from webapp.schemas.datasets import BUNDLED, DATASETS, MOST_TRAINING, split_at, train_count
from webapp.schemas.layers import MAX_LAYERS, Layer
from webapp.schemas.losses import CategoricalCrossentropy, Loss
from webapp.schemas.marks import N_
from webapp.schemas.names import Metric
from webapp.schemas.optimizers import Adam, LearningRate, Optimizer
from webapp.schemas.parts import about

MAX_NAME = 80
"""Characters of a run's name."""

RunName = Annotated[str, Text(MAX_NAME)]
MAX_EPOCHS = 10_000

MAX_RUN_ID = 64
"""Characters of a run's id."""

MAX_DELETED_AT_ONCE = 100
"""Runs in one request: it is answered within a second or two, and the page shows the progress."""


def _metrics(value: Any) -> list[str]:
    """Only accuracy is offered: every curve and table shows it."""
    if value != ["accuracy"]:
        raise PydanticCustomError("same_metrics", "problem")
    return ["accuracy"]


class DatasetConfig(Schema):
    """Which images to learn from."""

    label = "dataset"

    name: Annotated[str, OneOf({name: facts.help for name, facts in DATASETS.items()})] = about(
        N_("Dataset"), N_("The images to learn from and to be tested on."), BUNDLED
    )
    train_samples: Annotated[int, Between(1, MOST_TRAINING)] | None = about(
        N_("Training images"),
        N_("Uses only this many images, from the first one on; empty: all of them."),
        None,
    )
    scale: bool = about(
        N_("Divide by 255"),
        N_("Scales the pixels from 0–255 to 0–1; without it training may fail."),
        True,
    )
    test_noise: Annotated[float, Between(0, 10)] = about(
        N_("Noise on the test images"),
        N_("Standard deviation of the noise added to the test images after scaling."),
        0.0,
        advanced=True,
    )


class CompileConfig(Schema):
    """What to minimise, and how."""

    label = "compile"

    loss: Loss = about(
        N_("Loss"), N_("The number that training minimises."), CategoricalCrossentropy()
    )
    optimizer: Optimizer = about(
        N_("Optimizer"), N_("How the weights are updated by the gradient."), Adam()
    )
    metrics: Annotated[list[str], BeforeValidator(_metrics)] = about(
        N_("Metrics"), N_("The metrics shown in addition to the loss."), ["accuracy"], advanced=True
    )


class Monitoring(Schema):
    """What early stopping and the smaller learning rate on a plateau share: the number they watch,
    and in which direction it gets better. Keras can tell that only where its own loop trains."""

    monitor: Metric = about(N_("Monitor"), N_("The metric that must improve."), "val_loss")

    @property
    def mode(self) -> Literal["min", "max"]:
        """Keras' argument ``mode``: an accuracy gets better as it rises, a loss as it falls."""
        return "max" if self.monitor.endswith("accuracy") else "min"


class EarlyStopping(Monitoring):
    __doc__ = N_("Stops before the last epoch when the metric no longer improves.")
    label = "early_stopping"

    patience: Annotated[int, Between(0, 10_000)] = about(
        N_("Patience"), N_("How many epochs to wait without an improvement."), 3
    )
    min_delta: Annotated[float, Between(0, 1000)] = about(
        N_("Minimum improvement"),
        N_("A smaller change does not count as an improvement."),
        0.0,
        advanced=True,
    )
    restore_best: bool = about(
        N_("Restore the best weights"),
        N_("At the end, restores the weights of the best epoch."),
        True,
    )


class ReduceLROnPlateau(Monitoring):
    __doc__ = N_("Reduces the learning rate when the metric no longer improves.")
    label = "reduce_lr_on_plateau"

    factor: Annotated[float, Between(0, 1, above=True, below=True)] = about(
        N_("Factor"), N_("What the learning rate is multiplied by."), 0.1
    )
    patience: Annotated[int, Between(0, 10_000)] = about(
        N_("Patience"), N_("How many epochs to wait without an improvement."), 10
    )
    min_delta: Annotated[float, Between(0, 1000)] = about(
        N_("Minimum improvement"),
        N_("A smaller change does not count as an improvement."),
        0.0001,
        advanced=True,
    )
    min_lr: Annotated[float, Between(0, 1)] = about(
        N_("Minimum learning rate"),
        N_("The learning rate is never reduced below this."),
        0.0,
        advanced=True,
    )


class FitConfig(Schema):
    """How to train."""

    label = "fit"

    batch_size: Annotated[int, Between(1, MOST_TRAINING)] = about(
        N_("Batch size"), N_("The number of images for each update of the weights."), 100
    )
    epochs: Annotated[int, Between(1, MAX_EPOCHS)] = about(
        N_("Epochs"), N_("The number of passes through all training images."), 20
    )
    validation_split: Annotated[float, Between(0, 1, below=True)] = about(
        N_("Validation share"),
        N_(
            "The last part of the training images, held out to see how the network does on new"
            " ones."
        ),
        0.1,
    )
    shuffle: bool = about(
        N_("Shuffle"), N_("Takes the images in a new order in each epoch."), True, advanced=True
    )
    early_stopping: EarlyStopping | None = about(
        N_("Early stopping"),
        N_("Stops before the last epoch when the metric no longer improves."),
        None,
    )
    reduce_lr_on_plateau: ReduceLROnPlateau | None = about(
        N_("Reduce the learning rate on a plateau"),
        N_("Reduces the learning rate when the metric no longer improves."),
        None,
        advanced=True,
    )
    terminate_on_nan: bool = about(
        N_("Stop when the loss diverges"),
        N_("Stops as soon as the loss is no longer a number."),
        False,
        advanced=True,
    )


class RunConfig(Schema):
    """All that decides a run."""

    label = ""

    name: RunName = about(
        N_("Name"),
        N_(
            "The name of the run; empty: named after its differences from the preset or run "
            "that it started from."
        ),
        "Untitled",
    )
    dataset: DatasetConfig = about(N_("Data"), N_("The images."), DatasetConfig())
    layers: Annotated[list[Layer], Listed(1, MAX_LAYERS)] = about(
        N_("Layers"), N_("The network, from the image to the ten digits.")
    )
    compile: CompileConfig = about(N_("Compile"), N_("Loss and optimizer."), CompileConfig())
    fit: FitConfig = about(N_("Fit"), N_("How to train."), FitConfig())
    seed: Annotated[int, Between(0, 2**32 - 1)] | None = about(
        N_("Seed"), N_("The same seed gives the same run; empty: drawn at random."), None,
        advanced=True,
    )  # fmt: skip

    @property
    def trained_images(self) -> int:
        """How many images it is trained on, without those for validation."""
        return split_at(train_count(self.dataset), self.fit.validation_split)


class RunChanges(Schema):
    """Body of a request that changes a run: what is given (``model_fields_set``) is changed.

    The defaults mean nothing; they are there so that either may be left out.
    """

    label = ""

    name: RunName = "Untitled"
    learning_rate: LearningRate = 0.001


class RunsToDelete(Schema):
    """Body of a request that deletes several runs."""

    label = ""

    runs: Annotated[list[Annotated[str, Text(MAX_RUN_ID)]], Listed(1, MAX_DELETED_AT_ONCE)]


class MoreEpochs(Schema):
    """Body of a request that extends a run."""

    label = ""

    epochs: Annotated[int, Between(1, MAX_EPOCHS)]
