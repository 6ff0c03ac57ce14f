"""Firefox by WebDriver BiDi, which it speaks itself over a WebSocket."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import websocket

from tests.browsers.engine import Actions, Point, keys, mouse

PROGRAM = "firefox-esr"
SECONDS = 240
ABORTED = "NS_BINDING_ABORTED"
"""The page was left, or itself let the request go."""

EVENTS = ["log.entryAdded", "network.responseCompleted", "network.fetchError"]

# Nothing is fetched from Mozilla, and no page but ours is opened.
SETTINGS = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One window of Firefox."""

    name = "Firefox"

    def __init__(self, connection: websocket.WebSocket) -> None:
        self._connection = connection
        self._numbers = count(1)
        self._complaints: list[str] = []
        session = self._do("session.new", capabilities={})
        self.version = str(session["capabilities"]["browserVersion"])
        self._do("session.subscribe", events=EVENTS)
        self._context = self._do("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, address: str) -> None:
        self._do_here("browsingContext.navigate", url=address, wait="complete")

    def ask(self, script: str, *values: object) -> Any:
        function = f"text => JSON.stringify((function () {{{script}}})(...JSON.parse(text)))"
        found = self._do(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"type": "string", "value": json.dumps(values)}],
            target={"context": self._context},
            awaitPromise=True,
        )
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"]["value"]) if "value" in found["result"] else None

    def draw(self, points: Iterable[Point]) -> None:
        self._act(mouse(points))

    def type(self, text: str) -> None:
        self._act(keys(text))

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._do_here("browsingContext.setViewport", viewport=size, devicePixelRatio=1)

    def picture(self) -> bytes:
        return base64.b64decode(self._do_here("browsingContext.captureScreenshot")["data"])

    def complaints(self) -> list[str]:
        self.ask("return 0")  # what happened before is told before this is answered
        found, self._complaints = self._complaints, []
        return found

    def _act(self, actions: Actions) -> None:
        self._do_here("input.performActions", actions=actions)

    def _do_here(self, method: str, **parameters: object) -> Any:
        return self._do(method, context=self._context, **parameters)

    def _do(self, method: str, **parameters: object) -> Any:
        """Send a command and return its result; events that come before it are heard."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        self._connection.send(json.dumps(command))
        while True:
            message = json.loads(self._connection.recv())
            if message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                return message["result"]
            self._hear(message["method"], message["params"])

    def _hear(self, event: str, told: dict[str, Any]) -> None:
        if event == "log.entryAdded":
            if told["level"] == "error":
                self._complaints.append(f"{told['text']} {told.get('stackTrace')}")
            return
        url = told["request"]["url"]
        if event == "network.fetchError":
            if told["errorText"] == ABORTED:
                return
            self._complaints.append(f"{url}: {told['errorText']}")
        elif told["response"]["status"] >= 400:
            self._complaints.append(f"{url}: {told['response']['status']}")


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A Firefox that was never used, until the block ends."""
    profile = folder / "profile"
    profile.mkdir(parents=True)
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(SETTINGS[key])});" for key in SETTINGS]
    (profile / "user.js").write_text("\n".join(lines))
    command = [PROGRAM, "--headless", "--no-remote", "--profile", str(profile)]
    with (folder / "firefox.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0", "about:blank"],
            env={**os.environ, "HOME": str(folder)},
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        connection = websocket.create_connection(
            f"{_address(process)}/session", timeout=SECONDS, suppress_origin=True
        )
        yield Firefox(connection)
        connection.close()
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def _address(process: subprocess.Popen[str]) -> str:
    """Where it listens, as it says once it does."""
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"BiDi listening on (ws://\S+)", line)
        if found:
            return found[1]
    raise RuntimeError("Firefox ended before it listened")
