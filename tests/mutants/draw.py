"""Draw mutations of the program from a seed, so that code which moves keeps its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container
from pathlib import Path

from tests.mutants.mutations import Mutation, mutations_of

SEED = 13
LEFT_OUT = ("webapp/ml/", "webapp/migrations/")
"""Training has tests of its own kind; a migration that has been released never changes."""


def sources(tree: Path) -> dict[str, str]:
    """The modules that are mutated: their text by their path in the tree."""
    paths = sorted((tree / "webapp").rglob("*.py"))
    texts = {path.relative_to(tree).as_posix(): path.read_text("utf-8") for path in paths}
    return {path: text for path, text in texts.items() if not path.startswith(LEFT_OUT)}


def mutations(tree: Path) -> list[Mutation]:
    """Every mutation of a line that the program has only once."""
    modules = sources(tree)
    often = Counter(line.strip() for text in modules.values() for line in text.splitlines())
    found = [one for path, text in modules.items() for one in mutations_of(path, text)]
    return [one for one in found if often[one.fragment] == 1]


def drawn(found: list[Mutation], count: int, among: Container[str] | None = None) -> list[Mutation]:
    """The first ``count`` by a hash of the seed and their text, at most one of a line.

    A mutation's place depends on nothing else: other code that comes, goes or moves changes no
    lot. ``among`` are the keys that are allowed.
    """
    chosen: dict[str, Mutation] = {}
    for one in sorted(found, key=lambda one: _lot(one.key)):
        if among is None or one.key in among:
            chosen.setdefault(one.fragment, one)
    return list(chosen.values())[:count]


def _lot(key: str) -> str:
    return hashlib.sha256(f"{SEED}/{key}".encode()).hexdigest()
