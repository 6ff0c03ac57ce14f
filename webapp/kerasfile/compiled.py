"""Reads how a model was compiled, as far as it is supported; else the defaults.

It matters when the model is tested (the loss) or trained on. A model that gave logits to its loss
answers logits; a softmax at its end converts them to probabilities.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import ValidationError

from webapp.schemas.config import CompileConfig
from webapp.schemas.losses import LOSSES
from webapp.schemas.optimizers import OPTIMIZERS

Json = dict[str, Any]

SPARSE = "SparseCategoricalCrossentropy"
"""The same as CategoricalCrossentropy, for labels written as digits; ours are one-hot."""


def read_compiled(config: Json) -> Json:
    """Return our `compile` for a model's `compile_config`."""
    compiled = config.get("compile_config")
    if not isinstance(compiled, dict):
        return {}
    parts = {"loss": _loss(compiled.get("loss")), "optimizer": _optimizer(compiled)}
    return {key: value for key, value in parts.items() if value and _fits({key: value})}


def gives_logits(config: Json) -> bool:
    """Return whether the loss was configured for logits."""
    compiled = config.get("compile_config")
    loss = compiled.get("loss") if isinstance(compiled, dict) else None
    arguments = loss.get("config") if isinstance(loss, dict) else None
    return isinstance(arguments, dict) and arguments.get("from_logits") is True


def _fits(part: Json) -> bool:
    try:
        CompileConfig.model_validate(part)
    except ValidationError:
        return False
    return True


def _loss(loss: Any) -> Any:
    """Return our name of a loss, or its name with arguments; None if it is not supported."""
    if isinstance(loss, str):
        return "categorical_crossentropy" if loss == "sparse_categorical_crossentropy" else loss
    if not isinstance(loss, dict):
        return None
    kind, arguments = loss.get("class_name"), loss.get("config")
    kind = "CategoricalCrossentropy" if kind == SPARSE else kind
    for ours in LOSSES:
        if ours.keras_class == kind and isinstance(arguments, dict):
            name = ours.model_fields["name"].default
            return {"name": name, **_own(arguments, set(ours.model_fields) - {"name"})}
    return None


def _optimizer(compiled: Json) -> Json | None:
    """Return our optimizer with its arguments; None if it is not supported."""
    optimizer = compiled.get("optimizer")
    if isinstance(optimizer, str):
        return {"name": optimizer}
    if not isinstance(optimizer, dict) or not isinstance(optimizer.get("config"), dict):
        return None
    for ours in OPTIMIZERS:
        if ours.__name__ == optimizer.get("class_name"):
            names = set(ours.model_fields) - {"name"}
            return {"name": ours.__name__, **_own(optimizer["config"], names)}
    return None


def _own(arguments: Json, names: set[str]) -> Json:
    """Return those of Keras' arguments that are ours; float32 as its shortest decimal."""
    return {
        name: float(str(np.float32(value))) if type(value) is float else value
        for name, value in arguments.items()
        if name in names
    }
