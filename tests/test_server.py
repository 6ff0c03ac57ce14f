"""The program: how it starts, what stops it from starting, how it ends, and its WebSockets.

The server is a real process with gevent; its workers are fakes without TensorFlow.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

from tests.fakes.doubles import wait_until
from webapp.serving import _listen as listen
from webapp.settings import Settings

ROOT = Path(__file__).parents[1]
FAKES = ROOT / "tests" / "fakes"

PROGRAM = f"""
import sys
from gevent import monkey
monkey.patch_all()
from webapp import predictor, websocket
from webapp.launchers import local
websocket.PING_SECONDS = 3
train, predict = [sys.executable, {str(FAKES / "train_worker.py")!r}], [sys.executable, {str(FAKES / "predict_worker.py")!r}]
local.LocalLauncher.__init__.__kwdefaults__.update(command=train, rewarm=0.2)
predictor.PredictWorker.__init__.__kwdefaults__.update(command=predict)
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


def spawn(data_dir: Path, port: int = 0, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={**environment(data_dir, port), **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@contextmanager
def serving(data_dir: Path, port: int = 0) -> Iterator[Server]:
    with spawn(data_dir, port) as process:
        try:
            yield answering(process, data_dir)
        finally:
            if process.poll() is None:
                process.kill()


def answering(process: subprocess.Popen[str], data_dir: Path) -> Server:
    """The server, once it has printed its address."""
    assert process.stdout is not None and process.stderr is not None
    line = process.stdout.readline()
    assert line.startswith("Inkling is at http://127.0.0.1:"), line + process.stderr.read()
    url = line.split()[3].rstrip("/")
    return Server(process, url, int(url.rpartition(":")[2]), data_dir)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as it was."""
    with serving(tmp_path_factory.mktemp("server") / "data") as server:
        yield server
        _seconds, said = end(server)
        assert "Traceback" not in said


def end(server: Server, number: signal.Signals = signal.SIGTERM) -> tuple[float, str]:
    """End the server; seconds it took, and what it said on standard error."""
    began = time.monotonic()
    server.process.send_signal(number)
    assert server.process.wait(15) == 0
    assert server.process.stderr is not None
    return time.monotonic() - began, server.process.stderr.read()


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
    assert answer.content == b"a model"


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


def test_a_port_that_is_taken(shared: Server, tmp_path: Path) -> None:
    assert "INKLING_PORT" in refusal(spawn(tmp_path / "other", shared.port))


def test_a_second_program_on_the_same_data(shared: Server) -> None:
    assert "another Inkling" in refusal(spawn(shared.data_dir))
    assert shared.get("/healthz") == {"status": "ok"}


def test_a_directory_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written to" in refusal(spawn(tmp_path / "file" / "data"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
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
        assert server.status(run_id) in ("stopped", "failed")
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


# --- WebSockets


def open_socket(server: Server, **options: Any) -> Any:
    """A Socket.IO client of bare frames: connected to the default namespace."""
    url = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    client: Any = websocket.create_connection(url, timeout=10, **options)
    assert client.recv().startswith("0{")
    client.send("40")
    assert client.recv().startswith("40")
    return client


def emit(client: Any, number: int, event: str, payload: Any) -> Any:
    """Emit and wait for the acknowledgement; pushes that come before it are dropped."""
    client.send(f"42{number}" + json.dumps([event, payload]))
    while True:
        text = client.recv()
        if text == "2":
            client.send("3")
        elif text.startswith(f"43{number}["):
            return json.loads(text[len(f"43{number}") :])[0]


def test_watching_over_a_websocket(shared: Server, config: dict[str, Any]) -> None:
    client = open_socket(shared)
    run_id = shared.create({**config, "fit": {"epochs": 3}})
    answer = emit(client, 1, "watch", {"run_id": run_id})
    seqs = {event["seq"] for event in answer["events"]}
    status = answer["run"]["status"]
    while status != "finished":
        text = client.recv()
        if text.startswith('42["event"'):
            event = json.loads(text[2:])[1]
            seqs.add(event["seq"])
            status = event.get("status", status)
        elif text == "2":
            client.send("3")
    assert seqs == set(range(1, max(seqs) + 1))
    client.close()


def test_a_large_answer_arrives_whole(shared: Server, config: dict[str, Any]) -> None:
    run_id = shared.create(config, name="chatty")
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    for number in range(3):
        answer = emit(client, number, "watch", {"run_id": run_id})
        assert [event["seq"] for event in answer["events"]] == list(range(1, 1001))
    client.close()


def test_a_message_in_many_fragments_is_refused_while_it_grows(shared: Server) -> None:
    client = open_socket(shared)
    before = shared.memory()
    piece = "x" * (1024 * 1024)
    with closing(client), pytest.raises((OSError, websocket.WebSocketException)):
        client.send_frame(websocket.ABNF.create_frame("4" + piece, websocket.ABNF.OPCODE_TEXT, 0))
        for _ in range(64):
            frame = websocket.ABNF.create_frame(piece, websocket.ABNF.OPCODE_CONT, 0)
            client.send_frame(frame)
        while client.recv():
            pass
        raise OSError("closed")
    assert shared.memory() - before < 40 * 1024 * 1024
    assert shared.get("/healthz") == {"status": "ok"}


def test_an_image_of_four_megabytes_fits(shared: Server) -> None:
    client = open_socket(shared)
    image = "data:image/png;base64," + "A" * 5_500_000
    answer = emit(client, 1, "predict", {"run_id": "nobody", "image": image})
    assert answer["error"]["code"] == "run_not_found"
    client.close()


def test_a_silent_client_is_dropped(shared: Server) -> None:
    client = open_socket(shared)
    raw = client.sock
    raw.settimeout(30)
    received = b""
    while chunk := raw.recv(4096):  # it reads, but it answers no ping
        received += chunk
    assert b"Ping/Pong timeout" in received
    client.shutdown()


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"}],
)
def test_foreign_origins_and_hosts(shared: Server, headers: dict[str, str]) -> None:
    url = f"{shared.url}/socket.io/?EIO=4&transport=polling"
    assert requests.get(url, headers=headers, timeout=10).status_code in (400, 403)
    assert requests.get(url, headers={"Origin": shared.url}, timeout=10).status_code == 200


def test_many_payloads_leave_the_server_well(shared: Server) -> None:
    deep = "[" * 100_000
    for text in ("42", '42["watch"', "42[]", '42[7,{"a":1}]', "4", "9", "42" + deep):
        with closing(open_socket(shared)) as client:
            client.send(text)
    assert shared.get("/healthz") == {"status": "ok"}
    with closing(open_socket(shared)) as client:
        assert "runs" in emit(client, 1, "watch_runs", {})
