"""The wiring: nothing is started, TensorFlow stays away, and it is quick and small."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from tests.conftest import close
from webapp.app import create_app
from webapp.settings import Settings

ROOT = Path(__file__).parent.parent

PROBE = """
import sys
from webapp.app import create_app
create_app()
import webapp.serving
heavy = {"tensorflow", "keras", "sklearn", "h5py", "mlxtend", "ray"} & set(sys.modules)
print(*sorted(heavy))
"""


def test_the_web_process_never_imports_tensorflow(tmp_path: Path) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_making_an_application_starts_nothing(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    app = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "data")}))
    assert set(threading.enumerate()) == before
    assert not (tmp_path / "data").exists()
    close(app)
