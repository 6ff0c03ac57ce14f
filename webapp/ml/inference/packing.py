"""Arrays of real numbers as text, one byte each: precise enough for pictures."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 127
"""The largest signed byte that has a negative."""


def packed(array: NDArray[Any]) -> dict[str, Any]:
    """Return `{"scale", "values"}`: each number is `scale` × a signed byte, in base64, in C order.

    0 stays 0 and the largest magnitude is 127 steps; the error is at most half a step. Numbers that
    are not finite become 0.
    """
    finite = np.nan_to_num(array, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float64)
    largest = float(np.abs(finite).max(initial=0.0))
    scale = largest / STEPS or 1.0
    steps = np.rint(finite / scale).astype(np.int8)
    return {"scale": scale, "values": base64.b64encode(steps.tobytes()).decode("ascii")}
