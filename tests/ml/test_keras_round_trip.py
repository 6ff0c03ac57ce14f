"""Models that Keras itself saved come in, and answer here as they answer there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers as k

from tests.ml.learning import Configure
from tests.ml.test_network import EVERY_LAYER
from webapp.errors import InvalidInput
from webapp.kerasfile import importing
from webapp.kerasfile.__main__ import answer
from webapp.kerasfile.importing import import_archive
from webapp.ml import network
from webapp.ml.fitting import checkpoint
from webapp.ml.inference import export
from webapp.schemas.config import RunConfig


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take archives apart right here: `tests/kerasfile/test_archive.py` tries the process."""
    monkeypatch.setattr(importing, "_unpack", lambda *args: answer(*args[:2]))


def come_in(model: Any, path: Path) -> tuple[RunConfig, Any]:
    """Save with Keras, import, build anew: the configuration and the model."""
    model.save(path / "model.keras")
    config = import_archive(path / "model.keras", path / "weights.npz")
    ours = network.build(config.layers)
    network.compile(ours, config.compile)
    checkpoint.restore(ours, checkpoint.read(path / "weights.npz"))
    return config, ours


def disturb(model: Any) -> None:
    """Give every weight a value of its own; variances stay positive."""
    random = np.random.default_rng(0)
    model.set_weights([random.uniform(0.1, 0.3, one.shape) for one in model.get_weights()])


def images(*shape: int) -> Any:
    return np.random.default_rng(1).random((5, *shape), dtype=np.float32)


def lesson() -> Any:
    """The lesson's own model."""
    model = keras.Sequential()
    model.add(keras.Input((784,)))
    model.add(k.Dense(500, activation="relu"))
    model.add(k.Dense(500, activation="relu"))
    model.add(k.Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def lecture_2016() -> Any:
    """As the lecture's slides write it, in today's spelling: sigmoid, MSE, SGD 0.1."""
    model = keras.Sequential([keras.Input((784,))])
    for _ in range(3):
        model.add(k.Dense(20))
        model.add(k.Activation("sigmoid"))
        model.add(k.Dropout(0.7))
    model.add(k.Dense(10))
    model.add(k.Activation("softmax"))
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=0.1))
    return model


def cnn() -> Any:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            k.RandomRotation(0.1),
            k.Conv2D(4, (3, 5), strides=2, padding="same", use_bias=False),
            k.BatchNormalization(scale=False),
            k.Activation("relu"),
            k.MaxPooling2D(),
            k.BatchNormalization(),
            k.Conv2D(6, 3, activation="gelu", kernel_regularizer="l2"),
            k.GlobalAveragePooling2D(),
            k.Dense(10, activation="softmax"),
        ]
    )
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    model.compile(loss=loss, optimizer=keras.optimizers.AdamW(0.002))
    return model


def functional() -> Any:
    start = keras.Input((28, 28))
    x = k.Flatten()(start)
    x = k.Dense(16, activation="leaky_relu")(x)
    x = k.GaussianNoise(0.1)(x)
    x = k.ReLU()(x)
    model = keras.Model(start, k.Dense(10)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, optimizer="sgd")
    return model


def uncompiled() -> Any:
    first = k.Reshape((28, 28, 1))
    rest = [k.Conv2D(2, 9), k.Flatten(), k.Dense(10, activation="sigmoid")]
    return keras.Sequential([keras.Input((784,)), first, *rest])


def never_given_its_input() -> Any:
    model = keras.Sequential([k.Flatten(), k.Dense(10, activation="softmax")])
    model.build((None, 28, 28))
    return model


MAKERS = [lesson, lecture_2016, cnn, functional, uncompiled, never_given_its_input]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: str(make.__name__))
def test_models_answer_here_as_there(tmp_path: Path, make: Any) -> None:
    model = make()
    disturb(model)
    _, ours = come_in(model, tmp_path)
    x = images(*model.input_shape[1:])
    theirs = np.asarray(model(x, training=False))
    if make is functional:
        theirs = np.asarray(keras.ops.softmax(theirs))
    found = np.asarray(ours(x.reshape(-1, 28, 28, 1), training=False))
    np.testing.assert_allclose(found, theirs, rtol=1e-4, atol=1e-6)


def test_what_a_model_was_compiled_with(tmp_path: Path) -> None:
    config, _ = come_in(cnn(), tmp_path)
    assert config.compile.loss.model_dump(mode="json") == {
        "name": "categorical_crossentropy",
        "label_smoothing": 0.1,
    }
    optimizer = config.compile.optimizer.model_dump(mode="json")
    assert (optimizer["name"], optimizer["learning_rate"]) == ("AdamW", 0.002)
    config, _ = come_in(lecture_2016(), tmp_path)
    optimizer = config.compile.optimizer.model_dump(mode="json")
    assert (config.compile.loss.name, optimizer["name"]) == ("mean_squared_error", "SGD")
    assert optimizer["learning_rate"] == 0.1


def test_our_own_export_comes_back_whole(tmp_path: Path, configure: Configure) -> None:
    config = configure(EVERY_LAYER, name="Mein Netz 数字", dataset={"scale": False}, seed=77)
    model = network.build(config.layers)
    network.compile(model, config.compile)
    disturb(model)
    checkpoint.restore(model, checkpoint.Checkpoint(model.get_weights()))
    export.write_keras(model, config, tmp_path / "model.keras")
    again = import_archive(tmp_path / "model.keras", tmp_path / "weights.npz")
    assert again.model_dump() == config.model_dump()
    weights = checkpoint.read_weights(tmp_path / "weights.npz")
    for one, two in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    plain = keras.models.load_model(tmp_path / "model.keras")
    x = images(28, 28, 1)
    found, wanted = plain(x, training=False), model(x, training=False)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def two_inputs() -> Any:
    one, two = keras.Input((784,)), keras.Input((784,))
    return keras.Model([one, two], k.Dense(10)(k.Add()([one, two])))


def skipping() -> Any:
    start = keras.Input((784,))
    x = k.Dense(784)(start)
    return keras.Model(start, k.Dense(10)(k.Add()([x, start])))


def nested() -> Any:
    return keras.Sequential([keras.Input((784,)), keras.Sequential([k.Dense(10)])])


def with_lambda() -> Any:
    return keras.Sequential([keras.Input((784,)), k.Lambda(lambda x: x * 2), k.Dense(10)])


def recurrent() -> Any:
    return keras.Sequential([keras.Input((28, 28)), k.LSTM(4), k.Dense(10)])


def depthwise() -> Any:
    grouped = k.Conv2D(4, 3, groups=2)
    return keras.Sequential(
        [keras.Input((28, 28, 1)), k.Conv2D(2, 3), grouped, k.Flatten(), k.Dense(10)]
    )


def shared() -> Any:
    start = keras.Input((784,))
    twice = k.Dense(784)
    return keras.Model(start, k.Dense(10)(twice(twice(start))))


REFUSED = {
    two_inputs: "unsupported_layer",
    skipping: "unsupported_layer",
    nested: "unsupported_layer",
    with_lambda: "unsupported_layer",
    recurrent: "unsupported_layer",
    depthwise: "unsupported_argument",
    shared: "unsupported_model",
}


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: str(make.__name__))
def test_models_that_are_refused(tmp_path: Path, make: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        come_in(make(), tmp_path)
    assert caught.value.code == REFUSED[make]
