"""Warnings and faults beside the fields they are about."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import studio
from tests.browser.conftest import NewPage
from tests.configuration.warned import MANY
from tests.live_server import LiveServer, wait_for

SHOWN = """() => [...document.querySelectorAll(".build .warnings")]
  .filter((box) => box.checkVisibility())
  .flatMap((box) => {
    const control = document.querySelector(`[data-key][aria-describedby~="${box.id}"]`);
    const layers = [...document.querySelectorAll(".strand li[data-id]")];
    const place = control?.dataset.key.startsWith("more-")
      ? `layers[${layers.indexOf(control.closest("li"))}]`
      : (control?.dataset.key ?? "layers");
    return [...box.querySelectorAll(".warning")].map((one) => [place, one.textContent]);
  })"""
"""Every warning in sight: the field that it describes, and its text."""

FOLDED = ("kernel_initializer",)
"""Arguments that a layer folds away: their warnings stand at the layer."""


def open_with(page: Page, server: LiveServer, parts: dict[str, Any]) -> dict[str, Any]:
    """Open the Studio with this configuration; returns it."""
    config: dict[str, Any] = server.get("/api/catalog").json()["defaults"]
    for name, part in parts.items():
        config[name] = {**config[name], **part} if isinstance(part, dict) else part
    page.goto("/")
    page.evaluate("draft => localStorage.setItem('inkling.draft', draft)", json.dumps(config))
    page.reload()
    return config


def place_of(path: str) -> str:
    return path.rpartition(".")[0] if path.endswith(FOLDED) else path


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_every_warning_there_is_describes_its_field(
    new_page: NewPage, live_server: LiveServer, locale: str
) -> None:
    page = new_page(locale=locale)
    for parts in MANY:
        config = open_with(page, live_server, parts)
        headers = {"Accept-Language": locale}
        answer = live_server.http.post(f"{live_server.url}/api/check", json=config, headers=headers)
        wanted = sorted(
            [place_of(one["path"]), one["message"]] for one in answer.json()["warnings"]
        )
        assert wanted
        wait_for(
            lambda wanted=wanted: (
                sorted(  # type: ignore[misc]
                    [place, text.removesuffix(" Add it here").removesuffix(" 在这里添加")]
                    for place, text in page.evaluate(SHOWN)
                )
                == wanted
            ),
            what=f"not all are beside their fields: {wanted}",
        )
        expect(page.locator(".notes")).to_be_empty()


def test_a_warning_comes_and_goes_as_is_typed(page: Page) -> None:
    studio.open_studio(page)
    page.get_by_label("Optimizer", exact=True).select_option("SGD")
    rate = page.get_by_role("textbox", name="Learning rate").first
    rate.fill("100")
    text = "Learning rate 100 is very large for SGD: the steps may overshoot and diverge."
    expect(rate).to_have_accessible_description(f"{description(rate)} {text}".strip())
    expect(page.get_by_text(text)).to_be_visible()
    rate.fill("0.1")
    expect(page.get_by_text(text)).to_be_hidden()


def description(rate: Any) -> str:
    """Its sentence of help."""
    ids = str(rate.get_attribute("aria-describedby")).split()
    return str(rate.page.locator(f"#{ids[0]}").text_content())


def test_what_is_folded_away_with_a_warning_stays_so(page: Page) -> None:
    studio.open_studio(page)
    fit = page.get_by_role("region", name="Fit")
    fit.get_by_text("More training options").click()
    fit.get_by_label("Divide by 255", exact=True).uncheck()
    warning = fit.get_by_text("Pixels from 0 to 255 often keep a network from learning")
    expect(warning).to_be_visible()
    page.reload()
    expect(warning).to_be_visible()
    fit.get_by_text("More training options").click()
    page.get_by_role("textbox", name="Epochs").fill("3")
    expect(page.get_by_text("params").first).to_be_visible()
    expect(warning).to_be_hidden()


def test_a_missing_flatten_is_added_where_it_is_missing(page: Page) -> None:
    studio.open_studio(page)
    layers = page.get_by_role("list", name="Layers").get_by_role("listitem")
    names = layers.locator("strong")
    expect(names).to_have_text(["Flatten", "Dense", "Dense", "Dense"])
    page.get_by_role("button", name="More about Flatten, layer 1").click()
    page.get_by_role("button", name="Remove Flatten").click()
    dense = layers.filter(has_text="put Flatten before Dense (layer 1)")
    dense.get_by_role("button", name="Add it here").click()
    expect(names).to_have_text(["Flatten", "Dense", "Dense", "Dense"])
    expect(page.get_by_role("button", name="More about Flatten, layer 1")).to_be_focused()
    expect(page.locator(".layer .fault:visible")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(names).to_have_text(["Dense", "Dense", "Dense"])
    expect(dense.get_by_role("button", name="Add it here")).to_be_visible()


def test_flatten_is_offered_before_a_dense_layer_that_precedes_it(
    page: Page, live_server: LiveServer
) -> None:
    open_with(page, live_server, MANY[1])
    warned = page.get_by_text("Dense before Flatten works on each pixel separately")
    warned.get_by_role("button", name="Add it here").click()
    expect(page.locator(".strand strong").first).to_have_text("Flatten")
    expect(warned).to_be_hidden()


def test_a_new_convolution_has_relu(page: Page) -> None:
    studio.open_studio(page)
    page.get_by_role("button", name="Add a layer").click()
    page.get_by_role("button", name="Conv2D").first.click()
    conv = page.locator(".strand li", has_text="Conv2D")
    expect(conv.get_by_label("Activation", exact=True)).to_have_value("relu")
    warnings = conv.locator(".warnings:not([hidden])")
    expect(warnings).to_have_count(0)
    conv.get_by_label("Activation", exact=True).select_option("linear")
    expect(warnings).to_contain_text("Conv2D has no activation (linear)")
