"""The estimate of memory against a worker that really trains; `tests/configuration/test_memory.py`
has more."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ml.fake_server import FakeServer
from tests.ml.learning import Configure, assignment, dump
from webapp.configuration import memory, shapes

TELLING = """
import sys
from pathlib import Path
from webapp.ml.training import train_worker
code = train_worker.main()
print(Path("/proc/self/status").read_text())
sys.exit(code)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads a process' peak from /proc")
def test_a_worker_takes_about_what_was_estimated(
    configure: Configure, data_dir: Path, worker_env: dict[str, str]
) -> None:
    conv = {"type": "Conv2D", "filters": 64, "kernel_size": 3, "padding": "same"}
    end = {"type": "Dense", "units": 10, "activation": "softmax"}
    whole = {"type": "BatchNormalization"}  # so that the batch is not divided among the cores
    layers = [conv, {**conv, "activation": "gelu"}, whole, {"type": "Flatten"}, end]
    config = configure(layers, fit={"batch_size": 500}, dataset={"train_samples": 600})
    with FakeServer(dump(config)) as server:
        line = assignment(server.url, data_dir).model_dump_json() + "\n"
        done = subprocess.run(
            [sys.executable, "-c", TELLING],
            input=line, env=worker_env, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert peak is not None
    estimated = memory.estimate(config, shapes.measure(config.layers)[0])
    assert 0.8 < estimated / (int(peak[1]) * 1024) < 1.4
