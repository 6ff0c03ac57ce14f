"""The program as a real process with gevent; its workers are fakes without TensorFlow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import websocket

from tests import ROOT

FAKES = ROOT / "tests" / "fakes"

PROGRAM = f"""
import gc, os, sys
gc.disable()
from gevent import monkey
monkey.patch_all()
from webapp.server import connections; from webapp.inference import insights; from webapp.workers import predictor; from webapp.web.sockets import websocket
from webapp.workers.launchers import local
if "PATIENT" not in os.environ:
    websocket.PING_SECONDS = connections.PATIENCE_SECONDS = 3
train, predict = [sys.executable, {str(FAKES / "train_worker.py")!r}], [sys.executable, {str(FAKES / "predict_worker.py")!r}]
local.LocalLauncher.__init__.__kwdefaults__.update(command=train, rewarm=0.2)
predictor.PredictWorker.__init__.__kwdefaults__.update(command=predict)
insights.InsightWorker.__init__.__kwdefaults__.update(command=predict)
sys.argv = ["wsgi.py"]
import runpy
runpy.run_path({str(ROOT / "wsgi.py")!r}, run_name="__main__")
"""  # noqa: E501


@dataclass
class Server:
    """A server process with fake workers."""

    process: subprocess.Popen[str]
    url: str
    port: int
    data_dir: Path

    def get(self, path: str) -> Any:
        answer = requests.get(self.url + path, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def create(self, config: dict[str, Any], **changes: Any) -> str:
        answer = requests.post(f"{self.url}/api/runs", json={**config, **changes}, timeout=10)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def status(self, run_id: str) -> str:
        return str(self.get(f"/api/runs/{run_id}")["status"])

    def memory(self) -> int:
        """Resident bytes of the process."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def environment(data_dir: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INKLING_")}
    own = {"INKLING_DATA_DIR": str(data_dir), "INKLING_PORT": str(port), "PYTHONPATH": str(ROOT)}
    return {**kept, **own}


def spawn(
    data_dir: Path,
    port: int = 0,
    *,
    first: str = "",
    stderr: Any = subprocess.PIPE,
    **more: str,
) -> subprocess.Popen[str]:
    """Start the program; ``first`` is run before it, in its process. ``stderr`` is
    what subprocess takes."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("sys.argv =", f"{first}\nsys.argv =")],
        env={**environment(data_dir, port), **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        cwd=ROOT,
    )


@contextmanager
def serving(
    data_dir: Path, port: int = 0, *, first: str = "", stderr: Any = subprocess.PIPE, **more: str
) -> Iterator[Server]:
    with spawn(data_dir, port, first=first, stderr=stderr, **more) as process:
        try:
            yield answering(process, data_dir)
        finally:
            if process.poll() is None:
                process.kill()


def answering(process: subprocess.Popen[str], data_dir: Path) -> Server:
    """The server, once it has printed its address."""
    assert process.stdout is not None
    line = process.stdout.readline()
    said = process.stderr.read if process.stderr is not None else str
    assert line.startswith("Inkling is at http://127.0.0.1:"), line + said()
    url = line.split()[3].rstrip("/")
    return Server(process, url, int(url.split(":")[2].partition("/")[0]), data_dir)


def end(server: Server, number: signal.Signals = signal.SIGTERM) -> tuple[float, str]:
    """End the server; seconds it took, and what it said on standard error."""
    began = time.monotonic()
    server.process.send_signal(number)
    assert server.process.wait(15) == 0
    assert server.process.stderr is not None
    return time.monotonic() - began, server.process.stderr.read()


def open_socket(server: Server, **options: Any) -> Any:
    """A Socket.IO client of bare frames: connected to the default namespace."""
    url = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    client: Any = websocket.create_connection(url, timeout=10, **options)
    assert client.recv().startswith("0{")
    client.send("40")
    assert client.recv().startswith("40")
    return client
