"""static/vendor holds exactly what VENDOR.json says, byte for byte, and what the lock file pins."""

import base64
import hashlib
import json

import pytest

from tests import ROOT

VENDOR = ROOT / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "VENDOR.json").read_text())["packages"]
FILES = [file for package in PACKAGES for file in package["files"]]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["path"])
def test_bytes_are_the_packages_own(file: dict[str, str]) -> None:
    digest = hashlib.sha512((VENDOR / file["path"]).read_bytes()).digest()
    assert file["sha512"] == "sha512-" + base64.b64encode(digest).decode()


def test_nothing_else_is_there() -> None:
    found = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    types = {path for path in found if path.endswith(".d.ts")}  # ours: for the type checker only
    assert found - types == {file["path"] for file in FILES} | {"VENDOR.json"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_each_package_is_pinned_and_has_its_licence(package: dict[str, object]) -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    pinned = lock["packages"][f"node_modules/{package['name']}"]
    assert pinned["version"] == package["version"]
    assert pinned["integrity"] == package["integrity"]
    assert (VENDOR / str(package["name"]) / "LICENSE").is_file()


def test_lock_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
