"""The packages of the program: each says what it is, and workers import few of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import ROOT

PACKAGES = sorted((ROOT / "webapp").rglob("__init__.py"))
READ_BY_WORKERS = ("webapp", "webapp/datasets", "webapp/ml", "webapp/schemas", "webapp/workers")


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.parent.name)
def test_a_package_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("package", READ_BY_WORKERS)
def test_a_package_that_workers_read_imports_nothing(package: str) -> None:
    """Importing one of its modules runs this file too."""
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
