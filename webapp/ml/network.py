"""The lecture in order: build, compile, fit, evaluate, predict. Then save and load.

Throughout, `x` holds images of shape (n, 28, 28, 1), float32, and `y` their one-hot labels of shape
(n, 10), float32 (see `digits.py`). A network computes ten numbers for each image.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from webapp.ml import engine
from webapp.ml.digits import Floats, Training
from webapp.ml.fitting import listening
from webapp.ml.fitting.interrupt import Interrupt
from webapp.ml.fitting.listening import Listener
from webapp.ml.fitting.progress import Progress
from webapp.ml.process import failure

if TYPE_CHECKING:
    from webapp.schemas.config import CompileConfig, FitConfig
    from webapp.schemas.layers import Layer


Model = keras.Model


def build(layers: Sequence[Layer], seed: int | None = None) -> keras.Sequential:
    """Step 1: stack the layers, from an image of 28 × 28 × 1 to ten numbers.

    `seed` fixes everything random from here on: first the initial weights, then the order of the
    images.
    """
    if seed is not None:
        keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for number, layer in enumerate(layers, start=1):
        make = getattr(keras.layers, layer.type)
        name = f"{layer.type.lower()}_{number}"
        model.add(make(**_with_regularizers(layer.keras_arguments()), name=name))
    return model


def compile(model: keras.Model, config: CompileConfig) -> None:
    """Step 2: choose the loss (what to minimize) and the optimizer (how to minimize it)."""
    loss = getattr(keras.losses, config.loss.keras_class)
    optimizer = getattr(keras.optimizers, config.optimizer.name)
    model.compile(
        loss=loss(**config.loss.keras_arguments()),
        optimizer=optimizer(**config.optimizer.keras_arguments()),
        metrics=["accuracy"],
    )


def fit(
    model: keras.Model,
    digits: Training,
    config: FitConfig,
    listener: Listener,
    *,
    seed: int,
    progress: Progress | None = None,
    interrupt: Interrupt | None = None,
) -> None:
    """Step 3: train the network, epoch by epoch and batch by batch.

    `validation_split` of the training images, the last ones, are held out: they measure how well
    the network does on images it has not seen. The listener is called about ten times a second and
    after every epoch, and can stop the training; `interrupt` stops it even within a long batch.
    Training continues from `progress`. `engine.fit` is `model.fit` with the loop inside TensorFlow.
    """
    progress = progress or Progress()
    made = listening.callbacks(config, listener, progress, len(digits.x))
    with listening.stopping_on_request(made, listener) as callbacks:
        engine.fit(
            model,
            digits.x,
            digits.y,
            divisor=digits.divisor,
            batch_size=config.batch_size,
            epochs=config.epochs,
            progress=progress,
            validation_split=config.validation_split,
            shuffle=config.shuffle,
            seed=seed,
            callbacks=callbacks,
            interrupt=interrupt,
        )


def evaluate(model: keras.Model, x: Floats, y: Floats) -> tuple[float, float]:
    """Step 4, with known answers: return (loss, accuracy), where accuracy is 0-1.

    Both are NaN when the loss is not finite. `engine.evaluate` is `model.evaluate` with the loop
    inside TensorFlow.
    """
    scores = engine.evaluate(model, x, y)
    return float(scores["loss"]), float(scores["accuracy"])


def predict(model: keras.Model, x: Floats) -> Floats:
    """Step 4, without answers: return probabilities (n, 10); each row sums to 1.

    Raises Failure when the network's outputs are not finite.
    """
    return probabilities(np.asarray(model(x, training=False)))


def save(model: keras.Model, path: Path) -> None:
    """Save the network, its weights and its optimizer to a `.keras` file."""
    model.save(path)


def load(path: Path) -> keras.Model:
    """Load a network that `save` wrote, ready to predict or to train further."""
    return keras.models.load_model(path)


def probabilities(outputs: Floats) -> Floats:
    """Return the outputs (n, 10) of any last layer as probabilities with the same largest digit.

    Softmax outputs are probabilities already. Others (sigmoid, linear ...) are clipped at 0 and
    divided by their sum; if no output is above 0, softmax is applied. Raises Failure when an output
    is not finite: finite weights can be so large that the outputs overflow.
    """
    if not np.isfinite(outputs).all():
        raise failure.not_finite()
    outputs = outputs.astype(np.float64)
    positive = np.clip(outputs, 0.0, None)
    soft = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    chosen = np.where(positive.max(axis=1, keepdims=True) > 0, positive, soft)
    chosen /= chosen.max(axis=1, keepdims=True)  # so that the sum below cannot overflow
    rows: Floats = (chosen / chosen.sum(axis=1, keepdims=True)).astype(np.float32)
    return rows


def _with_regularizers(arguments: dict[str, object]) -> dict[str, object]:
    """Return a layer's arguments with each regularizer, {"name": "L2", ...}, as a Keras object."""
    made = dict(arguments)
    for key, value in arguments.items():
        if key.endswith("_regularizer") and isinstance(value, dict):
            numbers = {name: number for name, number in value.items() if name != "name"}
            made[key] = getattr(keras.regularizers, value["name"])(**numbers)
    return made
