"""Finds where a request ends, strictly by RFC 9112; ambiguous requests are refused.

gevent parses a head like mail (a line without a colon ends it, a bare CR begins another field),
accepts ``+2`` as a length, ignores a length beside chunks, and stops at an error in a chunk without
closing the connection. A proxy may read each of these in another way; then the rest of one request
becomes the next one, of another client (request smuggling).

It relies on internals of gevent.pywsgi, whose version is pinned; tests/server/test_framing.py
covers all of it.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from gevent.pywsgi import Input, _InvalidClientInput

MOST_FIELDS = 99
"""The most header fields of a request; Python's own parser accepts no more."""

LINE_BYTES = 4096
"""The longest line around a chunk, with its extensions."""

FRAMING_BYTES = 16 * 1024
"""The bytes of lines around chunks, in addition to as many as there are data in the chunks."""

DISCARD_BYTES = 64 * 1024
"""How much of an unread body is discarded, so that the connection can be kept."""

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST = re.compile(rf"{TOKEN} [\x21-\x7e\x80-\xff]+ HTTP/1\.[01]\r\n")
FIELD = re.compile(rf"({TOKEN}):([^\x00-\x08\x0a-\x1f\x7f]*)\r\n".encode())
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")
LENGTH = re.compile(rb"[0-9]{1,18}")

ONCE = frozenset({b"content-length", b"content-type", b"host", b"transfer-encoding"})
"""Fields that determine the length of a request: two of them would be ambiguous."""


class BadFraming(ValueError):
    """Raised for a request that is invalid or ambiguous."""


class HeadTooLarge(ValueError):
    """Raised for a request's head that is longer than any legitimate one."""


def check_request_line(line: str) -> None:
    """Raise BadFraming unless the line is a valid request line of HTTP/1.0 or 1.1."""
    if not REQUEST.fullmatch(line):
        raise BadFraming


def read_head(file: Any, version: str) -> bytes:
    """Read the header fields of a request and the empty line after them.

    ``version`` is that of the request line. Raises BadFraming, HeadTooLarge.
    """
    lines: list[bytes] = []
    framing: dict[bytes, bytes] = {}
    while (line := file.readline()) != b"\r\n":
        field = FIELD.fullmatch(line)
        if field is None or (name := field[1].lower()) in framing:
            raise BadFraming
        if len(lines) >= MOST_FIELDS:
            raise HeadTooLarge
        lines.append(line)
        if name in ONCE:
            framing[name] = field[2].strip(b" \t")
    _check_length(framing.get(b"content-length"), framing.get(b"transfer-encoding"), version)
    return b"".join([*lines, line])


def _check_length(length: bytes | None, coding: bytes | None, version: str) -> None:
    """Raise BadFraming unless the length of the body is given in exactly one way."""
    if length is not None and not LENGTH.fullmatch(length):
        raise BadFraming
    if coding is None:
        return
    if length is not None or coding.lower() != b"chunked" or version != "HTTP/1.1":
        raise BadFraming


class Body(Input):  # type: ignore[misc]
    """A request's body: gevent's, with strict parsing of chunks and a limit on discarded input."""

    def __init__(self, like: Input) -> None:
        super().__init__(like.rfile, like.content_length, like.socket, like.chunked_input)
        self._room = FRAMING_BYTES

    @property
    def unread(self) -> float:
        """Return how many bytes may still come, infinity for chunks; 0 at the next request."""
        if self.chunked_input:
            done = self.chunk_length == 0 and not self._chunked_input_error
            return 0 if done else float("inf")
        return (self.content_length or 0) - self.position  # type: ignore[no-any-return]

    def give_up(self) -> None:
        """Stop reading; the connection has to be closed."""
        self._chunked_input_error = True  # gevent's own flag for that, for any body

    def _discard(self) -> None:
        """Read and drop what is left, unless it is long: then some of it stays unread."""
        if self._chunked_input_error or (not self.chunked_input and self.unread > DISCARD_BYTES):
            return
        self.send_100_continue_enabled = False
        left = DISCARD_BYTES
        while left > 0 and (data := self.read(min(left, 16 * 1024))):
            left -= len(data)

    def _Input__read_chunk_length(self, _file: Any) -> int:  # noqa: N802
        """Return the size of the next chunk; after the last, read its trailers and return 0."""
        line = CHUNK.fullmatch(self._line())
        if line is None:
            self._refuse()
        size = int(line[1], 16)
        self._room += size
        while size == 0 and (trailer := self._line()) != b"\r\n":
            if not FIELD.fullmatch(trailer):
                self._refuse()
        return size

    def _line(self) -> bytes:
        line: bytes = self.rfile.readline(LINE_BYTES)
        self._room -= len(line)
        if self._room < 0:
            self._refuse()
        return line

    def _refuse(self) -> NoReturn:
        self.give_up()
        raise _InvalidClientInput("the chunks cannot be read")
