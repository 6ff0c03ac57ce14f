"""The HTML pages: what is on them before any script runs."""

import json
import re
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient

from webapp.language import read_script
from webapp.web.pages import script_messages


def translations(html: str) -> dict[str, object]:
    """The data block that the page's scripts read."""
    block = re.search(r'<script type="application/json" id="translations">(.*?)</script>', html)
    assert block
    found: dict[str, object] = json.loads(block[1])
    return found


def test_studio_has_its_three_parts(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    for part in ("build", "watch", "write"):
        assert f'id="{part}"' in html
    assert '<html lang="en">' in html


def test_runs_page(client: FlaskClient) -> None:
    answer = client.get("/runs")
    assert answer.status_code == 200
    assert 'aria-current="page">Runs' in answer.get_data(as_text=True)


def test_short_address_opens_the_run_in_the_studio(client: FlaskClient) -> None:
    answer = client.get("/runs/a%26b")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/?run=a%26b"


def test_page_in_chinese_offers_english(client: FlaskClient) -> None:
    client.set_cookie("lang", "zh")
    html = client.get("/").get_data(as_text=True)
    assert '<html lang="zh-Hans">' in html
    assert ">English</span></button>" in html


def test_a_page_says_how_many_runs_may_train_at_once(app: Flask, client: FlaskClient) -> None:
    workers = app.config["SETTINGS"].workers
    assert f'id="workers" data-total="{workers}"' in client.get("/").get_data(as_text=True)


def test_english_needs_no_translations(client: FlaskClient) -> None:
    assert translations(client.get("/").get_data(as_text=True)) == {}


def test_sentences_of_scripts_are_found_with_their_plurals() -> None:
    messages = dict(script_messages())
    assert messages["+ Add a layer"] is False
    assert messages["%(n)s run"] is True


def test_sentences_are_found_in_templates_within_templates() -> None:
    script = rb"""
    // _("not in a comment")
    const part = (run) => html`<p title=${_("Title")}>
      ${run ? html`<b>${_("It's %(n)s", { n })}</b>` : ""}
      ${ngettext("%(n)s run", "%(n)s runs", run)} ${_('Say "no"')}</p>`;
    """
    found = [(name, message) for _line, name, message, _comments in read_script(BytesIO(script))]
    assert found == [
        ("_", "Title"),
        ("_", "It's %(n)s"),
        ("ngettext", ("%(n)s run", "%(n)s runs")),
        ("_", 'Say "no"'),
    ]


def test_no_inline_script_or_style(client: FlaskClient) -> None:
    for path in ("/", "/runs", "/lessons", "/no-such-page"):
        html = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
        assert " style=" not in html and "<style" not in html
        assert not re.search(r"\son\w+=", html)


def test_a_wrong_address_is_a_page_for_people_and_json_for_programs(client: FlaskClient) -> None:
    page = client.get("/no-such-page", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 404
    assert "There is no such page" in page.get_data(as_text=True)
    for path, accept in (("/no-such-page", "application/json"), ("/api/nothing", "text/html")):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 404
        assert answer.get_json()["error"]["code"] == "not_found"


def test_data_page(client: FlaskClient) -> None:
    html = client.get("/data").get_data(as_text=True)
    assert 'aria-current="page">Data' in html
    assert 'data-part="grid"' in html
