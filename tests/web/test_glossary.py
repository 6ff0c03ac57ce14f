"""The glossary: its page, its terms in both languages, and the links to them from other pages."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests import ROOT
from webapp.coach.terms import TERMS as of_findings
from webapp.glossary.term import COURSE, KERAS, Term
from webapp.glossary.terms import SUBJECTS, TERMS

PAGES = ("/", "/?run=4f2a", "/runs", "/lessons", "/data")
LINK = re.compile(r'<a class="term" href="/glossary#([^"]+)" data-says="([^"]+)">([^<]+)</a>')


def page(client: FlaskClient, path: str, language: str = "en") -> str:
    client.set_cookie("lang", language)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def in_the_form() -> set[str]:
    """The terms that the form's bubbles lead to."""
    script = (ROOT / "static" / "js" / "build" / "terms.js").read_text(encoding="utf-8")
    return set(re.findall(r'^  \w+: "([\w-]+)",$', script, re.MULTILINE))


def test_every_name_is_one_term() -> None:
    assert len(TERMS) == sum(len(terms) for _title, terms in SUBJECTS) >= 30


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_term_has_its_sentence_its_picture_and_its_sources(
    client: FlaskClient, language: str
) -> None:
    html = page(client, "/glossary", language)
    for term in TERMS.values():
        entry = re.search(rf'<article class="entry" id="{term.name}".*?</article>', html, re.DOTALL)
        assert entry, term.name
        assert "<svg" in entry[0] and "<figcaption" in entry[0]
        assert f'href="{COURSE}" target="_blank" rel="noopener"' in entry[0]
        assert f'href="{KERAS}{term.keras}" target="_blank" rel="noopener"' in entry[0]
        for number in term.lessons:
            assert f'href="/lessons/{number}"' in entry[0]


def test_in_chinese_the_english_name_stands_beside(client: FlaskClient) -> None:
    html = page(client, "/glossary", "zh")
    assert '混淆矩阵 <small lang="en">Confusion matrix</small>' in html
    assert '<small lang="en">Softmax</small>' not in html, "its name is the same"


def test_the_page_requests_nothing_from_elsewhere(client: FlaskClient) -> None:
    html = page(client, "/glossary")
    assert re.findall(r'(?:src|srcset|action)="(?!/)', html) == []
    assert re.findall(r'<link[^>]* href="(?!/)', html) == []


def test_every_term_is_linked_from_a_page_the_form_a_lesson_or_the_coach(
    client: FlaskClient,
) -> None:
    linked = {name for path in PAGES for name, *_ in LINK.findall(page(client, path))}
    lessons = client.get("/api/lessons").get_json()["lessons"]
    of_lessons = {term["name"] for lesson in lessons for term in lesson["terms"]}
    assert set(TERMS) - linked - in_the_form() - of_lessons - set(of_findings.values()) == set()
    assert all(lesson["terms"] for lesson in lessons)


def test_each_finding_of_the_coach_has_its_term() -> None:
    rules = (ROOT / "docs" / "coach.md").read_text(encoding="utf-8")
    assert set(of_findings) == set(re.findall(r"^\| `(\w+)` \|", rules, re.MULTILINE))
    assert set(of_findings.values()) <= set(TERMS)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_to_a_term_and_says_its_sentence(
    client: FlaskClient, path: str, language: str
) -> None:
    html = page(client, path, language)
    links = LINK.findall(html)
    assert len(links) == html.count('class="term"')
    for name, says, _text in links:
        assert name in TERMS
        assert (says[:3] == TERMS[name].says[:3]) == (language == "en")


def test_the_form_leads_to_terms() -> None:
    assert len(in_the_form()) > 20
    assert in_the_form() <= set(TERMS)


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.name)
def test_a_picture_is_drawn_in_the_colours_of_the_page(term: Term) -> None:
    picture = (ROOT / "templates" / "glossary" / f"{term.name}.svg").read_text(encoding="utf-8")
    assert picture.startswith('<svg viewBox="0 0 200 110" aria-hidden="true"')
    assert "style=" not in picture and "fill=" not in picture and "href" not in picture


def test_each_picture_has_its_term() -> None:
    folder = ROOT / "templates" / "glossary"
    assert {path.stem for path in folder.iterdir()} == set(TERMS)
