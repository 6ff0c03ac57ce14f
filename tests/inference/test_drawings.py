"""Drawings under gevent: what takes long is done by a thread, and one at a time."""

from __future__ import annotations

import subprocess
import sys

from tests import ROOT

FIRST = """
from gevent import monkey
monkey.patch_all()
import sys
thread = monkey.get_original("_thread", "get_ident")
ours, loading = thread(), set()

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "PIL"):
            loading.add((name, thread() == ours))

sys.meta_path.insert(0, Finder())
from webapp.inference import drawings
assert not loading
picture = drawings.picture({"strokes": [[[1, 1], [5, 5]]]}, None)
print(picture.shape, sorted(loading))
"""


def test_a_thread_loads_what_the_first_drawing_needs() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.stdout == "(28, 28) [('PIL', False), ('numpy', False)]\n", ended.stderr


LONG = """
from gevent import monkey
monkey.patch_all()
import gevent
from webapp.inference import drawings; from webapp import ink
sleep = monkey.get_original("time", "sleep")
at_work = []

def slow(kind, value):
    at_work.append(kind)
    sleep(0.05)
    print(len(at_work))
    at_work.pop()

ink.from_json = slow
long = {"strokes": [[[1, 1]] * 1000]}
gevent.joinall([gevent.spawn(drawings.picture, long, None) for _ in range(4)])
"""


def test_long_drawings_are_prepared_one_after_the_other() -> None:
    """Ten threads that compute in Python leave little to the one that answers everybody."""
    ended = subprocess.run(
        [sys.executable, "-c", LONG], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.stdout == "1\n" * 4, ended.stderr
