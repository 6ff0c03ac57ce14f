"""Chromium by Playwright, as the other tests have it: what Firefox and WebKit are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Request, Response

from tests.browsers.engine import CONTROL, DELETE, Point

NAMES = {CONTROL: "Control", DELETE: "Delete"}

ABORTED = "net::ERR_ABORTED"
"""The page was left, or itself let the request go."""

GONE = "Execution context was destroyed"
"""The page was left while a script ran in it."""


class Chromium:
    """One window of Chromium."""

    name = "Chromium"

    def __init__(self, browser: Browser) -> None:
        self.version = browser.version
        self._complaints: list[str] = []
        context = browser.new_context(locale="en-US")
        context.on("console", self._said)
        context.on("weberror", lambda error: self._complaints.append(str(error.error)))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        self._page = context.new_page()

    def open(self, address: str) -> None:
        self._page.goto(address)

    def ask(self, script: str, *values: object) -> Any:
        asked = f"values => (function () {{{script}}})(...values)"
        try:
            return self._page.evaluate(asked, list(values))
        except Error as error:
            if GONE not in error.message:
                raise
            return None  # the next page answers

    def draw(self, points: Iterable[Point]) -> None:
        first, *others = points
        self._page.mouse.move(*first)
        self._page.mouse.down()
        for point in others:
            self._page.mouse.move(*point, steps=8)
        self._page.mouse.up()

    def type(self, text: str) -> None:
        held = False
        for key in text:
            if key == CONTROL:
                held = True
                continue
            self._page.keyboard.press(("Control+" if held else "") + NAMES.get(key, key))
            held = False

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def picture(self) -> bytes:
        return self._page.screenshot()

    def complaints(self) -> list[str]:
        found, self._complaints = self._complaints, []
        return found

    def close(self) -> None:
        """Close the window."""
        self._page.context.close()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(message.text)

    def _failed(self, asked: Request) -> None:
        if asked.failure != ABORTED:
            self._complaints.append(f"{asked.url}: {asked.failure}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self._complaints.append(f"{answer.url}: {answer.status}")
