"""What a waiting worker has done by the time its work comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.ml import digits
from webapp.ml.training import warmup
from webapp.settings import Settings


def test_the_digits_are_in_memory(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.datasets.files.mnist_file", lambda mnist: data_dir / "none.npz")
    digits.load_once.cache_clear()
    warmup.warm_up(Settings.from_environ({"INKLING_DATA_DIR": str(data_dir)}))
    before = digits.load_once.cache_info()
    assert before.currsize == 1  # all of MNIST is not on this machine, which is no fault
    digits.load_once("mnist-5k", data_dir, None)
    assert digits.load_once.cache_info().hits == before.hits + 1
