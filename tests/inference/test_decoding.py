"""Images from outside, decoded by real processes."""

from __future__ import annotations

import base64
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.fakes.doubles import wait_until
from tests.ink.pictures import deep, drawn, encoded, with_scans
from webapp import ink
from webapp.errors import TooManyRequests, Unavailable
from webapp.http_errors import headers_of
from webapp.inference import decoding
from webapp.inference.decoding import DecodeWorker, Decoding
from webapp.workers.on_demand import OnDemand

HANGS = """
import json, sys, time
for line in sys.stdin:
    question = json.loads(line)
    if question["ask"] == "picture":
        time.sleep(600)
    print(json.dumps({"id": question["id"], "ok": {}}), flush=True)
"""
Make = Callable[..., Decoding]


def url(data: bytes) -> str:
    return "data:;base64," + base64.b64encode(data).decode()


LARGE = url(encoded(drawn(0, 255, size=(1200, 1600))))


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Decoding] = []

    def one(idle: float = 60.0, **more: Any) -> Decoding:
        made.append(Decoding(lambda: OnDemand(lambda: DecodeWorker(tmp_path, **more), idle)))
        return made[-1]

    yield one
    for each in made:
        each.stop()


def test_a_small_image_needs_no_process(make: Make) -> None:
    found = make()
    small = encoded(drawn(0, 255))
    assert np.array_equal(found.picture(url(small)), ink.from_image(small))
    assert found.pids() == []


def test_a_large_image_is_decoded_by_a_process(make: Make) -> None:
    found = make()
    expected = ink.from_json("image", LARGE)
    assert np.array_equal(found.picture(LARGE), expected)
    assert len(found.pids()) == 1
    assert np.array_equal(found.picture(LARGE), expected)


def test_the_process_ends_when_it_is_idle(make: Make) -> None:
    found = make(idle=0.05)
    found.picture(LARGE)
    wait_until(lambda: found.pids() == [])
    assert found.picture(LARGE).any(), "it comes again"


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (None, "not_an_image"),
        ("data:;base64," + " " * 5_000_000, "not_an_image"),
        (url(b"\x89PNG\r\n\x1a\n"), "not_an_image"),
        (url(encoded(Image.new("L", (1200, 1600)))[:-30]), "not_an_image"),
        (url(with_scans(3000, 512)), "image_too_complex"),
        (url(encoded(Image.new("L", (4097, 1)))), "image_too_large"),
    ],
)
def test_what_is_no_image(make: Make, image: Any, code: str) -> None:
    with pytest.raises(ink.BadDrawing) as raised:
        make().picture(image)
    assert raised.value.code == code


def test_a_large_image_without_a_digit(make: Make) -> None:
    with pytest.raises(ink.EmptyDrawing):
        make().picture(url(encoded(Image.new("L", (1200, 1600), 255))))


@pytest.mark.parametrize("channels", [0, 4])
def test_the_largest_images_fit_the_process(make: Make, channels: int) -> None:
    values = np.full((4096, 4096, channels) if channels else (4096, 4096), 65535, np.uint16)
    values[1000:3000, 2000:2200] = 0
    if channels:
        values[..., 3] = 65535
    assert make().picture(url(deep(values))).any()


def test_an_image_that_takes_too_long_ends_its_process(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "SECONDS", 0.1)
    found = make(command=[sys.executable, "-c", HANGS])
    with pytest.raises(Unavailable) as raised:
        found.picture(LARGE)
    assert raised.value.code == "image_unavailable"


def test_so_many_at_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third waits for one of two places, and small images do not wait."""
    monkeypatch.setattr(decoding, "SECONDS", 5.0)
    monkeypatch.setattr(decoding, "WAIT_SECONDS", 0.05)
    found = make(command=[sys.executable, "-c", HANGS])
    refused: list[Unavailable] = []

    def ask() -> None:
        try:
            found.picture(LARGE)
        except Unavailable as error:
            refused.append(error)

    asking = [threading.Thread(target=ask) for _ in range(decoding.AT_ONCE)]
    for thread in asking:
        thread.start()
    wait_until(lambda: len(found.pids()) == decoding.AT_ONCE)
    with pytest.raises(Unavailable) as raised:
        found.picture(LARGE)
    assert headers_of(raised.value)["Retry-After"] == "10"
    assert found.picture(url(encoded(drawn(0, 255)))).any()
    found.stop()
    for thread in asking:
        thread.join(10)
    assert len(refused) == decoding.AT_ONCE


def test_so_many_bytes_wait(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of them may be one client's, which is the server itself here."""
    small = url(encoded(drawn(0, 255)))
    monkeypatch.setattr(decoding, "WAITING_BYTES", 2 * len(small))
    found = make()
    assert found.picture(small).any()
    assert found.picture(small).any(), "its bytes are free again"
    with found._room("", 1), pytest.raises(TooManyRequests) as raised:
        found.picture(small)
    assert raised.value.seconds == 1.0
    with found._room("another", len(small)):
        assert found.picture(small).any()
        with found._room("a third", len(small)), pytest.raises(TooManyRequests):
            found.picture(small)
    assert not found._bytes
