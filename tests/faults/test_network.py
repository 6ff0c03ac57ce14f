"""The network between worker and server fails: nothing is lost, nothing is there twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import whole
from tests.faults.harness import Inkling
from tests.faults.moments import await_moment, pause
from tests.faults.network import Network, broken
from tests.faults.whole import Ended
from tests.live_server import free_port, wait_for

EPOCHS = int(whole.SLOW_EPOCHS["fit"]["epochs"])


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Network, Inkling]]:
    """An Inkling whose workers reach it by a network that can be broken."""
    directory: Path = tmp_path_factory.mktemp("network")
    port = free_port()
    with broken(("127.0.0.1", port)) as line:
        inkling = Inkling(directory / "data", directory / "terminal.txt", told=line.url, port=port)
        inkling.start()
        yield line, inkling
        line.heal()
        inkling.close()


@pytest.fixture
def line(network: tuple[Network, Inkling]) -> Iterator[Network]:
    """The network, whole at first."""
    found, inkling = network
    found.healed.clear()
    yield found
    found.heal()
    inkling.stop_all_runs()


@pytest.fixture
def inkling(network: tuple[Network, Inkling]) -> Inkling:
    """The Inkling behind it."""
    return network[1]


Fault = Callable[[Network], None]


def cut(line: Network) -> None:
    """Connections are refused."""
    line.cut = True


def silence(line: Network) -> None:
    """Requests disappear: the worker has to lose its patience first."""
    line.silent = True


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (cut, 3),
        pytest.param(cut, 30, marks=pytest.mark.long),
        pytest.param(silence, 30, marks=pytest.mark.long),
    ],
)
def test_it_is_gone_for_a_while(
    line: Network,
    inkling: Inkling,
    undisturbed: Ended,
    chance: random.Random,
    fault: Fault,
    seconds: int,
) -> None:
    run_id = whole.create(inkling.server)
    await_moment(inkling, run_id, chance, EPOCHS)
    fault(line)
    pause(seconds)
    line.heal()
    expect_undisturbed(inkling, run_id, undisturbed)


def test_it_is_slow(line: Network, inkling: Inkling, undisturbed: Ended) -> None:
    line.latency, line.bytes_a_second = 0.2, 1.5e6
    run_id = whole.create(inkling.server)
    expect_undisturbed(inkling, run_id, undisturbed)


def test_every_request_comes_twice(line: Network, inkling: Inkling, undisturbed: Ended) -> None:
    line.doubled = True
    run_id = whole.create(inkling.server)
    expect_undisturbed(inkling, run_id, undisturbed)


def test_answers_get_lost(
    line: Network, inkling: Inkling, undisturbed: Ended, chance: random.Random
) -> None:
    run_id = whole.create(inkling.server)
    before = line.lost
    for _ in range(2):
        await_moment(inkling, run_id, chance, EPOCHS // 2)
        line.answers_to_lose = 3
        wait_for(lambda: line.answers_to_lose == 0, what="no answer was lost")
    expect_undisturbed(inkling, run_id, undisturbed)
    assert line.lost == before + 6


def test_uploads_are_torn_in_the_middle(
    line: Network, inkling: Inkling, undisturbed: Ended
) -> None:
    line.uploads_to_tear = 3
    before = line.torn
    run_id = whole.create(inkling.server)
    expect_undisturbed(inkling, run_id, undisturbed)
    assert line.torn == before + 3
    directory = inkling.data_dir / "runs" / run_id
    assert [path.name for path in directory.rglob(".*")] == []


def expect_undisturbed(inkling: Inkling, run_id: str, undisturbed: Ended) -> None:
    """The first attempt has done it all."""
    found = whole.ended(inkling.server, run_id)
    assert found.run["attempt"] == 1
    whole.same(found, undisturbed)
