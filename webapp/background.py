"""Work that would stop the web process's one thread: syncing, pictures, big files."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def patched() -> bool:
    """Whether gevent has replaced the standard library's waiting (as ``wsgi.py`` asks it to)."""
    try:
        from gevent import monkey
    except ImportError:
        return False
    return bool(monkey.is_module_patched("socket"))


class Pool:
    """So many threads of their own, which the work of others does not wait for."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool: Any = None

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``offload``, by one of these threads."""
        if not patched():
            return function(*args, **kwargs)
        if self._pool is None:
            from gevent.threadpool import ThreadPool

            self._pool = ThreadPool(self._threads)
        return _by(self._pool, partial(function, *args, **kwargs))


def give_turn(seconds: float = 0) -> None:
    """Let all else run that is ready, other clients' sockets included, for so long at least.

    gevent's ``sleep(0)`` would not do: it looks at sockets only after fifty of them. Any time
    above 0 waits for the loop's next round.
    """
    time.sleep(max(seconds, 1e-6))


def offload(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The function's result, computed in a real thread while other greenlets go on.

    Without gevent this is a plain call. The function must not use the database, nor locks or
    events of this process: in a real thread, gevent's would wait for another thread's hub.
    What it raises is raised here. It must not reach gevent's pool, which would print its
    traceback to the terminal first: a drawing that is empty is nothing to tell the operator.
    """
    if not patched():
        return function(*args, **kwargs)
    import gevent

    return _by(gevent.get_hub().threadpool, partial(function, *args, **kwargs))


def _by(pool: Any, work: Callable[[], T]) -> T:
    """The result of ``work``, by a thread of the pool."""

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
