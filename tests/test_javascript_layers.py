"""The linter keeps the direction of imports between the folders of static/js: each has its rule."""

import json

from tests import ROOT


def test_each_folder_says_which_others_it_may_import() -> None:
    folders = {path.name for path in (ROOT / "static" / "js").iterdir() if path.is_dir()}
    rules = json.loads((ROOT / ".oxlintrc.json").read_text())["overrides"]
    named = {files for rule in rules for files in rule["files"]}
    assert {f"static/js/{folder}/**" for folder in folders} <= named
