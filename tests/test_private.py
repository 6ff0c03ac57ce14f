"""Files and folders of the server have no rights for other accounts, whatever the umask."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from stat import S_IMODE, S_ISDIR

import pytest
import requests

from tests import ROOT
from tests.kerasfile.archives import archive
from tests.server_process import end, serving
from webapp import private
from webapp.configuration.presets import preset_configs


def open_to_others(folder: Path) -> dict[str, str]:
    """What in the folder, or the folder itself, is not 0700 (folders) or 0600 (files)."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if not path.is_symlink() and S_IMODE(mode) != (0o700 if S_ISDIR(mode) else 0o600):
            found[str(path.relative_to(folder))] = oct(S_IMODE(mode))
    return found


def old_directory(folder: Path) -> Path:
    """A data directory as a server of an earlier version left it, under a umask of 0."""
    for path in ("logs/server.log", "runs/0123456789ab/checkpoints/1-0.npz", "note.txt"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")
        (folder / path).chmod(0o666)
    for one in (folder, *folder.rglob("*")):
        if one.is_dir():
            one.chmod(0o2777)  # with the group's own bit, as shared folders have
    return folder


def test_an_old_directory_is_repaired(tmp_path: Path) -> None:
    folder = old_directory(tmp_path / "data")
    assert len(open_to_others(folder)) == 8, "5 folders and 3 files"
    private.repair(folder)
    assert not open_to_others(folder)


def test_links_are_not_followed(tmp_path: Path) -> None:
    others = old_directory(tmp_path / "others")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "runs").symlink_to(others)
    (folder / "file").symlink_to(others / "note.txt")
    (folder / "gone").symlink_to(others / "nothing")
    before = open_to_others(others)
    private.repair(folder)
    assert open_to_others(others) == before


def test_what_belongs_to_another_account_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = old_directory(tmp_path / "data")

    def chmod(path: str | Path, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(os, "chmod", chmod)
    with caplog.at_level(logging.WARNING):
        private.repair(folder)
    assert "8 files or folders" in caplog.text


def test_a_server_and_its_workers(tmp_path: Path) -> None:
    """A real server with a umask of 0, over a directory that is open to everybody."""
    folder = old_directory(tmp_path / "data")
    with serving(folder, first="os.umask(0)") as server:
        run_id = server.create(preset_configs()["lecture"], name="mine")
        url = f"{server.url}/api/runs/{run_id}"
        requests.post(f"{url}/predict", json={"strokes": [[[0, 0], [9, 9]]]}, timeout=10)
        with archive(tmp_path).open("rb") as file:
            answer = requests.post(f"{server.url}/api/models", files={"file": file}, timeout=30)
        assert answer.status_code == 201, answer.text
        assert (folder / "inkling.sqlite-wal").exists()
        assert not open_to_others(folder)
        end(server)
    assert not open_to_others(folder)


def test_a_process_that_takes_an_archive_apart(tmp_path: Path) -> None:
    """Workers do not rely on the umask of what starts them."""
    weights = tmp_path / "weights.npz"
    command = [sys.executable, "-m", "webapp.kerasfile", str(archive(tmp_path)), str(weights), "9"]
    subprocess.run(command, cwd=ROOT, umask=0, check=True, stdout=subprocess.DEVNULL)
    assert S_IMODE(weights.stat().st_mode) == 0o600
