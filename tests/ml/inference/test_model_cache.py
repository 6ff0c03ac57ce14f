"""The models that the predict worker keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ml.learning import SMALL, Configure
from webapp.ml import network
from webapp.ml.fitting import checkpoint
from webapp.ml.inference.model_cache import ModelCache
from webapp.ml.process.failure import Failure
from webapp.schemas.config import RunConfig


def wanted(config: RunConfig, run: str, path: Path) -> dict[str, Any]:
    """The model of a run with weights in a file, which is made."""
    if not path.exists():
        model = network.build(config.layers)
        checkpoint.write(path, checkpoint.Checkpoint(model.get_weights()))
    dumped = config.model_dump(mode="json")
    return {"slot": run, "key": f"{run}.1", "weights": str(path), "config": dumped}


def test_the_cache_has_a_bound(configure: Configure, tmp_path: Path) -> None:
    config = configure(SMALL[:1] + SMALL[2:])
    a, b, c = (wanted(config, run, tmp_path / "w.npz") for run in "abc")
    few = ModelCache(max_slots=2)
    first = few.take(a)
    few.take(b)
    assert few.take(a) is first
    few.take(c)
    assert len(few) == 2
    assert few.has(a) and few.has(c) and not few.has(b)
    small = ModelCache(max_parameters=10_000)
    small.take(a)
    small.take(b)
    assert len(small) == 1
    with pytest.raises(Failure):
        small.take({**c, "weights": str(tmp_path / "no.npz")})


def test_runs_of_the_same_layers_share_what_was_compiled(
    configure: Configure, tmp_path: Path
) -> None:
    """A class of thirty trains the lecture's network; theirs differ in the weights alone."""
    config, model_cache = configure(SMALL), ModelCache()
    runs = [model_cache.take(wanted(config, run, tmp_path / f"{run}.npz")) for run in "ab"]
    assert runs[0].function is runs[1].function
    x = np.ones((1, 28, 28, 1), np.float32)
    assert not np.allclose(runs[0].predict(x), runs[1].predict(x))


def test_new_weights_take_the_place_of_the_old_ones(configure: Configure, tmp_path: Path) -> None:
    """Whoever computes with the old ones goes on with them."""
    config, model_cache = configure(SMALL), ModelCache()
    old = model_cache.take(wanted(config, "a", tmp_path / "1.npz"))
    x = np.ones((1, 28, 28, 1), np.float32)
    before = old.predict(x)
    new = model_cache.take({**wanted(config, "a", tmp_path / "2.npz"), "key": "a.2"})
    assert len(model_cache) == 1 and not np.allclose(new.predict(x), before)
    assert np.array_equal(old.predict(x), before)
