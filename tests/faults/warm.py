"""Honest requests of each kind, so that what a server keeps once for all is there before its memory
is measured: modules of Python, compiled patterns, threads, sentences, the heap that a class takes.
"""

from __future__ import annotations

import base64
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import requests
from PIL import Image

from tests.faults import honest
from tests.faults.load import SEVEN

THREADS = 16
"""Drawings at once, more than the server has threads for them."""

CLASS = 40
"""Watchers who come at once, three times over: a server at work has had a class."""

PAGES = ("/", "/?lang=zh", "/runs", "/lessons", "/data", "/healthz", "/metrics")
QUESTIONS = (
    "/api/catalog", "/api/catalog?lang=zh", "/api/openapi.json", "/api/lessons",
    "/api/lessons/runs", "/api/runs?limit=500&q=a&sort=name", "/api/datasets/mnist-5k/digits",
    "/api/datasets/mnist-5k/statistics",
)  # fmt: skip
OF_THE_RUN = (
    "", "/events?limit=5000", "/curve", "/checkpoints", "/code", "/code?format=ipynb",
    "/evaluation", "/model", "/test-digits?indices=1,2",
)  # fmt: skip
VIEW_SECONDS = 60


def warm(url: str, run_id: str) -> None:
    """Ask for everything once; the run must have a checkpoint. Raises AssertionError."""
    with requests.Session() as http:
        http.headers["Accept-Encoding"] = "gzip, br"
        run = f"{url}/api/runs/{run_id}"
        for path in (*PAGES, *QUESTIONS):
            _ok(http.get(url + path, timeout=30))
        for path in OF_THE_RUN:
            _ok(http.get(run + path, timeout=60))
        for name in files_of(http.get(url, timeout=30).text):
            _ok(http.get(url + name, timeout=30))
        assert (
            http.get(f"{url}/none", headers={"Accept": "text/html"}, timeout=30).status_code == 404
        )
        _change(http, url)
        _look_inside(http, run)
    _draw(run)
    with ThreadPoolExecutor(CLASS) as pool:
        list(pool.map(lambda _: _by_socket(int(url.rpartition(":")[2]), run_id), range(3 * CLASS)))
    _by_polling(url)


def files_of(page: str) -> list[str]:
    """The addresses of styles and scripts that the page names."""
    found = re.findall(r'(?:href|src)="([^"]*/static/[^"]+)"', page)
    return list(dict.fromkeys(found))


def photograph(side: int = 1000) -> str:
    """A picture as a page sends it: a dark stroke on light paper, as a data URL."""
    picture = Image.new("L", (side, side), 230)
    picture.paste(20, (side * 4 // 10, side // 5, side * 5 // 10, side * 4 // 5))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _ok(answer: requests.Response) -> requests.Response:
    assert answer.status_code < 400, f"{answer.request.url}: {answer.status_code} {answer.text}"
    return answer


def _change(http: requests.Session, url: str) -> None:
    """A run that is queued and deleted again, and one that is refused, in both languages."""
    config = {"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}]}
    _ok(http.post(f"{url}/api/check", json=config, timeout=30))
    for language in ("en", "zh"):
        wrong = http.post(f"{url}/api/check?lang={language}", json={"layerz": 1}, timeout=30)
        assert wrong.status_code == 422
    made = _ok(http.post(f"{url}/api/runs", json=config, timeout=30)).json()["id"]
    _ok(http.post(f"{url}/api/runs/{made}/stop", timeout=60))
    _ok(http.delete(f"{url}/api/runs/{made}", timeout=30))


def _look_inside(http: requests.Session, run: str) -> None:
    """One view, once it is computed."""
    for _ in range(VIEW_SECONDS):
        answer = _ok(http.get(f"{run}/insights/weights", timeout=30))
        if answer.status_code == 200:
            return
    raise AssertionError("the view never came")


def _draw(run: str) -> None:
    """Drawings of each kind, many at once."""
    drawings: list[dict[str, Any]] = [
        {"strokes": SEVEN},
        {"pixels": [[0] * 28] * 14 + [[255] * 28] * 14},
        *[{"image": photograph()}] * THREADS,
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda body: _ok(requests.post(f"{run}/predict", json=body)), drawings))
    _ok(requests.post(f"{run}/look", json={"strokes": SEVEN}, timeout=60))


def _by_socket(port: int, run_id: str) -> None:
    with closing(honest.connected(port)) as client:
        client.settimeout(30)
        for number, (name, payload) in enumerate(
            (
                ("watch", {"run_id": run_id, "after": 0}),
                ("watch_runs", {}),
                ("predict", {"run_id": run_id, "strokes": SEVEN}),
                ("unwatch", {"run_id": run_id}),
            )
        ):
            client.send(f"42{number}" + json.dumps([name, payload]))
            while not client.recv().startswith(f"43{number}["):
                continue


def _by_polling(url: str) -> None:
    """A session of long polling, opened and closed."""
    address = f"{url}/socket.io/?EIO=4&transport=polling"
    with requests.Session() as http:
        opened = json.loads(_ok(http.get(address, timeout=30)).text[1:])
        address += f"&sid={opened['sid']}"
        for said in ("40", "1"):
            _ok(http.post(address, said, timeout=30))
