"""The path under which a server is reached: ``/inkling`` behind a proxy, nothing on its own.

Some proxies take it from the path of a request and some do not; the layer below takes it where it
is still there. Inside, every path is as on a server of its own, and ``SCRIPT_NAME`` holds the root
path, from which Flask and the templates make addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from webapp.settings import is_root_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def cookie_path(request: Request) -> str:
    """Where the browser sends our cookies to: what is ours, not the proxy's other programs."""
    return request.script_root or "/"


class Mounted:
    """A WSGI layer that answers under a root path, whether or not a proxy has taken it away.

    ``root`` is the root path; None: what a trusted proxy says, which ``ProxyFix`` has put into
    ``SCRIPT_NAME``.
    """

    def __init__(self, inner: WSGIApplication, root: str | None) -> None:
        self._inner, self._root = inner, root

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        """Answer one request."""
        said = environ.get("SCRIPT_NAME", "").rstrip("/")
        root = self._root or (said if is_root_path(said) else "")
        environ["SCRIPT_NAME"] = root
        environ["PATH_INFO"] = _below(root, environ.get("PATH_INFO", ""))
        return self._inner(environ, start)


def _below(root: str, path: str) -> str:
    """The path without the root path, where it is still there."""
    if path != root and not path.startswith(f"{root}/"):
        return path
    return path[len(root) :] or "/"
