"""How the cores share the work; each case in a process that has computed nothing yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ml.learning import Configure, dump
from webapp.ml.process import cores

PROGRAM = """
import os, sys
from webapp.ml.process import quiet, cores
from webapp.schemas.config import RunConfig
cores.count = lambda: 4
for given in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        config = RunConfig.model_validate_json(given)
        cores.divide(config.layers, config.fit.batch_size)
        print(cores.parts(), flush=True)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""
"""One import of TensorFlow for all cases, and a process for each."""

END = {"type": "Dense", "units": 10, "activation": "softmax"}
DENSE: list[dict[str, Any]] = [{"type": "Flatten"}, END]
CONVOLUTION: dict[str, Any] = {"type": "Conv2D", "filters": 2, "kernel_size": 3}

CASES: dict[str, tuple[list[dict[str, Any]], int, int]] = {
    "convolutions": ([CONVOLUTION, *DENSE], 128, 4),
    "few images": ([CONVOLUTION, *DENSE], 127, 1),
    "batch normalisation": ([CONVOLUTION, {"type": "BatchNormalization"}, *DENSE], 128, 1),
    "dense": (DENSE, 128, 1),
}
"""Layers, batch size, and how many parts a batch is to have."""


@pytest.fixture(scope="module")
def parts(configure: Configure) -> dict[str, int]:
    """What the cases came to."""
    configs = [configure(layers, fit={"batch_size": size}) for layers, size, _ in CASES.values()]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *(json.dumps(dump(config)) for config in configs)],
        env=kept,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, map(int, done.stdout.split()), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_who_gets_a_core_of_their_own(parts: dict[str, int], case: str) -> None:
    assert parts[case] == CASES[case][2]


def test_there_is_a_core() -> None:
    assert cores.count() >= 1
