"""What a train worker tells of its batches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from webapp.ml.progress import Progress
from webapp.ml.reporter import Reporter
from webapp.schemas.worker import Commands


class Outbox:
    """A link that keeps what it is given."""

    ending = False
    commands = Commands()

    def __init__(self) -> None:
        self.items: list[Any] = []

    def send(self, item: Any) -> None:
        self.items.append(item)


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
