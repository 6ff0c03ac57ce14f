"""Drawings and pictures to try ink with, and what is measured of them."""

import struct
import zlib
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


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks after its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def deep(values: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits a value: (h, w) or (h, w, channels), which Pillow cannot write."""
    height, width, *channels = values.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels[0] if channels else 1]
    rows = values.astype(">u2").reshape(height, -1)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(lines))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


def with_scans(scans: int, side: int = 64) -> bytes:
    """A progressive JPEG of so many scans, the last of which is repeated: 40 bytes make a decoder
    go over all of it once more."""
    file = BytesIO()
    image = Image.new("L", (side, side), 255)
    ImageDraw.Draw(image).line([(8, 8), (40, 8), (20, 56)], 0, 5)
    image.save(file, "JPEG", progressive=True)
    head, mark, last = file.getvalue().rpartition(b"\xff\xda")
    scan = mark + last.removesuffix(b"\xff\xd9")
    return head + scan * (scans - head.count(mark)) + b"\xff\xd9"


def drawn(ink: int, paper: int, width: int = 12, size: tuple[int, int] = (300, 400)) -> Image.Image:
    """A seven on paper, off the middle."""
    image = Image.new("L", size, paper)
    ImageDraw.Draw(image).line([(60, 80), (160, 80), (100, 240)], ink, width, joint="curve")
    return image


def likeness(one: Picture, other: Picture) -> float:
    """How alike two pictures are: the cosine between them, 1 if they are the same."""
    a, b = one.ravel().astype(float), other.ravel().astype(float)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))
