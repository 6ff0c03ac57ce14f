"""What a train worker reports of its batches."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.checkpoint import Checkpoint
from webapp.ml.fitting.progress import Progress
from webapp.ml.training.reporter import Reporter
from webapp.schemas.worker import Commands


class Outbox:
    """A link that keeps what it is given."""

    ending = False
    commands = Commands()

    def __init__(self) -> None:
        self.items: list[Any] = []

    def send(self, item: Any) -> None:
        self.items.append(item)

    def send_checkpoint(self, epoch: int, part: int, content: Path | bytes) -> None:
        self.items.append((epoch, part, content))


def test_batches_are_thinned_to_ten_a_second(tmp_path: Path) -> None:
    now = [0.0]
    outbox: Any = Outbox()
    reporter = Reporter(outbox, None, Progress(), tmp_path, clock=lambda: now[0])
    for step in range(1, 4001):
        now[0] = step * 0.001
        assert reporter.on_batch(1, step, 4000, 1.0, 0.5)
    times = [item.step * 0.001 for item in outbox.items]
    assert 30 < len(times) <= 40
    assert all(sum(start <= one <= start + 1 for one in times) <= 10 for start in times)


def test_on_a_full_disk_a_checkpoint_is_sent_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk may be the server's: it is the server that has to say so, and the run waits."""
    kept, outbox = Checkpoint([np.arange(5.0)]), Outbox()
    monkeypatch.setattr(checkpoint, "capture", lambda _model, _progress: kept)

    faults = [errno.ENOSPC, errno.EDQUOT, errno.EACCES]

    def fill(path: Path, _kept: Checkpoint) -> None:
        path.write_bytes(b"half of it")
        raise OSError(faults.pop(0), "no room")

    monkeypatch.setattr(checkpoint, "write", fill)
    reporter = Reporter(outbox, None, Progress(3), tmp_path)  # type: ignore[arg-type]
    for _time in range(2):
        reporter.save(part=0)
        epoch, part, content = outbox.items[-1]
        assert (epoch, part) == (3, 0) and list(tmp_path.iterdir()) == []
        with np.load(io.BytesIO(content)) as arrays:
            np.testing.assert_array_equal(arrays["weights/0"], np.arange(5.0))
    with pytest.raises(OSError, match="no room"):
        reporter.save(part=0)
