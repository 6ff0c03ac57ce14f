"""Every choice that the catalogue offers, and configurations that try several of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from webapp.configuration.checking import check
from webapp.errors import InvalidInput
from webapp.schemas.config import RunConfig

IMAGES = 200
FIXED = {"epochs", "train_samples"}
"""Arguments that a test decides: so many images, one epoch."""

SMALL = {"units": 8, "filters": 2}
"""Sizes where the form suggests large ones."""

HEAD = {"type": "Dense", "units": 10, "activation": "softmax"}
MOST_LAYERS = 4
"""Layers that one configuration tries: all of them in one would take long to compile."""

FLAT = ("Dense", "Flatten")


@dataclass(frozen=True)
class Part:
    """A part of a configuration: where it stands (`layers.Dense`, `fit.early_stopping`), and those
    of its arguments that are tried."""

    place: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The last word of its place."""
        return self.place.rpartition(".")[2]

    @property
    def group(self) -> str:
        """What a run has only one of; `layers` for a layer."""
        several = not self.place.startswith("fit") and "." in self.place
        return self.place.rpartition(".")[0] if several else self.place

    def choices(self) -> list[Part]:
        """The part itself, and each of its arguments alone."""
        alone = [Part(self.place, {name: value}) for name, value in self.values.items()]
        return [Part(self.place), *alone]

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.place}({given})"


def parts(catalog: dict[str, Any]) -> list[Part]:
    """Every part with its arguments, as often as its argument with the most values needs."""
    fields = catalog["fields"]
    objects = [one for one in fields["fit"] if one["type"] == "object"]
    plain = [one for one in fields["fit"] if one["type"] != "object"]
    listed = [
        *(_tried(f"layers.{one['type']}", one["arguments"]) for one in catalog["layers"]),
        *(_tried(f"compile.loss.{one['name']}", one["arguments"]) for one in catalog["losses"]),
        *(_tried(f"compile.optimizer.{one['name']}", one["arguments"])
          for one in catalog["optimizers"]),
        *(_tried(f"regularizers.{one['name']}", one["arguments"])
          for one in catalog["regularizers"]),
        *(_tried(f"fit.{one['name']}", one["arguments"]) for one in objects),
        _tried("fit", plain),
        _tried("dataset", [_here(one, catalog) for one in fields["dataset"]]),
    ]  # fmt: skip
    return list(chain.from_iterable(listed))


def _here(argument: dict[str, Any], catalog: dict[str, Any]) -> dict[str, Any]:
    """The argument; of the datasets only those on this machine."""
    if argument["name"] != "name":
        return argument
    here = [one["name"] for one in catalog["datasets"] if one["available"]]
    return argument | {"choices": here}


def _tried(place: str, arguments: Sequence[dict[str, Any]]) -> Iterator[Part]:
    """The part so often that each value of each argument is tried."""
    values = {one["name"]: values_of(one) for one in arguments if one["name"] not in FIXED}
    for n in range(max(map(len, values.values()), default=1)):
        yield Part(place, {name: each[n % len(each)] for name, each in values.items()})


def values_of(argument: dict[str, Any]) -> list[Any]:
    """Every choice; of a range its ends, where they are allowed, and a number between."""
    nothing = [None] if argument["nullable"] else []
    low, high = argument["min"], argument["max"]
    match argument["type"]:
        case "boolean":
            return [True, False]
        case "choice" | "regularizer":
            return [*argument["choices"], *nothing]
        case "integer":
            return [low, low + 2, *nothing]
        case "pair":
            return [low + 1, [low, low + 1], *nothing]
        case "number":
            start = low or 0.0
            ends = [] if argument.get("exclusive_min") or low is None else [low]
            ends += [] if argument.get("exclusive_max") or high is None else [high]
            return [*ends, start + 0.5 * ((high if high is not None else 1) - start), *nothing]
    raise AssertionError(f"no values are known of {argument}")


def config_of(tried: Sequence[Part], catalog: dict[str, Any]) -> RunConfig:
    """A small run with these parts. Raises InvalidInput where they do not go together."""
    config: dict[str, Any] = {
        "name": "Choices",
        "dataset": {"train_samples": IMAGES},
        "fit": {"epochs": 1, "batch_size": 100},
        "compile": {},
        "seed": 1,
    }
    head = dict(HEAD)
    for part in tried:
        match part.place.split("."):
            case ["fit" | "dataset" as group]:
                config[group] |= part.values
            case ["fit", name]:
                config["fit"] |= {name: part.values}
            case ["compile", name, kind]:
                config["compile"] |= {name: {"name": kind, **part.values}}
            case ["regularizers", kind]:
                head |= {"kernel_regularizer": {"name": kind, **part.values}}
    return check(config | {"layers": [*_layers(tried, catalog), head]}).config


def _layers(tried: Sequence[Part], catalog: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers among the parts: those that take an image, then those that take a row."""
    needed = {
        kind["type"]: {
            one["name"]: SMALL.get(one["name"], one["suggested"])
            for one in kind["arguments"]
            if one["required"]
        }
        for kind in catalog["layers"]
    }
    made = [
        {"type": part.kind, **needed[part.kind], **part.values}
        for part in tried
        if part.group == "layers"
    ]
    image = [one for one in made if one["type"] not in FLAT]
    return [*image, {"type": "Flatten"}, *(one for one in made if one["type"] == "Dense")]


def packs(tried: Sequence[Part], catalog: dict[str, Any]) -> list[list[Part]]:
    """The parts in few configurations: of each at most one loss, one optimizer and so on, and as
    many layers as go together."""
    groups: dict[str, list[Part]] = {}
    for part in tried:
        groups.setdefault(part.group, []).append(part)
    layers = groups.pop("layers")
    packed = [[one for one in row if one] for row in zip_longest(*groups.values())]
    for flat in (False, True):
        _fill(packed, [one for one in layers if (one.kind in FLAT) is flat], catalog)
    return packed


def _fill(packed: list[list[Part]], layers: list[Part], catalog: dict[str, Any]) -> None:
    """Put the layers into the packs in turn, each into the next one that it goes with."""
    turn = 0
    for layer in layers:
        for _ in range(len(packed)):
            turn += 1
            pack = packed[turn % len(packed)]
            if _layer_count(pack) < MOST_LAYERS and _fits([*pack, layer], catalog):
                pack.append(layer)
                break
        else:
            packed.append([layer])


def _layer_count(pack: Sequence[Part]) -> int:
    return sum(part.group == "layers" for part in pack)


def _fits(pack: Sequence[Part], catalog: dict[str, Any]) -> bool:
    try:
        config_of(pack, catalog)
    except InvalidInput:
        return False
    return True
