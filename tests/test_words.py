"""One name for each thing in both languages, and one way to write what has not come yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests import ROOT
from tests.words import EXCEPT, LATIN, NAMES, NEVER_IN_ENGLISH, Name

PO = ROOT / "webapp" / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")


@cache
def sentences() -> tuple[tuple[str, str], ...]:
    """Every sentence with its Chinese; a plural form counts as one of its own."""
    with PO.open("rb") as file:
        catalog = read_po(file)
    return tuple(pair for message in catalog if message.id for pair in _forms(message))


def _forms(message: object) -> Iterator[tuple[str, str]]:
    english, chinese = message.id, message.string  # type: ignore[attr-defined]
    for one in [english] if isinstance(english, str) else english:
        yield one, chinese if isinstance(chinese, str) else chinese[-1 if chinese[-1] else 0]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.chinese)
def test_a_term_has_its_one_name_in_chinese(name: Name) -> None:
    there = [pair for pair in sentences() if re.search(name.english, PLACE.sub("", pair[0]))]
    assert there, "no sentence has this term: take its row out"
    lacking = [pair for pair in there if not re.search(name.chinese, pair[1])]
    assert [pair for pair in lacking if pair[0] not in EXCEPT] == []


def test_a_second_name_stands_nowhere_in_chinese() -> None:
    others = "|".join(name for row in NAMES for name in row.never)
    readme = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    assert [chinese for _english, chinese in sentences() if re.search(others, chinese)] == []
    assert re.findall(others, readme) == []


def test_a_seed_is_random_wherever_it_is_named() -> None:
    assert [one for _english, one in sentences() if re.search("(?<!随机)种子", one)] == []


@pytest.mark.parametrize("pattern", NEVER_IN_ENGLISH)
def test_a_word_that_has_a_better_one_stands_nowhere(pattern: str) -> None:
    said = [PLACE.sub("", english) for english, _chinese in sentences()]
    assert [english for english in said if re.search(pattern, english)] == []


def test_what_is_left_out_is_written_in_one_way() -> None:
    english = re.compile(r"\.\.\.| …")
    chinese = re.compile(r"\.\.\.|(?<!…)…(?!…)|…{3}| …")
    assert [one for one, _chinese in sentences() if english.search(one)] == []
    assert [one for _english, one in sentences() if chinese.search(one)] == []


def test_chinese_has_its_own_punctuation() -> None:
    western = re.compile(r"[\u4e00-\u9fff][,;:!?(]")
    assert [one for _english, one in sentences() if western.search(one)] == []


def test_nothing_is_left_in_english_by_accident() -> None:
    words = re.compile(r"[A-Za-z][A-Za-z0-9]+")
    left = {
        (word, chinese)
        for _english, chinese in sentences()
        for word in words.findall(PLACE.sub("", chinese))
        if word not in LATIN
    }
    assert left == set()


MARKUP = (
    r"\{% block page %\}.*?\{% endblock %\}",
    r"\{#.*?#\}",
    r"\{%.*?%\}",
    r"\{\{.*?\}\}",
    r"<(script|svg)\b.*?</\1>",
    r"<[^>]*>",
)
UNTRANSLATED = {"Inkling", "Keras", "keras", "ipynb", "INKLING", "ALLOWED", "HOSTS"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_the_words_of_a_template_are_translated(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    for markup in MARKUP:
        html = re.sub(markup, " ", html, flags=re.DOTALL)
    assert set(re.findall(r"[A-Za-z]{3,}", html)) <= UNTRANSLATED
