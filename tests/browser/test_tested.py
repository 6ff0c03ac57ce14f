"""The Test and Mistakes tabs: a cell and its images, the pad, filters, other epochs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.browser.test_access import violations
from tests.live_server import LiveServer

CONFIG = {
    "name": "Looked into",
    "dataset": {"name": "mnist-5k", "train_samples": 600},
    "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}],
    "fit": {"batch_size": 50, "epochs": 3},
    "seed": 3,
}


@pytest.fixture(scope="module")
def finished(live_server: LiveServer) -> str:
    """The id of a short run that is over."""
    run_id = str(live_server.post("/api/runs", CONFIG).json()["id"])
    live_server.run_until(run_id, "finished")
    return run_id


def open_tab(page: Page, run_id: str, name: str) -> Locator:
    """The panel of a tab, once it shows figures."""
    studio.open_studio(page, f"?run={run_id}")
    page.get_by_role("tab", name=name).click()
    panel = page.get_by_role("tabpanel", name=name)
    expect(panel.get_by_text("After epoch")).to_be_visible(timeout=studio.PATIENCE)
    return panel


def grid(panel: Locator) -> Locator:
    """The list of images."""
    return panel.get_by_role("slider", name="Test images")


def await_images(panel: Locator) -> None:
    """Wait until the images in sight are painted: more than the page's own colour is there."""
    expect(grid(panel)).to_be_visible(timeout=studio.PATIENCE)
    painted = """grid => {
        const canvas = grid.querySelector("canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, 80, 80);
        return data.filter((value, n) => n % 4 === 3 && value > 200).length > 20;
    }"""
    grid(panel).scroll_into_view_if_needed()
    for _look in range(200):
        if grid(panel).evaluate(painted):
            return
        panel.page.wait_for_timeout(50)  # between two looks at the condition
    raise AssertionError("no image was painted")


def predicted(page: Page) -> str:
    """The digit that the pad's network says, once it says one."""
    digit = page.locator('#write [data-part="digit"]')
    expect(digit).to_have_text(re.compile(r"^\d$"), timeout=studio.PATIENCE)
    return digit.inner_text()


def commonest_mistake(live_server: LiveServer, run_id: str) -> tuple[int, int, int]:
    """True digit, answer, and how often."""
    confusion = live_server.get(f"/api/runs/{run_id}/evaluation").json()["confusion"]
    cells = [(n, t, a) for t, row in enumerate(confusion) for a, n in enumerate(row) if t != a]
    n, truth, answer = max(cells)
    return truth, answer, n


def test_a_cell_shows_its_images_and_one_goes_to_the_pad(
    page: Page, live_server: LiveServer, finished: str
) -> None:
    truth, answer, n = commonest_mistake(live_server, finished)
    panel = open_tab(page, finished, "Test")
    cell = panel.get_by_role("button", name=f"{n} of the {truth}s predicted as {answer}")
    cell.click()
    expect(cell).to_have_attribute("aria-pressed", "true")
    title = f"{n} images of a {truth}, predicted as {answer}"
    expect(panel.get_by_role("heading", name=title)).to_be_visible()
    await_images(panel)
    expect(panel.get_by_text(f"No. 1 of {n}: true {truth}, predicted {answer}")).to_be_visible()
    grid(panel).click(position={"x": 40, "y": 40})
    assert predicted(page) == str(answer)
    assert sum(studio.bars(page)) == pytest.approx(100, abs=3)
    assert violations(page) == []


def test_the_matrix_is_walked_by_keys(page: Page, finished: str) -> None:
    panel = open_tab(page, finished, "Test")
    first = panel.get_by_role("button", name=re.compile("of the 0s correct"))
    first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    expect(panel.get_by_role("button", name=re.compile("of the 1s correct"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name=re.compile("of a 1, correct"))).to_be_visible()
    await_images(panel)
    grid(panel).press("ArrowRight")
    expect(panel.get_by_text(re.compile(r"^No\. 2 of "))).to_be_visible()
    grid(panel).press("Enter")
    assert predicted(page) == "1"


def test_mistakes_are_filtered_and_read_as_a_table(
    page: Page, live_server: LiveServer, finished: str
) -> None:
    truth, answer, n = commonest_mistake(live_server, finished)
    panel = open_tab(page, finished, "Mistakes")
    await_images(panel)
    panel.get_by_label("True digit").select_option(str(truth))
    choice = panel.get_by_label("Predicted digit")
    expect(choice.locator(f'option[value="{answer}"]')).to_have_text(f"{answer} ({n})")
    choice.select_option(str(answer))
    expect(panel.get_by_text(f"No. 1 of {n}: true {truth}, predicted {answer}")).to_be_visible()
    panel.locator("summary", has_text="As a table").click()
    rows = panel.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(n + 1)
    texts = rows.all_inner_texts()[1:]
    sure = [float(re.search(r"([\d.]+)%", text)[1]) for text in texts]  # type: ignore[index]
    assert sure == sorted(sure, reverse=True)
    assert violations(page) == []


def test_another_epoch_is_tested_and_answers_on_the_pad(
    page: Page, live_server: LiveServer, finished: str
) -> None:
    panel = open_tab(page, finished, "Test")
    expect(panel.get_by_text("After epoch 3:")).to_be_visible()
    weights = page.get_by_label("Weights", exact=True)
    weights.select_option("1")
    expect(panel.get_by_text("After epoch 1:")).to_be_visible(timeout=studio.PATIENCE)
    accuracy = live_server.get(f"/api/runs/{finished}/evaluation?epoch=1").json()["accuracy"]
    expect(panel.get_by_text(f"{100 * accuracy:.2f}%")).to_be_visible()
    studio.write(page, studio.ONE)
    source = page.locator('#write [data-part="source"]')
    expect(source).to_have_text("Looked into, epoch 1", timeout=studio.PATIENCE)
    weights.select_option("best")
    best = live_server.get(f"/api/runs/{finished}").json()["best"]["epoch"]
    expect(source).to_have_text(f"Looked into, epoch {best}", timeout=studio.PATIENCE)
    expect(weights.locator("option").nth(1)).to_contain_text(f"★ best (epoch {best}")
    link = page.get_by_role("link", name="Download these weights")
    expect(link).to_have_attribute("href", re.compile("epoch=best$"))


def test_a_run_that_trains_is_tested_on_request_only(page: Page, live_server: LiveServer) -> None:
    config: dict[str, Any] = {**CONFIG, "name": "Under way"}
    config["fit"] = {"batch_size": 50, "epochs": 10_000}
    run_id = live_server.post("/api/runs", config).json()["id"]
    live_server.run_until(run_id, "running")
    studio.open_studio(page, f"?run={run_id}")
    page.get_by_role("tab", name="Test").click()
    panel = page.get_by_role("tabpanel", name="Test")
    expect(panel.get_by_text("The test comes at the end.")).to_be_visible()
    panel.get_by_role("button", name=re.compile(r"^Test epoch \d+ now")).click(
        timeout=studio.PATIENCE
    )
    expect(panel.get_by_text(re.compile(r"^After epoch \d+: "))).to_be_visible(
        timeout=studio.PATIENCE
    )
    live_server.post(f"/api/runs/{run_id}/stop")
    live_server.run_until(run_id, "stopped")


def test_a_run_without_mistakes_says_so(page: Page, finished: str) -> None:
    def flawless(route: Any) -> None:
        digits = [n % 10 for n in range(1000)]
        tested = {"epoch": 3, "truth": digits, "answer": digits, "confidence": [1] * 1000}
        route.fulfill(json=tested)

    page.route("**/insights/tested*", flawless)
    panel = open_tab(page, finished, "Mistakes")
    sentence = "No mistakes: all 1,000 test digits are correct."
    expect(panel.get_by_text(sentence)).to_be_visible()
    expect(grid(panel)).to_be_hidden()
    expect(panel.get_by_label("True digit")).to_be_hidden()


def test_a_phone_goes_to_the_pad_with_the_image(new_page: NewPage, finished: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"/?run={finished}")
    page.get_by_role("tab", name="Mistakes").tap()
    panel = page.get_by_role("tabpanel", name="Mistakes")
    await_images(panel)
    grid(panel).tap(position={"x": 50, "y": 50})
    expect(page.get_by_role("region", name="Write")).to_be_visible()
    predicted(page)
