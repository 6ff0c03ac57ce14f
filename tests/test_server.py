"""The program: how it starts, what stops it from starting, and how it ends."""

from __future__ import annotations

import io
import resource
import signal
import socket
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fakes.doubles import wait_until
from tests.server_process import (
    PROGRAM,
    ROOT,
    Server,
    end,
    environment,
    open_socket,
    serving,
    spawn,
)
from webapp.serving import _listen as listen
from webapp.settings import Settings

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


def refusal(process: subprocess.Popen[str]) -> str:
    """The one sentence of a server that cannot start."""
    _out, err = process.communicate(timeout=30)
    assert process.returncode not in (0, None)
    assert "Traceback" not in err and err.count("\n") == 1, err
    assert err.startswith("Inkling cannot start: ")
    return err


def test_it_may_have_as_many_clients_as_the_machine_allows(shared: Server) -> None:
    assert (
        resource.prlimit(shared.process.pid, resource.RLIMIT_NOFILE)[0]
        == (resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )


def test_a_port_that_is_taken(shared: Server, tmp_path: Path) -> None:
    assert "INKLING_PORT" in refusal(spawn(tmp_path / "other", shared.port))


def test_a_second_program_on_the_same_data(shared: Server) -> None:
    assert "another Inkling" in refusal(spawn(shared.data_dir))
    assert shared.get("/healthz") == {"status": "ok"}


def test_a_directory_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written to" in refusal(spawn(tmp_path / "file" / "data"))


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    program = PROGRAM.replace(
        "sys.argv =",
        "import os, errno\n"
        "def full(_fd): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "os.fsync = full\n"
        "sys.argv =",
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment(tmp_path / "data", 0),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert "is full" in refusal(process)


def test_a_setting_that_cannot_be(tmp_path: Path) -> None:
    assert "INKLING_WORKERS" in refusal(spawn(tmp_path, INKLING_WORKERS="many"))


def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "inkling.sqlite").write_bytes(b"this is no database" * 100)
    assert "database" in refusal(spawn(tmp_path))


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


def test_a_refused_drawing_is_nothing_to_tell_the_operator(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    with serving(tmp_path / "data") as server:
        run_id = server.create(config)
        wait_until(lambda: server.status(run_id) == "finished", 30)
        url = f"{server.url}/api/runs/{run_id}/predict"
        assert requests.post(url, json={"strokes": []}, timeout=10).status_code == 422
        assert end(server)[1] == ""
