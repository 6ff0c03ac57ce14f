"""Runs work that would block the web process's one thread: syncing, pictures, big files."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def patched() -> bool:
    """Return whether gevent has patched the standard library (as ``wsgi.py`` requests)."""
    try:
        from gevent import monkey
    except ImportError:
        return False
    return bool(monkey.is_module_patched("socket"))


class Pool:
    """A separate pool of threads, for work that must not wait for other work."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool: Any = None

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as ``offload``, in one of these threads."""
        if not patched():
            return function(*args, **kwargs)
        if self._pool is None:
            from gevent.threadpool import ThreadPool

            self._pool = ThreadPool(self._threads)
        return _by(self._pool, partial(function, *args, **kwargs))


def give_turn(seconds: float = 0) -> None:
    """Let all other ready work run, other clients' sockets included, for at least ``seconds``.

    gevent's ``sleep(0)`` would not do: it checks sockets only every fifty times. Any time above 0
    waits for the loop's next round.
    """
    time.sleep(max(seconds, 1e-6))


def offload(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the function's result, computed in a real thread while other greenlets run.

    Without gevent this is a plain call. The function must not use the database, nor locks or events
    of this process: in a real thread, gevent's would wait for another thread's hub. Its exception
    is raised here. It must not reach gevent's pool, which would print the traceback to the
    terminal: an empty drawing is no problem of the operator.
    """
    if not patched():
        return function(*args, **kwargs)
    import gevent

    return _by(gevent.get_hub().threadpool, partial(function, *args, **kwargs))


def _by(pool: Any, work: Callable[[], T]) -> T:
    """Return the result of ``work``, run by a thread of the pool."""

    def outcome() -> tuple[list[T], Exception | None]:
        try:
            return [work()], None
        except Exception as error:
            return [], error

    results: list[T]
    results, error = pool.apply(outcome)
    if error is not None:
        raise error
    return results[0]
