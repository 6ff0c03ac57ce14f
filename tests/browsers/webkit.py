"""WebKit, Safari's engine, by WebDriver over HTTP: GTK's MiniBrowser on a screen of its own."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.browsers.engine import Actions, Point, keys, mouse
from tests.live_server import free_port, wait_for

PROGRAM = "WebKitWebDriver"
SCREEN = "1700x2600x24"
SECONDS = 240

QUIET = {"GST_PLUGIN_SYSTEM_PATH": ""}
"""No search for sound and film, of which the pages have none: it takes seconds."""

# This driver hands out no console, and cannot reach a page before its own scripts: what they do
# wrong at once is seen by what the page then lacks, and here only what comes later.
LISTEN = """
  if (window.complaints) return;
  window.complaints = [];
  const note = (what) => window.complaints.push(String(what));
  addEventListener("error", (event) => note(event.message));
  addEventListener("unhandledrejection", (event) => note(event.reason?.stack ?? event.reason));
  const { error } = console;
  console.error = (...words) => { note(words.join(" ")); error(...words); };
"""

HEARD = """
  const found = (window.complaints ?? []).splice(0);
  for (const entry of performance.getEntriesByType("resource"))
    if (entry.responseStatus >= 400) found.push(entry.name + ": " + entry.responseStatus);
  performance.clearResourceTimings();
  return found;
"""


class WebKit:
    """One window of WebKit."""

    name = "WebKit"

    def __init__(self, http: requests.Session, address: str) -> None:
        self._http = http
        self._driver = address
        browser = {"binary": str(_browser()), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}
        session = self._do("POST", "/session", capabilities=wanted)
        self.version = str(session["capabilities"]["browserVersion"])
        self._session = f"/session/{session['sessionId']}"

    def open(self, address: str) -> None:
        self._here("POST", "/url", url=address)
        self.ask(LISTEN)

    def ask(self, script: str, *values: object) -> Any:
        return self._here("POST", "/execute/sync", script=script, args=list(values))

    def draw(self, points: Iterable[Point]) -> None:
        self._act(mouse(points))

    def type(self, text: str) -> None:
        self._act(keys(text))

    def resize(self, width: int, height: int) -> None:
        bar = 0
        for _time in range(2):  # the window has a bar above the page, whose height it does not tell
            size = {"width": width, "height": height + bar, "x": 0, "y": 0}
            got = self._here("POST", "/window/rect", **size)
            wait_for(lambda: self.ask("return innerWidth") == got["width"], what="no other size")  # noqa: B023
            bar += height - self.ask("return innerHeight")

    def picture(self) -> bytes:
        return base64.b64decode(self._here("GET", "/screenshot"))

    def complaints(self) -> list[str]:
        return list(self.ask(HEARD))

    def close(self) -> None:
        """End the browser."""
        self._here("DELETE", "")

    def _act(self, actions: Actions) -> None:
        self._here("POST", "/actions", actions=actions)

    def _here(self, method: str, path: str, **body: object) -> Any:
        return self._do(method, self._session + path, **body)

    def _do(self, method: str, path: str, **body: object) -> Any:
        data = body if method == "POST" else None
        answer = self._http.request(method, self._driver + path, json=data, timeout=SECONDS)
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.text}")
        return answer.json()["value"]


def _browser() -> Path:
    """The browser of the package libwebkit2gtk, whose path has a version in it."""
    return sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"))[-1]


@contextmanager
def webkit(folder: Path, language: str = "en_US.UTF-8") -> Iterator[WebKit]:
    """A WebKit that was never used, until the block ends; `language` is the machine's."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with _screen() as screen, requests.Session() as http, (folder / "webkit.log").open("w") as log:
        own = {"HOME": str(folder), "DISPLAY": screen, "LANG": language, **QUIET}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
        process = subprocess.Popen(
            [PROGRAM, f"--port={port}"], env={**kept, **own}, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(lambda: _answers(http, address), what=f"{PROGRAM} never answered")
            engine = WebKit(http, address)
            yield engine
            engine.close()
        finally:
            process.terminate()
            process.wait(SECONDS)


def _answers(http: requests.Session, address: str) -> bool:
    try:
        return http.get(f"{address}/status", timeout=SECONDS).ok
    except requests.ConnectionError:
        return False


@contextmanager
def _screen() -> Iterator[str]:
    """A screen that nobody sees; its name."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield f":{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)
