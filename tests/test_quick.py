"""``make quick``: which checks and tests belong to a change; and the hooks before a commit."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]

pytest_plugins = ("pytester",)


@pytest.fixture(scope="module")
def quick() -> ModuleType:
    spec = importlib.util.spec_from_file_location("quick", ROOT / "scripts" / "quick.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_module_has_the_tests_that_mirror_it(quick: ModuleType) -> None:
    assert quick.tests_of(["webapp/runs/queue.py"])[0] == "tests/runs/test_queue.py"
    assert quick.tests_of(["webapp/web/api/runs.py"])[0] == "tests/web/api/test_runs_api.py"
    assert quick.tests_of(["webapp/lessons/measured.json"])[0] == "tests/test_lessons.py"


def test_then_come_the_tests_that_import_it(quick: ModuleType) -> None:
    found = quick.tests_of(["webapp/configuration/shapes.py"])
    assert found[0] == "tests/configuration/test_shapes.py"
    assert "tests/ml/test_shapes_against_keras.py" in found[1:]


def test_a_changed_test_comes_first_even_a_slow_one(quick: ModuleType) -> None:
    changed = ["webapp/runs/queue.py", "tests/faults/test_disk.py"]
    assert quick.tests_of(changed)[:2] == ["tests/faults/test_disk.py", "tests/runs/test_queue.py"]


def test_no_slow_test_comes_by_an_import(quick: ModuleType) -> None:
    found = quick.tests_of(["webapp/settings.py", "tests/live_server.py", "tests/conftest.py"])
    assert found and not [test for test in found if test.startswith(quick.SLOW)]


def test_every_test_that_is_named_exists(quick: ModuleType) -> None:
    named = [*quick.ALWAYS, *quick.OTHERS.values()]
    assert [test for test in named if not (ROOT / test).exists()] == []


def test_only_the_languages_that_changed_are_checked(quick: ModuleType) -> None:
    assert quick.targets_of(["README.md", "webapp/app.py"]) == ["check-py"]
    assert quick.targets_of(["static/css/base.css"]) == ["check-js", "types-js", "test-js"]
    assert quick.targets_of(["docs/events.md"]) == []
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(quick.targets_of(["a.py", "a.js"])) <= targets


def test_a_file_imports_what_it_names(quick: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("import a.b\n\n\ndef f() -> None:\n    from c import d\n")
    assert quick.imported(file) == {"a.b", "c", "c.d"}


def test_the_rest_is_left_when_the_time_is_over(
    quick: ModuleType, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(test_a="def test_1(): ...\ndef test_2(): ...", test_b="def test_3(): ...")
    budget = quick.Budget(["test_a.py", "test_b.py"], seconds=0)
    outcome = pytester.inline_run("-p", "no:randomly", plugins=[budget])
    assert budget.over and outcome.ret == pytest.ExitCode.INTERRUPTED
    assert len(outcome.listoutcomes()[0]) == 1


def test_the_hooks_fetch_nothing() -> None:
    """They call the tools that `make` has installed."""
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    hooks = re.findall(r"^ +- id: (\S+)$", text, re.M)
    assert {"ruff", "mypy", "prettier", "oxlint"} <= set(hooks)
    assert re.findall(r"^ *- repo: (\S+)$", text, re.M) == ["local"]
    assert re.findall(r"^ +language: (\S+)$", text, re.M) == ["system"] * len(hooks)
    entries = set(re.findall(r"^ +entry: (\S+)", text, re.M))
    assert entries == {".venv/bin/python", ".venv/bin/lint-imports"}
