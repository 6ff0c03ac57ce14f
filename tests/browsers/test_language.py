"""A machine whose language is no language tag, as containers have it: WebKit passes it on."""

from __future__ import annotations

from pathlib import Path

from tests.browsers.places import COMPLETE, places
from tests.browsers.visitor import Visitor
from tests.browsers.webkit import webkit
from tests.live_server import LiveServer

DRAWN = ("tab-curves", "runs", "compare", "data")
"""What writes numbers and dates."""


def test_pages_stand_a_language_that_is_none(
    live_server: LiveServer, trained: list[str], tmp_path: Path
) -> None:
    with webkit(tmp_path, language="C.UTF-8") as engine:
        visitor = Visitor(engine, live_server.url)
        visitor.go("/glossary")
        assert engine.ask("return navigator.language") == "C"
        for name in DRAWN:
            address, shown = places(trained)[name]
            visitor.go(address)
            visitor.wait(COMPLETE, shown, what=f"{name} is never complete")
            assert engine.complaints() == []
