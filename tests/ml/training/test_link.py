"""The link of a train worker: its lease, its heartbeat, what it keeps and sends again."""

from __future__ import annotations

import errno
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ml.fake_server import FakeServer
from tests.ml.learning import Configure, assignment, dump
from webapp.ml.training.client import Client
from webapp.ml.training.link import Link
from webapp.schemas.events import BatchItem, EpochItem, StatusItem


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Callable[..., Link]]:
    """Makes links that are closed at the end."""
    made: list[Link] = []

    def make(url: str, **more: Any) -> Link:
        made.append(Link(Client(assignment(url, tmp_path)), **more))
        return made[-1]

    yield make
    for one in made:
        one.lost.set()
        if one._thread.is_alive():
            one.close()


def batch(step: int) -> BatchItem:
    return BatchItem(epoch=1, step=step, steps=1000, loss=1.0, accuracy=0.5)


def test_the_link_ends_with_its_lease(link: Callable[..., Link]) -> None:
    one = link("http://127.0.0.1:9", lease=0.3)
    one.start()
    one.send(batch(1))
    assert one.lost.wait(30)
    assert one.ending and not one.close()


def test_the_link_finds_a_server_that_moved(
    link: Callable[..., Link], tmp_path: Path, configure: Configure
) -> None:
    one = link("http://127.0.0.1:9")
    one.start()
    one.send(batch(1))
    with FakeServer(dump(configure())) as server:
        (tmp_path / "server.json").write_text(json.dumps({"url": server.url}))
        server.wait_for(lambda: len(server.items) == 1)
        assert one.close()


def test_the_link_beats_while_nothing_happens(
    link: Callable[..., Link], configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.ml.training.link.HEARTBEAT_SECONDS", 0.01)
    with FakeServer(dump(configure())) as server:
        one = link(server.url)
        one.start()
        server.wait_for(lambda: server.reports >= 3)
        assert server.items == []
        server.commands = lambda server: {"stop": True}
        server.wait_for(lambda: one.commands.stop)
        assert one.ending and one.close()


def test_a_full_backlog_makes_training_wait(
    link: Callable[..., Link],
    configure: Configure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.ml.training.link.MAX_UNSENT_BYTES", 10)
    paths = [tmp_path / "1.npz", tmp_path / "2.npz"]
    for path in paths:
        path.write_bytes(b"x" * 20)
    with FakeServer(dump(configure())) as server:
        server.outage.set()
        one = link(server.url)
        one.start()
        one.send_checkpoint(1, 0, paths[0])
        waiting = threading.Thread(target=one.send_checkpoint, args=(2, 0, paths[1]))
        waiting.start()
        assert waiting.is_alive()
        server.outage.clear()
        waiting.join(30)
        one.send(EpochItem(epoch=2, loss=1, accuracy=1, learning_rate=1, seconds=1,
                           samples_per_second=1))  # fmt: skip
        assert one.close()
        assert server.log == ["checkpoint 1", "checkpoint 2", "epoch"]
    assert not any(path.exists() for path in paths)


def test_only_one_checkpoint_waits_in_memory(
    link: Callable[..., Link], configure: Configure
) -> None:
    with FakeServer(dump(configure())) as server:
        server.outage.set()
        one = link(server.url)
        one.start()
        one.send_checkpoint(1, 0, b"first")
        waiting = threading.Thread(target=one.send_checkpoint, args=(2, 0, b"second"))
        waiting.start()
        assert waiting.is_alive()
        server.outage.clear()
        waiting.join(30)
        assert not waiting.is_alive() and one.close()
        assert server.checkpoints == {1: b"first", 2: b"second"}


def test_a_full_disk_of_our_own_is_waited_for(
    link: Callable[..., Link],
    configure: Configure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries = iter([OSError(errno.ENOSPC, "no room")])
    copy = shutil.copyfileobj

    def fill(answer: Any, body: Any) -> None:
        for error in tries:
            raise error
        copy(answer, body)

    monkeypatch.setattr("webapp.ml.training.client.shutil.copyfileobj", fill)
    with FakeServer(dump(configure())) as server:
        server.start = b"weights"
        one = link(server.url, lease=0.0)  # no other fault would be tried again
        one.fetch_checkpoint(tmp_path / "start.npz")
        assert (tmp_path / "start.npz").read_bytes() == b"weights"
        one.start()
        assert one.close()


def test_what_people_wait_for_waits_for_nothing(
    link: Callable[..., Link],
    configure: Configure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Epochs shorter than the time that batches are gathered for come as fast as they are sent."""
    monkeypatch.setattr("webapp.ml.training.link.GATHER_SECONDS", 60)
    monkeypatch.setattr("webapp.ml.training.link.HEARTBEAT_SECONDS", 60)
    with FakeServer(dump(configure())) as server:
        one = link(server.url)
        for epoch in (1, 2, 3):
            path = tmp_path / f"{epoch}.npz"
            path.write_bytes(b"weights")
            one.send_checkpoint(epoch, 0, path)
            one.send(EpochItem(epoch=epoch, loss=1, accuracy=1, learning_rate=1, seconds=1,
                               samples_per_second=1))  # fmt: skip
        one.start()
        server.wait_for(lambda: len(server.log) == 6)
        assert one.close()


def test_a_server_that_answers_nonsense_is_tried_again(
    link: Callable[..., Link], configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeServer(dump(configure())) as server:
        answers = iter([(200, {"what": 1}), (500, {}), (429, {}), (502, {})])
        receive = server.receive
        server.receive = lambda report: next(answers, None) or receive(report)  # type: ignore[method-assign]
        one = link(server.url)
        one.start()
        one.send(StatusItem(status="running"))
        assert one.close()
        assert [item["type"] for item in server.items] == ["status"]


def test_a_checkpoint_is_fetched_whole_while_the_link_reports(
    link: Callable[..., Link], tmp_path: Path, configure: Configure
) -> None:
    """The sender and a download share one connection; each waits for the other."""
    kept = bytes(range(256)) * 20_000
    with FakeServer(dump(configure())) as server:
        server.start = kept
        one = link(server.url)
        one.start()
        for step in range(1, 31):
            one.send(StatusItem(status="running"))
            one.fetch_checkpoint(tmp_path / "fetched.npz")
            assert (tmp_path / "fetched.npz").read_bytes() == kept, step
        assert one.close()
        assert server.numbers == list(range(1, 31))


def test_a_server_whose_disk_is_full_is_waited_for(
    link: Callable[..., Link], configure: Configure
) -> None:
    """For longer than a lease: it answers, so nobody is silent."""
    lease = 0.3
    with FakeServer(dump(configure())) as server:
        one = link(server.url, lease=lease)
        asked: list[float] = []
        receive = server.receive

        def refuse(report: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            asked.append(time.monotonic())
            if asked[-1] - asked[0] > 2 * lease:
                return receive(report)
            return 507, {"error": {"code": "disk_full"}}

        server.receive = refuse  # type: ignore[method-assign]
        one.start()
        one.send(StatusItem(status="running"))
        server.wait_for(lambda: len(server.items) == 1 or one.lost.is_set())
        assert one.close() and len(asked) > 2
