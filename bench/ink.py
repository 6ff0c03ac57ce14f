"""How well handwriting is recognised: real pen strokes, asked of a running server or of a model.

    python bench/ink.py --strokes strokes.jsonl --server http://127.0.0.1:8000 --run ID [--run ID]
    python bench/ink.py --strokes strokes.jsonl --model best.keras [--model other.keras]

A strokes file has one drawing a line: {"label": 7, "strokes": [[[x, y], ...], ...]}. None comes
with Inkling. A server is asked through POST /api/runs/<id>/predict, as the page asks it; a model
is a file that Keras loads, trained on pixels of 0-1. With --at-least the exit status says whether
every one reached that share.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import numpy as np

Drawing = dict[str, Any]


def main() -> int:
    """Print a report for each run and model; 1 if one is below --at-least, 2 if none was asked."""
    options = _options()
    if not options.strokes.is_file():
        print(f"No strokes at {options.strokes}: nothing was measured.")
        return 2
    drawings = [json.loads(line) for line in options.strokes.read_text().splitlines()]
    try:
        shares = [_report(*_ask_server(options.server, run, drawings)) for run in options.run]
    except OSError as error:
        print(f"{options.server} did not answer: {error}")
        return 2
    shares += [_report(*_ask_model(path, drawings)) for path in options.model]
    return 0 if min(shares) >= options.at_least else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How well handwriting is recognised.")
    parser.add_argument("--strokes", type=Path, required=True, help="the drawings, JSON lines")
    parser.add_argument("--server", help="a running server's address")
    parser.add_argument("--run", action="append", default=[], help="a run's id on that server")
    parser.add_argument("--model", action="append", default=[], help="a file saved by Keras")
    parser.add_argument("--at-least", type=float, default=0.0, help="share to reach, 0-1")
    options = parser.parse_args()
    if bool(options.server) != bool(options.run) or not (options.run or options.model):
        parser.error("give --server with --run, or --model")
    return options


def _ask_server(
    server: str, run: str, drawings: list[Drawing]
) -> tuple[str, list[Drawing], list[int], float]:
    """Return a run's answers to each drawing, asked one at a time."""
    address = f"{server.rstrip('/')}/api/runs/{run}"
    name = _json(address)["name"]
    start = time.perf_counter()
    digits = [
        int(_json(f"{address}/predict", {"strokes": drawing["strokes"]})["digit"])
        for drawing in drawings
    ]
    return f"{name} ({run})", drawings, digits, time.perf_counter() - start


def _json(address: str, body: Drawing | None = None) -> Any:
    """Send GET, or POST with a body, as JSON; INKLING_ACCESS_TOKEN opens a guarded server."""
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("INKLING_ACCESS_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address, data, headers), timeout=60) as answer:
        return json.load(answer)


def _ask_model(path: str, drawings: list[Drawing]) -> tuple[str, list[Drawing], list[int], float]:
    """Return a saved model's answers to all drawings at once."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    from webapp.ink import from_strokes

    model = keras.models.load_model(path)
    start = time.perf_counter()
    pictures = np.stack([from_strokes(drawing["strokes"]) for drawing in drawings])
    pixels = (pictures / 255).reshape(-1, *model.input_shape[1:])
    digits = model.predict(pixels, verbose=0).argmax(axis=1)
    return path, drawings, digits.tolist(), time.perf_counter() - start


def _report(name: str, drawings: list[Drawing], digits: list[int], seconds: float) -> float:
    """Print the share recognised, by digit, and the confusions; return the share."""
    labels = [int(drawing["label"]) for drawing in drawings]
    pairs = Counter(zip(labels, digits, strict=True))
    right = sum(pairs[digit, digit] for digit in range(10))
    each = 1000 * seconds / len(drawings)
    print(f"{name}: {right} of {len(drawings)} = {right / len(drawings):.2%}, {each:.1f} ms each")
    for digit in sorted(set(labels)):
        print(f"  {digit}: {pairs[digit, digit]} of {labels.count(digit)}", end="")
        wrong = [(n, to) for (of, to), n in pairs.items() if of == digit != to]
        print("".join(f", {n} as {to}" for n, to in sorted(wrong, reverse=True)))
    return right / len(drawings)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
