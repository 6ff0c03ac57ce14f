"""Warnings about configurations that can be trained but will likely disappoint: the lecture's
advice.

Each has a ``code`` and a ``path``, which are stable, and a sentence that names its subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webapp.configuration import layer_advice
from webapp.configuration.layer_advice import last_activation
from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_
from webapp.schemas.problems import Fault

WANT_SOFTMAX = frozenset(
    {"categorical_crossentropy", "kl_divergence", "categorical_focal_crossentropy"}
)
"""Losses that expect probabilities which sum to 1."""

GOOD_BATCH = 100
"""The lecture's batch size."""
FEW_STEPS = 4
"""An epoch of so few batches hardly changes the weights."""

LARGE_RATE = 0.1
"""The learning rate above which a step is very large, of optimizers that scale it."""
PLAIN = {"SGD": 1.0, "Adadelta": 1.0, "Adagrad": 1.0}
"""The same of the others."""


def advise(config: RunConfig) -> list[Fault]:
    """Return every warning for ``config``, in the order of its parts."""
    return [warning for advice in _ADVICE for warning in advice(config)]


def _output(config: RunConfig) -> Iterator[Fault]:
    """Warn when the last activation and the loss do not go together."""
    index, activation = last_activation(config.layers)
    own = ".activation" if hasattr(config.layers[index], "activation") else ""
    path = f"layers[{index}]{own}"
    values = {"loss": config.compile.loss.name, "activation": activation}
    if values["loss"] in WANT_SOFTMAX and activation != "softmax":
        msgid = N_(
            "%(loss)s treats the outputs as probabilities, but the last activation is "
            "%(activation)s: use softmax in the last layer."
        )
        yield Fault(path, msgid, values, code="output_not_softmax")
    if values["loss"] == "binary_crossentropy" and activation not in ("softmax", "sigmoid"):
        msgid = N_(
            "%(loss)s needs outputs between 0 and 1, but the last activation is %(activation)s: "
            "use sigmoid or softmax in the last layer."
        )
        yield Fault(path, msgid, values, code="output_out_of_range")


def _squared(config: RunConfig) -> Iterator[Fault]:
    loss = config.compile.loss.name
    if loss in ("mean_squared_error", "mean_absolute_error"):
        msgid = N_(
            "%(loss)s suits numbers, not classes: with categorical_crossentropy the network "
            "learns far better."
        )
        yield Fault("compile.loss", msgid, {"loss": loss}, code="loss_for_numbers")


def _data(config: RunConfig) -> Iterator[Fault]:
    if not config.dataset.scale:
        msgid = N_("Pixels from 0 to 255 often keep a network from learning: divide them by 255.")
        yield Fault("dataset.scale", msgid, code="pixels_not_scaled")


def _batch(config: RunConfig) -> Iterator[Fault]:
    images, size = config.trained_images, config.fit.batch_size
    values = {"size": f"{size:,}", "count": f"{images:,}", "steps": -(-images // size)}
    if size > images:
        msgid = N_(
            "Batch size %(size)s is more than the %(count)s training images: each epoch is a"
            " single update."
        )
        yield Fault("fit.batch_size", msgid, values, code="batch_larger_than_data")
    elif size * FEW_STEPS >= images and images > FEW_STEPS * GOOD_BATCH:
        msgid = N_(
            "Batch size %(size)s leaves very few updates in an epoch (%(steps)s): with smaller"
            " batches the network learns faster."
        )
        yield Fault("fit.batch_size", msgid, values, code="few_steps")


def _watched(config: RunConfig) -> Iterator[Fault]:
    """Warn when a monitored metric does not exist."""
    for key in ("early_stopping", "reduce_lr_on_plateau"):
        part = getattr(config.fit, key)
        if part is not None and part.monitor.startswith("val_") and not config.fit.validation_split:
            msgid = N_(
                "%(monitor)s cannot be computed, because no validation images are held out: "
                "monitor %(other)s, or hold some out."
            )
            values = {"monitor": part.monitor, "other": part.monitor.removeprefix("val_")}
            yield Fault(f"fit.{key}.monitor", msgid, values, code="monitor_unknown")


def _rate(config: RunConfig) -> Iterator[Fault]:
    optimizer = config.compile.optimizer
    if optimizer.learning_rate > PLAIN.get(optimizer.name, LARGE_RATE):
        msgid = N_(
            "Learning rate %(rate)s is very large for %(optimizer)s: the steps may overshoot and "
            "diverge."
        )
        values = {"rate": f"{optimizer.learning_rate:g}", "optimizer": optimizer.name}
        path = "compile.optimizer.learning_rate"
        yield Fault(path, msgid, values, code="rate_very_large")


_ADVICE: tuple[Callable[[RunConfig], Iterator[Fault]], ...] = (
    _data,
    layer_advice.flat,
    layer_advice.hidden,
    layer_advice.sigmoids,
    layer_advice.single,
    _output,
    _squared,
    _rate,
    _batch,
    _watched,
)
