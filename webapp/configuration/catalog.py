"""The catalogue of everything that can be chosen, for the form, in the reader's language.

All of it is read from the models in ``webapp.schemas``: they own names, ranges, defaults and
sentences; this module only converts them to ``Argument`` objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol

from flask_babel import get_locale, gettext

from webapp.configuration.arguments import arguments, fields
from webapp.configuration.presets import PRESETS, preset_configs
from webapp.schemas.config import CompileConfig, DatasetConfig, FitConfig, RunConfig
from webapp.schemas.datasets import BUNDLED, DATASETS
from webapp.schemas.layers import LAYERS
from webapp.schemas.losses import LOSSES
from webapp.schemas.marks import N_
from webapp.schemas.names import ACTIVATIONS, INITIALIZERS
from webapp.schemas.optimizers import OPTIMIZERS
from webapp.schemas.parts import KerasPart
from webapp.schemas.regularizers import REGULARIZERS

FORMATS = {"keras": (N_("Keras model"), ".keras")}

DEFAULT_PRESET = "lecture"


class LocalDataset(Protocol):
    """Whether a dataset is on this machine (``webapp.datasets.catalogue.LocalDataset``)."""

    @property
    def name(self) -> str: ...
    @property
    def available(self) -> bool: ...
    @property
    def downloadable(self) -> bool: ...
    @property
    def bytes(self) -> int | None: ...
    @property
    def reason(self) -> str | None: ...


def catalog(looks: Iterable[LocalDataset]) -> dict[str, Any]:
    """Return the answer of ``GET /api/catalog``; ``looks`` tell which datasets are here."""
    here = {look.name: look for look in looks}
    presets = _presets({name for name, look in here.items() if look.available})
    return {
        "datasets": [_dataset(look) for look in here.values()],
        **_fixed(str(get_locale())),
        "presets": presets,
        "formats": [
            {"name": name, "title": gettext(title), "extension": extension}
            for name, (title, extension) in FORMATS.items()
        ],
        "defaults": next(item["config"] for item in presets if item["name"] == DEFAULT_PRESET),
    }


@cache
def _fixed(locale: str) -> dict[str, Any]:
    """Return what depends only on the language, which is also the current one."""
    return {
        "layers": [
            {
                "type": layer.__name__,
                "title": gettext(layer.title),
                "help": gettext(layer.__doc__),
                "learns": layer.learns,
                "arguments": arguments(layer),
            }
            for layer in LAYERS
        ],
        "activations": _names(ACTIVATIONS),
        "losses": _parts(LOSSES),
        "optimizers": _parts(OPTIMIZERS),
        "initializers": _names(INITIALIZERS),
        "regularizers": _parts(REGULARIZERS),
        "fields": {
            **fields(RunConfig, ("name", "seed")),
            "dataset": arguments(DatasetConfig),
            "compile": arguments(CompileConfig),
            "fit": arguments(FitConfig),
        },
    }


def _names(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "help": gettext(help)} for name, help in names.items()]


def _parts(parts: Iterable[type[KerasPart]]) -> list[dict[str, Any]]:
    """Return losses, optimizers or regularizers, each with its arguments."""
    return [
        {
            "name": part.model_fields["name"].default,
            "help": gettext(part.__doc__),
            "arguments": arguments(part),
        }
        for part in parts
    ]


def _dataset(look: LocalDataset) -> dict[str, Any]:
    facts = DATASETS[look.name]
    return {
        "name": look.name,
        "title": gettext(facts.title),
        "help": gettext(facts.help),
        "train": facts.train,
        "test": facts.test,
        "available": look.available,
        "downloadable": look.downloadable,
        "bytes": look.bytes,
        "reason": gettext(look.reason) if look.reason else None,
    }


def _presets(here: set[str]) -> list[dict[str, Any]]:
    """Return every preset; one whose dataset is missing uses the bundled one."""
    answer = []
    for name, preset in PRESETS.items():
        config = preset_configs()[name] | {"name": gettext(preset.title)}
        if config["dataset"]["name"] not in here:
            config["dataset"] = config["dataset"] | {"name": BUNDLED}
        title = gettext(preset.title)
        answer.append(
            {"name": name, "title": title, "help": gettext(preset.help), "config": config}
        )
    return answer
