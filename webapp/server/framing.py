"""Where a request ends, by RFC 9112 to the letter; what can be read in two ways is refused.

gevent reads a head as if it were mail (a line without a colon ends it, a bare CR begins another
field), takes ``+2`` for a length, passes over a length beside chunks, and stops at a fault in a
chunk without closing the connection. A proxy may read each of these in another way; then the rest
of one request is the next one, of somebody else.

It relies on inner parts of gevent.pywsgi, whose version is pinned; tests/server/test_framing.py
proves it.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from gevent.pywsgi import Input, _InvalidClientInput

MOST_FIELDS = 99
"""Header fields of a request; Python's own parser takes no more."""

LINE_BYTES = 4096
"""Of a line that frames a chunk, its extensions included."""

FRAMING_BYTES = 16 * 1024
"""Lines around chunks may have so much, and as much again as there are data in the chunks."""

DISCARD_BYTES = 64 * 1024
"""So much of a body that nothing asked for is read, so that the connection can go on."""

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST = re.compile(rf"{TOKEN} [\x21-\x7e\x80-\xff]+ HTTP/1\.[01]\r\n")
FIELD = re.compile(rf"({TOKEN}):([^\x00-\x08\x0a-\x1f\x7f]*)\r\n".encode())
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")
LENGTH = re.compile(rb"[0-9]{1,18}")

ONCE = frozenset({b"content-length", b"content-type", b"host", b"transfer-encoding"})
"""Fields that say what a request is: two of them would be two requests."""


class BadFraming(ValueError):
    """The request is none, or it can be read in two ways."""


class HeadTooLarge(ValueError):
    """The head of a request is longer than any honest one."""


def check_request_line(line: str) -> None:
    """Raise BadFraming for a first line that is none of HTTP/1.0 or 1.1."""
    if not REQUEST.fullmatch(line):
        raise BadFraming


def read_head(file: Any, version: str) -> bytes:
    """The header fields of a request, with the empty line after them.

    ``version`` is the one of the first line. Raises BadFraming, HeadTooLarge.
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
    """Raise BadFraming where the length of the body is not said in one way."""
    if length is not None and not LENGTH.fullmatch(length):
        raise BadFraming
    if coding is None:
        return
    if length is not None or coding.lower() != b"chunked" or version != "HTTP/1.1":
        raise BadFraming


class Body(Input):  # type: ignore[misc]
    """A request's body, as gevent's, but chunks are read strictly, and little is read in vain."""

    def __init__(self, like: Input) -> None:
        super().__init__(like.rfile, like.content_length, like.socket, like.chunked_input)
        self._room = FRAMING_BYTES

    @property
    def unread(self) -> float:
        """Bytes that may still come of it, infinite for chunks; 0 where the next request begins."""
        if self.chunked_input:
            done = self.chunk_length == 0 and not self._chunked_input_error
            return 0 if done else float("inf")
        return (self.content_length or 0) - self.position  # type: ignore[no-any-return]

    def give_up(self) -> None:
        """Read no more of it; the connection has to be closed."""
        self._chunked_input_error = True  # gevent's own sign of that, whatever the body

    def _discard(self) -> None:
        """Read what nothing asked for, unless it is long: then some is left unread."""
        if self._chunked_input_error or (not self.chunked_input and self.unread > DISCARD_BYTES):
            return
        self.send_100_continue_enabled = False
        left = DISCARD_BYTES
        while left > 0 and (data := self.read(min(left, 16 * 1024))):
            left -= len(data)

    def _Input__read_chunk_length(self, _file: Any) -> int:  # noqa: N802
        """The size of the next chunk; after the last, 0, its trailers are read as well."""
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
