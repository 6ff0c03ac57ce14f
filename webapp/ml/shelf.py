"""The models at hand: built once for each run's configuration, its newest weights swapped in."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from webapp.ml import checkpoint, network
from webapp.ml.digits import Floats
from webapp.ml.failure import Failure
from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_

MAX_MODELS = 16
MAX_PARAMETERS = 150_000_000
"""So many numbers, 600 MB, are kept at most; one model of any size is always kept."""


class Loaded:
    """A compiled model, the weights it holds now (`key`, `path`), and a fast way to ask it."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        self.model = network.build(config.layers)
        network.compile(self.model, config.compile)
        self.key: str | None = None
        self.path: Path | None = None
        self._call = _fast(self.model)

    def predict(self, x: Floats) -> Floats:
        """Probabilities (n, 10) for images (n, 28, 28, 1), scaled as the run's are."""
        return network.probabilities(np.asarray(self._call(x)))

    def use(self, key: str, path: Path) -> None:
        """Swap in the weights in `path`, unless they are there already."""
        if key != self.key:
            self.key = None  # in case the reading fails half-way
            self.model.set_weights(checkpoint.read_weights(path))
            self.key, self.path = key, path

    def for_export(self) -> keras.Model:
        """A model of its own with the optimizer's state: it makes the file three times as big."""
        assert self.path is not None
        model = network.build(self.config.layers)
        network.compile(model, self.config.compile)
        checkpoint.restore(model, checkpoint.read(self.path))
        return model


class Shelf:
    """Models, least recently used first, under a bound on their number and size."""

    def __init__(self, max_models: int = MAX_MODELS, max_parameters: int = MAX_PARAMETERS) -> None:
        self._bounds = max_models, max_parameters
        self._models: OrderedDict[str, Loaded] = OrderedDict()

    def __len__(self) -> int:
        return len(self._models)

    def take(self, wanted: dict[str, Any]) -> Loaded:
        """The model of a question: `key`, `weights` (a path) and `config`. Raises Failure."""
        name = json.dumps(wanted["config"], sort_keys=True)
        loaded = self._models.get(name)
        if loaded is None:
            loaded = self._models[name] = Loaded(RunConfig.model_validate(wanted["config"]))
        self._models.move_to_end(name)
        try:
            loaded.use(wanted["key"], Path(wanted["weights"]))
        except (OSError, ValueError) as error:
            del self._models[name]
            raise Failure("model_missing", N_("The model of this run is gone.")) from error
        self._make_room()
        return loaded

    def _make_room(self) -> None:
        models, parameters = self._bounds
        while len(self) > 1 and (len(self) > models or self._size() > parameters):
            self._models.popitem(last=False)

    def _size(self) -> int:
        return sum(loaded.model.count_params() for loaded in self._models.values())


def _fast(model: keras.Model) -> Callable[[Floats], Any]:
    """The model as a graph of its own: 0.7 ms a call, where `model.predict` takes 80."""
    images = tf.TensorSpec((None, 28, 28, 1), tf.float32)
    return tf.function(lambda x: model(x, training=False), input_signature=[images])  # type: ignore[no-any-return]
