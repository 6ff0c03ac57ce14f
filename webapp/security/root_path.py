"""The root path of a server: ``/inkling`` behind a proxy, nothing on its own.

Some proxies strip it from the path of a request and some do not; the layer below strips it where it
is still there. Inside, every path is as on a server of its own, and ``SCRIPT_NAME`` holds the root
path, from which Flask and the templates build URLs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from webapp.settings import is_root_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def cookie_path(request: Request) -> str:
    """Return the path of our cookies: our part of the server, not the proxy's other programs."""
    return request.script_root or "/"


class Mounted:
    """A WSGI layer that serves under a root path, whether or not a proxy has stripped it.

    ``root`` is the root path; None: the one from a trusted proxy, which ``ProxyFix`` has put into
    ``SCRIPT_NAME``.
    """

    def __init__(self, inner: WSGIApplication, root: str | None) -> None:
        self._inner, self._root = inner, root

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        """Serve one request."""
        said = environ.get("SCRIPT_NAME", "").rstrip("/")
        root = self._root or (said if is_root_path(said) else "")
        environ["SCRIPT_NAME"] = root
        environ["PATH_INFO"] = _below(root, environ.get("PATH_INFO", ""))
        return self._inner(environ, start)


def _below(root: str, path: str) -> str:
    """Return the path without the root path."""
    if path != root and not path.startswith(f"{root}/"):
        return path
    return path[len(root) :] or "/"
