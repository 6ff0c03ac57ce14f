"""Images that ask for more work than a picture of a digit does are refused before it is done."""

from __future__ import annotations

import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.ink.pictures import chunk, deep, drawn, encoded, with_chunks, with_scans
from webapp.ink import BadDrawing, from_image
from webapp.ink.header import MAX_PARTS, MAX_SCANS, checked


def code(data: bytes) -> str:
    with pytest.raises(BadDrawing) as raised:
        checked(data)
    return raised.value.code


def test_a_jpeg_of_some_scans_is_read() -> None:
    assert from_image(with_scans(MAX_SCANS)).any()


@pytest.mark.parametrize("scans", [MAX_SCANS + 1, 3000])
def test_a_jpeg_of_many_scans(scans: int) -> None:
    assert code(with_scans(scans)) == "image_too_complex"


def test_scans_hidden_behind_a_thumbnail_and_junk() -> None:
    """A picture within a segment is none of the scans; junk before a marker is skipped."""
    thumbnail = with_scans(MAX_SCANS + 1)
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2) + thumbnail
    head, body = b"\xff\xd8", with_scans(10)[2:]
    assert from_image(head + segment + body).any()
    hidden = with_scans(MAX_SCANS + 1).replace(b"\xff\xda", b"junk\xff\x00\xff\xff\xff\xda")
    assert code(hidden) == "image_too_complex"


def test_scans_after_the_end_are_none() -> None:
    """As in photographs with a second image, or a film, behind the first one."""
    assert from_image(with_scans(10) + with_scans(MAX_SCANS + 1)).any()


@pytest.mark.parametrize("size", [2, 0])
def test_a_jpeg_of_many_segments(size: int) -> None:
    comment = b"\xff\xfe" + size.to_bytes(2)
    jpeg = encoded(drawn(0, 255), "JPEG")
    assert code(jpeg[:2] + comment * MAX_PARTS + jpeg[2:]) == "image_too_complex"


def test_a_png_of_many_chunks() -> None:
    png = encoded(drawn(0, 255))
    assert from_image(with_chunks(png, *[chunk(b"IDAT", b"")] * (MAX_PARTS - 10))).any()
    many = with_chunks(png, *[chunk(b"tEXt", b"a\0b")] * MAX_PARTS)
    assert code(many) == "image_too_complex"


@pytest.mark.parametrize(
    "name", ["zTXt", "iTXt", "iCCP", "tEXt", "acTL", "fcTL", "fdAT", "sRGB", "abCd"]
)
def test_what_is_no_part_of_the_picture_never_reaches_the_decoder(name: str) -> None:
    png = encoded(drawn(0, 255))
    bomb = chunk(name.encode(), b"a\0\0" + zlib.compress(bytes(1 << 20)))
    assert checked(with_chunks(png, *[bomb] * 60)).data == png


def test_small_images_are_quick() -> None:
    """Those that the page makes are."""
    for image in (drawn(0, 255), drawn(0, 255, size=(512, 512)).convert("RGBA")):
        assert checked(encoded(image)).quick
    assert checked(encoded(drawn(0, 255, size=(512, 512)).convert("RGB"), "JPEG")).quick


def test_large_and_progressive_images_are_not_quick() -> None:
    assert not checked(encoded(Image.new("L", (1025, 1025)))).quick
    assert not checked(encoded(Image.new("L", (1025, 1025)), "JPEG")).quick
    assert not checked(with_scans(10)).quick
    noise = np.random.default_rng(1).integers(0, 1 << 16, (600, 600), np.uint16)
    assert not checked(deep(noise)).quick, "more than half a megabyte"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_image_that_is_cut_anywhere(kind: str) -> None:
    whole = encoded(drawn(0, 255).resize((60, 80)), kind)
    for end in range(len(whole)):
        try:
            checked(whole[:end])
        except BadDrawing as error:
            assert error.code == "not_an_image"


def test_an_animation_is_its_first_picture() -> None:
    file = BytesIO()
    frames = [drawn(level, 255) for level in range(0, 200, 20)]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    assert b"acTL" in file.getvalue()
    assert np.array_equal(from_image(file.getvalue()), from_image(encoded(frames[0])))
