"""One way to train, as a process of its own: `contender.py WAY PRESET`.

Prints the seconds of one epoch for each line it reads; before the first it trains one that does
not count. Everybody has the same digits, all of MNIST or, without it, the bundled ones, and the
whole of them to train. WAY is `keras` (plain `model.fit`), `engine` (`webapp/ml/engine.py`),
`compiled` and `uncompiled` (the same with XLA or without, whatever it would choose), `torch` (the
lecture's network in PyTorch, with the fused Adam), `products` or `peak` (the limits, below).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

Train = Callable[[], float]
"""Trains an epoch; the seconds it took."""


def main() -> None:
    """Train an epoch a line."""
    way, preset = sys.argv[1:]
    train = _torch() if way == "torch" else _with_tensorflow(way, preset)
    train()
    for _line in sys.stdin:
        print(train(), flush=True)


def _digits() -> Any:
    """Return the raw digits, without TensorFlow."""
    from webapp.ml import digits
    from webapp.ml.process.failure import Failure
    from webapp.settings import Settings

    settings = Settings.from_environ(os.environ)
    try:
        return digits.load("mnist", settings.data_dir, settings.mnist)
    except Failure:
        return digits.load("mnist-5k", settings.data_dir)


def _with_tensorflow(way: str, preset: str) -> Train:
    from webapp.configuration.presets import preset_configs
    from webapp.ml import network  # first: they say how TensorFlow is to be imported
    from webapp.ml.process import cores  # first: they say how TensorFlow is to be imported
    from webapp.schemas.config import RunConfig

    raw = _digits()
    config = RunConfig.model_validate({**preset_configs()[preset], "seed": 1})
    if way in ("products", "peak"):
        return _limit(way, config.fit.batch_size, len(raw.x_train))
    if way == "engine":
        cores.divide(config.layers, config.fit.batch_size)
    model = network.build(config.layers, 1)
    network.compile(model, config.compile)
    if way == "keras":
        _keras(model, raw, config.fit.batch_size)
    return _engine(way, model, raw, config.fit.batch_size)


def _keras(model: Any, raw: Any, batch_size: int) -> NoReturn:
    """Train as a student would: one `fit` of many epochs, which waits for a line between two.

    The clock is Keras' own, from epoch begin to epoch end.
    """
    import keras

    from webapp.ml import digits

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        began = 0.0

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch > 0 and not sys.stdin.readline():
                sys.exit()
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch > 0:
                print(time.perf_counter() - self.began, flush=True)

    x, y = digits.scaled(raw.x_train, True), digits.one_hot(raw.y_train)
    model.fit(x, y, batch_size=batch_size, epochs=1_000_000, callbacks=[Clock()], verbose=0)
    sys.exit()


def _engine(way: str, model: Any, raw: Any, batch_size: int) -> Train:
    """Train with our engine; it keeps what it compiled, as within a run."""
    from webapp.ml import digits, engine
    from webapp.ml.fitting.progress import Progress

    if way != "engine":
        engine.compiles_well = lambda model: way == "compiled"
    examples = engine.Examples.of(
        raw.x_train[..., np.newaxis], digits.one_hot(raw.y_train), digits.divisor(True)
    )
    trainer = engine.Trainer(model, examples, batch_size)
    progress = Progress()

    def train() -> float:
        began = time.perf_counter()
        for _ in trainer.train(engine.order_of(progress.epoch, len(examples), True, 1), progress):
            pass
        progress.begin_epoch(progress.epoch + 1)
        return time.perf_counter() - began

    return train


def _limit(way: str, batch: int, images: int) -> Train:
    """Compute the arithmetic of an epoch of the lecture's network, and nothing else.

    `products`: its eight matrix products, each of its own size, one step after the other. `peak`:
    as many operations at the rate of one large product, which no step can reach.
    """
    import tensorflow as tf

    sizes = [(784, 500), (500, 500), (500, 10)]
    forward = [(batch, i, o) for i, o in sizes]
    backward = [(i, batch, o) for i, o in sizes] + [(batch, o, i) for i, o in sizes[1:]]
    operations = 2 * sum(a * b * c for a, b, c in forward + backward) * images // batch
    big = 2048
    products = [(big, big, big)] if way == "peak" else forward + backward
    steps = 20 if way == "peak" else images // batch
    pairs = [(tf.random.normal((a, b)), tf.random.normal((b, c))) for a, b, c in products]

    @tf.function(jit_compile=True)  # type: ignore[untyped-decorator]
    def multiply(pairs: Any) -> Any:
        def step(n: Any, carried: Any) -> Any:
            # Each step depends on the one before, so the compiler cannot leave steps out.
            made = [tf.matmul(a, b + 0 * carried)[0, 0] for a, b in pairs]
            return n + 1, tf.add_n(made) * 1e-9

        return tf.while_loop(lambda n, _: n < steps, step, (0, tf.constant(0.0)))[1]

    def train() -> float:
        began = time.perf_counter()
        multiply(pairs).numpy()
        seconds = time.perf_counter() - began
        return seconds * operations / (2 * big**3 * steps) if way == "peak" else seconds

    return train


def _torch() -> Train:
    """Train the lecture's network as PyTorch's users write it, with its fastest Adam."""
    import torch

    raw = np.load(os.environ["INKLING_MNIST"])
    x = torch.tensor(raw["x_train"].reshape(-1, 784).astype(np.float32) / 255)
    y = torch.tensor(raw["y_train"].astype(np.int64))
    torch.manual_seed(1)
    layers = [torch.nn.Linear(784, 500), torch.nn.ReLU(), torch.nn.Linear(500, 500)]
    model = torch.nn.Sequential(*layers, torch.nn.ReLU(), torch.nn.Linear(500, 10))
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    loss_of = torch.nn.CrossEntropyLoss()

    def train() -> float:
        began = time.perf_counter()
        order, total = torch.randperm(len(x)), torch.zeros(())
        for rows in order.split(100):
            loss = loss_of(model(x[rows]), y[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            total += loss.detach()
        total.item()
        return time.perf_counter() - began

    return train


if __name__ == "__main__":
    main()
