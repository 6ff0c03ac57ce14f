"""Measures every kept checkpoint of a run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import keras

from webapp.ml import network
from webapp.ml.fitting import checkpoint
from webapp.ml.inference.insights.subject import Subject

T = TypeVar("T")

MAX_CACHED = 128


class OverEpochs(Generic[T]):
    """Measures checkpoints and caches the results.

    A checkpoint's file never changes, so while a run trains only the newest is measured.
    """

    def __init__(self, measure: Callable[[Subject, keras.Model], T]) -> None:
        self._measure = measure
        self._known: OrderedDict[tuple[Path, int], T] = OrderedDict()

    def of(self, subject: Subject) -> list[tuple[int, T]]:
        """Return (epoch, measurement) of each kept checkpoint, ascending.

        A checkpoint that has been deleted meanwhile is left out.
        """
        model: keras.Model | None = None
        found = []
        for epoch, path in subject.kept:
            try:
                key = path, path.stat().st_mtime_ns
                if key not in self._known:
                    model = model or _network(subject)
                    model.set_weights(checkpoint.read_weights(path))
                    self._store(key, self._measure(subject, model))
            except (OSError, ValueError):
                continue
            found.append((epoch, self._known[key]))
        return found

    def _store(self, key: tuple[Path, int], measured: T) -> None:
        self._known[key] = measured
        if len(self._known) > MAX_CACHED:
            self._known.popitem(last=False)


def _network(subject: Subject) -> keras.Model:
    model = network.build(subject.config.layers)
    network.compile(model, subject.config.compile)
    return model
