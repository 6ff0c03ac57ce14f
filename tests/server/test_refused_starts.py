"""What keeps the program from starting is said in one sentence."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.server_process import (
    Server,
    end,
    serving,
    spawn,
)


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
