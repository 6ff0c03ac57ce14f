"""A hostile client that never rests, as one process of its own:
``python -m tests.faults.attacker PORT RUN SEED``.

Each attack is a process of its own, too, whose connections end with it. Prints a line for each:
JSON of what was sent, and whether it ended in order. A server under siege may well refuse an
attacker's first connection, so that an attack that fails is no fault here.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys

from tests.faults.attacks import ROWS
from tests.faults.attacks.row import Target
from tests.faults.siege import attack

NICE = 15
"""Attackers stand for other machines: they take the CPU where the server leaves it."""

LONGEST_SECONDS = 60


def main() -> None:
    """Attack until this process is killed."""
    port, run_id, seed = sys.argv[1:]
    os.nice(NICE)
    target, chance = Target(int(port), run_id), random.Random(int(seed))
    context = multiprocessing.get_context("fork")
    while True:
        row = chance.choice(ROWS)
        process = context.Process(target=attack, args=(row, target))
        process.start()
        process.join(LONGEST_SECONDS)
        process.kill()
        process.join()
        print(json.dumps([row.sent, process.exitcode == 0]), flush=True)


if __name__ == "__main__":
    main()
