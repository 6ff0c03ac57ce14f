"""WebSockets of a real server: answers arrive whole, and cost little."""

from __future__ import annotations

import contextlib
import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

from tests.fakes.doubles import wait_until
from tests.server_process import Server, open_socket, serving
from tests.web.sockets.clients import emit


def test_watching_over_a_websocket(shared: Server, config: dict[str, Any]) -> None:
    client = open_socket(shared)
    run_id = shared.create({**config, "fit": {"epochs": 3}})
    answer = emit(client, 1, "watch", {"run_id": run_id})
    seqs = {event["seq"] for event in answer["events"]}
    status = answer["run"]["status"]
    while status != "finished":
        text = client.recv()
        if text.startswith('42["event"'):
            event = json.loads(text[2:])[1]
            seqs.add(event["seq"])
            status = event.get("status", status)
        elif text == "2":
            client.send("3")
    assert seqs == set(range(1, max(seqs) + 1))
    client.close()


def test_a_large_answer_arrives_whole(shared: Server, config: dict[str, Any]) -> None:
    run_id = shared.create(config, name="chatty")
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    for number in range(3):
        answer = emit(client, number, "watch", {"run_id": run_id})
        assert [event["seq"] for event in answer["events"]] == list(range(1, 1001))
    client.close()


def test_a_message_in_many_fragments_is_refused_while_it_grows(shared: Server) -> None:
    client = open_socket(shared)
    before = shared.memory()
    piece = "x" * (1024 * 1024)
    with closing(client), pytest.raises((OSError, websocket.WebSocketException)):
        client.send_frame(websocket.ABNF.create_frame("4" + piece, websocket.ABNF.OPCODE_TEXT, 0))
        for _ in range(64):
            frame = websocket.ABNF.create_frame(piece, websocket.ABNF.OPCODE_CONT, 0)
            client.send_frame(frame)
        while client.recv():
            pass
        raise OSError("closed")
    assert shared.memory() - before < 40 * 1024 * 1024
    assert shared.get("/healthz") == {"status": "ok"}


def test_an_image_of_four_megabytes_fits(shared: Server) -> None:
    client = open_socket(shared)
    image = "data:image/png;base64," + "A" * 5_500_000
    answer = emit(client, 1, "predict", {"run_id": "nobody", "image": image})
    assert answer["error"]["code"] == "run_not_found"
    client.close()


def test_nothing_is_deflated(shared: Server) -> None:
    """A browser offers it; a thousand of them would take 300 MB."""
    offer = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    with closing(open_socket(shared, header=offer)) as client:
        assert "sec-websocket-extensions" not in client.headers
        assert "runs" in emit(client, 1, "watch_runs", {})


def test_a_watcher_takes_one_file_descriptor(shared: Server) -> None:
    """Many systems give a process no more than 1,024."""
    directory = Path(f"/proc/{shared.process.pid}/fd")
    before = len(list(directory.iterdir()))
    clients = [open_socket(shared) for _ in range(20)]
    assert len(list(directory.iterdir())) - before <= 20 + 2  # a pool may grow meanwhile
    for client in clients:
        client.close()


@pytest.mark.parametrize("missing", ["Sec-WebSocket-Key", "Sec-WebSocket-Version"])
def test_a_handshake_that_is_none(shared: Server, missing: str) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    del headers[missing]
    url = f"{shared.url}/socket.io/?EIO=4&transport=websocket"
    assert requests.get(url, headers=headers, timeout=10).status_code == 400


def test_pings_are_answered(shared: Server) -> None:
    with closing(open_socket(shared)) as client:
        client.ping("are you there")
        opcode, said = client.recv_data(control_frame=True)
        assert (opcode, said) == (websocket.ABNF.OPCODE_PONG, b"are you there")


def test_a_pen_that_never_rests_is_answered(shared: Server, config: dict[str, Any]) -> None:
    """Many times as fast as a pen asks, and without waiting for an answer."""
    run_id = shared.create({**config, "fit": {"epochs": 1}})
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    asked = {"run_id": run_id, "strokes": [[[0, 0], [10, 0], [4, 20]]]}
    with closing(open_socket(shared)) as client:
        for number in range(1000):
            client.send(f"42{number}" + json.dumps(["predict", asked]))
        answered: set[str] = set()
        while len(answered) < 1000:
            text = client.recv()
            if text.startswith("43"):
                assert "probabilities" in text
                answered.add(text.partition("[")[0])


def test_what_follows_the_end_of_a_websocket_is_no_request(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        client = open_socket(server)
        client.sock.sendall(b"\x88\x80\0\0\0\0" + b"x" * 65_530 + b"y\r\n" * 40)
        with contextlib.suppress(ConnectionResetError):
            while client.sock.recv(4096):
                pass
        client.shutdown()
    assert "refused" not in (tmp_path / "data" / "logs" / "server.log").read_text()
