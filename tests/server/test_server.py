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
    spawn,
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


def refusal(process: subprocess.Popen[str]) -> str:
    """The one sentence of a server that cannot start."""
    try:
        _out, err = process.communicate(timeout=30)
    finally:
        process.kill()  # where it has started after all
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


FULL = """
import errno
def full(*_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
"""


@pytest.mark.parametrize(
    "moment",
    [
        "os.fsync = full",
        "from webapp.data_dir import DataDirectory; DataDirectory.write_address = full",
        "from webapp import app; app.migrate = full",
        "from webapp import scheduler; scheduler.Scheduler.start = full",
    ],
)
def test_a_disk_that_is_full(tmp_path: Path, moment: str) -> None:
    assert "is full" in refusal(spawn(tmp_path / "data", first=FULL + moment))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INKLING_WORKERS", "many"),
        ("INKLING_DATA_DIR", "~nobody-of-that-name/data"),
        ("INKLING_DATABASE_URL", "postgresql+nodriver://someone:secret@localhost/inkling"),
        ("INKLING_DATABASE_URL", "no url"),
    ],
)
def test_a_setting_that_cannot_be(tmp_path: Path, name: str, value: str) -> None:
    setting: dict[str, Any] = {name: value}
    said = refusal(spawn(tmp_path, **setting))
    assert name in said and "secret" not in said


@pytest.mark.parametrize("host", ["a" * 300, "no such name", "no-such-name.invalid", "1.2.3.4"])
def test_a_host_that_is_none_of_ours(tmp_path: Path, host: str) -> None:
    token: dict[str, Any] = {"INKLING_ACCESS_TOKEN": "long enough for a token"}
    assert host in refusal(spawn(tmp_path, INKLING_HOST=host, **token))


def database_in(data_dir: Path) -> Path:
    """A database as a server leaves it, with the newest tables."""
    with serving(data_dir) as server:
        end(server)
    path = data_dir / "inkling.sqlite"
    with closing(sqlite3.connect(path)) as connection:  # all of it into the one file
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" * 300])
def test_a_database_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "inkling.sqlite").write_bytes(content)
    said = refusal(spawn(tmp_path))
    assert f"the database {tmp_path / 'inkling.sqlite'} is" in said


def test_a_database_that_is_damaged(tmp_path: Path) -> None:
    path = database_in(tmp_path / "data")
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:4096] + b"\7" * (size - 4096))
    assert f"the database {path} is damaged" in refusal(spawn(tmp_path / "data"))


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    path = database_in(tmp_path / "data")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version of Inkling" in refusal(spawn(tmp_path / "data"))


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "inkling.sqlite").mkdir()
    assert "cannot be opened" in refusal(spawn(tmp_path))


IMPATIENT = (
    "from webapp import database; database.BUSY_TIMEOUT_MS, database.WRITE_SECONDS = 99, 0.1"
)
HELD_FROM = """
import sqlite3
from webapp import app as wiring
go_on = wiring.{moment}
def held(*arguments):
    global other
    path = os.environ["INKLING_DATA_DIR"] + "/inkling.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    go_on(*arguments)
wiring.{moment} = held
"""


@pytest.mark.parametrize("moment", ["migrate", "start"])
@pytest.mark.parametrize("new", [True, False])
def test_a_database_that_another_program_holds(tmp_path: Path, moment: str, new: bool) -> None:
    path = tmp_path / "data" / "inkling.sqlite"
    if not new:
        assert database_in(path.parent) == path
    first = f"{IMPATIENT}\n{HELD_FROM.format(moment=moment)}"
    said = refusal(spawn(path.parent, first=first))
    assert f"another program is using the database {path}" in said


def test_what_nobody_foresaw_is_one_sentence_and_its_traceback_is_in_the_log(
    tmp_path: Path,
) -> None:
    first = (
        "from webapp import app\ndef odd(*_): raise RuntimeError('odd\\nstate')\napp.start = odd"
    )
    said = refusal(spawn(tmp_path, first=first))
    log = tmp_path / "logs" / "server.log"
    assert "odd" in said and "state" not in said and str(log) in said
    assert "Traceback" in log.read_text() and "RuntimeError: odd" in log.read_text()


def test_ctrl_c_before_it_serves(tmp_path: Path) -> None:
    first = "from webapp import app\ndef end(*_): raise KeyboardInterrupt\napp.migrate = end"
    process = spawn(tmp_path, first=first)
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 128 + signal.SIGINT


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
