"""Drawings and pictures to try ink with, and what is measured of them."""

from io import BytesIO

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Picture = NDArray[np.uint8]
Stroke = list[list[float]]

SEVEN: list[Stroke] = [[[0, 0], [40, 0], [15, 70]]]
RING: Stroke = [[30 * np.cos(t), 40 * np.sin(t)] for t in np.linspace(0, 2 * np.pi, 40)]

coordinates = st.integers(-1000, 1000)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20)
drawings = st.lists(points, min_size=1, max_size=5)


def centre_of_mass(picture: Picture) -> tuple[float, float]:
    """The mean row and column of the ink, in pixel index."""
    rows, columns = picture.sum(axis=1, dtype=float), picture.sum(axis=0, dtype=float)
    index = np.arange(28)
    return float(rows @ index / rows.sum()), float(columns @ index / columns.sum())


def extent(picture: Picture) -> tuple[int, int]:
    """Rows and columns from the first with ink to the last."""
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def moved(drawing: list[Stroke], scale: float, x: float, y: float) -> list[Stroke]:
    return [[[scale * (px + x), scale * (py + y)] for px, py in stroke] for stroke in drawing]


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()


def drawn(ink: int, paper: int, width: int = 12, size: tuple[int, int] = (300, 400)) -> Image.Image:
    """A seven on paper, off the middle."""
    image = Image.new("L", size, paper)
    ImageDraw.Draw(image).line([(60, 80), (160, 80), (100, 240)], ink, width, joint="curve")
    return image


def likeness(one: Picture, other: Picture) -> float:
    """How alike two pictures are: the cosine between them, 1 if they are the same."""
    a, b = one.ravel().astype(float), other.ravel().astype(float)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))
