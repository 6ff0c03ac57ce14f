"""Converts a layer's configuration from Keras to our schema.

Every key is handled: ours are converted, some do not affect the network's answers, and others are
allowed only with harmless values. An unknown key is refused.
"""

from __future__ import annotations

from typing import Any

from webapp.kerasfile.refusal import Refused
from webapp.schemas.layers import LAYERS
from webapp.schemas.marks import N_
from webapp.schemas.names import INITIALIZERS

Json = dict[str, Any]

FIELDS = {layer.__name__: set(layer.model_fields) - {"type"} for layer in LAYERS}

IGNORED = {"name", "trainable", "dtype", "seed", "batch_input_shape"}
"""Keys that do not affect the answer. Weights become float32, whatever they were."""

HARMLESS_ENDS = ("_initializer", "_constraint", "_regularizer")
"""Keys that matter only in training; ours are translated, others left out."""

ONLY: dict[str, tuple[Any, ...]] = {
    "data_format": (None, "channels_last"),
    "dilation_rate": (1, [1, 1]),
    "groups": (1,),
    "axis": (-1, [-1]),
    "keepdims": (False,),
    "noise_shape": (None,),
    "quantization_config": (None,),
    "lora_rank": (None,),
    "lora_alpha": (None,),
    "synchronized": (False,),
    "renorm": (False,),
    "renorm_clipping": (None,),
    "renorm_momentum": (0.99, None),
    "activity_regularizer": (None,),
}
"""Keys that are allowed only with Keras' own default."""


def translate(kind: str, config: Json) -> Json:
    """Return the arguments of our layer `kind`. Raises Refused for one that changes its effect."""
    ours: Json = {}
    for key, value in config.items():
        if key in FIELDS[kind]:
            _translate_one(ours, kind, key, value)
        elif not _is_default(key, value):
            raise _refused(kind, key)
    if ours.get("strides") == ours.get("pool_size"):
        ours.pop("strides", None)  # Keras writes the default explicitly
    return ours


def _translate_one(ours: Json, kind: str, key: str, value: Any) -> None:
    """Put the value of one of our own arguments into `ours`."""
    if key.endswith("_initializer"):
        if (name := _initializer(value)) in INITIALIZERS:
            ours[key] = name
    elif key.endswith("_regularizer"):
        ours[key] = _regularizer(value)
    elif key == "activation" and not isinstance(value, str):
        raise _refused(kind, key)
    elif key.endswith("factor"):
        ours[key] = _share(kind, key, value)
    elif isinstance(value, list) and len(value) == 2 and value[0] == value[1]:
        ours[key] = value[0]  # a square, as people write it
    else:
        ours[key] = value


def _is_default(key: str, value: Any) -> bool:
    if key in ONLY:
        return any(type(value) is type(one) and value == one for one in ONLY[key])
    return key in IGNORED or key.endswith(HARMLESS_ENDS)


def _initializer(value: Any) -> str:
    """Return `{"class_name": "GlorotUniform", …}` as `glorot_uniform`; empty when it is none."""
    name = value.get("class_name") if isinstance(value, dict) else value
    if not isinstance(name, str) or len(name) > 40:
        return ""
    words = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
    return words.removeprefix("_")


def _regularizer(value: Any) -> Json | None:
    """Return a regularizer that we support; others only matter in training and are left out."""
    if not isinstance(value, dict) or value.get("class_name") not in ("L1", "L2", "L1L2"):
        return None
    numbers = value.get("config")
    return {"name": value["class_name"], **(numbers if isinstance(numbers, dict) else {})}


def _share(kind: str, key: str, value: Any) -> Any:
    """Return Keras' [-0.1, 0.1] as 0.1; an asymmetric range is not supported."""
    if not isinstance(value, list):
        return value
    numbers = [one for one in value if isinstance(one, int | float)]
    if len(numbers) != 2 or len(value) != 2 or numbers[0] != -numbers[1]:
        raise _refused(kind, key)
    return numbers[1]


def _refused(kind: str, key: str) -> Refused:
    return Refused(
        "unsupported_argument",
        N_("A layer of type %(type)s has an argument that is not offered here: %(argument)s."),
        type=kind,
        argument=key,
    )
