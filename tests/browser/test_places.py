"""axe-core finds nothing at any place, by day and by night."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, render_template
from playwright.sync_api import Browser, Page

from tests.browser.places import ON_A_PHONE, PLACES, Runs
from tests.browser.test_access import faults_in_both_themes
from tests.kerasfile.archives import archive
from tests.live_server import wait_for
from tests.server_process import Server

CONFIG = {
    "dataset": {"name": "mnist-5k", "train_samples": 600},
    "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}],
    "fit": {"batch_size": 100, "epochs": 2},
}
LONG = {"fit": {"batch_size": 100, "epochs": 5000}}
OBEYED = {"failed": "fail", "diverged": "diverge", "stopped": "slow", "paused": "slow"}
ACTS = {"stopped": "stop", "paused": "pause"}
"""What the fake worker obeys: how a run is called until it is in its state."""


@pytest.fixture(scope="module")
def runs(shared: Server, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """A run in each state that a run can be in."""
    made = {name: ended(shared, name) for name in (*OBEYED, "finished")}
    made["imported"] = upload(shared, archive(tmp_path_factory.mktemp("import")))
    made["training"] = shared.create(CONFIG, **LONG, name="slow")
    wait_for(lambda: shared.status(made["training"]) == "running")
    made["queued"] = shared.create(CONFIG, name="queued")
    return made


def ended(server: Server, name: str) -> str:
    """A run that has ended in this way, and is called so."""
    long = LONG if name in ACTS else {}
    run_id = server.create({**CONFIG, **long}, name=OBEYED.get(name, name))
    if name in ACTS:
        wait_for(lambda: server.get(f"/api/runs/{run_id}")["epoch"] > 0)
        post(server, f"{run_id}/{ACTS[name]}")
    wanted = "finished" if name == "diverged" else name
    wait_for(lambda: server.status(run_id) == wanted, what=f"never {wanted}")
    requests.patch(f"{server.url}/api/runs/{run_id}", json={"name": name}, timeout=10)
    return run_id


def post(server: Server, path: str) -> None:
    assert requests.post(f"{server.url}/api/runs/{path}", timeout=10).ok


def upload(server: Server, path: Path) -> str:
    """Import a model; the id of its run."""
    with path.open("rb") as file:
        answer = requests.post(f"{server.url}/api/models", files={"file": file}, timeout=60)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


NO_TOUR = """if (location.origin !== "null") localStorage.setItem("inkling.tour", "shown");"""
"""Nobody is here for the first time."""


@pytest.fixture
def anyone(request: pytest.FixtureRequest, browser: Browser, shared: Server) -> Iterator[Page]:
    """A page of a new browser, on a laptop or, where the parameter says so, on a phone."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    laptop = {"viewport": {"width": 1366, "height": 768}}
    options = phone if getattr(request, "param", "") == "phone" else laptop
    context = browser.new_context(
        base_url=shared.url,
        locale="en-US",
        reduced_motion="reduce",
        **options,
    )
    context.add_init_script(NO_TOUR)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("place", PLACES)
def test_nothing_stands_in_anyones_way(anyone: Page, runs: Runs, place: str) -> None:
    PLACES[place](anyone, runs)
    assert faults_in_both_themes(anyone) == []


@pytest.mark.parametrize("anyone", ["phone"], indirect=True)
@pytest.mark.parametrize("place", ON_A_PHONE)
def test_nothing_stands_in_anyones_way_on_a_phone(anyone: Page, runs: Runs, place: str) -> None:
    ON_A_PHONE[place](anyone, runs)
    assert faults_in_both_themes(anyone) == []


@pytest.mark.parametrize(
    ("template", "values"), [("busy", {"seconds": 9}), ("foreign_host", {"host": "a.example"})]
)
def test_pages_without_styles_are_for_everybody(
    anyone: Page, app: Flask, template: str, values: dict[str, Any]
) -> None:
    with app.test_request_context():
        text = render_template(f"errors/{template}.html", **values)
    # It would load itself again, from nowhere.
    anyone.set_content(re.sub(r'<meta http-equiv="refresh".*?>', "", text))
    assert faults_in_both_themes(anyone) == []
