"""Warnings about configurations that can be trained but will likely disappoint: the lecture's
advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from webapp.configuration.shapes import Measured
from webapp.schemas.config import RunConfig
from webapp.schemas.layers import Activation, BatchNormalization, Conv2D, Dense, Dropout
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart
from webapp.schemas.problems import Fault

WANT_SOFTMAX = frozenset(
    {"categorical_crossentropy", "kl_divergence", "categorical_focal_crossentropy"}
)
"""Losses that expect probabilities which sum to 1."""

SATURATING = frozenset({"sigmoid", "hard_sigmoid"})
MANY_SIGMOIDS = 5
"""The number of sigmoid layers from which gradients hardly reach the first one."""

GOOD_BATCH = 100
"""The lecture's batch size."""
FEW_STEPS = 4
"""An epoch of so few batches hardly changes the weights."""


def advise(config: RunConfig, measured: Sequence[Measured]) -> list[Fault]:
    """Return every warning for ``config``, in the order of its parts."""
    return [warning for advice in _ADVICE for warning in advice(config)]


def _output(config: RunConfig) -> Iterator[Fault]:
    """Warn when the last activation and the loss do not go together."""
    index, activation = last_activation(config.layers)
    loss = config.compile.loss.name
    if loss in WANT_SOFTMAX and activation != "softmax":
        msgid = N_("%(loss)s takes the outputs for probabilities: use softmax in the last layer")
        yield Fault(f"layers[{index}].activation", msgid, {"loss": loss})
    if loss == "binary_crossentropy" and activation not in ("softmax", "sigmoid"):
        msgid = N_("%(loss)s needs outputs between 0 and 1: use sigmoid or softmax at the end")
        yield Fault(f"layers[{index}].activation", msgid, {"loss": loss})


def _squared(config: RunConfig) -> Iterator[Fault]:
    if config.compile.loss.name in ("mean_squared_error", "mean_absolute_error"):
        msgid = N_("suits numbers, not classes: categorical_crossentropy learns far better")
        yield Fault("compile.loss", msgid)


def _hidden(config: RunConfig) -> Iterator[Fault]:
    """Warn of activations that make hidden layers useless."""
    last, _ = last_activation(config.layers)
    for index, layer in enumerate(config.layers[:last]):
        if getattr(layer, "activation", "") == "softmax":
            msgid = N_("softmax in a hidden layer lets little through; relu is the usual choice")
            yield Fault(f"layers[{index}].activation", msgid)
        if _is_linear(layer) and isinstance(config.layers[index + 1], Dense | Conv2D):
            msgid = N_("without an activation this layer and the next are no more than one")
            yield Fault(f"layers[{index}].activation", msgid)


def _sigmoids(config: RunConfig) -> Iterator[Fault]:
    count = sum(getattr(layer, "activation", "") in SATURATING for layer in config.layers)
    if count >= MANY_SIGMOIDS:
        msgid = N_("%(count)s sigmoid layers: gradients vanish on the way back; relu goes deeper")
        yield Fault("layers", msgid, {"count": count})


def _layers(config: RunConfig) -> Iterator[Fault]:
    """Warn of arguments that keep a single layer from learning."""
    for index, layer in enumerate(config.layers):
        if getattr(layer, "kernel_initializer", "") in ("zeros", "ones"):
            msgid = N_("weights that all start alike stay alike: the neurons cannot differ")
            yield Fault(f"layers[{index}].kernel_initializer", msgid)
        if isinstance(layer, Dropout) and layer.rate >= 0.9:
            yield Fault(f"layers[{index}].rate", N_("drops nearly everything"))
        if isinstance(layer, Dropout) and not _learns(config.layers[index + 1 :]):
            msgid = N_("drops outputs of the network itself; put it before the last Dense layer")
            yield Fault(f"layers[{index}]", msgid)


def _data(config: RunConfig) -> Iterator[Fault]:
    if not config.dataset.scale:
        msgid = N_("pixels from 0 to 255 often keep a network from learning; divide them by 255")
        yield Fault("dataset.scale", msgid)


def _batch(config: RunConfig) -> Iterator[Fault]:
    images = config.trained_images
    if config.fit.batch_size > images:
        msgid = N_(
            "a batch is more than the %(count)s training images: each epoch is a single step"
        )
        yield Fault("fit.batch_size", msgid, {"count": images})
    elif config.fit.batch_size * FEW_STEPS >= images and images > FEW_STEPS * GOOD_BATCH:
        msgid = N_("batches this large leave very few steps in an epoch; smaller ones learn faster")
        yield Fault("fit.batch_size", msgid)


def _watched(config: RunConfig) -> Iterator[Fault]:
    """Warn when a monitored metric does not exist."""
    for key in ("early_stopping", "reduce_lr_on_plateau"):
        part = getattr(config.fit, key)
        if part is not None and part.monitor.startswith("val_") and not config.fit.validation_split:
            msgid = N_("there are no validation images, so %(monitor)s is never known")
            yield Fault(f"fit.{key}.monitor", msgid, {"monitor": part.monitor})


def _rate(config: RunConfig) -> Iterator[Fault]:
    optimizer = config.compile.optimizer
    most = 1.0 if optimizer.name in ("SGD", "Adadelta", "Adagrad") else 0.1
    if optimizer.learning_rate > most:
        msgid = N_(
            "a learning rate of %(rate)s is very large for %(optimizer)s: "
            "the steps may overshoot and diverge"
        )
        values = {"rate": f"{optimizer.learning_rate:g}", "optimizer": optimizer.name}
        yield Fault("compile.optimizer.learning_rate", msgid, values)


def last_activation(layers: Sequence[KerasPart]) -> tuple[int, str]:
    """Return index and activation of the last layer that changes the outputs."""
    for index in range(len(layers) - 1, -1, -1):
        layer = layers[index]
        if isinstance(layer, Dense | Conv2D | Activation):
            return index, layer.activation
        if isinstance(layer, BatchNormalization):
            return index, "linear"
    return len(layers) - 1, "linear"


def _is_linear(layer: KerasPart) -> bool:
    return isinstance(layer, Dense | Conv2D) and layer.activation == "linear"


def _learns(layers: Sequence[KerasPart]) -> bool:
    return any(isinstance(layer, Dense | Conv2D) for layer in layers)


_ADVICE: tuple[Callable[[RunConfig], Iterator[Fault]], ...] = (
    _data,
    _hidden,
    _sigmoids,
    _layers,
    _output,
    _squared,
    _rate,
    _batch,
    _watched,
)
