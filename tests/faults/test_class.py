"""An honest class behind one address: no bound that keeps out hostile clients meets it.

A server with a password, whose limits count this machine, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.faults.conftest import Note
from tests.server_process import serving

pytestmark = pytest.mark.alone

TOKEN = "the password of a class"
SECONDS = 900


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(20, id="twenty"),
        pytest.param(200, id="two_hundred", marks=pytest.mark.long),
    ],
)
def test_a_class_is_refused_nothing(tmp_path: Path, note: Note, count: int) -> None:
    settings: dict[str, Any] = {
        "INKLING_ACCESS_TOKEN": TOKEN,
        "INKLING_RATE_LIMIT": "600",
        "INKLING_WORKERS": "2",
        "PATIENT": "1",
    }
    with serving(tmp_path / "data", **settings) as server:
        told = taught(server.url, count)
        log = (server.data_dir / "logs" / "server.log").read_text()
    assert told["refused"] == []
    assert [line for line in log.splitlines() if " refused " in line] == []
    assert told["whole"] == count
    assert told["predictions"] == told["asked"] >= 60 * count
    for what in ("answers", "predictions", "events", "slowest"):
        note(f"class of {count}: {what}", told[what])


def taught(url: str, count: int) -> dict[str, Any]:
    """What the class was told; three or four students come each second.

    A student loads some two hundred files and answers, and all students are one process, which
    takes as much of the machine as the server.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.students", url, TOKEN, str(count), str(count * 0.3)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
