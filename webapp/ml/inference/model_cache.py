"""Caches models: networks compiled once, and the weights of each slot.

A network is a compiled function of weights and images, so runs with the same layers share one. The
newest weights of a run have one slot, each chosen epoch has another. New weights replace the old
ones at once; computations under way finish with the old ones.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from webapp.ml import network
from webapp.ml.digits import Floats
from webapp.ml.fitting import checkpoint
from webapp.ml.process import failure
from webapp.ml.process.failure import Failure
from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_

MAX_SLOTS = 64
MAX_PARAMETERS = 150_000_000
"""The most numbers in the cache, 600 MB; the weights of one slot are always cached."""
MAX_NETWORKS = 16

Function = Callable[..., Any]


@dataclass(frozen=True)
class Loaded:
    """A run's network with one set of weights, named by ``key``."""

    key: str
    path: Path
    config: RunConfig
    weights: Sequence[Any]
    function: Function
    finite: bool
    """Whether every weight is a finite number."""

    def predict(self, x: Floats) -> Floats:
        """Return probabilities (n, 10) for images (n, 28, 28, 1), scaled as the run's are."""
        outputs = self.function(*self.weights, tf.constant(x))
        return network.probabilities(np.asarray(outputs))

    @property
    def parameters(self) -> int:
        """The number of its weights."""
        return sum(int(np.prod(weight.shape)) for weight in self.weights)

    def for_test(self) -> keras.Model:
        """Return a separate compiled model to evaluate, without the optimizer's state."""
        model = self._compiled()
        model.set_weights(checkpoint.read_weights(self.path))
        return model

    def for_export(self) -> keras.Model:
        """Return the same with the optimizer's state, which triples the size of the file."""
        model = self._compiled()
        checkpoint.restore(model, checkpoint.read(self.path))
        return model

    def _compiled(self) -> keras.Model:
        model = network.build(self.config.layers)
        network.compile(model, self.config.compile)
        return model


class ModelCache:
    """A bounded least-recently-used cache of networks and weights. Thread-safe."""

    def __init__(self, max_slots: int = MAX_SLOTS, max_parameters: int = MAX_PARAMETERS) -> None:
        self._bounds = max_slots, max_parameters
        self._slots: OrderedDict[str, Loaded] = OrderedDict()
        self._networks: OrderedDict[str, Function] = OrderedDict()
        self._loading, self._arranging = threading.Lock(), threading.Lock()

    def __len__(self) -> int:
        return len(self._slots)

    def has(self, wanted: Any) -> bool:
        """Return whether the weights of a question's model (`slot`, `key`) are cached."""
        return isinstance(wanted, dict) and self._cached(wanted) is not None

    def take(self, wanted: dict[str, Any]) -> Loaded:
        """Return the weights of a question's model, loaded from the file `weights` if not cached.

        Raises Failure, also when they are not finite.
        """
        loaded = self._cached(wanted)
        if loaded is None:
            with self._loading:  # one load at a time; cached weights do not wait here
                loaded = self._cached(wanted) or self._load(wanted)
        with self._arranging:
            self._slots[str(wanted["slot"])] = loaded
            self._slots.move_to_end(str(wanted["slot"]))
            self._evict()
        if not loaded.finite:  # cached all the same: a pen sends the question again
            raise failure.not_finite()
        return loaded

    def _cached(self, wanted: dict[str, Any]) -> Loaded | None:
        loaded = self._slots.get(str(wanted.get("slot")))
        return loaded if loaded is not None and loaded.key == wanted.get("key") else None

    def _load(self, wanted: dict[str, Any]) -> Loaded:
        config = RunConfig.model_validate(wanted["config"])
        path = Path(wanted["weights"])
        function = self._network(config)
        try:
            arrays = checkpoint.read_weights(path)
            weights = [tf.constant(array) for array in arrays]
            _check(weights, function)
        except (OSError, ValueError) as error:
            message = N_("The model of this run was deleted.")
            raise Failure("model_missing", message, expected=True) from error
        return Loaded(wanted["key"], path, config, weights, function, checkpoint.finite(arrays))

    def _network(self, config: RunConfig) -> Function:
        """Return the compiled layers of a run."""
        name = json.dumps([layer.model_dump(mode="json") for layer in config.layers])
        if name not in self._networks:
            self._networks[name] = compiled(network.build(config.layers))
        self._networks.move_to_end(name)
        if len(self._networks) > MAX_NETWORKS:
            self._networks.popitem(last=False)
        return self._networks[name]

    def _evict(self) -> None:
        slots, parameters = self._bounds
        while len(self) > 1 and (len(self) > slots or self._size() > parameters):
            self._slots.popitem(last=False)

    def _size(self) -> int:
        return sum(loaded.parameters for loaded in self._slots.values())


def compiled(model: keras.Model) -> Function:
    """Return the model as a graph that takes its weights, in the order of `get_weights`, and
    images.

    The signature is fixed, so it is traced once for any number of images, and a call is far quicker
    than `model.predict` (docs/results.md, "Constants and their sources"). XLA would compile again
    for each number of images.
    """
    variables = list(model.weights)

    def answer(*arguments: Any) -> Any:
        *weights, x = arguments
        with keras.StatelessScope(state_mapping=list(zip(variables, weights, strict=True))):
            return model(x, training=False)

    takes = [tf.TensorSpec(variable.shape, variable.dtype) for variable in variables]
    images = tf.TensorSpec((None, 28, 28, 1), tf.float32)
    return tf.function(answer).get_concrete_function(*takes, images)  # type: ignore[no-any-return]


def _check(weights: Sequence[Any], function: Function) -> None:
    """Raise ValueError when the weights belong to another network."""
    wanted = [spec.shape for spec in function.structured_input_signature[0][:-1]]  # type: ignore[attr-defined]
    if [weight.shape for weight in weights] != wanted:
        raise ValueError("weights of other shapes")
