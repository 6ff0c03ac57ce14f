"""`kill -9` of every process at random moments: runs go on, and end as if nothing had happened."""

from __future__ import annotations

import random
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import studio
from tests.faults import whole
from tests.faults.conftest import Note
from tests.faults.harness import PREDICT, Inkling, kill
from tests.faults.load import Load
from tests.faults.moments import await_moment, pause
from tests.faults.times import times
from tests.faults.whole import Ended
from tests.live_server import wait_for

EPOCHS = int(whole.SLOW_EPOCHS["fit"]["epochs"])
AGAIN_SECONDS = 10.0
PREDICTS_AGAIN_SECONDS = 8.0


@times(25)
def test_the_train_worker(
    nth: int, inkling: Inkling, undisturbed: Ended, chance: random.Random, note: Note
) -> None:
    run_id = whole.create(inkling.server)
    await_moment(inkling, run_id, chance, EPOCHS)
    worker = inkling.worker(run_id)
    assert worker is not None
    kill(worker)
    note("seconds until a killed run trains again", seconds_until_it_trains(inkling, run_id, 2))
    found = whole.ended(inkling.server, run_id)
    assert found.run["attempt"] == 2
    whole.same(found, undisturbed)


def seconds_until_it_trains(inkling: Inkling, run_id: str, attempt: int) -> float:
    """Wait for another attempt to train; how long that took."""
    began = time.monotonic()

    def trains() -> bool:
        run = inkling.server.get(f"/api/runs/{run_id}").json()
        return run["attempt"] >= attempt and run["status"] in ("running", "finished")

    wait_for(trains, what="the run did not go on")
    return time.monotonic() - began


@pytest.mark.browser
@times(25)
def test_the_web_process_before_a_watching_browser(
    nth: int, inkling: Inkling, undisturbed: Ended, browser: Browser, chance: random.Random
) -> None:
    context = browser.new_context(base_url=inkling.server.url, locale="en-US")
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    run_id = whole.create(inkling.server)
    watch(page, run_id)
    await_moment(inkling, run_id, chance, EPOCHS)
    trained = inkling.worker(run_id)
    inkling.kill_web()
    pause(chance.uniform(0, 3))
    inkling.start()
    found = whole.ended(inkling.server, run_id)
    whole.same(found, undisturbed)
    assert trained is not None and found.run["attempt"] == 1
    expect_whole(page, found)
    assert errors == []
    context.close()


def watch(page: Page, run_id: str) -> None:
    """Open the run; whether the page is ever loaded again will show."""
    page.goto(f"/?run={run_id}")
    expect(page.get_by_role("heading", name=whole.SLOW_EPOCHS["name"])).to_be_visible()
    page.evaluate("window.neverLoadedAgain = true")


def expect_whole(page: Page, found: Ended) -> None:
    """The page has caught up by itself: every epoch once, and the end."""
    studio.expect_finished(page)
    studio.expect_epochs(page, (event["epoch"] for event in reversed(found.of("epoch"))))
    assert page.evaluate("window.neverLoadedAgain") is True


@pytest.mark.alone
@times(10)
def test_the_predict_worker_under_load(
    nth: int, inkling: Inkling, undisturbed: Ended, chance: random.Random, note: Note
) -> None:
    with Load(inkling.server.url, undisturbed.run["id"], clients=4) as load:
        load.await_answers(20)
        pause(chance.uniform(0, 0.5))
        (worker,) = inkling.children(PREDICT)
        kill(worker)
        seconds = load.seconds_until_an_answer()
        note("seconds until the next prediction", seconds)
        load.await_answers(20)
    assert load.faults == []
    assert seconds < PREDICTS_AGAIN_SECONDS


@times(10)
def test_all_at_once(
    nth: int, inkling: Inkling, undisturbed: Ended, chance: random.Random, note: Note
) -> None:
    run_id = whole.create(inkling.server)
    await_moment(inkling, run_id, chance, EPOCHS)
    order = inkling.everybody()
    chance.shuffle(order)
    inkling.kill_all(order)
    inkling.start()
    note("seconds from a start until a run trains", seconds_until_it_trains(inkling, run_id, 2))
    whole.same(whole.ended(inkling.server, run_id), undisturbed)
