"""Settings: defaults, bounds, sentences, and that each is documented."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests import ROOT
from webapp.settings import SETTINGS, Settings, SettingsError, is_loopback

TOKEN = "a token that is long enough"


def test_every_setting_has_a_default() -> None:
    settings = Settings.from_environ({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.data_dir == Path("instance").absolute()
    assert settings.database_url == f"sqlite:///{settings.data_dir}/inkling.sqlite"
    assert settings.launcher == "local"
    assert settings.trusted_proxies == 0
    assert (settings.access_token, settings.admin_token, settings.redis_url) == (None, None, None)
    assert settings.mnist is None and not settings.shared
    assert (settings.allowed_hosts, settings.root_path) == ((), None)
    assert (settings.rate_limit, settings.worker_memory) == (None, None)
    assert (settings.keep_checkpoints, settings.checkpoint_quota) == (20, 200)


def test_the_table_names_every_field() -> None:
    names = {f"INKLING_{field.name.upper()}" for field in fields(Settings)}
    assert names == {setting.name for setting in SETTINGS}


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(INKLING_\w+)` \| (.*?) \|", text, re.M))
    assert set(rows) == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        assert rows[setting.name].strip("`") == setting.default


def test_spaces_and_empty_values_do_not_count() -> None:
    settings = Settings.from_environ({"INKLING_PORT": " 9000 ", "INKLING_WORKERS": ""})
    assert (settings.port, settings.workers) == (9000, 1)


def test_values_are_read() -> None:
    settings = Settings.from_environ(
        {
            "INKLING_HOST": "0.0.0.0",
            "INKLING_ACCESS_TOKEN": TOKEN,
            "INKLING_ALLOWED_HOSTS": "Lab.example, inkling.example,",
            "INKLING_MNIST": "digits.npz",
            "INKLING_REDIS_URL": "redis://localhost",
            "INKLING_RATE_LIMIT": "60",
        }
    )
    assert settings.allowed_hosts == ("lab.example", "inkling.example")
    assert settings.mnist == Path("digits.npz").absolute()
    assert settings.rate_limit == 60
    assert not settings.loopback and settings.shared
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", "٣"),
        ("PORT", "9" * 5000),
        ("WORKERS", "0"),
        ("WORKER_MEMORY", "999"),
        ("KEEP_CHECKPOINTS", "1001"),
        ("CHECKPOINT_QUOTA", "-1"),
        ("LAUNCHER", "celery"),
        ("LAUNCHER", "ray"),
        ("REDIS_URL", "localhost:6379"),
        ("ACCESS_TOKEN", "short"),
        ("ADMIN_TOKEN", "fifteen letters"),
        ("ACCESS_TOKEN", "密码密码密码密码密码密码密码密码"),
        ("TRUSTED_PROXIES", "yes"),
        ("RATE_LIMIT", "0"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^INKLING_{name} must .*\.$"):
        Settings.from_environ({f"INKLING_{name}": value})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "lab.example"])
def test_a_host_for_others_needs_a_token(host: str) -> None:
    with pytest.raises(SettingsError, match="INKLING_ACCESS_TOKEN"):
        Settings.from_environ({"INKLING_HOST": host})
    assert Settings.from_environ({"INKLING_HOST": host, "INKLING_ACCESS_TOKEN": TOKEN})


def test_the_administrators_token_is_another_one() -> None:
    tokens = {"INKLING_ADMIN_TOKEN": TOKEN, "INKLING_ACCESS_TOKEN": TOKEN}
    with pytest.raises(SettingsError, match="INKLING_ADMIN_TOKEN must not be the same"):
        Settings.from_environ(tokens)
    settings = Settings.from_environ({**tokens, "INKLING_ADMIN_TOKEN": TOKEN + "!"})
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "shared"),
    [
        ("ACCESS_TOKEN", TOKEN, True),
        ("ADMIN_TOKEN", TOKEN, True),
        ("TRUSTED_PROXIES", "1", True),
        ("RATE_LIMIT", "60", False),
    ],
)
def test_what_makes_a_server_shared(name: str, value: str, shared: bool) -> None:
    assert Settings.from_environ({f"INKLING_{name}": value}).shared is shared


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
