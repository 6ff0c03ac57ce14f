"""Names of runs that nobody named: made of what differs from the nearest preset, or from the run
that the configuration was taken from, as in "Lecture's network · SGD 0.1 · batch 32".

Pure but for the reader's language, in which the name stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from flask_babel import force_locale, gettext

from webapp.configuration.phrases import (
    Config,
    additions,
    chain,
    differences,
    is_other_network,
)
from webapp.configuration.presets import PRESETS, preset_configs
from webapp.language import LOCALES
from webapp.schemas.config import MAX_NAME
from webapp.schemas.datasets import BUNDLED

SEPARATOR = " · "
MORE = "…"

ROOM = MAX_NAME - len(" (999)")
"""Most characters of a made name, without the number that distinguishes it from others."""

LEAST = 30
"""Characters that a long stem keeps, whatever differs."""

MOST = 4
"""The most differences that are named; a name with more is too long to read."""

NUMBERED = re.compile(r" \((\d{1,9})\)$")


class Origin(NamedTuple):
    """The run that a configuration was taken from."""

    name: str
    config: Config


def name_of(config: Config, origin: Origin | None = None) -> str:
    """Return a name for a run of ``config``, in the reader's language.

    A run keeps the name that a person gave it: those taken from it are called after it.
    """
    if origin is None or _was_made(origin):
        stem, words = _after_preset(config)
    else:
        stem, words = _after_run(config, origin)
    return _joined(stem, words)


def distinct(name: str, taken: Collection[str]) -> str:
    """Return ``name``, with the next number if a name in ``taken`` is the same."""
    bare = NUMBERED.sub("", name)
    numbers = [_number(one) for one in taken if NUMBERED.sub("", one) == bare]
    return f"{bare} ({max(numbers) + 1})" if numbers else bare


def _number(name: str) -> int:
    found = NUMBERED.search(name)
    return int(found[1]) if found else 1


def _after_preset(config: Config) -> tuple[str, list[str]]:
    """Return the title of the nearest preset and what differs from it, or the network itself."""
    near = [
        (gettext(preset.title), _from_preset(config, preset_configs()[name]))
        for name, preset in PRESETS.items()
        if not is_other_network(config["layers"], preset_configs()[name]["layers"])
    ]
    if near:
        return min(near, key=lambda one: len(one[1]))
    usual = {**preset_configs()["lecture"], "layers": config["layers"]}
    return chain(config["layers"]), [*additions(config["layers"]), *_from_preset(config, usual)]


def _from_preset(config: Config, preset: Config) -> list[str]:
    """Return what differs; where MNIST is missing, presets are offered with the bundled digits."""
    if config["dataset"]["name"] == BUNDLED:
        preset = {**preset, "dataset": {**preset["dataset"], "name": BUNDLED}}
    return [one.words for one in differences(config, preset)]


def _after_run(config: Config, origin: Origin) -> tuple[str, list[str]]:
    """Return the run's name without what is no longer so, and what differs from the run."""
    stem, *said = NUMBERED.sub("", origin.name).split(SEPARATOR)
    gone: set[str] = set()
    for locale in LOCALES.values():
        with force_locale(locale):
            gone |= {one.words for one in differences(origin.config, config)}
    new = [one.words for one in differences(config, origin.config)]
    return stem, [*(one for one in said if one not in gone), *new]


def _was_made(origin: Origin) -> bool:
    """Return whether its name is one that we make of its configuration, in any language.

    The seed may have been drawn at random after that.
    """
    name = NUMBERED.sub("", origin.name)
    configs = (origin.config, {**origin.config, "seed": None})
    for locale in LOCALES.values():
        with force_locale(locale):
            if name in {_joined(*_after_preset(one)) for one in configs}:
                return True
    return False


def _joined(stem: str, words: Sequence[str]) -> str:
    """Return the name, with as many words as there is room for beside its stem."""
    tail = _tail(words, ROOM - min(len(stem), LEAST))
    room = ROOM - len(tail)
    return (stem if len(stem) <= room else stem[: room - 1].rstrip() + MORE) + tail


def _tail(words: Sequence[str], room: int) -> str:
    """Return as many words as there is room for, with a sign for those left out."""
    for most in range(min(len(words), MOST), -1, -1):
        named = [*words[:most], *([MORE] if most < len(words) else [])]
        tail = "".join(SEPARATOR + word for word in named)
        if len(tail) <= room:
            break
    return tail
