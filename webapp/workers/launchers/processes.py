"""Processes of this machine: their environment, their start time, their signals."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PASSED_ON = frozenset(
    {"HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "TZ"}
    | {"USER", "VIRTUAL_ENV", "INKLING_DATA_DIR", "INKLING_MNIST", "DYLD_LIBRARY_PATH"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT"}
)
PASSED_ON_PREFIXES = ("LC_", "CUDA_", "NVIDIA_", "TF_", "XLA_", "KERAS_", "OMP_", "MKL_")
"""The environment variables that a worker needs. Tokens, addresses of databases and proxies are not
passed on: a worker knows only the token of its own attempt."""


def worker_environment(
    environ: Mapping[str, str], data_dir: Path, scratch: Path | None = None
) -> dict[str, str]:
    """Return the environment of a worker process, whose temporary files go to ``scratch``."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
    own = {"INKLING_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    if scratch is not None:
        own["TMPDIR"] = str(scratch)
    return {**kept, **own}


def process_started(pid: int) -> str | None:
    """Return when the process started, as text to compare; None when it has ended.

    A zombie counts as ended. Linux reports clock ticks since the boot, other systems a date.
    """
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    answer = subprocess.run(
        ["ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return None if not answer or answer.startswith("Z") else answer.split(maxsplit=1)[1]


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to the process group that the worker leads; one that has ended is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
