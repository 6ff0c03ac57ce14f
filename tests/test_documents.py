"""The documents: their links lead somewhere, and the files and tests that they name exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.attacks import ROWS

ROOT = Path(__file__).parents[1]
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")]
)
INSIDE = ("webapp", "webapp/ml/inference", "webapp/web/sockets", "static/js", "static/js/insight")
BASES = ("", *INSIDE)
"""Where a path in a document may begin: the documents leave out what is clear from the context."""

MOST_LINES = {"architecture.md": 190}
"""Read in fifteen minutes."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)


def anchors(path: Path) -> set[str]:
    """The names that GitHub gives the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.M)
    words = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in words}


def broken(path: Path) -> Iterator[str]:
    """The relative links of a document that lead nowhere."""
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(path: Path) -> None:
    assert list(broken(path)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `word`, or two\n[1](page.md#a-word-or-two) [2](no.md) [3](#no) [4](a:b)\n")
    assert list(broken(page)) == ["no.md", "#no"]


OF_NOW = [path for path in DOCUMENTS if path.name not in ("CHANGELOG.md", "upstream.md")]
"""Documents of this program as it is: one tells of the past, one names files of libraries."""


@pytest.mark.parametrize("path", OF_NOW, ids=named)
def test_every_file_that_is_named_exists(path: Path) -> None:
    words = re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|js|json|html|md|sh))(?:::\w+)?`", prose(path))
    assert [word for word in words if not any((ROOT / at / word).exists() for at in BASES)] == []


def test_every_test_that_is_named_exists() -> None:
    """As ``tests/a/test_b.py::test_c``, most of them in docs/security.md."""
    found = [
        (file, test)
        for path in DOCUMENTS
        for file, test in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", prose(path))
    ]
    assert found
    assert [one for one in found if f"def {one[1]}(" not in (ROOT / one[0]).read_text()] == []


def test_the_table_of_layers_has_every_part() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = [path for path in (ROOT / "webapp").iterdir() if not path.name.startswith("_")]
    names = {f"{path.name}/" if path.is_dir() else path.name for path in parts}
    assert {name for name in names if f"`{name}`" not in text} <= {"translations/"}


def test_each_decision_is_listed_and_short() -> None:
    pages = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    assert pages and [page.name for page in pages if f"({page.name})" not in index] == []
    assert [page.name for page in pages if len(page.read_text().splitlines()) > 60] == []


@pytest.mark.parametrize(("name", "most"), MOST_LINES.items())
def test_a_page_stays_as_short_as_it_is_meant(name: str, most: int) -> None:
    assert len((ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()) <= most


def test_reliability_lists_every_hostile_client() -> None:
    table = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    table = table.partition("| what is sent |")[2].partition("\n\n")[0]
    listed = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]]
    assert listed == [row.sent for row in ROWS]
