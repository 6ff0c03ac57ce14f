"""The program: how it starts, what stops it from starting, and how it ends."""

from __future__ import annotations

import io
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import ROOT
from tests.fakes.doubles import wait_until
from tests.server_process import (
    Server,
    end,
    open_socket,
    serving,
)
from webapp.server.serving import _listen as listen
from webapp.settings import Settings
from webapp.workers.launchers.processes import process_started

# --- the whole chain


def test_a_run_from_the_post_to_its_end(shared: Server, config: dict[str, Any]) -> None:
    run_id = shared.create(config)
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    run = shared.get(f"/api/runs/{run_id}")
    assert run["test"] == {"loss": 0.5, "accuracy": 0.9} and run["epoch"] == 2
    body = {"pixels": [[3] + [0] * 27] + [[0] * 28] * 27}
    answer = requests.post(f"{shared.url}/api/runs/{run_id}/predict", json=body, timeout=30)
    assert answer.json()["digit"] == 3
    answer = requests.get(f"{shared.url}/api/runs/{run_id}/model", timeout=30)
    assert zipfile.ZipFile(io.BytesIO(answer.content)).read("config.json") == b"a model"


def test_a_worker_that_dies_and_one_that_is_stopped(shared: Server, config: dict[str, Any]) -> None:
    dead = shared.create(config, name="die")
    slow = shared.create({**config, "fit": {"epochs": 1000}}, name="slow")
    wait_until(lambda: shared.status(dead) == "failed", 30)
    wait_until(lambda: shared.status(slow) == "running", 30)
    requests.post(f"{shared.url}/api/runs/{slow}/stop", timeout=10)
    wait_until(lambda: shared.status(slow) == "stopped", 30)


def test_it_starts_no_tensorflow_and_nothing_at_import() -> None:
    script = (
        "import threading, wsgi, sys\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
        "assert len(threading.enumerate()) == 1"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


# --- what stops it from starting


def test_it_may_have_as_many_clients_as_the_machine_allows(shared: Server) -> None:
    assert (
        resource.prlimit(shared.process.pid, resource.RLIMIT_NOFILE)[0]
        == (resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )


# --- how it ends


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order(tmp_path: Path, config: dict[str, Any], number: signal.Signals) -> None:
    with serving(tmp_path / "data") as server:
        run_id = server.create({**config, "fit": {"epochs": 1000}}, name="slow")
        wait_until(lambda: server.status(run_id) == "running", 30)
        client = open_socket(server)
        seconds, err = end(server, number)
        client.close()
    assert seconds < 10 and "Traceback" not in err
    assert processes_of(tmp_path / "data") == []
    with serving(tmp_path / "data") as server:
        wait_until(lambda: server.status(run_id) == "running", 30)
        assert server.get(f"/api/runs/{run_id}")["attempt"] == 2, "it goes on by itself"
        end(server)


def test_a_server_that_is_killed_finds_its_run_still_training(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    with serving(tmp_path / "data") as server:
        run_id = server.create({**config, "fit": {"epochs": 1000}}, name="slow")
        wait_until(lambda: server.status(run_id) == "running", 30)
        server.process.kill()
        server.process.wait()
        port = server.port
    with serving(tmp_path / "data", port) as back:
        before = back.get(f"/api/runs/{run_id}")["last_seq"]
        wait_until(lambda: back.get(f"/api/runs/{run_id}")["last_seq"] > before, 30)
        events = back.get(f"/api/runs/{run_id}/events?limit=5000")["events"]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        end(back)


def scratch_of(data_dir: Path) -> list[str]:
    """The runs that have a folder for temporary files."""
    return [path.name for path in (data_dir / "scratch").glob("[!wp]*")]


def worker_of(data_dir: Path, run_id: str) -> int:
    """The pid of the worker of a run's attempt under way."""
    with closing(sqlite3.connect(data_dir / "inkling.sqlite")) as connection:
        query = (
            "SELECT pid FROM attempts JOIN runs ON run = number WHERE id = ? AND pid NOT NULL"
            " ORDER BY attempts.attempt"
        )
        return int(connection.execute(query, [run_id]).fetchall()[-1][0])


def test_what_killed_processes_leave_goes_and_what_lives_keeps_its_files(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    data_dir, slow = tmp_path / "data", {**config, "fit": {"epochs": 1000}}
    with serving(data_dir) as server:
        killed = server.create(slow, name="slow")
        wait_until(lambda: server.status(killed) == "running", 30)
        assert scratch_of(data_dir) == [killed]
        before = data_dir / "scratch" / killed / "1"
        os.kill(first := worker_of(data_dir, killed), signal.SIGKILL)
        wait_until(lambda: not before.exists(), 30)
        wait_until(lambda: worker_of(data_dir, killed) != first, 30)  # known to the next server
        wait_until(lambda: server.status(killed) == "running", 30)
        own = data_dir / "scratch" / killed / "2" / "unsent.npz"
        assert own.exists()
        second = worker_of(data_dir, killed)
        server.process.kill()
        server.process.wait()
        port = server.port
    (data_dir / "incoming").mkdir(exist_ok=True)
    (data_dir / "incoming" / "half.upload").write_bytes(bytes(3_000_000))
    with serving(data_dir, port) as back:
        assert process_started(second) and own.exists(), "its worker lives"
        assert not (data_dir / "incoming" / "half.upload").exists()
        assert re.search(r"removed \d+ leftovers .*, 3\.\d MB", log_of(data_dir))
        back.process.kill()
        back.process.wait()
        os.kill(second, signal.SIGKILL)
        wait_until(lambda: process_started(second) is None)
    with serving(data_dir, port) as back:
        assert not own.exists(), "nobody is left that uses it"
        end(back)
    assert not (data_dir / "scratch").exists()


def log_of(data_dir: Path) -> str:
    return (data_dir / "logs" / "server.log").read_text()


def processes_of(data_dir: Path) -> list[str]:
    """The command lines of processes that work on the data directory."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(data_dir) in (entry / "environ").read_text():
                found.append((entry / "cmdline").read_text())
        except (OSError, UnicodeDecodeError):
            continue
    return found


# --- its connections


def test_an_answer_does_not_wait_for_an_acknowledgement(tmp_path: Path) -> None:
    """Without TCP_NODELAY each answer on a kept connection takes 40 ms."""
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_PORT": "0"}
    with closing(listen(Settings.from_environ(environ))) as listener:
        listener.setblocking(True)
        with closing(socket.create_connection(listener.getsockname())):
            accepted, _address = listener.accept()
            with closing(accepted):
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_refused_drawing_is_nothing_to_report_the_operator(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    with serving(tmp_path / "data") as server:
        run_id = server.create(config)
        wait_until(lambda: server.status(run_id) == "finished", 30)
        url = f"{server.url}/api/runs/{run_id}/predict"
        assert requests.post(url, json={"strokes": []}, timeout=10).status_code == 422
        assert end(server)[1] == ""
