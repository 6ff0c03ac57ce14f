"""Findings of the coach: translatable sentences, and a change to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.schemas.config import RunConfig

Values = dict[str, str | int]
Numbers = dict[str, float | int | None]


@dataclass(frozen=True)
class Sentence:
    """A msgid with its values, like ``schemas.problems.Fault``: translated when it is answered."""

    msgid: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One change of the configuration: ``label`` describes it, ``patch`` holds it by path.

    A path is like ``compile.optimizer``: keys of the configuration, joined by dots.
    """

    label: Sentence
    patch: Mapping[str, Any]

    def applied(self, config: RunConfig) -> RunConfig:
        """Return the configuration with the change. Raises ValidationError for an invalid one."""
        changed: dict[str, Any] = config.model_dump(mode="json")
        for path, value in self.patch.items():
            *parents, key = path.split(".")
            place = changed
            for parent in parents:
                place = place[parent]
            place[key] = value
        return RunConfig.model_validate(changed)


@dataclass(frozen=True)
class Finding:
    """What is wrong, why, and what to try; ``numbers`` are the ones behind the sentence."""

    id: str
    sentence: Sentence
    why: Sentence
    advice: Sentence
    numbers: Mapping[str, float | int | None]
    change: Change | None = None


def percent(share: float, digits: int = 1) -> str:
    """Return a share of one as both our languages write it: 0.1135 → ``11.4%``."""
    return f"{share:.{digits}%}"


def plain(value: float) -> str:
    """Return a learning rate as text: 0.001, 1e-05."""
    return f"{value:g}"


def times(factor: float) -> str:
    """Return how many times smaller or larger, rounded to one digit: 12,345.6 → ``10,000``."""
    return f"{float(f'{factor:.1g}'):,.0f}"
