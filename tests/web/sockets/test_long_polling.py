"""Sessions of long polling: they become WebSockets, and bad bodies end them."""

from __future__ import annotations

from contextlib import closing

import pytest
import requests
import websocket

from tests.server_process import Server
from tests.web.sockets.clients import emit, is_ended, polling


def test_long_polling_becomes_a_websocket(shared: Server) -> None:
    path, session = polling(shared)
    assert requests.post(path, data="40", timeout=10).text == "OK"
    assert requests.get(path, timeout=10).text.startswith("40")
    url = f"ws://127.0.0.1:{shared.port}/socket.io/?EIO=4&transport=websocket&sid={session}"
    with closing(websocket.create_connection(url, timeout=10)) as client:
        client.send("2probe")
        assert client.recv() == "3probe"
        client.send("5")
        assert "runs" in emit(client, 1, "watch_runs", {})
        client.send("5")
        assert is_ended(client)


@pytest.mark.parametrize(
    "body",
    [
        "42[7]", "\x1e" * 200, "\x1e", "d=4", "bQUJD", "4" + "[]," * 1000, "40", b"\xff", "1",
        '42["unknown"]\x1e42[7]',
    ],
)  # fmt: skip
def test_a_bad_body_of_long_polling_ends_the_session(shared: Server, body: str | bytes) -> None:
    path, _session = polling(shared)
    assert requests.post(path, data="40", timeout=10).text == "OK"
    requests.post(path, data=body, timeout=10)
    assert requests.post(path, data='42["watch_runs"]', timeout=10).status_code == 400
    log = shared.data_dir / "logs" / "server.log"
    assert "Traceback" not in log.read_text()


def test_long_polling_posts_many_packets_at_once(shared: Server) -> None:
    path, _session = polling(shared)
    assert requests.post(path, data="40", timeout=10).text == "OK"
    body = "\x1e".join(f'42{number}["watch_runs",{{}}]' for number in range(40))
    assert requests.post(path, data=body, timeout=10).text == "OK"
    got = ""
    while "4339[" not in got:
        got += requests.get(path, timeout=10).text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"}],
)
def test_foreign_origins_and_hosts(shared: Server, headers: dict[str, str]) -> None:
    url = f"{shared.url}/socket.io/?EIO=4&transport=polling"
    assert requests.get(url, headers=headers, timeout=10).status_code in (400, 403)
    assert requests.get(url, headers={"Origin": shared.url}, timeout=10).status_code == 200
