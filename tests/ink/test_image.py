"""Pictures and photographs end up as pictures like MNIST's."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageOps

from tests.ink.pictures import (
    SEVEN,
    centre_of_mass,
    chunk,
    deep,
    drawn,
    encoded,
    extent,
    likeness,
)
from webapp.ink import (
    MAX_IMAGE_BYTES,
    MAX_IMAGE_SIDE,
    BadDrawing,
    EmptyDrawing,
    from_image,
    from_strokes,
)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (60, 150), (200, 90)])
@pytest.mark.parametrize("width", [3, 12, 30])
def test_a_drawn_image_is_framed_as_in_mnist(kind: str, ink: int, paper: int, width: int) -> None:
    picture = from_image(encoded(drawn(ink, paper, width), kind))
    assert extent(picture)[0] == 20
    assert picture.max() == 255
    assert all(abs(place - 14) <= 0.51 for place in centre_of_mass(picture))
    assert likeness(picture, from_strokes([[[60, 80], [160, 80], [100, 240]]])) > 0.85


@pytest.mark.parametrize("dark", [True, False])
def test_a_photograph_in_uneven_light_with_dirt(dark: bool) -> None:
    seven = drawn(30, 255).filter(ImageFilter.GaussianBlur(1.5))
    ImageDraw.Draw(seven).ellipse([250, 350, 256, 356], 30)
    y, x = np.mgrid[0 : 1 : seven.height * 1j, 0 : 1 : seven.width * 1j]
    light = 210 - 110 * x - 50 * y * x + np.random.default_rng(1).normal(0, 4, x.shape)
    pixels = np.asarray(seven) / 255 * light
    photograph = Image.fromarray((pixels if dark else 255 - pixels).clip(0, 255).astype(np.uint8))
    picture = from_image(encoded(photograph, "JPEG"))
    assert likeness(picture, from_image(encoded(drawn(0, 255)))) > 0.97
    assert np.median(picture) == 0


@pytest.mark.parametrize("rim", [(0, 370, 300, 400), (0, 0, 30, 400)])
def test_the_table_beside_the_paper_is_no_ink(rim: tuple[int, int, int, int]) -> None:
    photograph = drawn(40, 210)
    ImageDraw.Draw(photograph).rectangle(rim, 30)
    picture = from_image(encoded(photograph.filter(ImageFilter.GaussianBlur(1)), "JPEG"))
    assert likeness(picture, from_image(encoded(drawn(0, 255)))) > 0.95


@pytest.mark.parametrize("shadow", [150, 200])
def test_the_photographer_s_shadow_is_no_ink(shadow: int) -> None:
    pixels = np.asarray(drawn(40, 210)).copy()
    pixels[:, 150:] = pixels[:, 150:] * (shadow / 255)
    photograph = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(3))
    picture = from_image(encoded(photograph, "JPEG"))
    assert likeness(picture, from_image(encoded(drawn(0, 255)))) > 0.95


@pytest.mark.parametrize(("ink", "mode"), [(0, "RGBA"), (255, "RGBA"), (0, "LA"), (255, "LA")])
def test_ink_on_a_transparent_ground(ink: int, mode: str) -> None:
    colour = (ink,) * (len(mode) - 1)
    image = Image.new(mode, (300, 400), (*colour, 0))
    image.paste(Image.new(mode, (300, 400), (*colour, 255)), mask=drawn(255, 0))
    picture = from_image(encoded(image))
    assert likeness(picture, from_image(encoded(drawn(0, 255)))) > 0.99


def test_paper_with_transparent_corners() -> None:
    image = drawn(0, 255).convert("LA")
    alpha = Image.new("L", image.size, 255)
    ImageDraw.Draw(alpha).rectangle([0, 0, 20, 20], 0)
    image.putalpha(alpha)
    assert np.array_equal(from_image(encoded(image)), from_image(encoded(drawn(0, 255))))


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "I;16"])
def test_other_kinds_of_pixels(mode: str) -> None:
    image = drawn(0, 255)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    assert likeness(from_image(encoded(image)), from_image(encoded(drawn(0, 255)))) > 0.99


# Pillow keeps the upper 8 bits of a colour's 16: of 8 in use nothing would be left.
@pytest.mark.parametrize(
    ("bits", "channels"), [(8, 0), (10, 0), (12, 0), (16, 0), (12, 3), (16, 3)]
)
def test_sixteen_bits_of_which_some_are_used(bits: int, channels: int) -> None:
    grey = np.asarray(drawn(20, 235)).astype(np.float64) / 255 * (2**bits - 1)
    values = np.rint(grey).astype(np.uint16)
    if channels:
        values = np.repeat(values[:, :, None], channels, axis=2)
    assert likeness(from_image(deep(values)), from_image(encoded(drawn(0, 255)))) > 0.98


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_the_camera_was_held(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = BytesIO()
    drawn(0, 255).save(file, kind, exif=exif)
    turned = ImageOps.exif_transpose(Image.open(file))
    assert likeness(from_image(file.getvalue()), from_image(encoded(turned))) > 0.98


def test_a_picture_as_in_mnist_comes_back_nearly_as_it_was() -> None:
    seven = from_strokes(SEVEN)
    for pixels in (seven, 255 - seven):
        assert likeness(from_image(encoded(Image.fromarray(pixels))), seven) > 0.99


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_image_is_empty(level: int) -> None:
    grain = np.random.default_rng(1).normal(level, 3, (200, 200)).clip(0, 255).astype(np.uint8)
    for image in (Image.new("L", (90, 60), level), Image.fromarray(grain)):
        with pytest.raises(EmptyDrawing):
            from_image(encoded(image))
    with pytest.raises(EmptyDrawing):
        from_image(encoded(Image.new("RGBA", (90, 60), (level, level, level, 0))))


@pytest.mark.parametrize("size", [(1, 1), (1, 4096), (4096, 1), (2, 2)])
def test_images_of_odd_sizes(size: tuple[int, int]) -> None:
    image = Image.new("L", size, 255)
    with pytest.raises(EmptyDrawing):
        from_image(encoded(image))
    image.putpixel((0, 0), 0)
    if max(size) == 2:
        assert from_image(encoded(image)).any()


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size: a decompression bomb."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height"),
    [(MAX_IMAGE_SIDE + 1, 1), (1, MAX_IMAGE_SIDE + 1), (10_000, 10_000), (60_000, 60_000)],
)
def test_a_bomb_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(BadDrawing) as raised:
        from_image(claiming(width, height))
    assert raised.value.code == "image_too_large"


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(BadDrawing) as raised:
        from_image(bytes(MAX_IMAGE_BYTES + 1))
    assert raised.value.code == "image_too_large"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP", "PPM"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(BadDrawing) as raised:
        from_image(encoded(drawn(0, 255), kind))
    assert raised.value.code == "not_an_image"


@given(st.binary(max_size=300))
def test_bytes_that_are_no_image_are_refused(data: bytes) -> None:
    with pytest.raises(BadDrawing) as raised:
        from_image(data)
    assert raised.value.code == "not_an_image"


@settings(max_examples=200)
@given(st.sampled_from(["PNG", "JPEG"]), st.data())
def test_a_damaged_image_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    whole = bytearray(encoded(drawn(0, 255).resize((60, 80)), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = from_image(bytes(whole[: data.draw(st.integers(1, len(whole)))]))
    except (BadDrawing, EmptyDrawing) as error:
        assert error.code in {"not_an_image", "image_too_large", "empty_drawing"}
    else:
        assert picture.shape == (28, 28)
