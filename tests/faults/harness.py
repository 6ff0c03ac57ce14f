"""An Inkling on a port and a data directory that stay, whatever is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests import ROOT
from tests.live_server import LiveServer, free_port, wait_for
from webapp.schemas.statuses import TERMINAL

TRAIN, PREDICT = "webapp.ml.training.train_worker", "webapp.ml.inference.predict_worker"
START_SECONDS = 60.0

BEHIND_A_PROXY = """
import os, runpy, sys
from gevent import monkey
monkey.patch_all()
from webapp import app
begin = app.start
app.start = lambda flask, _url: begin(flask, os.environ["TOLD_TO_WORKERS"])
from webapp.data_dir import DataDirectory
write = DataDirectory.write_address
DataDirectory.write_address = lambda self, _url: write(self, os.environ["TOLD_TO_WORKERS"])
sys.argv = ["wsgi.py"]
runpy.run_path("wsgi.py", run_name="__main__")
"""
"""The program, but workers are told another address than its own."""


@dataclass
class Inkling:
    """The program as one person's machine has it; ``told`` is the address that workers are told.

    ``output`` is where the terminal's text goes: outside the data directory, which may be full.
    """

    data_dir: Path
    output: Path
    told: str | None = None
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _server: LiveServer | None = None
    _strays: set[int] = field(default_factory=set)

    @property
    def server(self) -> LiveServer:
        """The server that runs now."""
        assert self._server is not None
        return self._server

    def start(self) -> LiveServer:
        """Start it and wait until it answers."""
        url = f"http://127.0.0.1:{self.port}"
        self._server = LiveServer(url, self.data_dir, self._spawn())
        wait_for(self._answers, START_SECONDS, "the server never answered")
        return self._server

    def _spawn(self) -> subprocess.Popen[bytes]:
        own = {"INKLING_PORT": str(self.port), "INKLING_DATA_DIR": str(self.data_dir)}
        told = {"TOLD_TO_WORKERS": self.told} if self.told else {}
        program = ["-c", BEHIND_A_PROXY] if self.told else ["wsgi.py"]
        # Long runs, so XLA compiles them as it does for people; tests/ml asks it not to.
        kept = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
        with self.output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *program],
                env={**kept, "PYTHONPATH": str(ROOT), **own, **told, **self.environ},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )

    def _answers(self) -> bool:
        server = self.server
        if server.process.poll() is not None:
            raise RuntimeError(self.said())
        try:
            return server.get("/healthz").ok
        except requests.ConnectionError:
            return False

    def said(self) -> str:
        """What it has said on the terminal, in all its lives."""
        return self.output.read_text(errors="replace")

    def kill_web(self) -> None:
        """``kill -9`` of the web process."""
        self._strays |= set(self.children())
        self.server.process.kill()
        self.server.process.wait()
        self.server.http.close()

    def kill_all(self, order: Sequence[int] = ()) -> None:
        """``kill -9`` of the web process and its workers, in this order where one is given."""
        for pid in order or self.everybody():
            kill(pid)
        self.server.process.wait()
        self.server.http.close()

    def everybody(self) -> list[int]:
        """The pids of the web process, of its children, and of workers that it took over."""
        # One listing for all: the run goes on meanwhile, and the strays become many.
        self._strays &= all_processes().keys()
        return sorted({self.server.process.pid, *self.children(), *self._strays})

    def children(self, module: str = "") -> list[int]:
        """The web process' children; those that run ``module``, where it is named."""
        own = self.server.process.pid
        return [
            pid
            for pid, (parent, command) in all_processes().items()
            if parent == own and module in command
        ]

    def worker(self, run_id: str) -> int | None:
        """The pid of the worker that trains the run, if there is one."""
        query = (
            "SELECT pid FROM attempts JOIN runs ON run = number AND attempts.attempt = runs.attempt"
            " WHERE id = ? AND attempts.ended_at IS NULL AND status IN ('starting', 'running')"
        )
        rows = self.ask_database(query, run_id)
        return rows[0][0] if rows else None

    def ask_database(self, query: str, *values: object) -> list[Any]:
        """Rows from the database, by a connection of our own that only reads."""
        path = self.data_dir / "inkling.sqlite"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def stop_all_runs(self) -> None:
        """Stop what a test has left, so that the next one finds a free place."""
        for run in self.server.get("/api/runs?limit=500").json()["runs"]:
            if run["status"] not in TERMINAL:
                self.server.post(f"/api/runs/{run['id']}/stop")
                self.server.run_until(run["id"], *TERMINAL)

    def close(self) -> None:
        """End it in order; whoever does not end with it is killed, and that is a fault."""
        if self._server is None:
            return
        pids = self.everybody()
        self.server.http.close()
        if self.server.process.poll() is None:
            self.server.process.send_signal(signal.SIGTERM)
            self.server.process.wait(30)
        left = [pid for pid in pids if pid in all_processes()]
        for pid in left:
            kill(pid)
        assert not left, "processes outlived the server's end"


def all_processes() -> dict[int, tuple[int, str]]:
    """Every process of this machine that is not a zombie: pid to parent and command."""
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,stat=,command="],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = (line.split(maxsplit=3) for line in listed.stdout.splitlines())
    return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) > 3 and row[2][0] != "Z"}


def kill(pid: int) -> None:
    """``kill -9``; whoever is gone already is no fault."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
