"""Checks whether a configuration can be trained: all problems at once, and warnings.

pydantic checks the parts; here the valid parts are checked together, so that a student sees a wrong
kernel size beside a missing learning rate, not after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from webapp.configuration import memory, shapes
from webapp.configuration.advice import advise
from webapp.configuration.shapes import Measured
from webapp.errors import FieldProblem, InvalidInput, problems_message
from webapp.language import translated
from webapp.schemas.config import RunConfig
from webapp.schemas.datasets import DATASETS, train_count
from webapp.schemas.layers import Flatten
from webapp.schemas.marks import N_
from webapp.schemas.problems import MAX_FAULTS, Fault, faults_of

TOO_LARGE = N_(
    "would need about %(need)s GB of memory; a run may use %(allowed)s GB on this machine"
)
NEEDS_MEMORY = {"layers", "compile", "fit", "dataset"}


@dataclass(frozen=True)
class Checked:
    """A valid configuration, its layers' sizes, and warnings in the reader's language."""

    config: RunConfig
    layers: list[Measured]
    params: int
    warnings: list[FieldProblem]

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``POST /api/check``."""
        layers = [
            {"type": layer.type, "output_shape": list(layer.output_shape), "params": layer.params}
            for layer in self.layers
        ]
        warnings = [
            {"code": item.code, "path": item.path, "message": str(item.message)}
            for item in self.warnings
        ]
        return {"layers": layers, "params": self.params, "warnings": warnings}


def check(
    data: object, allowed: int | None = None, missing: Callable[[str], str | None] | None = None
) -> Checked:
    """Check ``data``, parsed JSON; ``allowed`` is the bytes of memory that a run may use.

    Raises InvalidInput with every problem.
    """
    config, faults = _parse(data)
    sound = {name for name in RunConfig.model_fields if not _touches(name, faults)}
    measured: list[Measured] = []
    if config is not None:
        for needs, judge in _JUDGES:
            if sound >= needs:
                faults += judge(config)
        if "dataset" in sound and missing is not None:
            faults += _judge_dataset(config, missing)
        if "layers" in sound:
            measured, more = shapes.measure(config.layers)
            faults += more
            if not more and sound >= NEEDS_MEMORY and allowed is not None:
                faults += _judge_memory(config, measured, allowed)
    if faults or config is None:
        raise invalid(faults)
    params = sum(layer.params for layer in measured)
    return Checked(config, measured, params, translated(advise(config)[:MAX_FAULTS]))


def parse_config(data: object) -> RunConfig:
    """Return the configuration in ``data``. Raises InvalidInput with every problem."""
    return check(data).config


def invalid(faults: list[Fault], code: str = "invalid_config") -> InvalidInput:
    """Return the error that lists ``faults`` in the reader's language."""
    return InvalidInput(code, problems_message(len(faults)), translated(faults[:MAX_FAULTS]))


def _parse(data: object) -> tuple[RunConfig | None, list[Fault]]:
    """Return the configuration; defaults replace its invalid parts."""
    try:
        return RunConfig.model_validate(data), []
    except ValidationError as error:
        faults = faults_of(error)
    if not isinstance(data, dict):
        return None, faults
    whole = {
        name: data[name]
        for name in RunConfig.model_fields
        if name in data and not _touches(name, faults)
    }
    try:
        return RunConfig.model_validate({"layers": [Flatten()], **whole}), faults
    except ValidationError as error:  # a part with too many problems to list
        return None, faults + faults_of(error)


def _touches(name: str, faults: list[Fault]) -> bool:
    """Return whether a fault lies in the part ``name`` of a configuration."""
    return any(fault.path.split(".")[0].split("[")[0] == name for fault in faults)


def _judge_dataset(config: RunConfig, missing: Callable[[str], str | None]) -> list[Fault]:
    reason = missing(config.dataset.name)
    return [] if reason is None else [Fault("dataset.name", reason)]


def _judge_samples(config: RunConfig) -> list[Fault]:
    wanted, most = config.dataset.train_samples, DATASETS[config.dataset.name].train
    if wanted is None or wanted <= most:
        return []
    msgid = N_("must be between %(min)s and %(max)s, not %(value)s")
    return [Fault("dataset.train_samples", msgid, {"min": 1, "max": most, "value": wanted})]


def _judge_split(config: RunConfig) -> list[Fault]:
    count = train_count(config.dataset)
    if config.fit.validation_split == 0 or 0 < config.trained_images < count:
        return []
    msgid = N_(
        "would leave no images for training or none for validation: there are only "
        "%(count)s training images"
    )
    return [Fault("fit.validation_split", msgid, {"count": count})]


def _judge_memory(config: RunConfig, measured: list[Measured], allowed: int) -> list[Fault]:
    """Check that it fits into ``allowed`` bytes; the layers are at fault if no batch would fit."""
    need = memory.estimate(config, measured)
    if need <= allowed:
        return []
    values = {"need": memory.gigabytes(need), "allowed": memory.gigabytes(allowed)}
    one = config.fit.model_copy(update={"batch_size": 1})
    least = memory.estimate(config.model_copy(update={"fit": one}), measured)
    return [Fault("fit.batch_size" if least <= allowed else "layers", TOO_LARGE, values)]


_JUDGES: list[tuple[set[str], Callable[[RunConfig], list[Fault]]]] = [
    ({"dataset"}, _judge_samples),
    ({"dataset", "fit"}, _judge_split),
]
