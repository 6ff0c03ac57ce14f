"""A fact has one owner: what is derived from it is compared, what repeats it is found."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests import ROOT
from webapp.schemas import statuses
from webapp.schemas.statuses import STATUSES

JS = ROOT / "static" / "js"
SETS = ("BUSY", "COMPLETED", "LIVE", "RESTING", "TERMINAL", "WAITING")
WAYS_IN = ("app.py", "http_errors.py", "security/", "server/", "web/")
OWNERS_OF_STATUSES = {"schemas/statuses.py", "statuses.js"}
TRAINED_SHARE = re.compile(r"\b1(?:\.0)? - (?:\w+\.)*(?:validation_split|share)\b")
SCRIPTED_SET = re.compile(r"\[(?:[^\[\]]*?)\]")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Each module of the program by its path in ``webapp``."""
    folder = ROOT / "webapp"
    for path in sorted(folder.rglob("*.py")):
        yield str(path.relative_to(folder)), ast.parse(path.read_text(encoding="utf-8"))


def scripts() -> Iterator[tuple[str, str]]:
    """Each script of the page by its path in ``static/js``."""
    for path in sorted(JS.rglob("*.js")):
        yield str(path.relative_to(JS)), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_the_page_has_the_server_s_sets_of_statuses(name: str) -> None:
    text = (JS / "statuses.js").read_text(encoding="utf-8")
    found = re.search(rf"^export const {name} = new Set\(\[(.*?)\]\);$", text, re.MULTILINE)
    assert found is not None
    assert set(re.findall(r'"(\w+)"', found[1])) == set(getattr(statuses, name))


def test_each_status_is_in_the_sets_that_it_belongs_to() -> None:
    assert set(statuses.LIVE) | set(statuses.TERMINAL) == set(STATUSES)
    assert set(statuses.RESTING) == set(statuses.TERMINAL) | {"paused"}
    assert not set(statuses.LIVE) & set(statuses.TERMINAL)
    assert set(statuses.BUSY) <= set(statuses.LIVE) >= set(statuses.WAITING)
    assert set(statuses.COMPLETED) == set(statuses.TERMINAL) - {"failed"}


def collections_of(tree: ast.Module) -> Iterator[set[object]]:
    """The constants of each tuple, list and set that is written in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            yield {item.value for item in node.elts if isinstance(item, ast.Constant)}


def test_no_other_module_has_a_set_of_statuses() -> None:
    for path, tree in modules():
        if path not in OWNERS_OF_STATUSES:
            for found in collections_of(tree):
                assert len(found & set(STATUSES)) < 2, f"{path}: {found}"


def test_no_other_script_has_a_set_of_statuses() -> None:
    for path, text in scripts():
        if path not in OWNERS_OF_STATUSES:
            for found in SCRIPTED_SET.findall(text):
                named = set(re.findall(r'"(\w+)"', found)) & set(STATUSES)
                assert len(named) < 2, f"{path}: {found}"


def test_no_other_module_has_the_formula_of_the_validation_split() -> None:
    """What is left when a share is taken away: ``count * (1 - validation_split)``."""
    for path, tree in modules():
        text = ast.unparse(tree)
        if path != "schemas/datasets.py" and "validation_split" in text:
            assert not TRAINED_SHARE.search(text), path


def test_one_module_sets_a_run_s_test() -> None:
    setters = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if node.attr == "test" and ast.unparse(node.value) != "self"
    }
    assert setters == {"runs/results.py"}


def test_no_module_reads_the_private_attributes_of_a_lazy_string() -> None:
    """A sentence that is stored is a ``Sentence``: it knows its msgid and its values."""
    for path, tree in modules():
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert not names & {"_args", "_kwargs"}, path


def test_one_module_names_the_directory_of_the_program() -> None:
    owners = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "ROOT"
    }
    assert owners == {"settings.py"}


def test_only_the_ways_in_know_http_answers() -> None:
    """The others raise errors; ``http_errors.STATUS`` alone gives each its HTTP status."""
    for path, tree in modules():
        if not path.startswith(WAYS_IN):
            imported = {
                f"{node.module}.{name.name}"
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module
                for name in node.names
            }
            known = (
                "flask.abort",
                "flask.jsonify",
                "http.HTTPStatus",
                "webapp.http_errors",
                "werkzeug.exceptions",
            )
            assert not [name for name in imported if name.startswith(known)], path
