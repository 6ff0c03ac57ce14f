"""A hostile client that never rests, as one process of its own:
``python -m tests.faults.attacker PORT RUN SEED SHARE``.

It goes through all attacks again and again, in an order that the seed gives, and begins at its
share (0 to 1) of them, so that attackers of one seed soon have tried all.

Each attack is a process of its own, too, whose connections end with it. Prints a line for each:
JSON of what was sent, and whether it attacked until it ended or its time was over. A server under
siege may well refuse an attacker's first connection, so that an attack that fails is no fault here.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
from itertools import cycle

from tests.faults.attacks import ROWS
from tests.faults.attacks.row import Row, Target
from tests.faults.siege import attack

NICE = 15
"""Attackers stand for other machines: they take the CPU where the server leaves it."""

LONGEST_SECONDS = 60


def main() -> None:
    """Attack until this process is killed."""
    port, run_id, seed, share = sys.argv[1:]
    os.nice(NICE)
    rows = random.Random(int(seed)).sample(ROWS, len(ROWS))
    begin = int(float(share) * len(rows))
    for row in cycle(rows[begin:] + rows[:begin]):
        attacked = attempt(row, Target(int(port), run_id))
        print(json.dumps([row.sent, attacked]), flush=True)


def attempt(row: Row, target: Target) -> bool:
    """Attack once; whether it did not fail."""
    process = multiprocessing.get_context("fork").Process(target=attack, args=(row, target))
    process.start()
    process.join(LONGEST_SECONDS)
    in_time = process.exitcode
    process.kill()
    process.join()
    return in_time in (None, 0)


if __name__ == "__main__":
    main()
