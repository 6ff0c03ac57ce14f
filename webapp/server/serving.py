"""Serves as a program: checks the machine, locks the data directory, serves, and ends in order.

Every error at the start becomes one sentence for people (``CannotServe``), never a traceback.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import resource
import signal
import socket
import sys
from typing import Any

from flask import Flask

from webapp import app as wiring
from webapp import private
from webapp.data_dir import CannotServe, DataDirectory
from webapp.security import refusals
from webapp.server import start_faults
from webapp.server.heap import Heap, keep_small
from webapp.settings import Settings

CLOSE_SECONDS = 1.0
"""How long open requests may take to end when the server ends."""
BACKLOG = 1024
MOST_CLIENTS = 65_536
"""The limit if the system has none."""

log = logging.getLogger(__name__)


def run(app: Flask) -> int:
    """Serve until Ctrl-C or TERM; return the exit code. gevent must have patched the library
    before.
    """
    settings: Settings = app.config["SETTINGS"]
    try:
        return _serve(app, settings)
    except CannotServe as error:
        print(f"Inkling cannot start: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before our signal handlers were installed
        return 128 + signal.SIGINT


def _serve(app: Flask, settings: Settings) -> int:
    """Acquire resources in order; they are released in the reverse order at the end."""
    from gevent.event import Event

    ended = Event()
    keep_small()
    with DataDirectory(settings.data_dir) as directory:
        with start_faults.explained(settings):
            server, url = _begin(app, directory)
            _on_signals(ended)
            wiring.start(app, url)
        heap = Heap()
        heap.start()
        print(f"Inkling is at {url}{settings.root_path or ''}/  (Ctrl-C ends it)", flush=True)
        ended.wait()
        print("Inkling is ending …", flush=True)
        heap.stop()
        wiring.stop(app)
        server.stop(timeout=CLOSE_SECONDS)
    return 0


def _begin(app: Flask, directory: DataDirectory) -> tuple[Any, str]:
    """Start everything and serve from now on; return the server and its address."""
    settings: Settings = app.config["SETTINGS"]
    _allow_many_clients()
    listener = _listen(settings)
    directory.log_to_files(refusals.RateLimitedFilter())
    _log_greenlets()
    private.repair(settings.data_dir)
    url = _url(settings, listener.getsockname()[1])
    server = _make_server(app, listener)
    wiring.migrate(app)
    wiring.tidy(app)
    server.start()
    directory.write_address(url)
    return server, url


def _allow_many_clients() -> None:
    """Raise the limit on open files as far as allowed.

    Each client is one open file, and the usual limit, 1,024, is less than a class needs.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError):  # macOS reports a limit that it does not accept
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _log_greenlets() -> None:
    """Log the exceptions of greenlets: gevent would print each of them to the terminal."""
    import gevent

    def note(context: object, kind: Any, error: Any, trace: Any) -> None:
        log.error("%s failed", type(context).__name__, exc_info=(kind, error, trace))

    gevent.get_hub().print_exception = note


def _on_signals(ended: Any) -> None:
    """Ctrl-C, TERM and a closed terminal end the server in order."""
    import gevent

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        gevent.signal_handler(number, ended.set)


def _listen(settings: Settings) -> socket.socket:
    """Return the listening socket. Raises CannotServe."""
    try:
        family, _kind, _proto, _name, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return _bound(family, address)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise CannotServe(
                f"port {settings.port} is already in use. End the other program, or choose "
                "another port with INKLING_PORT."
            ) from error
        raise CannotServe(f"it cannot listen at {where}: {error.strerror}.") from error


def _bound(family: int, address: Any) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit it. gevent sends the head and the body of a response apart;
        # without this the body waits for the client's delayed acknowledgement, 40 ms on Linux.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _make_server(app: Flask, listener: socket.socket) -> Any:
    """Return the server on the listening socket, with as many clients as the system allows.

    A proxy's address may use all of them.
    """
    from webapp.server.connections import EACH, RESERVED_FILES, ConnectionLimit, Server

    settings: Settings = app.config["SETTINGS"]
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        files = MOST_CLIENTS
    total = max(files - RESERVED_FILES, files // 2)
    each = None if settings.trusted_proxies else EACH
    room = ConnectionLimit(total, each, spare_loopback=settings.rate_limit is None)
    return Server(listener, app, room)


def _url(settings: Settings, port: int) -> str:
    """Return the address at which this machine reaches the server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(settings.host)
    if host is None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"
