"""Packets and frames that cannot be, or of which there are too many, end a connection."""

from __future__ import annotations

import contextlib
from contextlib import closing

import pytest
import websocket

from tests.fakes.doubles import wait_until
from tests.server_process import Server, open_socket
from tests.web.sockets.clients import BEGUN, FRAGMENT, PING, emit, is_ended, log_lines

NOT_MASKED = b"\x81\x02hi"
RESERVED = b"\xc1\x80\0\0\0\0"
NO_OPCODE = b"\x83\x80\0\0\0\0"
ENDLESS_PING = b"\x89\xfe\xff\xff\0\0\0\0"
NOT_UTF8 = b"\x81\x81\0\0\0\0\xff"
CONTINUES_NOTHING = b"\x80\x80\0\0\0\0"


@pytest.mark.parametrize(
    "data", [NOT_MASKED, RESERVED, NO_OPCODE, ENDLESS_PING, NOT_UTF8, CONTINUES_NOTHING]
)
def test_frames_that_cannot_be_end_the_connection(shared: Server, data: bytes) -> None:
    client = open_socket(shared)
    client.sock.sendall(data)
    received = b""
    while chunk := client.sock.recv(4096):
        received += chunk
    assert received[0] == 0x88 and received[2:4] in (b"\x03\xea", b"\x03\xef")  # 1002, 1007
    client.shutdown()


def test_binary_parts_are_not_kept(shared: Server) -> None:
    """The library would keep as many as the client announces, each of six megabytes."""
    client = open_socket(shared)
    log = shared.data_dir / "logs" / "server.log"
    before = log.read_text().count("refused bad_packet")
    client.send('45999999999-["predict",{"_placeholder":true,"num":0}]')
    assert is_ended(client)
    wait_until(lambda: log.read_text().count("refused bad_packet") > before)


BAD = (
    "4", "49", "42[", '42["watch"', "42[7]", "42[[]]", "42{}", "43[1]", "44/x", "40", "40/no,", "9",
    "x", "2", "2probe", "5", "6", "3" + "x" * 99, "bQUJD", '42["watch",' + "[" * 3000,
    '42["watch",{"run_id":"' + "x" * 5000 + '"}]', '42["unknown","' + "x" * 5000 + '"]',
)  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_packet_ends_the_connection_without_a_traceback(
    shared: Server, text: str
) -> None:
    client = open_socket(shared)
    client.send(text)
    assert is_ended(client)
    log = shared.data_dir / "logs" / "server.log"
    assert "Traceback" not in log.read_text()


def test_an_event_that_nothing_knows_is_no_fault(shared: Server) -> None:
    """The page may be of another version than the server."""
    with closing(open_socket(shared)) as client:
        client.send('421["unknown",{"a":1}]')
        client.send('42["connect"]')
        assert "runs" in emit(client, 2, "watch_runs", {})


def test_who_has_not_joined_may_not_ask(shared: Server) -> None:
    url = f"ws://127.0.0.1:{shared.port}/socket.io/?EIO=4&transport=websocket"
    client = websocket.create_connection(url, timeout=10)
    client.send('421["watch_runs",{}]')
    assert is_ended(client)


def test_so_many_packets_of_a_connection(shared: Server) -> None:
    """They count also where the limit of an address does not, and before they are read."""
    client = open_socket(shared)
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for number in range(5000):
            client.send(f'42["unknown {number}"]')
    assert is_ended(client)
    assert "refused too_many_packets" in log_lines(shared, "refused too_many_packets")


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (BEGUN + FRAGMENT * 1100, 1008),
        (PING * 30, 1008),
        (b"\x82\x81\0\0\0\0x", 1003),
        (b"\x02\x80\0\0\0\0", 1003),
    ],
    ids=["fragments", "pings", "binary", "the beginning of a binary message"],
)
def test_frames_of_which_there_are_too_many(shared: Server, frames: bytes, code: int) -> None:
    client = open_socket(shared)
    client.sock.sendall(frames)
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := client.sock.recv(4096):
            received += chunk
    assert b"\x88" in received and code.to_bytes(2, "big") in received
    client.shutdown()


def test_many_payloads_leave_the_server_well(shared: Server) -> None:
    deep = "[" * 100_000
    for text in ("42", '42["watch"', "42[]", '42[7,{"a":1}]', "4", "9", "42" + deep):
        with closing(open_socket(shared)) as client:
            client.send(text)
    assert shared.get("/healthz") == {"status": "ok"}
    with closing(open_socket(shared)) as client:
        assert "runs" in emit(client, 1, "watch_runs", {})
