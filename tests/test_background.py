"""Work in real threads, with gevent: in a process of its own, for patching cannot be undone."""

from __future__ import annotations

import subprocess
import sys

from tests import ROOT

PROGRAM = """
from gevent import monkey
monkey.patch_all()
import gevent.monkey
from webapp.background import offload

def worker():
    return gevent.monkey.get_original("threading", "get_ident")()

def refuse(what, *, why):
    raise ValueError(what + why)

assert offload(worker) != worker(), "it runs in another thread"
try:
    offload(refuse, "no ", why="ink")
except ValueError as error:
    print(error)
"""


def test_a_fault_in_a_thread_reaches_the_caller_and_nobody_else() -> None:
    """gevent's pool prints the traceback of whatever a function raises: paths on the terminal."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("no ink\n", "", 0)


TURNS = """
from gevent import monkey
monkey.patch_all()
import socket, time
import gevent
from webapp.background import give_turn

near, far = socket.socketpair()
reading = gevent.spawn(near.recv, 10)
gevent.sleep(0.01)
far.send(b"hello")
turns = 0
while not reading.ready():
    until = time.monotonic() + 0.001
    while time.monotonic() < until:
        pass
    give_turn()
    turns += 1
print(turns <= 3)
"""


def test_a_turn_lets_ready_sockets_be_read() -> None:
    """gevent's sleep(0) lets other greenlets run, but looks at sockets only after fifty turns."""
    ended = subprocess.run(
        [sys.executable, "-c", TURNS], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("True\n", "", 0)
