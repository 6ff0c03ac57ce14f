"""A configuration in few words, and in what two of them differ: "SGD 0.1", "batch 32".

Configurations are as stored: ``RunConfig.model_dump(mode="json")``. Names stay Keras'; the other
words are in the reader's language. ``static/js/runline.js`` writes the same words for the page;
``tests/lines.json`` holds both to the same cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from flask_babel import gettext, ngettext

from webapp.schemas.datasets import DATASETS, PIXELS, SIDE
from webapp.schemas.optimizers import OPTIMIZERS

Config = Mapping[str, Any]
Layers = Sequence[Config]

SIZED = ("units", "filters")
"""The arguments that say how wide a layer is."""

FRAME = frozenset(
    {"Flatten", "Dense", "Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"}
)
"""Layers that make the shape of a network; the others are added to it."""

MAIN = ("rate", "stddev", "factor", "height_factor", "activation")
"""What such an added layer is known by: the first of these that it has."""

MOST_WIDTHS = 6
"""A longer chain is shortened in its middle."""


class Difference(NamedTuple):
    """A place in a configuration and what it is there, in words."""

    path: str
    words: str


def differences(config: Config, base: Config) -> list[Difference]:
    """Return in what ``config`` differs from ``base``, in the order of a configuration.

    A seed that is drawn at random differs from nothing.
    """
    found = [Difference("layers", words) for words in _layers(config["layers"], base["layers"])]
    for path, words in _WORDS.items():
        value = _at(config, path)
        if value != _at(base, path) and not (path == "seed" and value is None):
            found.append(Difference(path, words(value)))
    return found


def is_other_network(layers: Layers, others: Layers) -> bool:
    """Return whether the frames of two networks have other kinds of layers."""
    return _types(_frame(layers)) != _types(_frame(others))


def chain(layers: Layers) -> str:
    """Return how wide a network is from layer to layer, such as "784 → 500 → 500 → 10"."""
    first = next((one["type"] for one in layers if one["type"] in FRAME), "Flatten")
    image = str(PIXELS) if first in ("Flatten", "Dense") else f"{SIDE}×{SIDE}"
    widths = [width for layer in layers if (width := _width(layer))]
    parts = [part for width, group in groupby(widths) for part in _counted(width, len([*group]))]
    if len(parts) > MOST_WIDTHS:
        parts = [*parts[:3], "…", *parts[-2:]]
    return " → ".join([image, *parts])


def additions(layers: Layers) -> list[str]:
    """Return what the chain does not say of a network: its unusual activations, and what is added
    to its frame.
    """
    shown = [one["activation"] for one in _frame(layers)[:-1] if "activation" in one]
    unusual = [name for name in shown if name != "relu"]
    return list(dict.fromkeys([*unusual, *(brief(one) for one in _added(layers))]))


def brief(layer: Config) -> str:
    """Return a layer as its type and main argument, such as "Dropout 0.5"."""
    main = next((layer[key] for key in MAIN if layer.get(key) is not None), None)
    return layer["type"] if main is None else f"{layer['type']} {_plain(main)}"


def figure(value: float) -> str:
    """Return a number to six digits, without the padding of its exponent: 0.001, 1e-5, 1e30."""
    mantissa, _e, exponent = f"{value:g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _grouped(count: int) -> str:
    """Return a count as both our languages write it."""
    return f"{count:,}"


def _width(layer: Config) -> str:
    if layer["type"] == "Dense":
        return str(layer["units"])
    return f"Conv2D {layer['filters']}" if layer["type"] == "Conv2D" else ""


def _counted(width: str, times: int) -> list[str]:
    return [width] * times if times < 3 else [f"{times} × {width}"]


def _frame(layers: Layers) -> Layers:
    return [layer for layer in layers if layer["type"] in FRAME]


def _added(layers: Layers) -> Layers:
    return [layer for layer in layers if layer["type"] not in FRAME]


def _types(layers: Layers) -> list[str]:
    return [layer["type"] for layer in layers]


def _layers(layers: Layers, base: Layers) -> list[str]:
    """Return in what a network differs from another one."""
    if layers == base:
        return []
    if is_other_network(layers, base):
        return list(dict.fromkeys([chain(layers), *additions(layers)]))
    frame = zip(_frame(layers), _frame(base), strict=True)
    words = [*_arguments(layers, frame), *_additions(_added(layers), _added(base))]
    return list(dict.fromkeys(words)) or [gettext("different order of layers")]


def _arguments(layers: Layers, pairs: Iterable[tuple[Config, Config]]) -> Iterator[str]:
    """Yield the arguments of layers that differ from their partners."""
    changed = [
        (key, layer[key]) for layer, old in pairs for key in layer if layer[key] != old.get(key)
    ]
    for key, value in changed:
        if key in SIZED:
            yield chain(layers)
        elif key == "activation":
            yield str(value)
        else:
            yield f"{key} {_plain(value)}"


def _additions(layers: Layers, base: Layers) -> Iterator[str]:
    """Yield which added layers there are more and fewer of."""
    now, before = Counter(map(brief, layers)), Counter(map(brief, base))
    more, fewer = now - before, before - now
    yield from (f"+ {name}" for name in more)
    kinds = {name.partition(" ")[0] for name in more}
    for name in fewer:
        if name.partition(" ")[0] not in kinds:
            yield gettext("without %(layer)s", layer=name)


def _plain(value: Any) -> str:
    """Return a value as Keras' programs write it, in short."""
    match value:
        case bool() | None:
            return str(value)
        case int() | float():
            return figure(value)
        case list():
            return "×".join(map(_plain, value))
        case dict():
            return " ".join(_plain(one) for one in value.values())
    return str(value)


def optimizer(value: Config) -> str:
    """Return an optimizer as its name, learning rate and what is not Keras' default."""
    usual = _usual(value["name"])
    others = [
        key if one is True else f"{key} {_plain(one)}"
        for key, one in value.items()
        if key not in ("name", "learning_rate") and one != usual[key]
    ]
    return " ".join([value["name"], figure(value["learning_rate"]), *others])


@cache
def _usual(name: str) -> Config:
    """Return the default arguments of an optimizer."""
    found = next(one for one in OPTIMIZERS if one.model_fields["name"].default == name)
    return found().model_dump(mode="json")


def _loss(value: str | Config) -> str:
    if isinstance(value, str):
        return value
    return " ".join(f"{key} {_plain(one)}" if key != "name" else one for key, one in value.items())


def _dataset(value: str) -> str:
    return str(gettext("%(n)s digits", n=_grouped(DATASETS[value].train + DATASETS[value].test)))


def _samples(value: int | None) -> str:
    if value is None:
        return str(gettext("all images"))
    return str(ngettext("first image", "first %(n)s images", value, n=_grouped(value)))


def _validation(value: float) -> str:
    if not value:
        return str(gettext("no validation"))
    return str(gettext("validation %(share)s%%", share=figure(100 * value)))


def _switch(name: str) -> Callable[[Any], str]:
    """Return what writes a callback of Keras: its name, with its patience, or that it is off."""

    def words(value: Any) -> str:
        if not value:
            return str(gettext("no %(name)s", name=name))
        return name if value is True else f"{name} {value['patience']}"

    return words


_WORDS: dict[str, Callable[[Any], str]] = {
    "compile.loss": _loss,
    "compile.optimizer": optimizer,
    "dataset.name": _dataset,
    "dataset.train_samples": _samples,
    "dataset.scale": lambda value: gettext("pixels 0–1") if value else gettext("pixels 0–255"),
    "dataset.test_noise": lambda value: gettext("test noise %(n)s", n=figure(value)),
    "fit.batch_size": lambda value: gettext("batch %(n)s", n=_grouped(value)),
    "fit.epochs": lambda value: ngettext("%(n)s epoch", "%(n)s epochs", value, n=value),
    "fit.validation_split": _validation,
    "fit.shuffle": lambda value: gettext("shuffled") if value else gettext("not shuffled"),
    "fit.early_stopping": _switch("EarlyStopping"),
    "fit.reduce_lr_on_plateau": _switch("ReduceLROnPlateau"),
    "fit.terminate_on_nan": _switch("TerminateOnNaN"),
    "seed": lambda value: gettext("seed %(seed)s", seed=value),
}
"""By path: what a value there is in words."""


def _at(config: Config, path: str) -> Any:
    found: Any = config
    for key in path.split("."):
        found = found[key]
    return found
