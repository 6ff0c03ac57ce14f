"""Files of runs: durable before they have their names, and nothing stays open."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from webapp.runs import files


def open_files() -> int:
    return len(os.listdir("/dev/fd"))


def test_a_file_has_its_name_once_it_is_kept(tmp_path: Path) -> None:
    target, before = tmp_path / "checkpoints" / "1-1.npz", open_files()
    with files.incoming(target) as file:
        file.write(b"weights")
        files.keep(file, target)
    assert target.read_bytes() == b"weights"
    assert list(target.parent.iterdir()) == [target]
    assert open_files() == before


def test_nothing_stays_open_where_a_folder_cannot_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, before = os.fsync, open_files()

    def full(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(errno.ENOSPC, "full")
        sync(file)

    monkeypatch.setattr(os, "fsync", full)
    target = tmp_path / "1-1.npz"
    with pytest.raises(OSError, match="full"), files.incoming(target) as file:
        files.keep(file, target)
    assert open_files() == before
