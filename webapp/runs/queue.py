"""The order in which queued runs start, and how long each waits. Pure: ``waiting`` asks the
database.

Fair between owners, not between runs: of the waiting owners, the one with the fewest running runs
is next; among equals the one that has waited longest, either since the run was queued or since the
owner's last start. So thirty runs of one student let the next student's first run pass, and no run
starves: owners that come or start later are placed behind.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

UNKNOWN = float("inf")
"""Unknown seconds; more than any other number, so sums and minima stay right."""


class Waiting(NamedTuple):
    """A waiting run: its number, its owner, and since when (ms).

    0: its worker died, so it resumes before all others.
    """

    number: int
    owner: str | None
    queued_at: int


class _Line(NamedTuple):
    """An owner's position in the order: the smallest is next."""

    runs: int
    turn: int
    since: int
    number: int
    owner: str | None


def order(
    waiting: Iterable[Waiting],
    at_work: Mapping[str | None, int],
    served: Mapping[str | None, int],
) -> list[int]:
    """Return the numbers of the waiting runs, the first one first.

    ``at_work`` counts each owner's runs with a worker, ``served`` is when (ms) an owner's latest
    run was started. Starting the first run does not change the order of the others.
    """
    ordered = sorted(waiting, key=lambda run: (run.queued_at, run.number))
    runs = Counter(at_work)
    urgent = [run for run in ordered if run.queued_at == 0]
    runs.update(run.owner for run in urgent)
    lines: dict[str | None, deque[Waiting]] = defaultdict(deque)
    for run in ordered[len(urgent) :]:
        lines[run.owner].append(run)
    turns = {run.owner: turn for turn, run in enumerate(urgent, start=1)}
    return [run.number for run in urgent] + _round_robin(lines, runs, turns, served)


def _round_robin(
    lines: Mapping[str | None, deque[Waiting]],
    runs: Counter[str | None],
    turns: Mapping[str | None, int],
    served: Mapping[str | None, int],
) -> list[int]:
    """Serve the owners' lines to their ends; each served run counts as one more running.

    ``turns`` numbers the owners served in this very order: they are placed behind all others.
    """
    heap = [
        _Line(
            runs[owner],
            turns.get(owner, 0),
            max(served.get(owner, 0), line[0].queued_at),
            line[0].number,
            owner,
        )
        for owner, line in lines.items()
    ]
    heapq.heapify(heap)
    numbers = []
    turn = max(turns.values(), default=0)
    while heap:
        first = heap[0]
        line = lines[first.owner]
        numbers.append(line.popleft().number)
        turn += 1
        if line:
            again = _Line(first.runs + 1, turn, 0, line[0].number, first.owner)
            heapq.heapreplace(heap, again)
        else:
            heapq.heappop(heap)
    return numbers


def waits(lasts: Sequence[float], ends: Sequence[float], places: int) -> list[float]:
    """Return the seconds that each queued run waits, in the order in which they start.

    ``lasts`` is how long each of them takes, ``ends`` when the running ones end, both in seconds
    and ``UNKNOWN`` if unknown; ``places`` is how many train at once. If something unknown is ahead,
    the result is the longest possible wait, and ``UNKNOWN`` if that is unknown as well.
    """
    free = sorted(ends)
    free = (
        free[len(free) - places :] if len(free) >= places else [0.0] * (places - len(free)) + free
    )
    found = []
    for seconds in lasts:
        start = free[0]
        found.append(start)
        heapq.heapreplace(free, start + seconds)
    return found
