"""The lecture's steps, each with its code: data, build, compile, fit, evaluate, predict, save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from webapp.keras_code import data
from webapp.keras_code.calls import Call, Code, differing, part_call
from webapp.schemas.config import (
    CompileConfig,
    FitConfig,
    Monitoring,
    ReduceLROnPlateau,
    RunConfig,
)

EARLY_STOPPING: dict[str, Any] = {
    "monitor": "val_loss",
    "patience": 0,
    "min_delta": 0,
    "restore_best_weights": False,
}
"""Keras' own defaults; ours suit a student."""

ASSUMED_MODE = {"mode": "min"}
"""Keras' default is to infer the direction, which works for every loss."""

EVALUATE = """\
loss, accuracy = model.evaluate(x_test, y_test)
print(f"loss {loss:.4f}, accuracy {accuracy:.2%}")
"""

PREDICT = """\
probabilities = model.predict(x_test[:10])
print(probabilities.argmax(axis=1))
print(y_test[:10].argmax(axis=1))
"""

SAVE = """\
model.save("model.keras")
"""


@dataclass(frozen=True)
class Step:
    """A part of the program: its title, a sentence about it, and its lines."""

    title: str
    text: str
    code: str


def steps(config: RunConfig) -> list[Step]:
    """Return the whole program, without its imports."""
    digits, model = config.dataset, build(config)
    return [
        Step(_("The data"), _("Handwritten digits: images of 28×28 pixels."), data.code(digits)),
        Step(_("1. Build"), _("Stack the layers."), model),
        Step(
            _("2. Compile"),
            _("Choose the loss to minimise and the optimizer."),
            compiled(config.compile),
        ),
        Step(_("3. Fit"), _("Update the weights, batch by batch."), fit(config.fit)),
        Step(_("4. Evaluate"), _("Test it on images that it has never seen."), EVALUATE),
        Step(_("5. Predict"), _("Ten images: predicted digits and true digits."), PREDICT),
        Step(_("6. Save"), _("Load it with keras.models.load_model."), SAVE),
    ]


def imports(config: RunConfig) -> str:
    """Return the lines that import what the program needs."""
    numpy, others = data.imports(config.dataset)
    return _lines(["import keras", *numpy, "from keras import layers", *others])


def packages(config: RunConfig) -> str:
    """Return what pip must install for the program."""
    return " ".join(["tensorflow", "keras", *data.packages(config.dataset)])


def build(config: RunConfig) -> str:
    """Return the network, from a seed if there is one: its initial weights are the run's."""
    seed = [] if config.seed is None else [f"keras.utils.set_random_seed({config.seed})"]
    start = ["model = keras.Sequential()", "model.add(keras.Input((28, 28, 1)))"]
    made = [part_call("layers", layer, layer.type) for layer in config.layers]
    added = [str(Call("model.add", [("", one)])) for one in made]
    return _lines([*seed, *start, *added, "model.summary()"])


def compiled(config: CompileConfig) -> str:
    """Return the loss, the optimizer and the metrics; plain names if all are Keras' defaults."""
    loss: Any = part_call("keras.losses", config.loss, config.loss.keras_class)
    optimizer: Any = part_call("keras.optimizers", config.optimizer, config.optimizer.name)
    arguments = [
        ("loss", loss if loss.arguments else config.loss.name),
        ("optimizer", optimizer if optimizer.arguments else config.optimizer.name.lower()),
        ("metrics", Code('["accuracy"]')),
    ]
    return _lines([str(Call("model.compile", arguments))])


def fit(config: FitConfig) -> str:
    """Return the training, with the callbacks of the run."""
    given: dict[str, Any] = {"batch_size": config.batch_size, "epochs": config.epochs}
    if config.validation_split:
        given["validation_split"] = config.validation_split
    if not config.shuffle:
        given["shuffle"] = False
    made = callbacks(config)
    if made:
        given["callbacks"] = Code("callbacks")
    arguments = [("", Code("x_train")), ("", Code("y_train")), *given.items()]
    return _lines([*_order(config), *_listed("callbacks", made), str(Call("model.fit", arguments))])


def callbacks(config: FitConfig) -> list[Call]:
    """Return the callbacks of the training, in the order of the run's own."""
    made = []
    if plateau := config.reduce_lr_on_plateau:
        defaults = ReduceLROnPlateau().model_dump() | ASSUMED_MODE
        made.append(_callback("ReduceLROnPlateau", _watched(plateau), defaults))
    if stopping := config.early_stopping:
        values = _watched(stopping)
        values["restore_best_weights"] = values.pop("restore_best")
        made.append(_callback("EarlyStopping", values, EARLY_STOPPING | ASSUMED_MODE))
    if config.terminate_on_nan:
        made.append(_callback("TerminateOnNaN", {}, {}))
    return made


def _order(config: FitConfig) -> list[str]:
    """Return a comment if the random order differs from the run's: see
    ``webapp.ml.engine.order_of``.
    """
    text = _("Keras shuffles in a different order, so the numbers differ a little.")
    return [f"# {text}"] if config.shuffle else []


def _watched(part: Monitoring) -> dict[str, Any]:
    """Return a callback's arguments, with the direction in which its metric improves."""
    monitor = {"monitor": part.monitor, "mode": part.mode}
    return monitor | part.model_dump()


def _callback(kind: str, values: dict[str, Any], defaults: dict[str, Any]) -> Call:
    return differing(f"keras.callbacks.{kind}", values, defaults)


def _listed(name: str, made: list[Call]) -> list[str]:
    """Return the lines that make a list of objects; none if there are none."""
    if not made:
        return []
    return [f"{name} = [", *(one.text(indent=4, tail=",") for one in made), "]"]


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
