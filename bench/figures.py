"""Figures with their marks: several rounds of one measurement, as a table and as JSON."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Figure:
    """One figure: its value in each round, its limit, and the goal."""

    name: str
    unit: str
    rounds: Sequence[float]
    mark: float | None = None
    goal: float | None = None
    more_is_better: bool = False

    @property
    def median(self) -> float:
        """Return the median of the rounds."""
        return statistics.median(self.rounds)

    def reached(self, mark: float | None) -> bool:
        """Return whether the median is on the right side of ``mark``."""
        return mark is None or (self.median >= mark if self.more_is_better else self.median <= mark)

    def verdict(self) -> str:
        """Return whether the figure reached its marks, in a word."""
        if self.mark is None:
            return ""
        if not self.reached(self.mark):
            return "MISSED"
        return "goal" if self.goal is not None and self.reached(self.goal) else "ok"

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON."""
        spread = {"low": min(self.rounds), "high": max(self.rounds), "rounds": list(self.rounds)}
        marks = {"mark": self.mark, "goal": self.goal, "verdict": self.verdict()}
        return {"name": self.name, "unit": self.unit, "median": self.median, **spread, **marks}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` (0-1) of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(name: str, figures: Sequence[Figure], notes: dict[str, Any]) -> bool:
    """Print the table, store it as bench/results/<name>.json; return whether every mark was
    reached.
    """
    print(f"{'':<58}{'median':>9}  {'low – high':<19}{'mark':>8}{'goal':>8}")
    for one in figures:
        spread = f"{min(one.rounds):.5g} – {max(one.rounds):.5g}"
        marks = "".join(f"{'' if mark is None else mark:>8}" for mark in (one.mark, one.goal))
        label = f"{one.name}, {one.unit}" if one.unit else one.name
        print(f"{label:<58}{one.median:>9.5g}  {spread:<19}{marks}  {one.verdict()}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    kept = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        **notes,
        "figures": [one.as_json() for one in figures],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=2) + "\n")
    return all(one.reached(one.mark) for one in figures)
