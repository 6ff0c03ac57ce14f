"""``make mutants``: a table of what the tests catch.

To compare with another commit, copy this folder into a checkout of it and name each the other's
directory: ``--beside`` draws only lines that both have, so both draw the same.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

from tests.mutants.coverage_map import FOLDER, ROOT, CoverageMap
from tests.mutants.draw import drawn, mutations
from tests.mutants.mutations import Mutation
from tests.mutants.trial import Outcome, copy, try_out

COUNT = 60
USUAL_SECONDS = 60.0
"""Tests are chosen that usually take half the time that a mutation has."""

COPIES = 2


def outcomes(chosen: list[Mutation], left_out: Sequence[str]) -> Iterator[Outcome]:
    """Try each mutation, two at a time, each in a copy of the checkout."""
    known = CoverageMap(left_out)
    known.load()
    tests = [known.tests(one, USUAL_SECONDS) for one in chosen]
    with TemporaryDirectory(prefix="mutants") as folder, ThreadPoolExecutor(COPIES) as pool:
        free: Queue[Path] = Queue()
        for n in range(COPIES):
            free.put(copy(ROOT, Path(folder) / str(n)))

        def try_one(mutation: Mutation, tests: list[str]) -> Outcome:
            place = free.get()
            try:
                return try_out(place, mutation, tests)
            finally:
                free.put(place)

        yield from pool.map(try_one, chosen, tests)


def table(chosen: list[Mutation], left_out: Sequence[str]) -> None:
    """Print each row as soon as it is known; keep all in ``.mutants/outcomes.json``."""
    found = []
    print("| result | where | mutation | tests | caught by | s |\n|---|---|---|---|---|---|")
    for one in outcomes(chosen, left_out):
        found.append(one)
        key = one.key.replace("|", "\\|")
        row = (one.result, f"{one.path}:{one.line}", f"`{key}`", one.tests, one.by, one.seconds)
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
    (FOLDER / "outcomes.json").write_text(json.dumps([asdict(one) for one in found], indent=1))
    counts = Counter(one.result for one in found)
    print("\n" + ", ".join(f"{count} {result}" for result, count in counts.most_common()))


def main() -> None:
    """Draw, try out, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--beside", type=Path, help="draw only what this checkout has too")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--list", action="store_true", help="print the mutations, run nothing")
    parser.add_argument(
        "--leave-out", nargs="*", default=[], metavar="FOLDER",
        help="of tests: quicker, but what only they catch survives",
    )  # fmt: skip
    asked = parser.parse_args()
    among = {one.key for one in mutations(asked.beside)} if asked.beside else None
    chosen = drawn(mutations(ROOT), asked.count, among)
    if asked.list:
        print("\n".join(f"{one.path}:{one.line}: {one.key}" for one in chosen))
    else:
        table(chosen, asked.leave_out)


if __name__ == "__main__":
    main()
