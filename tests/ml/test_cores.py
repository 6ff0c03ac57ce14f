"""How the cores share the work; each case in a process that has computed nothing yet."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.ml.learning import Configure, dump
from webapp.ml import cores

PROGRAM = """
import sys
from webapp.ml import quiet, cores
from webapp.schemas.config import RunConfig
cores.count = lambda: 4
config = RunConfig.model_validate_json(sys.argv[1])
cores.divide(config.layers, config.fit.batch_size)
print(cores.parts())
"""

DENSE = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
CONVOLUTION: dict[str, Any] = {"type": "Conv2D", "filters": 2, "kernel_size": 3}


@pytest.mark.parametrize(
    ("layers", "batch_size", "parts"),
    [
        ([CONVOLUTION, *DENSE], 128, 4),
        ([CONVOLUTION, *DENSE], 127, 1),
        ([CONVOLUTION, {"type": "BatchNormalization"}, *DENSE], 128, 1),
        (DENSE, 128, 1),
    ],
    ids=["convolutions", "few images", "batch normalisation", "dense"],
)
def test_who_gets_a_core_of_their_own(
    configure: Configure, worker_env: dict[str, str], layers: Any, batch_size: int, parts: int
) -> None:
    config = configure(layers, fit={"batch_size": batch_size})
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(dump(config))],
        env=worker_env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.stdout.strip(), done.returncode) == (str(parts), 0), done.stderr


def test_there_is_a_core() -> None:
    assert cores.count() >= 1
