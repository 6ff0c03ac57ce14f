"""Work that would stop the web process's one thread: syncing, pictures, big files."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def patched() -> bool:
    """Whether gevent has replaced the standard library's waiting (as ``wsgi.py`` asks it to)."""
    try:
        from gevent import monkey
    except ImportError:
        return False
    return bool(monkey.is_module_patched("socket"))


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

    def outcome() -> tuple[list[T], Exception | None]:
        try:
            return [function(*args, **kwargs)], None
        except Exception as error:
            return [], error

    results: list[T]
    results, error = gevent.get_hub().threadpool.apply(outcome)
    if error is not None:
        raise error
    return results[0]
