"""Parts of a page fail alone: the others go on, and it can be tried again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.live_server import LiveServer

NO_TAG = """for (const [name, value] of [["language", "C"], ["languages", ["C"]]])
  Object.defineProperty(Navigator.prototype, name, { get: () => value, configurable: true });"""
"""What WebKitGTK says of a session without a language."""

SENTENCE = "This part could not start."


@pytest.fixture
def broken(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page on which something goes amiss, so its console is not held against it."""
    context = browser.new_context(
        base_url=live_server.url, locale="en-US", viewport={"width": 1600, "height": 1000}
    )
    yield context.new_page()
    context.close()


def failing(page: Page, script: str, line: str) -> None:
    """Let a script of the page throw in front of a line of it."""

    def altered(route: Route) -> None:
        text = route.fetch().text()
        assert line in text
        route.fulfill(
            body=text.replace(line, f'throw new Error("on purpose");\n{line}'),
            content_type="text/javascript",
        )

    page.route(f"**/{script}", altered)


def open_run(page: Page, server: LiveServer) -> None:
    """The Studio with a short run that is over, the newest of all."""
    config = server.get("/api/catalog").json()["defaults"]
    config["dataset"] |= {"name": "mnist-5k", "train_samples": 200}
    config["fit"] |= {"epochs": 1}
    run_id: str = server.post("/api/runs", config).json()["id"]
    server.run_until(run_id, "finished")
    page.goto(f"/?run={run_id}")


@pytest.mark.parametrize("path", ["/", "/runs", "/lessons", "/data"])
def test_a_language_tag_that_is_none_hurts_no_page(new_page: NewPage, path: str) -> None:
    page = new_page()
    page.add_init_script(NO_TAG)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => [...navigator.languages]") == ["C"]
    expect(page.get_by_text(SENTENCE)).to_have_count(0)


def test_one_trains_without_a_language_tag(new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(NO_TAG)
    studio.open_studio(page)
    studio.choose_training(page, samples=200, epochs=2)
    studio.train(page)
    studio.expect_finished(page)
    expect(page.locator("[data-part=plot-loss] canvas")).to_be_visible()


LATER = """names => names.flatMap(name => [
  ...document.getElementById(`later-${name}`).content.querySelectorAll("link")
].map(link => new URL(link.getAttribute("href"), location.href).href))"""

FETCHED = """addresses => {
  const here = new Set(performance.getEntriesByType("resource").map(entry => entry.name));
  return addresses.filter(address => here.has(address)).length;
}"""


@pytest.mark.parametrize("sign", ["moves", "types"])
def test_what_a_run_needs_is_fetched_before_train_is_pressed(new_page: NewPage, sign: str) -> None:
    page = new_page()
    page.goto("/")
    addresses: list[str] = page.evaluate(LATER, ["run", "edit"])
    assert any(one.endswith("/uPlot.iife.min.js") for one in addresses) and len(addresses) > 30
    page.wait_for_load_state("networkidle")
    assert page.evaluate(FETCHED, addresses) == 0
    if sign == "moves":
        page.mouse.move(300, 300)
    else:
        page.keyboard.press("Shift")
    page.wait_for_function(f"all => ({FETCHED})(all) === all.length", arg=addresses)


def test_what_could_not_be_prefetched_is_fetched_for_the_run(broken: Page) -> None:
    refused = "**/{run.css,watch/run.js,watch/tabs.js,uPlot.iife.min.js}"
    broken.route(refused, lambda route: route.abort())
    studio.open_studio(broken)
    with broken.expect_event("requestfailed", lambda one: "run.css" in one.url):
        broken.mouse.move(300, 300)
    broken.unroute(refused)
    studio.choose_training(broken, samples=200, epochs=1)
    studio.train(broken)
    studio.expect_finished(broken)
    expect(broken.locator("[data-part=plot-loss] canvas")).to_be_visible()


def test_without_uplot_all_but_the_charts_live(broken: Page) -> None:
    broken.route("**/uPlot.iife.min.js", lambda route: route.abort())
    studio.open_studio(broken)
    studio.choose_training(broken, samples=200, epochs=2)
    studio.train(broken)
    studio.expect_finished(broken)
    studio.expect_epochs(broken, [2, 1])
    charts = broken.locator("[data-part=charts]")
    expect(charts).to_contain_text(SENTENCE)
    charts.get_by_role("button", name="Try again").click()
    expect(charts).to_contain_text(SENTENCE)
    broken.unroute("**/uPlot.iife.min.js")
    charts.get_by_role("button", name="Try again").click()
    expect(charts.locator("canvas").first).to_be_visible()
    studio.write(broken, studio.SEVEN)
    expect(broken.locator("#write [data-part=digit]")).to_have_text(re.compile(r"^\d$"))


@pytest.mark.parametrize(
    ("part", "script", "line"),
    [
        ("write", "js/write/write.js", "  const answer = createAnswer(root);"),
        ("write", "js/write/ink.js", "export const SIDE = 280;"),
        ("watch", "js/watch/watch.js", "  const state = nothing();"),
        ("build", "js/build/build.js", "  const live = el("),
    ],
)
def test_a_part_of_the_studio_fails_alone(broken: Page, part: str, script: str, line: str) -> None:
    failing(broken, script, line)
    broken.goto("/")
    for name in ("build", "watch", "write"):
        found = broken.locator(f"#{name}").get_by_text(SENTENCE)
        expect(found).to_have_count(1 if name == part else 0)
    if part != "build":
        expect(broken.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    if part != "watch":
        expect(
            broken.get_by_role("heading", name=re.compile("^Build a neural network"))
        ).to_be_visible()
    if part != "write":
        expect(broken.locator("#write [data-part=undo]")).to_be_visible()


def test_a_part_that_failed_once_starts_when_tried_again(broken: Page) -> None:
    # Fails only while this is set: so does what the network or the moment spoilt.
    broken.add_init_script("window.spoilt = true")
    text = "  const answer = createAnswer(root);"

    def altered(route: Route) -> None:
        body = (
            route.fetch().text().replace(text, f"  if (window.spoilt) throw new Error();\n{text}")
        )
        route.fulfill(body=body, content_type="text/javascript")

    broken.route("**/js/write/write.js", altered)
    broken.goto("/")
    column = broken.locator("#write")
    expect(column).to_contain_text(SENTENCE)
    broken.evaluate("() => { window.spoilt = false; }")
    column.get_by_role("button", name="Try again").click()
    expect(column.get_by_text(SENTENCE)).to_have_count(0)
    expect(column.locator("[data-part=probs] > li")).to_have_count(10)  # it has started
    studio.write(broken, studio.SEVEN)
    expect(column.get_by_role("button", name="Undo")).to_be_enabled()


@pytest.mark.parametrize("script", ["js/write/write.js", "js/write/hands.js"])
def test_a_part_whose_script_did_not_come_starts_when_tried_again(
    broken: Page, script: str
) -> None:
    broken.route(f"**/{script}", lambda route: route.abort())
    broken.goto("/")
    column = broken.locator("#write")
    expect(column).to_contain_text(SENTENCE)
    broken.unroute(f"**/{script}")
    column.get_by_role("button", name="Try again").click()
    expect(column.get_by_text(SENTENCE)).to_have_count(0)
    expect(column.locator("[data-part=probs] > li")).to_have_count(10)  # it has started
    studio.write(broken, studio.SEVEN)
    expect(column.get_by_role("button", name="Undo")).to_be_enabled()


def test_a_view_that_cannot_be_drawn_leaves_the_others(broken: Page, finished: str) -> None:
    failing(broken, "js/watch/facts.js", '      set("test", "test", facts.test);')
    broken.goto(f"/?run={finished}")
    expect(broken.locator(".facts")).to_contain_text(SENTENCE)
    studio.expect_epochs(broken, [2, 1])


@pytest.mark.parametrize("file", ["js/insight/test.js", "js/insight/matrix.js", "css/tested.css"])
def test_a_tab_that_did_not_come_is_shown_when_tried_again(
    broken: Page, finished: str, file: str
) -> None:
    broken.route(f"**/{file}", lambda route: route.abort())
    broken.goto(f"/?run={finished}")
    broken.get_by_role("tab", name="Test").click()
    panel = broken.get_by_role("tabpanel", name="Test")
    expect(panel).to_contain_text(SENTENCE)
    panel.get_by_role("button", name="Try again").click()
    expect(panel).to_contain_text(SENTENCE)
    broken.unroute(f"**/{file}")
    panel.get_by_role("button", name="Try again").press("Enter")
    expect(panel.get_by_text("After epoch")).to_be_visible(timeout=studio.PATIENCE)
    expect(panel.get_by_text("One moment")).to_have_count(0)
    expect(panel).to_be_focused()
    # Its style sheet is here as well.
    expect(panel.locator(".tested")).to_have_css("display", "grid")


@pytest.mark.parametrize(
    "file", ["js/watch/run.js", "js/watch/marks.js", "css/run.css", "css/uPlot.min.css"]
)
def test_a_run_whose_view_did_not_come_is_shown_when_tried_again(
    broken: Page, live_server: LiveServer, file: str
) -> None:
    open_run(broken, live_server)
    expect(broken.locator(".facts")).to_be_visible()
    broken.route(f"**/{file.removeprefix('css/')}", lambda route: route.abort())
    broken.goto("/")
    watch = broken.locator("#watch")
    expect(watch.get_by_text(SENTENCE)).to_have_count(0)
    watch.get_by_role("listitem").get_by_role("link").first.click()
    expect(watch).to_contain_text(SENTENCE)
    broken.unroute(f"**/{file.removeprefix('css/')}")
    watch.get_by_role("button", name="Try again").click()
    studio.expect_epochs(broken, [1])
    expect(watch.locator("canvas").first).to_be_visible()
    expect(watch.locator(".facts")).to_have_css("display", "flex")


def test_a_list_of_layers_that_did_not_come_is_shown_when_tried_again(broken: Page) -> None:
    broken.route("**/js/build/kinds.js", lambda route: route.abort())
    studio.open_studio(broken)
    broken.get_by_role("button", name="+ Add a layer").click()
    menu = broken.get_by_role("dialog", name="Layers to add")
    expect(menu).to_contain_text(SENTENCE)
    broken.unroute("**/js/build/kinds.js")
    menu.get_by_role("button", name="Try again").click()
    expect(menu.get_by_role("button", name="Dropout")).to_be_visible()


def test_a_program_that_did_not_come_is_shown_when_tried_again(broken: Page) -> None:
    broken.route("**/js/code/tokens.js", lambda route: route.abort())
    studio.open_studio(broken)
    broken.get_by_text("As a Keras program").click()
    fold = broken.locator(".as-program")
    expect(fold).to_contain_text(SENTENCE)
    broken.unroute("**/js/code/tokens.js")
    fold.get_by_role("button", name="Try again").click()
    expect(fold.get_by_role("region", name="Keras program")).to_contain_text("epochs=")


def test_a_picture_whose_reading_did_not_come_is_taken_the_next_time(
    broken: Page, live_server: LiveServer
) -> None:
    buffer = BytesIO()
    Image.new("L", (80, 80), 255).save(buffer, "PNG")
    file: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    open_run(broken, live_server)
    broken.route("**/js/write/picture.js", lambda route: route.abort())
    chooser = broken.get_by_label(re.compile("Choose an image of a digit"))
    chooser.set_input_files(file)
    hint = broken.locator("#write [data-part=hint]")
    expect(hint).to_contain_text("The server cannot be reached.")
    broken.unroute("**/js/write/picture.js")
    chooser.set_input_files(file)
    expect(hint).to_contain_text("No digit was found in the image.")


def test_the_studio_requests_what_it_names_at_first_and_no_more(new_page: NewPage) -> None:
    page = new_page()
    requested: set[str] = set()
    page.on("request", lambda request: requested.add(request.url))
    page.goto("/", wait_until="networkidle")
    named = page.evaluate(
        """[...document.querySelectorAll("link, script")].map(({ href, src }) => href || src)"""
    )
    assert {url for url in requested if url.endswith((".js", ".css"))} <= {*named}


def test_a_press_while_a_tab_is_on_its_way_is_not_lost(new_page: NewPage, finished: str) -> None:
    page = new_page()
    page.goto(f"/?run={finished}")
    held: list[Route] = []
    page.route("**/js/insight/matrix.js", lambda route: held.append(route))
    page.get_by_role("tab", name="Test").click()
    panel = page.get_by_role("tabpanel", name="Test")
    expect(panel).to_contain_text("One moment")
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_role("region", name="Keras program")).to_be_visible()
    page.get_by_role("tab", name="Test").press("Enter")
    expect(page.get_by_role("tab", name="Test")).to_be_focused()
    held[0].continue_()
    expect(panel.get_by_text("After epoch")).to_be_visible(timeout=studio.PATIENCE)
    expect(page.get_by_role("tab", name="Test")).to_be_focused()


def test_a_page_whose_own_script_fails_says_so(broken: Page) -> None:
    failing(broken, "js/runs/runs.js", "const repaint")
    broken.goto("/runs")
    expect(broken.get_by_role("alert").get_by_text(SENTENCE)).to_be_visible()
