"""Ink: whatever is drawn, photographed or sent ends up as a picture like MNIST's."""

import json
import struct
import time
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from webapp.ink import (
    MAX_IMAGE_BYTES,
    MAX_IMAGE_SIDE,
    MAX_POINTS,
    MAX_STROKES,
    BadDrawing,
    EmptyDrawing,
    from_image,
    from_pixels,
    from_strokes,
)

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


# strokes


@given(drawings)
def test_a_drawing_is_framed_as_in_mnist(drawing: list[Stroke]) -> None:
    picture = from_strokes(drawing)
    assert picture.shape == (28, 28)
    assert picture.dtype == np.uint8
    assert picture.max() > 200
    assert max(extent(picture)) <= 20
    for axis, place in enumerate(centre_of_mass(picture)):
        lines = picture.sum(axis=1 - axis)
        assert abs(place - 14) <= 0.51 or lines[0] or lines[-1]  # no ink leaves the field


@given(drawings, st.sampled_from([2.0**-40, 0.5, 4.0, 2.0**40]), coordinates, coordinates)
def test_scale_and_position_do_not_matter(
    drawing: list[Stroke], scale: float, x: int, y: int
) -> None:
    before = from_strokes(drawing).astype(int)
    after = from_strokes(moved(drawing, scale, x, y)).astype(int)
    assert np.abs(before - after).max() <= 1


@given(drawings, st.randoms())
def test_duplicates_and_order_do_not_matter(drawing: list[Stroke], random: object) -> None:
    doubled = [[point for point in stroke for _ in range(2)] for stroke in drawing]
    assert np.abs(from_strokes(doubled).astype(int) - from_strokes(drawing)).max() <= 1
    assert np.abs(from_strokes(drawing[::-1]).astype(int) - from_strokes(drawing)).max() <= 1


def test_the_longest_side_is_twenty_pixels() -> None:
    assert extent(from_strokes(SEVEN))[0] == 20
    assert extent(from_strokes([[[0, 0], [50, 0]]])) == (extent(from_strokes([[[0, 0]]]))[0], 20)
    assert extent(from_strokes([[[3, 9], [3, 4]]]))[0] == 20


def test_a_dot_is_one_print_of_the_pen_in_the_middle() -> None:
    dot = from_strokes([[[5, 5]]])
    assert max(extent(dot)) <= 4
    assert dot.max() > 200
    assert np.array_equal(dot, from_strokes([[[-1e9, 3]] * 50]))


def test_a_dot_among_strokes_is_drawn() -> None:
    line: Stroke = [[0, 0], [0, 60]]
    assert from_strokes([line, [[40, 30]]]).sum() > from_strokes([line]).sum()
    assert np.array_equal(from_strokes([line, []]), from_strokes([line]))


def test_separate_strokes_are_not_joined() -> None:
    apart = from_strokes([[[0, 0], [0, 60]], [[60, 0], [60, 60]]])
    assert not apart[:, 13:15].any()


def test_up_stays_up_and_left_stays_left() -> None:
    picture = from_strokes([[[0, 0], [0, 90], [40, 90]]])  # an L
    top, bottom = picture[:8].sum(), picture[-8:].sum()
    assert bottom > top
    assert picture[:12, 14:].sum() < picture[:12, :14].sum()


@pytest.mark.parametrize("scale", [1e12, 1e-12, 1e300, 1e-300, 5e-324])
def test_coordinates_of_any_size_are_drawn(scale: float) -> None:
    assert likeness(from_strokes(moved(SEVEN, scale, 0, 0)), from_strokes(SEVEN)) > 0.999


def test_the_ends_of_the_number_range_are_drawn() -> None:
    largest = np.finfo(float).max
    picture = from_strokes([[[-largest, -largest], [largest, largest]]])
    assert extent(picture) == (20, 20)
    assert from_strokes([[[1e12, 1e12], [1e12 + 1, 1e12]]]).any()


def test_whole_numbers_of_any_size_are_drawn() -> None:
    assert np.array_equal(
        from_strokes([[[0, 0], [10**30, 10**30]]]), from_strokes([[[0, 0], [1, 1]]])
    )


def test_the_line_through_a_zero_is_left_out() -> None:
    slash: Stroke = [[35, -45], [-35, 45]]
    ring = from_strokes([RING])
    assert np.array_equal(from_strokes([RING, slash]), ring)
    assert np.array_equal(from_strokes([slash, RING]), ring)


@pytest.mark.parametrize(
    "other",
    [
        [[0, 0], [35, 45]],  # Q: only the lower half
        [[30, -45], [30, 90]],  # 9, a: beside the middle
        [[0, 0]],
        [[x, y + 80] for x, y in RING],  # 8
        [[0, -5], [0, 5]],  # inside
    ],
)
def test_other_strokes_at_a_ring_stay(other: Stroke) -> None:
    assert not np.array_equal(from_strokes([RING, other]), from_strokes([RING]))


def test_a_cross_keeps_both_lines() -> None:
    plus: list[Stroke] = [[[0, -9], [0, 9]], [[-9, 0], [9, 0]]]
    assert extent(from_strokes(plus)) == (20, 20)


@pytest.mark.parametrize("drawing", [[], [[]], [[], [], []]])
def test_nothing_drawn_is_said(drawing: list[Stroke]) -> None:
    with pytest.raises(EmptyDrawing) as raised:
        from_strokes(drawing)
    assert raised.value.code == "empty_drawing"


@pytest.mark.parametrize(
    ("drawing", "code"),
    [
        ([[[0, float("nan")]]], "not_finite"),
        ([[[0, 0]], [[float("inf"), 0]]], "not_finite"),
        ([[[10**400, 0]]], "not_finite"),
        ([[[0, 0, 0]]], "bad_strokes"),
        ([[[0, 0], [1]]], "bad_strokes"),
        ([[0, 0]], "bad_strokes"),
        ([[["0", "1"]]], "bad_strokes"),
        ([[[True, False]]], "bad_strokes"),
        ([[[{}, 1]]], "bad_strokes"),
        ([[[0, 0]]] * (MAX_STROKES + 1), "too_many_strokes"),
        ([[[0, 0]] * (MAX_POINTS + 1)], "too_many_points"),
    ],
)
def test_what_is_no_drawing_is_refused(drawing: list[Stroke], code: str) -> None:
    with pytest.raises(BadDrawing) as raised:
        from_strokes(drawing)
    assert raised.value.code == code


def test_a_scribble_at_the_limits_is_drawn_quickly() -> None:
    scribble = np.random.default_rng(1).normal(size=(MAX_STROKES, MAX_POINTS // MAX_STROKES, 2))
    drawing = scribble.tolist()
    start = time.perf_counter()
    picture = from_strokes(drawing)
    assert time.perf_counter() - start < 1  # takes some 30 ms; the machine may be busy
    assert max(extent(picture)) == 20


def test_many_points_draw_what_few_points_draw() -> None:
    few = np.array([[0, 0], [40, 0], [15, 70]], float)
    share = np.linspace(0, 2, MAX_POINTS)
    many = np.stack([np.interp(share, [0, 1, 2], few[:, axis]) for axis in (0, 1)], axis=1)
    assert likeness(from_strokes([many.tolist()]), from_strokes([few.tolist()])) > 0.99


# images


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


def test_a_photograph_is_turned_as_the_camera_was_held() -> None:
    image = drawn(0, 255)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    file = BytesIO()
    image.transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", exif=exif)
    assert likeness(from_image(file.getvalue()), from_image(encoded(image))) > 0.98


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


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


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


@settings(max_examples=200, deadline=None)
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


# pixels


@given(st.lists(st.integers(0, 255), min_size=784, max_size=784).filter(any))
def test_pixels_pass_unchanged(values: list[int]) -> None:
    rows = np.array(values).reshape(28, 28)
    picture = from_pixels(rows.tolist())
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, rows)


@pytest.mark.parametrize("value", [0, 0.4])
def test_pixels_without_ink_are_an_empty_drawing(value: float) -> None:
    with pytest.raises(EmptyDrawing):
        from_pixels([[value] * 28] * 28)


def test_pixels_are_rounded() -> None:
    assert from_pixels([[0.6, 254.4, 254.6, 255.0] * 7] * 28)[0, :4].tolist() == [1, 254, 255, 255]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "bad_pixels"),
        ([[0] * 28] * 27, "bad_pixels"),
        ([[0] * 28] * 27 + [[0] * 27], "bad_pixels"),
        ([[0] * 28] * 27 + [[256] * 28], "bad_pixels"),
        ([[-1] * 28] * 28, "bad_pixels"),
        ([["0"] * 28] * 28, "bad_pixels"),
        ([[True] * 28] * 28, "bad_pixels"),
        ([[None] * 28] * 28, "bad_pixels"),
        ([[10**400] * 28] * 28, "bad_pixels"),
        ([[float("nan")] * 28] * 28, "not_finite"),
        ([[float("inf")] * 28] * 28, "not_finite"),
    ],
)
def test_what_are_no_pixels_is_refused(rows: list[list[float]], code: str) -> None:
    with pytest.raises(BadDrawing) as raised:
        from_pixels(rows)
    assert raised.value.code == code


def test_json_numbers_are_taken_as_they_come() -> None:
    assert from_strokes(json.loads("[[[0, 0.5], [1e1, 20]]]")).any()
