"""Pen strokes to measure with: generated like handwriting, or read from a file."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

Strokes = list[list[list[float]]]

CORNERS: tuple[list[list[tuple[float, float]]], ...] = (
    [[(50 + 30 * math.sin(a / 8), 50 - 45 * math.cos(a / 8)) for a in range(51)]],
    [[(50, 5), (50, 95)]],
    [[(20, 25), (50, 5), (80, 25), (75, 45), (20, 95), (85, 95)]],
    [[(20, 10), (75, 8), (45, 42), (80, 65), (60, 95), (18, 85)]],
    [[(40, 5), (15, 60), (90, 60)], [(70, 30), (68, 98)]],
    [[(30, 8), (25, 45), (65, 42), (80, 70), (55, 95), (20, 88)], [(30, 8), (80, 6)]],
    [[(70, 5), (35, 40), (22, 75), (45, 95), (75, 78), (55, 55), (25, 68)]],
    [[(15, 10), (85, 10), (40, 95)]],
    [[(75, 15), (45, 5), (25, 25), (75, 70), (50, 95), (22, 75), (75, 15)]],
    [[(75, 30), (50, 5), (25, 30), (50, 50), (75, 30), (70, 95)]],
)
"""The corners of each digit's strokes, in a field of 100 by 100."""

PACE = 4.0
"""How far the pen goes from one point to the next."""


def drawings(path: Path | None = None, each: int = 20) -> list[Strokes]:
    """Return drawings of all digits: those of a file (JSON lines with "strokes"), or ``each`` of
    ours.
    """
    if path is not None:
        return [_whole(json.loads(line)) for line in path.read_text().splitlines()]
    chance = random.Random(1)
    return [[_drawn(part, chance) for part in digit] for _ in range(each) for digit in CORNERS]


def _whole(line: dict[str, Any]) -> Strokes:
    strokes: Strokes = line["strokes"]
    return strokes


def _drawn(corners: list[tuple[float, float]], chance: random.Random) -> list[list[float]]:
    """Return a stroke along the corners, a point every PACE, with the tremor of a hand."""
    points = [corners[0]]
    for (x, y), (to_x, to_y) in zip(corners, corners[1:], strict=False):
        steps = max(1, round(math.hypot(to_x - x, to_y - y) / PACE))
        points += [
            (x + (to_x - x) * n / steps, y + (to_y - y) * n / steps) for n in range(1, steps + 1)
        ]
    return [[round(x + chance.gauss(0, 1), 1), round(y + chance.gauss(0, 1), 1)] for x, y in points]
