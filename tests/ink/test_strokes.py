"""Pen strokes end up as pictures like MNIST's."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ink.pictures import (
    RING,
    SEVEN,
    Stroke,
    centre_of_mass,
    coordinates,
    drawings,
    extent,
    likeness,
    moved,
)
from webapp.ink import (
    MAX_POINTS,
    MAX_STROKES,
    BadDrawing,
    EmptyDrawing,
    from_strokes,
)


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
