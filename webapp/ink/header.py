"""Reads the header of a PNG or JPEG before it is decoded: decoding may take too much work.

A few bytes can make a decoder process 16 million pixels thousands of times (the scans of a
progressive JPEG), or take thousands of steps in Python (chunks and segments). Of a PNG only the
chunks that make the picture are decoded: no texts and profiles to decompress, no frames of an
animation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.ink.errors import MAX_IMAGE_SIDE, BadDrawing

MAX_SCANS = 50
"""The most scans of a JPEG. libjpeg writes a progressive one in 10; no program is known to write
over 20."""

MAX_PARTS = 5000
"""The most chunks or segments. A PNG of 4 MB has about 500, written by libpng; cameras write up to
100."""

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"})

MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""The next marker, after data in which each 255 is followed by a 0, and restart markers."""

TEM, SOI, EOI, SOS = 0x01, 0xD8, 0xD9, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
SEQUENTIAL = frozenset({0xC0, 0xC1})

QUICK_PIXELS = 1 << 20
QUICK_BYTES = 512 * 1024
QUICK_SCANS = 4
"""The most scans of a quick image: one for all colours, or one for each."""


@dataclass(frozen=True)
class Header:
    """An image that may be decoded: ``data`` is what the decoder needs of it.

    ``quick``: decoding takes at most some hundredths of a second and 30 MB.
    """

    data: bytes
    quick: bool


def checked(data: bytes) -> Header:
    """Read the header. Raises BadDrawing (not_an_image, image_too_large, image_too_complex)."""
    if data.startswith(PNG):
        return _png(data)
    if data.startswith(JPEG):
        return _jpeg(data)
    raise BadDrawing("not_an_image")


def _png(data: bytes) -> Header:
    if data[12:16] != b"IHDR":
        raise BadDrawing("not_an_image")
    pixels = _pixels(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    kept, at = [PNG], len(PNG)
    for _ in range(MAX_PARTS):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        if kind in NEEDED:
            kept.append(data[at:end])
        at = end
        if kind == b"IEND" or at >= len(data):
            return Header(b"".join(kept), _is_quick(pixels, data))
    raise BadDrawing("image_too_complex")


def _jpeg(data: bytes) -> Header:
    frames, scans = [], 0
    for kind, at in _segments(data):
        scans += kind == SOS
        if scans > MAX_SCANS:
            raise BadDrawing("image_too_complex")
        if kind in FRAMES:
            height, width = data[at + 3 : at + 5], data[at + 5 : at + 7]
            frames.append((kind, _pixels(int.from_bytes(width), int.from_bytes(height))))
    plain = all(kind in SEQUENTIAL for kind, _size in frames)
    most = max((pixels for _kind, pixels in frames), default=0)
    return Header(data, plain and _is_quick(most, data))


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the marker of each segment of a JPEG, and where its length stands, as libjpeg finds
    them.
    """
    at = len(JPEG) - 1
    for _ in range(MAX_PARTS):
        found = MARKER.search(data, at)
        if found is None or data[found.end() - 1] == EOI:
            return
        kind, at = data[found.end() - 1], found.end()
        if kind not in (TEM, SOI):
            yield kind, at
            at += int.from_bytes(data[at : at + 2])
    raise BadDrawing("image_too_complex")


def _pixels(width: int, height: int) -> int:
    if max(width, height) > MAX_IMAGE_SIDE:
        raise BadDrawing("image_too_large")
    return width * height


def _is_quick(pixels: int, data: bytes) -> bool:
    """Judge by what the file cannot fake: a scan's marker counts wherever it stands."""
    scans = data.count(bytes((0xFF, SOS))) if data.startswith(JPEG) else 0
    return pixels <= QUICK_PIXELS and len(data) <= QUICK_BYTES and scans <= QUICK_SCANS
