"""The wiring: nothing is started, TensorFlow stays away, and it is quick and small."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from flask import Flask

from tests import ROOT
from tests.conftest import close
from webapp.app import create_app
from webapp.settings import Settings

PROBE = """
import sys
from webapp import app; from webapp.server import serving
app.migrate(app.create_app())
print(*sorted({%s} & set(sys.modules)))
"""


def imported(data_dir: Path, *names: str) -> list[str]:
    """Which of these a web process has imported once it could serve."""
    environ = {"INKLING_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
    probe = PROBE % ",".join(map(repr, names))
    done = subprocess.run(
        [sys.executable, "-c", probe], env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_the_web_process_never_imports_tensorflow(tmp_path: Path) -> None:
    assert imported(tmp_path, "tensorflow", "keras", "sklearn", "h5py", "mlxtend", "ray") == []


def test_what_only_some_need_is_imported_when_they_come(tmp_path: Path) -> None:
    assert imported(tmp_path, "numpy", "PIL", "alembic") == ["alembic"], "the tables were made"
    assert imported(tmp_path, "numpy", "PIL", "alembic", "babel.messages") == []


def test_making_an_application_starts_nothing(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    app = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "data")}))
    assert set(threading.enumerate()) <= before, "a timer of another test may end meanwhile"
    assert not (tmp_path / "data").exists()
    close(app)


def test_the_secret_is_there_before_the_first_page(app: Flask, settings: Settings) -> None:
    """On a full disk the page that made it would be refused."""
    before = (settings.data_dir / "session.key").read_bytes()
    assert app.test_client().get("/").status_code == 200
    assert (settings.data_dir / "session.key").read_bytes() == before
