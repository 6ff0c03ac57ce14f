"""Pictures of one place in several engines, side by side in one file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from tests import ROOT

FOLDER = ROOT / ".browsers"
GAP, HEAD = 12, 24


def keep(engine: str, place: str, picture: bytes) -> None:
    """Keep an engine's picture of a place, which must show something."""
    darkest, brightest = Image.open(io.BytesIO(picture)).convert("L").getextrema()
    assert darkest != brightest, f"{engine}'s picture of {place} has one colour"
    folder = FOLDER / engine
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{place}.png").write_bytes(picture)


def make(engines: Sequence[str]) -> None:
    """Write one file for each place that the first engine has a picture of."""
    for first in sorted((FOLDER / engines[0]).glob("*.png")):
        found = [FOLDER / engine / first.name for engine in engines]
        _join([path for path in found if path.exists()]).save(FOLDER / first.name)


def _join(paths: Sequence[Path]) -> Image.Image:
    images = [Image.open(path).convert("RGB") for path in paths]
    width = sum(image.width + GAP for image in images) - GAP
    sheet = Image.new("RGB", (width, HEAD + max(image.height for image in images)), "white")
    left = 0
    for path, image in zip(paths, images, strict=True):
        ImageDraw.Draw(sheet).text((left + 4, 5), path.parent.name, "black")
        sheet.paste(image, (left, HEAD))
        left += image.width + GAP
    return sheet
