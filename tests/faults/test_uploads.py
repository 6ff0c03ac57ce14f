"""Models that mean harm, sent to a real server: refused in time, and nothing of them is run."""

from __future__ import annotations

import io
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.faults.hostile import CASES, MIB, QUICK, UPLOAD_BYTES, Case, large
from tests.kerasfile.archives import (
    archive,
)
from tests.server_process import Server, end, serving

pytestmark = pytest.mark.alone

REFUSED_SECONDS = 5.0
"""From the last byte of the file: how soon a gibibyte is there depends on the machine."""

ANSWER_SECONDS = 0.2
MEMORY_BYTES = 512 * MIB


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server; what it never shows to clients is in its log."""
    with serving(tmp_path_factory.mktemp("uploads") / "data", PATIENT="1") as made:
        yield made
        assert "Traceback" not in end(made)[1]


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.__name__)
def test_a_hostile_model_is_refused(server: Server, case: Case, tmp_path: Path) -> None:
    refused(server, case, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_every_hostile_model_is_refused(server: Server, case: Case, tmp_path: Path) -> None:
    refused(server, case, tmp_path)


def test_an_honest_model_comes_in(server: Server, tmp_path: Path) -> None:
    """Or the refusals would prove nothing."""
    answer, _seconds, reader = send(server, archive(tmp_path))
    assert answer.status_code == 201, answer.text
    assert reader.seen > 0 and reader.peak > 0, "the process that read it was watched"
    requests.delete(f"{server.url}/api/runs/{answer.json()['id']}", timeout=10)


@pytest.mark.long
def test_others_are_answered_during_an_upload(server: Server, tmp_path: Path) -> None:
    """A gibibyte comes at the speed of this machine, which leaves the server no pause."""
    path = large(UPLOAD_BYTES - MIB, "")(tmp_path, tmp_path)
    uploading = threading.Thread(target=send, args=(server, path))
    uploading.start()
    seconds = []
    while uploading.is_alive():
        began = time.perf_counter()
        assert server.get("/healthz") == {"status": "ok"}
        seconds.append(time.perf_counter() - began)
    uploading.join()
    assert len(seconds) >= 5 and statistics.quantiles(seconds, n=20)[-1] < ANSWER_SECONDS


def refused(server: Server, case: Case, tmp_path: Path) -> None:
    """The server says no, in time, and neither runs nor keeps anything."""
    canary = tmp_path / "canary"
    answer, seconds, reader = send(server, case(tmp_path, canary))
    assert answer.status_code in (413, 422), answer.text
    assert answer.json()["error"]["code"] not in ("internal_error", "import_failed")
    assert seconds < REFUSED_SECONDS
    assert not canary.exists()
    assert reader.peak < MEMORY_BYTES and not reader.tensorflow
    assert server.get("/api/runs")["runs"] == []
    assert list((server.data_dir / "incoming").iterdir()) == []
    assert not list(server.data_dir.parent.glob("canary"))


def send(server: Server, path: Path) -> tuple[requests.Response, float, Reader]:
    """Upload a file as a browser does; the answer, how many seconds after the last byte it came,
    and what the process that read the file needed."""
    with Reader(server) as reader, path.open("rb") as file:
        answer, seconds = streamed(f"{server.url}/api/models", file, path.stat().st_size)
    return answer, seconds, reader


def streamed(url: str, file: io.BufferedReader, size: int) -> tuple[requests.Response, float]:
    """Post a multipart form without holding the file in memory; see `send`."""
    mark = "a-mark-that-no-file-holds"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="model.keras"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    tail = f"\r\n--{mark}--\r\n".encode()

    class Body:
        """What requests sends piece by piece, with a length."""

        ended = time.monotonic()

        def __len__(self) -> int:
            return len(head) + size + len(tail)

        def __iter__(self) -> Iterator[bytes]:
            yield head
            yield from iter(lambda: file.read(MIB), b"")
            yield tail
            self.ended = time.monotonic()

    headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    body = Body()
    answer = requests.post(url, data=body, headers=headers, timeout=60)
    return answer, time.monotonic() - body.ended


class Reader:
    """Watches the throw-away process: the system's own high-water mark of its memory."""

    def __init__(self, server: Server) -> None:
        self.peak = self.seen = 0
        self.tensorflow = False
        self._server = server
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.is_set():
            for pid in self._children():
                self._look(Path("/proc", pid))
            time.sleep(0.005)  # between two looks

    def _children(self) -> list[str]:
        tasks = Path(f"/proc/{self._server.process.pid}/task")
        return [pid for task in tasks.iterdir() for pid in (task / "children").read_text().split()]

    def _look(self, process: Path) -> None:
        try:
            if b"webapp.kerasfile" not in (process / "cmdline").read_bytes():
                return
            status = (process / "status").read_text()
            self.tensorflow |= "tensorflow" in (process / "maps").read_text()
        except (OSError, ProcessLookupError):  # it has ended meanwhile
            return
        marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        self.peak = max([self.peak, *(int(mark) * 1024 for mark in marks)])
        self.seen += 1
