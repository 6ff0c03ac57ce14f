"""A real Inkling: its own process, data directory and workers, on a free port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests

from tests import ROOT

T = TypeVar("T")

QUICK_COMPILER = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
"""XLA_FLAGS for networks that are trained for a moment: XLA takes less time to compile one, and
what it compiles is slower but computes the same."""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(question: Callable[[], T | None], seconds: float = 60.0, what: str = "") -> T:
    """The first answer of ``question`` that is neither None nor False.

    Raises:
        TimeoutError: none came within ``seconds``.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = question()
        if answer is not None and answer is not False:
            return answer
        time.sleep(0.05)  # between two looks at the condition; the loop awaits it, not the time
    raise TimeoutError(what or f"{question} said no for {seconds} s")


@dataclass
class LiveServer:
    """A running server and what a client needs to talk to it."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET a path of this server."""
        return self.http.get(self.url + path, timeout=60, **options)

    def post(self, path: str, body: object = None, **options: Any) -> requests.Response:
        """POST JSON to a path of this server."""
        return self.http.post(self.url + path, json=body, timeout=60, **options)

    def run_until(self, run_id: str, *statuses: str, seconds: float = 120.0) -> dict[str, Any]:
        """The run, once its status is one of ``statuses``."""

        def reached() -> dict[str, Any] | None:
            run: dict[str, Any] = self.get(f"/api/runs/{run_id}").json()
            return run if run["status"] in statuses else None

        return wait_for(reached, seconds, f"run {run_id} never became {statuses}")


@contextmanager
def serve(
    data_dir: Path, environ: Mapping[str, str] | None = None, umask: int = -1
) -> Iterator[LiveServer]:
    """Start ``python wsgi.py`` on a free port; end it in order. ``umask`` -1: that of the tests."""
    port = free_port()
    settings = {"INKLING_PORT": str(port), "INKLING_DATA_DIR": str(data_dir), **(environ or {})}
    log = (data_dir.parent / f"{data_dir.name}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "wsgi.py")],
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        umask=umask,
    )
    server = LiveServer(f"http://127.0.0.1:{port}", data_dir, process)

    def answers() -> bool:
        if process.poll() is not None:
            raise RuntimeError(Path(log.name).read_text())
        try:
            return server.get("/healthz").ok
        except requests.ConnectionError:
            return False

    try:
        wait_for(answers, 30, "the server never answered")
        yield server
    finally:
        server.http.close()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()
