"""Files that cost far more than they weigh: models and images."""

from __future__ import annotations

import base64
import contextlib
import tempfile
from pathlib import Path

import numpy as np
import requests

from tests.faults.attacks.row import Row, Target, at_once
from tests.ink.pictures import chunk, deep, drawn, encoded, with_chunks, with_scans
from tests.kerasfile.archives import hollow

TIMES = 32


def hollow_models(target: Target) -> None:
    """Models of 10 KB whose weights, 294 MB, are not stored in them."""
    with tempfile.TemporaryDirectory() as folder:
        content = hollow(Path(folder)).read_bytes()
    for _ in range(4):
        files = {"file": ("model.keras", content)}
        answer = requests.post(f"{target.url}/api/models", files=files, timeout=60)
        assert answer.status_code == 422, answer.text


def scans(target: Target) -> None:
    """Progressive JPEGs of thousands of scans, of 540 KB each."""
    draw(target, with_scans(3000, 2048))


def deep_images(target: Target) -> None:
    """PNGs of 16 bits a pixel, as large as they may be."""
    values = np.full((4096, 4096), 65535, np.uint16)
    values[1000:3000, 2000:2200] = 0
    draw(target, deep(values))


def chunks(target: Target) -> None:
    """PNGs of 100,000 chunks."""
    draw(target, with_chunks(encoded(drawn(0, 255)), *[chunk(b"tEXt", b"")] * 100_000))


def draw(target: Target, image: bytes) -> None:
    """Ask what the run sees in the image, many times at once."""
    url = "data:;base64," + base64.b64encode(image).decode()

    def ask() -> None:
        with contextlib.suppress(requests.ConnectionError):  # refused before all of it is read
            path = f"{target.url}/api/runs/{target.run_id}/predict"
            answer = requests.post(path, json={"image": url}, timeout=60)
            assert answer.status_code in (200, 422, 429, 503), answer.text

    at_once(TIMES, ask)


ROWS = (
    Row("four models of 10 KB whose weights of 294 MB are not stored", hollow_models),
    Row("32 progressive JPEGs of 3,000 scans at once", scans),
    Row("32 PNGs of 4096×4096 pixels with 16 bits at once", deep_images),
    Row("32 PNGs of 100,000 chunks at once", chunks),
)
