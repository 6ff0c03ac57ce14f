"""Behind a real nginx that keeps the path or takes it away: docs/proxy.md, as it stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import websocket

from tests.fakes.doubles import wait_until
from tests.nginx import Location, nginx
from tests.server_process import Server, serving

PIXELS = {"pixels": [[3] + [0] * 27] + [[0] * 28] * 27}
"""What the fake predict worker takes for a three."""

WAYS = ["kept, by the setting", "taken away, by the setting", "taken away, told", "kept, told"]


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The address behind nginx for each of ``WAYS``: two servers, one with the setting."""
    folder = tmp_path_factory.mktemp("proxy")
    with (
        serving(
            folder / "set", INKLING_ROOT_PATH="/inkling", INKLING_TRUSTED_PROXIES="1"
        ) as by_setting,
        serving(folder / "told", INKLING_TRUSTED_PROXIES="1") as announced,
    ):
        locations = [
            Location(by_setting.port, strips=False, tells=False),
            Location(by_setting.port, strips=True, tells=False),
            Location(announced.port, strips=True, tells=True),
            Location(announced.port, strips=False, tells=True),
        ]
        with nginx(folder / "nginx", locations) as ports:
            urls = [f"http://127.0.0.1:{port}/inkling" for port in ports]
            yield dict(zip(WAYS, urls, strict=True))


@pytest.fixture(params=WAYS)
def url(behind: dict[str, str], request: pytest.FixtureRequest) -> str:
    """An address behind nginx."""
    return behind[request.param]


def origin(url: str) -> str:
    return url.removesuffix("/inkling")


def test_pages_and_what_they_name(url: str) -> None:
    page = requests.get(f"{url}/runs", timeout=10)
    assert page.status_code == 200 and 'data-root="/inkling"' in page.text
    named = re.findall(r'\s(?:href|src)="(/[^"]*)"', page.text)
    assert named and all(one.startswith("/inkling/") for one in named)
    for path in named:
        assert requests.get(f"{origin(url)}{path}", timeout=10).status_code == 200, path
    bare = requests.get(url, timeout=10)
    assert bare.status_code == 200 and 'id="build"' in bare.text


def test_a_run_from_the_post_to_a_digit(url: str, config: dict[str, Any]) -> None:
    """As the page does it: with its origin, over a socket, while the worker goes another way."""
    headers = {"Origin": origin(url), "Sec-Fetch-Site": "same-origin"}
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    client: Any = websocket.create_connection(address, timeout=20, origin=origin(url))
    try:
        assert client.recv().startswith("0{")
        client.send("40")
        assert client.recv().startswith("40")
        made = requests.post(f"{url}/api/runs", json=config, headers=headers, timeout=10)
        assert made.status_code == 201, made.text
        run = f"{origin(url)}{made.headers['Location']}"
        client.send(f"420{json.dumps(['watch', {'run_id': made.json()['id'], 'after': 0}])}")
        wait_until(lambda: '"status":"finished"' in client.recv().replace(" ", ""), 30)
    finally:
        client.close()
    wait_until(lambda: requests.get(run, timeout=10).json()["status"] == "finished", 30)
    answer = requests.post(f"{run}/predict", json=PIXELS, headers=headers, timeout=30)
    assert answer.json()["digit"] == 3
    short = requests.get(f"{url}/runs/{made.json()['id']}", timeout=10)
    assert short.url == f"{url}/?run={made.json()['id']}"


def test_long_polling_and_large_bodies(url: str) -> None:
    polled = requests.get(f"{url}/socket.io/?EIO=4&transport=polling", timeout=10)
    assert polled.status_code == 200 and polled.text.startswith("0{")
    upload = {"file": ("large.keras", b"x" * 3_000_000)}
    answer = requests.post(f"{url}/api/models", files=upload, timeout=30)
    assert answer.json()["error"]["code"] == "not_an_archive"


def test_another_site_changes_nothing(url: str, config: dict[str, Any]) -> None:
    headers = {"Origin": "http://evil.example"}
    answer = requests.post(f"{url}/api/runs", json=config, headers=headers, timeout=10)
    assert answer.json()["error"]["code"] == "foreign_origin"


def test_a_foreign_name_is_reported_about_the_setting(url: str) -> None:
    headers = {"Host": "lab.example", "Accept": "text/html"}
    answer = requests.get(f"{url}/", headers=headers, timeout=10)
    assert answer.status_code == 400 and "INKLING_ALLOWED_HOSTS=lab.example" in answer.text


def test_the_address_that_is_printed_is_the_one_to_open(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    data_dir = tmp_path_factory.mktemp("printed") / "data"
    with serving(data_dir, INKLING_ROOT_PATH="/inkling") as server:
        assert server.url == f"http://127.0.0.1:{server.port}/inkling"
        assert 'id="build"' in requests.get(f"{server.url}/", timeout=10).text
        assert_bare(server)


def assert_bare(server: Server) -> None:
    """Workers get the server's own address: they do not come through the proxy."""
    announced = json.loads((server.data_dir / "server.json").read_text())
    assert announced["url"] == f"http://127.0.0.1:{server.port}"
