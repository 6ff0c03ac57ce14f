"""The reader's language, and that every sentence has its Chinese."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext

from tests import ROOT
from webapp import language


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [
        ("", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh", "zh_Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
        ("zh-Hant-TW", "zh_Hans"),
        ("de,zh;q=0.5,en;q=0.4", "zh_Hans"),
        ("de, fr", "en"),
        ("en;q=0.1,zh;q=0.9", "zh_Hans"),
        (";;;,,q=x", "en"),
    ],
)
def test_accept_language(app: Flask, accepted: str, locale: str) -> None:
    with app.test_request_context(headers={"Accept-Language": accepted}):
        assert language.from_request() == locale


def test_the_address_comes_before_the_cookie_before_the_header(app: Flask) -> None:
    headers = {"Accept-Language": "en", "Cookie": "lang=zh"}
    with app.test_request_context(headers=headers):
        assert language.from_request() == "zh_Hans"
    with app.test_request_context("/?lang=en", headers=headers):
        assert language.from_request() == "en"
    with app.test_request_context("/?lang=../x", headers={"Cookie": "lang=tlh"}):
        assert language.from_request() == "en"


def test_without_a_request_it_is_english(app: Flask) -> None:
    assert language.from_request() == "en"
    with app.app_context():
        assert gettext("is missing") == "is missing"
        with force_locale("zh_Hans"):
            assert gettext("is missing") == "缺失"


def test_answers_say_their_language(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Accept-Language": "zh"})
    assert answer.headers["Content-Language"] == "zh-Hans"
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def script() -> ModuleType:
    """``scripts/translations.py`` as a module."""
    spec = importlib.util.spec_from_file_location(
        "translations", ROOT / "scripts" / "translations.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_sentence_is_in_chinese() -> None:
    translations = script()
    said = {message.id for message in translations.extracted() if message.id}
    catalog = translations.translated()
    known = {message.id for message in catalog if message.id}
    assert said - known == set(), "run `make translations`"
    assert known - said == set(), "run `make translations`"
    assert list(translations.untranslated(catalog)) == []


def test_chinese_keeps_the_places_of_values() -> None:
    for message in script().translated():
        english = message.id if isinstance(message.id, str) else " ".join(message.id)
        chinese = message.string if isinstance(message.string, str) else " ".join(message.string)
        if chinese:
            assert set(_places(chinese)) == set(_places(english)), english


def _places(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)[sd]|%[sd]", text)
