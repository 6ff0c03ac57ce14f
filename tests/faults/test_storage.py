"""A stored checkpoint is torn, the database is locked: said clearly, and nothing is lost."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.faults import whole
from tests.faults.conftest import Note
from tests.faults.harness import Inkling
from tests.faults.moments import await_moment, pause, trains_after
from tests.faults.refusals import expect_answers, expect_refused
from tests.faults.times import times
from tests.faults.whole import Ended
from tests.live_server import wait_for

EPOCHS = int(whole.SLOW_EPOCHS["fit"]["epochs"])
LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA busy_timeout = 10000")
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""
REFUSAL_SECONDS = 10.0


@times(3, short=1)
def test_the_newest_checkpoint_is_torn(
    nth: int, inkling: Inkling, undisturbed: Ended, chance: random.Random
) -> None:
    run_id = whole.create(inkling.server)
    after = chance.randrange(2, EPOCHS - 1)
    wait_for(lambda: trains_after(inkling, run_id, after), what="the run never got there")
    inkling.kill_all()
    torn = newest_checkpoint(inkling, run_id)
    size = torn.stat().st_size
    with torn.open("rb+") as file:
        file.truncate(chance.randrange(size))
    inkling.start()
    found = whole.ended(inkling.server, run_id)
    whole.same(found, undisturbed)
    said = [event["message"] for event in found.of("status")]
    assert any("checkpoint could not be read" in message for message in said), said


def newest_checkpoint(inkling: Inkling, run_id: str) -> Path:
    """The file from which the run would go on."""
    query = (
        "SELECT checkpoints.attempt, checkpoints.epoch FROM checkpoints JOIN runs ON run = number"
        " WHERE id = ? ORDER BY checkpoints.epoch DESC LIMIT 1"
    )
    ((attempt, epoch),) = inkling.ask_database(query, run_id)
    return inkling.data_dir / "runs" / run_id / "checkpoints" / f"{attempt}-{epoch}.npz"


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds the database for itself."""
    with subprocess.Popen(
        [sys.executable, "-c", LOCK, str(database)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        yield
        other.stdin.close()
        assert other.wait(10) == 0


@pytest.mark.alone
@pytest.mark.parametrize("seconds", [0, pytest.param(30, marks=pytest.mark.long)])
def test_the_database_is_locked(
    inkling: Inkling, undisturbed: Ended, chance: random.Random, note: Note, seconds: int
) -> None:
    run_id = whole.create(inkling.server)
    await_moment(inkling, run_id, chance, EPOCHS)
    with locked(inkling.data_dir / "inkling.sqlite"), ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        url = f"{inkling.server.url}/api/runs"
        waiting = pool.submit(requests.post, url, json=whole.SLOW_EPOCHS, timeout=60)
        while not waiting.done():  # nobody else has to wait for the one who does
            note("locked database: seconds for an answer", expect_answers(inkling, run_id))
        note("locked database: seconds until a refusal", time.monotonic() - began)
        expect_refused(waiting.result(), 503, "database_busy")
        assert time.monotonic() - began < REFUSAL_SECONDS
        pause(seconds)
    found = whole.ended(inkling.server, run_id)
    assert found.run["attempt"] == 1
    whole.same(found, undisturbed)
