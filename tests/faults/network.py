"""A network that goes wrong: an HTTP proxy between the workers and the server."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHUNK_BYTES = 16 * 1024
SECONDS = 30.0
KEPT_BACK = {"connection", "keep-alive", "transfer-encoding", "host", "date", "server"}


@dataclass
class Network:
    """What is wrong with it now. Faults may be set and healed at any time, from any thread."""

    target: tuple[str, int]
    cut: bool = False
    """Every connection is closed at once."""
    silent: bool = False
    """Whatever is sent disappears, and no answer comes."""
    latency: float = 0.0
    """Seconds that each request takes longer."""
    bytes_a_second: float = float("inf")
    doubled: bool = False
    """Every request arrives twice."""
    answers_to_lose: int = 0
    """So many requests are still done by the server, but their answers get lost."""
    uploads_to_tear: int = 0
    """So many uploads end in the middle."""
    healed: threading.Event = field(default_factory=threading.Event)
    passed: int = 0
    """Requests that reached the server."""
    torn: int = 0
    lost: int = 0
    url: str = ""

    def heal(self) -> None:
        """Nothing is wrong any more."""
        self.cut = self.silent = self.doubled = False
        self.latency, self.bytes_a_second = 0.0, float("inf")
        self.answers_to_lose = self.uploads_to_tear = 0
        self.healed.set()


@contextmanager
def broken(target: tuple[str, int]) -> Iterator[Network]:
    """A proxy before ``target`` (host, port); nothing is wrong with it yet."""
    network = Network(target)
    server = _Proxy(network)
    network.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield network
    finally:
        network.heal()
        server.shutdown()
        thread.join()
        server.server_close()


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, network: Network) -> None:
        self.network = network
        super().__init__(("127.0.0.1", 0), _Connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that is gone is what this is for."""


class _Connection(BaseHTTPRequestHandler):
    """One connection of a worker."""

    protocol_version = "HTTP/1.1"
    server: _Proxy

    def do_GET(self) -> None:  # noqa: N802 (the library's name)
        """Pass one request on, or do it wrong."""
        network = self.server.network
        body = self._read(int(self.headers.get("Content-Length", 0)))
        time.sleep(network.latency)
        if network.silent:
            network.healed.wait(SECONDS)
        if network.cut or network.silent:
            self.close_connection = True
        elif self.command == "PUT" and network.uploads_to_tear > 0:
            network.uploads_to_tear -= 1
            self._tear(body)
        else:
            self._pass_on(body)

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests say what matters."""

    def _read(self, size: int) -> bytes:
        """The body, as slowly as the network is."""
        parts = []
        while size > 0:
            part = self.rfile.read(min(CHUNK_BYTES, size))
            if not part:
                raise ConnectionError
            time.sleep(len(part) / self.server.network.bytes_a_second)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _pass_on(self, body: bytes) -> None:
        network = self.server.network
        status, headers, answer = self._ask(body)
        if network.doubled:
            status, headers, answer = self._ask(body)
        if network.answers_to_lose > 0:
            network.answers_to_lose -= 1
            network.lost += 1
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Send the request to the server by a connection of its own."""
        network = self.server.network
        with closing(http.client.HTTPConnection(*network.target, timeout=SECONDS)) as server:
            server.request(self.command, self.path, body or None, self._headers())
            answer = server.getresponse()
            content = answer.read()
            network.passed += 1
            kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in KEPT_BACK]
            return answer.status, kept, content

    def _headers(self) -> dict[str, str]:
        return {k: v for k, v in self.headers.items() if k.lower() not in KEPT_BACK}

    def _tear(self, body: bytes) -> None:
        """Announce the whole body, send half of it, and be gone, on both sides."""
        network = self.server.network
        with closing(http.client.HTTPConnection(*network.target, timeout=SECONDS)) as server:
            server.putrequest(self.command, self.path)
            for name, value in self._headers().items():
                server.putheader(name, value)
            server.endheaders()
            server.send(body[: len(body) // 2])
        network.torn += 1
        self.close_connection = True
