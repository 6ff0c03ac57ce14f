"""What the coach says: sentences that can still be translated, and a change to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.schemas.config import MAX_NAME, RunConfig

BETWEEN = " · "
Values = dict[str, str | int]
Numbers = dict[str, float | int | None]


@dataclass(frozen=True)
class Sentence:
    """A msgid with its values, as ``schemas.problems.Fault``: the language is known only where it
    is answered."""

    msgid: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One thing to do differently: ``label`` says it, ``patch`` holds it by path.

    A path is as ``compile.optimizer``: keys of the configuration, a dot between them.
    """

    label: Sentence
    patch: Mapping[str, Any]

    def applied(self, config: RunConfig) -> RunConfig:
        """The configuration with the change. Raises ValidationError for one that cannot be."""
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
    """What is wrong, why it is so, and what to try; ``numbers`` are those the sentence rests on."""

    id: str
    sentence: Sentence
    why: Sentence
    advice: Sentence
    numbers: Mapping[str, float | int | None]
    change: Change | None = None


def named(name: str, change: str) -> str:
    """The name of the run that tries a change: ``<name> · <change>``, cut to what a name may be."""
    room = MAX_NAME - len(BETWEEN) - len(change)
    short = name if len(name) <= room else name[: max(0, room - 1)].rstrip() + "…"
    return (short + BETWEEN + change)[:MAX_NAME]


def percent(share: float, digits: int = 1) -> str:
    """A share of one as both our languages write it: 0.1135 → ``11.4%``."""
    return f"{share:.{digits}%}"


def plain(value: float) -> str:
    """A learning rate or such: 0.001, 1e-05."""
    return f"{value:g}"


def times(factor: float) -> str:
    """How many times smaller or larger, rounded to one digit: 12,345.6 → ``10,000``."""
    return f"{float(f'{factor:.1g}'):,.0f}"
