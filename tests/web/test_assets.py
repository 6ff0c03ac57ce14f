"""Static files: an address for each version, and all modules of a page listed at once."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from webapp.web import assets


def test_modules_are_all_that_a_script_imports_however_deep() -> None:
    found = assets.modules("js/studio.js")
    assert found[0] == "js/studio.js" and len(found) == len(set(found))
    assert {"js/build/paths.js", "js/api.js", "vendor/socket.io-client/socket.io.esm.min.js"} <= {
        *found
    }


def test_modules_of_minified_scripts_are_found_too() -> None:
    assert "vendor/lit-html/directive-helpers.js" in assets.modules("js/runs/runs.js")


ADDRESS = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:js|css))"')
TEMPLATE = re.compile(r"<template id=\"(\S+)\">(.*?)</template>", re.DOTALL)


def studio(client: FlaskClient, path: str) -> tuple[set[str], dict[str, set[str]]]:
    """The scripts and style sheets that the Studio names at first, and for each later part."""
    html = client.get(path).get_data(as_text=True)
    templates = TEMPLATE.findall(html)
    later = {name: {*ADDRESS.findall(named)} for name, named in templates if "later-" in name}
    return {*ADDRESS.findall(TEMPLATE.sub("", html))}, later


def test_the_studio_requests_at_most_110_kb_at_first(client: FlaskClient) -> None:
    at_first, _later = studio(client, "/")
    headers = {"Accept-Encoding": "gzip"}
    sizes = [len(client.get(one, headers=headers, buffered=True).data) for one in at_first]
    assert len(sizes) > 50 and sum(sizes) <= 110_000


@pytest.mark.parametrize("path", ["/", "/?run=4f2a"])
def test_a_later_part_names_what_is_not_there_at_first(client: FlaskClient, path: str) -> None:
    at_first, later = studio(client, path)
    assert not any(at_first & named for named in later.values())
    assert any(one.endswith("/js/insight/test.js") for one in later["later-test"])
    assert any(one.endswith("/js/build/history.js") for one in later["later-edit"])
    with_run = any(one.endswith("/js/watch/run.js") for one in at_first)
    assert with_run == (path != "/") == (not later["later-run"])
    uplot = any(one.endswith("/uPlot.iife.min.js") for one in later["later-run"])
    assert uplot == (not with_run)


@pytest.mark.parametrize("path", ["/", "/runs", "/lessons"])
def test_what_a_page_names_is_there(client: FlaskClient, path: str) -> None:
    html = client.get(path).get_data(as_text=True)
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert len(addresses) > 20
    for address in addresses:
        assert address.startswith(f"/static/{assets.version()}/")
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000"


@pytest.mark.parametrize("headers", [{}, {"Accept-Language": "zh"}, {"Cookie": "lang=zh; x=1"}])
@pytest.mark.parametrize("name", ["js/api.js", "css/base.css", "favicon.svg"])
def test_a_file_is_one_for_all_readers(
    client: FlaskClient, name: str, headers: dict[str, str]
) -> None:
    path = f"/static/{assets.version()}/{name}"
    answer = client.get(path, headers=headers, buffered=True)
    assert answer.status_code == 200
    again = client.get(
        path, headers={**headers, "If-None-Match": answer.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 304
    for one in (answer, again):
        assert set(one.vary) <= {"Accept-Encoding"}
        assert "Set-Cookie" not in one.headers and "Content-Language" not in one.headers


def test_that_a_file_is_not_there_is_said_in_a_language(client: FlaskClient) -> None:
    answer = client.get(f"/static/{assets.version()}/none.js", headers={"Accept-Language": "zh"})
    assert answer.status_code == 404
    assert answer.headers["Content-Language"] == "zh-Hans" and "Cookie" in answer.vary


def test_a_run_that_is_opened_is_asked_for_before_the_scripts_are_here(client: FlaskClient) -> None:
    assert 'href="/api/runs/4f2a/curve"' in client.get("/?run=4f2a").get_data(as_text=True)
    assert '/curve"' not in client.get("/").get_data(as_text=True)
