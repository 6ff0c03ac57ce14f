"""A class, as one process of its own: ``python -m tests.faults.students URL TOKEN COUNT SECONDS``.

COUNT students open the page within SECONDS. Each logs in, loads what the page loads, trains a
network, watches it, writes, looks inside, takes the model along, and stays until all have done so.
Prints JSON: what they were refused, and how much they were given.
"""

# ruff: noqa: E402
from gevent import monkey

monkey.patch_all()

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import gevent
import requests
import websocket
from gevent.event import AsyncResult, Event
from gevent.lock import BoundedSemaphore
from gevent.pool import Pool
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from tests.faults.load import SEVEN
from tests.faults.warm import files_of, photograph

IDLE_SECONDS = 10
"""A connection that was idle for longer is not used again: the server ends it after 20 s, and a
browser would ask once more where it does so just then."""

CONNECTIONS = 6
"""Of a browser to one server at the same time."""

REQUESTS = 24
"""Of all students at the same time. They share one process, which would otherwise take a connection
for a request and send it many seconds later, and the server ends a connection that is silent for
20 s; computers of their own would not wait for each other.
"""

PENS = 5
"""Students who write at the same moment; the others look on."""

PEN_SECONDS = 2.0
PEN_HERTZ = 60
EPOCHS = 4
PATIENCE_SECONDS = 400
PHOTOGRAPHERS = 10
"""One in so many takes a photograph, too."""


@dataclass
class Told:
    """What the class was told."""

    refused: list[str] = field(default_factory=list)
    """Answers that were none, events that were missing, connections that ended."""
    whole: int = 0
    """Students who did everything."""
    answers: int = 0
    asked: int = 0
    """Predictions, and how many of them came:"""
    predictions: int = 0
    events: int = 0
    slowest: float = 0.0
    """Seconds: the longest answer over HTTP, but for views that were waited for."""


class Room:
    """What all students share."""

    def __init__(self, url: str, token: str, count: int) -> None:
        self.url, self.token, self.count = url, token, count
        self.told = Told()
        self.pens = BoundedSemaphore(PENS)
        self.requests = BoundedSemaphore(REQUESTS)
        self.over = Event()
        self._done = 0

    def done(self) -> None:
        """One student has done what there is to do, or cannot; when all have, they leave."""
        self._done += 1
        if self._done == self.count:
            self.over.set()


class Connection(HTTPConnection):
    """A connection that is opened anew where it was idle for long."""

    _answered = 0.0

    @property
    def is_connected(self) -> bool:
        """Whether it can take another request; the pool asks before each."""
        return super().is_connected and time.monotonic() < self._answered + IDLE_SECONDS

    def getresponse(self) -> Any:
        answer = super().getresponse()
        self._answered = time.monotonic()
        return answer


class Connections(HTTPConnectionPool):
    ConnectionCls = Connection


class Browser:
    """One browser's requests: cookies of its own, six connections."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._kept: set[str] = set()
        self.http = requests.Session()
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS, pool_block=True)
        adapter.poolmanager.pool_classes_by_scheme = {"http": Connections}
        self.http.mount("http://", adapter)
        self.http.headers["Accept-Encoding"] = "gzip, deflate, br"
        self.http.headers["Accept-Language"] = "zh-CN,zh;q=0.9,en;q=0.8"

    def get(self, path: str, **options: Any) -> requests.Response:
        return self._ask("GET", path, **options)

    def send(self, path: str, body: object, method: str = "POST") -> Any:
        """The answer's JSON."""
        return self._ask(method, path, json=body).json()

    def page(self, path: str) -> str:
        """A page with all that it loads; its address may be another page's."""
        text = self.get(path, headers={"Accept": "text/html"}).text
        self._load(text)
        return text

    def log_in(self) -> None:
        """By the form that the first page leads to."""
        form = self.page("/")
        assert 'name="token"' in form, "there was no form to log in"
        fields = {"token": self.room.token, "next": "/"}
        page = self._ask("POST", "/login", data=fields, headers={"Origin": self.room.url}).text
        assert 'id="main"' in page
        self._load(page)

    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.http.cookies)

    def _load(self, page: str) -> None:
        """What the page names and the browser has not kept."""
        new = set(files_of(page)) - self._kept
        self._kept |= new
        Pool(CONNECTIONS).map(self.get, sorted(new))

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        told = self.room.told
        with self.room.requests:
            began = time.monotonic()
            answer = self.http.request(method, self.room.url + path, timeout=120, **options)
        if "/insights/" not in path:
            told.slowest = max(told.slowest, time.monotonic() - began)
        told.answers += 1
        if answer.status_code >= 400:
            told.refused.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer


class Socket:
    """The page's connection: asks, and hears what is pushed."""

    def __init__(self, browser: Browser) -> None:
        self.told, self._room = browser.room.told, browser.room
        address = f"ws{browser.room.url[4:]}/socket.io/?EIO=4&transport=websocket&lang=zh"
        self._client: Any = websocket.create_connection(
            address, timeout=60, cookie=browser.cookie()
        )
        assert str(self._client.recv()).startswith("0{")
        self._client.send("40")
        assert str(self._client.recv()).startswith("40")
        self._acks: dict[int, Any] = {}
        self.last_seq = 0
        self.finished = Event()
        self._closing = False
        self._early: list[dict[str, Any]] | None = []
        """What is pushed before the answer to ``watch``, which the first events come with."""
        gevent.spawn(self._hear)

    def begin(self, name: str, payload: object) -> Any:
        """Ask; the answer comes into what this returns."""
        number = len(self._acks)
        self._acks[number] = AsyncResult()
        self._client.send(f"42{number}" + json.dumps([name, payload]))
        return self._acks[number]

    def ask(self, name: str, payload: object) -> Any:
        """Ask, and wait for the answer."""
        answer = self.begin(name, payload).get(timeout=60)
        if isinstance(answer.get("error"), dict) and "code" in answer["error"]:
            self.told.refused.append(f"{name}: {answer}")
        return answer

    def watch(self, run_id: str) -> None:
        """Follow the run from its first event on."""
        answer = self.ask("watch", {"run_id": run_id, "after": 0})
        early, self._early = self._early or [], None
        for event in [*answer["events"], *early]:
            self._take(event)

    def close(self) -> None:
        self._closing = True
        self._client.close()

    def _hear(self) -> None:
        try:
            while True:
                self._read(self._client.recv())
        except (OSError, websocket.WebSocketException) as error:
            if not self._closing:
                self.told.refused.append(
                    f"a socket ended: {error!r} {time.strftime('%X')} {self._room.told.whole}"
                )
                self.finished.set()  # nothing more will be heard of the run

    def _read(self, said: str) -> None:
        if said == "2":
            self._client.send("3")
        elif said.startswith('42["event"'):
            event = json.loads(said[2:])[1]
            if self._early is None:
                self._take(event)
            else:
                self._early.append(event)
        elif found := re.match(r"43(\d+)(\[.*)", said, re.DOTALL):
            self._acks[int(found[1])].set(json.loads(found[2])[0])

    def _take(self, event: dict[str, Any]) -> None:
        """An event may come both ways; none may be missing."""
        if event["seq"] <= self.last_seq:
            return
        if event["seq"] != self.last_seq + 1:
            self.told.refused.append(f"event {event['seq']} came after {self.last_seq}")
        self.last_seq = event["seq"]
        self.told.events += 1
        if event["type"] == "status" and event["status"] == "finished":
            self.finished.set()


def study(room: Room, number: int) -> None:
    """One student's hour."""
    browser = Browser(room)
    browser.log_in()
    config = build(browser, number)
    with connection(browser) as socket:
        socket.ask("watch_runs", {})
        run_id = browser.send("/api/runs", config)["id"]
        path = f"/api/runs/{run_id}"
        browser.get(f"{path}/curve")
        socket.watch(run_id)
        assert socket.finished.wait(PATIENCE_SECONDS), "the run never finished"
        with room.pens:
            write(socket, run_id)
        if number % PHOTOGRAPHERS == 0:
            browser.send(f"{path}/predict", {"image": photograph(1500)})
        look(browser, path)
        browser.send(path, {"name": f"Student {number}, finished"}, "PATCH")
        browser.page("/runs")
        browser.get("/api/runs")
        room.told.whole += 1
        room.done()
        room.over.wait(PATIENCE_SECONDS)


def build(browser: Browser, number: int) -> dict[str, Any]:
    """What the page asks for at its start, and while somebody types; the configuration."""
    browser.get("/api/catalog")
    browser.get("/api/runs?limit=100&status=finished")
    config: dict[str, Any] = {}
    for units in (1, 12, 128):
        config = {
            "name": f"Student {number}",
            "layers": [
                {"type": "Flatten"},
                {"type": "Dense", "units": units, "activation": "relu"},
                {"type": "Dense", "units": 10, "activation": "softmax"},
            ],
            "fit": {"batch_size": 100, "epochs": EPOCHS},
        }
        browser.send("/api/check", config)
    return config


@contextmanager
def connection(browser: Browser) -> Iterator[Socket]:
    with closing(Socket(browser)) as socket:
        yield socket


def write(socket: Socket, run_id: str) -> None:
    """A pen: a question at each of its moves, sixty a second, whatever was answered meanwhile."""
    asked = []
    began = time.monotonic()
    for move in range(int(PEN_SECONDS * PEN_HERTZ)):
        strokes = [SEVEN[0][: 1 + move * len(SEVEN[0]) // 150]]
        asked.append(socket.begin("predict", {"run_id": run_id, "strokes": strokes}))
        gevent.sleep(max(0.0, began + (move + 1) / PEN_HERTZ - time.monotonic()))
    socket.told.asked += len(asked)
    for one in asked:
        answer = one.get(timeout=60)
        if "digit" in answer:
            socket.told.predictions += 1
        else:
            socket.told.refused.append(f"predict: {answer}")


def look(browser: Browser, path: str) -> None:
    """Inside and at the evaluation; the model as a file and as a program."""
    browser.send(f"{path}/look", {"strokes": SEVEN})
    while browser.get(f"{path}/insights/weights").status_code == 202:
        gevent.sleep(1)
    for last in ("", "/evaluation", "/checkpoints", "/model", "/code", "/code?format=ipynb"):
        browser.get(path + last)


def come(room: Room, seconds: float, number: int) -> None:
    """Come in time, and study; what goes wrong is told."""
    gevent.sleep(seconds * number / room.count)
    try:
        study(room, number)
    except (Exception, gevent.Timeout) as error:
        room.told.refused.append(f"student {number}: {error!r}")
        room.done()


def main() -> None:
    url, token, count, seconds = sys.argv[1:]
    room = Room(url, token, int(count))
    Pool().map(partial(come, room, float(seconds)), range(room.count))
    print(json.dumps(asdict(room.told)))


if __name__ == "__main__":
    main()
