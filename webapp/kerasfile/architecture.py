"""Converts Keras' `config.json` to layers of our own schema.

A Sequential model, or a Functional one that is a plain chain, of supported layers. Our networks
take images of 28×28×1; models for (784,) and (28, 28) get the layers they need in front.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.configuration.shapes import INPUT
from webapp.kerasfile.arguments import translate
from webapp.kerasfile.refusal import Refused, damaged
from webapp.schemas.datasets import PIXELS
from webapp.schemas.layers import LAYERS, MAX_LAYERS
from webapp.schemas.marks import N_

MAX_ENTRIES = MAX_LAYERS + 1
"""Our layers, and an input layer."""

Json = dict[str, Any]

OFFERED = {layer.__name__ for layer in LAYERS}

AS_ACTIVATION: dict[str, tuple[str, Json]] = {
    "ReLU": ("relu", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    "Softmax": ("softmax", {"axis": -1}),
}
"""Layers that are activations by another name, as long as they have Keras' defaults."""


@dataclass(frozen=True)
class Part:
    """One of our layers as JSON, and the name of its group in the file of weights."""

    layer: Json
    group: str


@dataclass(frozen=True)
class Chain:
    """The layers in order and the input shape of the model, without the batch."""

    parts: list[Part]
    input_shape: tuple[int, ...]


def read_chain(config: Any) -> Chain:
    """Return the layers of a model. Raises Refused for anything unsupported."""
    entries = _entries(config)
    shape = _input_shape(config, entries)
    groups = _groups(entries, with_input=_kind(config) == "Functional")
    named = [
        (entry, group)
        for entry, group in zip(entries, groups, strict=True)
        if entry["class_name"] != "InputLayer"
    ]
    if named and _makes_image(named[0][0]):
        return Chain([_part(*one) for one in named[1:]], shape)
    parts = [_part(*one) for one in named]
    if shape != INPUT and not (parts and parts[0].layer["type"] == "Flatten"):
        if shape == INPUT[:2]:
            raise _input_refused(shape)
        parts.insert(0, Part({"type": "Flatten"}, ""))
    return Chain(parts, shape)


def _kind(config: Any) -> str:
    """Return `Sequential` or `Functional`; anything else is refused."""
    kind = config.get("class_name") if isinstance(config, dict) else None
    if kind not in ("Sequential", "Functional") or not _is_keras(config):
        raise Refused(
            "unsupported_model",
            N_("Only Sequential models, and others whose layers form one chain, can be imported."),
        )
    return str(kind)


def _is_keras(thing: Json) -> bool:
    """Return whether a serialised object is Keras' own, and not a registered custom one."""
    module, name = thing.get("module"), thing.get("class_name")
    own = isinstance(module, str) and (module == "keras" or module.startswith("keras."))
    return own and thing.get("registered_name") in (None, name)


def _entries(config: Any) -> list[Json]:
    """Return the model's layers in the order of the chain, each with a dict `config`."""
    functional = _kind(config) == "Functional"
    inner = config.get("config")
    entries = inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(entries, list) or not 0 < len(entries) <= MAX_ENTRIES:
        raise damaged()
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("config"), dict):
            raise damaged()
        _check_kind(entry)
    if functional:
        _check_linear(inner, entries)
    return entries


def _check_kind(entry: Json) -> None:
    kind = entry.get("class_name")
    known = OFFERED | AS_ACTIVATION.keys() | {"InputLayer", "Reshape"}
    if not isinstance(kind, str) or kind not in known or not _is_keras(entry):
        raise _layer_refused(str(kind))


def _check_linear(inner: Json, entries: list[Json]) -> None:
    """Raise Refused unless every layer takes exactly the output of the one before it."""
    names = [entry.get("name") for entry in entries]
    came_from: list[Any] = [_sources(entry) for entry in entries]
    chain = came_from == [[], *([name] for name in names[:-1])]
    ends = _end(inner.get("input_layers")), _end(inner.get("output_layers"))
    if not chain or len(set(map(str, names))) != len(names) or ends != (names[0], names[-1]):
        raise Refused(
            "unsupported_model",
            N_("Only Sequential models, and others whose layers form one chain, can be imported."),
        )


def _sources(entry: Json) -> list[Any]:
    """Return the names of the layers whose outputs a layer takes, over all its calls."""
    found: list[Any] = []
    nodes = entry.get("inbound_nodes")
    if not isinstance(nodes, list):
        raise damaged()
    for node in nodes:
        arguments = node.get("args") if isinstance(node, dict) else None
        if not isinstance(arguments, list) or len(arguments) != 1:
            raise damaged()
        tensor = arguments[0] if isinstance(arguments[0], dict) else {}
        inner = tensor.get("config")
        history = inner.get("keras_history") if isinstance(inner, dict) else None
        found.append(_end(history))
    return found


def _end(history: Any) -> Any:
    """Return the layer's name in `[name, 0, 0]`, also inside a list of one."""
    if isinstance(history, list) and len(history) == 1:
        history = history[0]
    if isinstance(history, list) and len(history) == 3 and history[1:] == [0, 0]:
        return history[0]
    return None


def _input_shape(config: Json, entries: list[Json]) -> tuple[int, ...]:
    """Return the input shape, without the batch: (784,), (28, 28) or (28, 28, 1)."""
    first = entries[0]
    inner = first["config"] if first["class_name"] == "InputLayer" else {}
    shape = inner.get("batch_shape") or config["config"].get("build_input_shape")
    inputs = sum(entry["class_name"] == "InputLayer" for entry in entries)
    if not isinstance(shape, list) or inputs > 1:
        raise _input_refused(())
    found = tuple(shape[1:])
    if found not in ((PIXELS,), INPUT[:2], INPUT):
        raise _input_refused(found)
    return found


def _input_refused(shape: tuple[Any, ...]) -> Refused:
    return Refused(
        "unsupported_input",
        N_("The model must take images of 784, 28×28 or 28×28×1 numbers, not %(shape)s."),
        shape="×".join(str(side) for side in shape) or "?",
    )


def _groups(entries: list[Json], with_input: bool) -> list[str]:
    """Return where Keras stores each layer's weights: `dense`, `dense_1` … in `layers`."""
    counts: dict[str, int] = {}
    groups = []
    for entry in entries:
        name = snake_case(entry["class_name"])
        if name == "input_layer" and not with_input:
            groups.append("")
            continue
        number = counts.get(name, 0)
        counts[name] = number + 1
        groups.append(f"layers/{name}_{number}" if number else f"layers/{name}")
    return groups


def snake_case(name: str) -> str:
    """Return `MaxPooling2D` as `max_pooling2d`, as Keras names the groups of weights."""
    out = ""
    for index, sign in enumerate(name):
        if sign.isupper() and index and (name[index - 1].islower() or _starts_word(name, index)):
            out += "_"
        out += sign.lower()
    return out


def _starts_word(name: str, index: int) -> bool:
    """Return whether the capital at `index` stands before a small letter and after a capital."""
    return name[index - 1].isupper() and index + 1 < len(name) and name[index + 1].islower()


def _makes_image(entry: Json) -> bool:
    """Return whether a first layer only reshapes the input to 28×28×1, our own input."""
    targets = [28, 28, 1], [28, 28, -1], [-1, 28, 1], [28, -1, 1]
    return entry["class_name"] == "Reshape" and entry["config"].get("target_shape") in targets


def _part(entry: Json, group: str) -> Part:
    kind = entry["class_name"]
    if kind == "Reshape":
        raise _layer_refused(kind)
    if kind in AS_ACTIVATION:
        name, defaults = AS_ACTIVATION[kind]
        for argument, default in defaults.items():
            if (value := entry["config"].get(argument, default)) != default:
                raise _layer_refused(f"{kind}({argument}={value})")
        return Part({"type": "Activation", "activation": name}, group)
    return Part({"type": kind, **translate(kind, entry["config"])}, group)


def _layer_refused(layer: str) -> Refused:
    return Refused(
        "unsupported_layer",
        N_("The model has a layer that is not offered here: %(type)s."),
        type=layer[:80],
    )
