"""One installation for the faults that leave it usable, chance that can be repeated, figures."""

from __future__ import annotations

import fcntl
import os
import pickle
import random
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import whole
from tests.faults.harness import Inkling
from tests.faults.whole import Ended

FIGURES: dict[str, list[float]] = defaultdict(list)
Note = Callable[[str, float], None]


@pytest.fixture(scope="session")
def fault_seed(pytestconfig: pytest.Config) -> int:
    """What all chance of this session is drawn from."""
    given: int | None = pytestconfig.getoption("--fault-seed", default=None)
    return secrets.randbelow(10**6) if given is None else given


@pytest.fixture
def chance(request: pytest.FixtureRequest, fault_seed: int) -> random.Random:
    """Chance of this test's own; what is printed is shown when the test fails."""
    node = request.node.nodeid
    print(f"to repeat: .venv/bin/python -m pytest '{node}' --fault-seed={fault_seed}")
    return random.Random(f"{fault_seed}/{node}")


@pytest.fixture(scope="session")
def note() -> Note:
    """Keeps a figure for the summary."""
    return lambda what, figure: FIGURES[what].append(figure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures, for docs/reliability.md."""
    if FIGURES:
        terminalreporter.section("figures of the faults")
    for what, measured in sorted(FIGURES.items()):
        middle = sorted(measured)[len(measured) // 2]
        figures = f"{len(measured)} times, middle {middle:.2f}, most {max(measured):.2f}"
        terminalreporter.line(f"{what}: {figures}")


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inkling]:
    """An Inkling that is killed and started again on the same data directory and port."""
    directory: Path = tmp_path_factory.mktemp("faults")
    inkling = Inkling(directory / "data", directory / "terminal.txt")
    inkling.start()
    yield inkling
    inkling.close()


@pytest.fixture
def inkling(installation: Inkling) -> Iterator[Inkling]:
    """The installation, free for a run; what a failed test leaves is ended after it."""
    yield installation
    if installation.server.process.poll() is not None:
        installation.start()
    installation.stop_all_runs()


@pytest.fixture(scope="session")
def undisturbed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The run that nothing happens to.

    Of several processes one trains it, and its installation alone has the run; all others read what
    came of it.
    """
    kept = common(tmp_path_factory) / "undisturbed.pickle"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            server = request.getfixturevalue("installation").server
            kept.write_bytes(pickle.dumps(whole.ended(server, whole.create(server))))
    found: Ended = pickle.loads(kept.read_bytes())
    return found


def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary directory that all processes of this session have, and no other session."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
