"""Every setting: its name, default and meaning. Nothing else reads the environment for one.

``SETTINGS`` is the table; ``docs/settings.md`` names each (a test checks it). Workers use this
module too, so it imports neither Flask nor TensorFlow.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
"""The directory that holds the package ``webapp``, its templates and static files."""


class SettingsError(ValueError):
    """Raised for an unusable setting; the message is one sentence that names the variable."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default as people read it, its meaning."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("INKLING_HOST", "127.0.0.1", "The address to listen on."),
    Setting("INKLING_PORT", "8000", "The port to listen on, 1–65535; 0 lets the system choose."),
    Setting("INKLING_DATA_DIR", "./instance", "Where database, models, checkpoints and logs lie."),
    Setting("INKLING_DATABASE_URL", "SQLite in the data directory", "SQLAlchemy's database URL."),
    Setting("INKLING_MNIST", "Keras' own cache", "The path of a `mnist.npz` with all of MNIST."),
    Setting("INKLING_WORKERS", "1", "How many runs train at once on this machine, 1–64."),
    Setting("INKLING_WORKER_MEMORY", "an equal share of 80 %", "MB of memory that a run may use."),
    Setting("INKLING_KEEP_CHECKPOINTS", "20", "Epochs kept besides first, best and last, 0–1000."),
    Setting("INKLING_CHECKPOINT_QUOTA", "200", "MB of disk for a run's checkpoints."),
    Setting("INKLING_LAUNCHER", "local", "Where workers start: `local` or `ray`."),
    Setting("INKLING_REDIS_URL", "none", "Redis, for several web processes."),
    Setting("INKLING_ACCESS_TOKEN", "none", "The password; needed when the host is not loopback."),
    Setting("INKLING_ADMIN_TOKEN", "none", "The administrator's password: it opens all runs."),
    Setting("INKLING_ALLOWED_HOSTS", "none", "More names the server answers to, with commas."),
    Setting("INKLING_TRUSTED_PROXIES", "0", "How many proxies' `X-Forwarded-*` to believe, 0–10."),
    Setting("INKLING_ROOT_PATH", "none", "The path behind a proxy under which all is served."),
    Setting("INKLING_RATE_LIMIT", "600, not for loopback", "A browser's requests a minute."),
)

DEFAULT_RATE_LIMIT = 600
"""Requests a minute of a browser that is not on this machine."""

MIN_WORKER_MEMORY = 1000
"""In MB; with less no run could start: TensorFlow alone takes most of it."""

MIN_TOKEN_LENGTH = 16
"""Characters; a shorter access token can be guessed."""

_ROOT_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)+")

LAUNCHERS = ("local", "ray")


@dataclass(frozen=True)
class Settings:
    """The settings from the environment, validated. Paths are absolute.

    ``worker_memory`` is MB; None: a share of the machine's memory (``webapp.machine``).
    ``keep_checkpoints`` and ``checkpoint_quota`` (MB) are explained in ``runs.keeping``.
    ``rate_limit`` is requests a minute and browser, for loopback too; None: the default limit, and
    none for loopback. Tokens never appear in ``repr``.
    """

    host: str
    port: int
    data_dir: Path
    database_url: str
    mnist: Path | None
    workers: int
    worker_memory: int | None
    keep_checkpoints: int
    checkpoint_quota: int
    launcher: str
    redis_url: str | None
    access_token: str | None
    admin_token: str | None
    allowed_hosts: tuple[str, ...]
    trusted_proxies: int
    root_path: str | None
    rate_limit: int | None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from ``environ``. Raises SettingsError, naming the variable."""
        read = _Reader(environ)
        data_dir = read.path("DATA_DIR") or Path("instance").absolute()
        settings = cls(
            host=read.host("HOST") or "127.0.0.1",
            port=read.whole("PORT", 8000, 0, 65535),
            data_dir=data_dir,
            database_url=read.text("DATABASE_URL") or f"sqlite:///{data_dir / 'inkling.sqlite'}",
            mnist=read.path("MNIST"),
            workers=read.whole("WORKERS", 1, 1, 64),
            worker_memory=read.whole("WORKER_MEMORY", None, MIN_WORKER_MEMORY, 10_000_000),
            keep_checkpoints=read.whole("KEEP_CHECKPOINTS", 20, 0, 1000),
            checkpoint_quota=read.whole("CHECKPOINT_QUOTA", 200, 0, 10_000_000),
            launcher=read.choice("LAUNCHER", LAUNCHERS),
            redis_url=read.url("REDIS_URL", ("redis", "rediss", "unix")),
            access_token=read.token("ACCESS_TOKEN"),
            admin_token=read.token("ADMIN_TOKEN"),
            allowed_hosts=read.words("ALLOWED_HOSTS"),
            trusted_proxies=read.whole("TRUSTED_PROXIES", 0, 0, 10),
            root_path=read.root_path("ROOT_PATH"),
            rate_limit=read.whole("RATE_LIMIT", None, 1, 1_000_000),
        )
        settings.check()
        return settings

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def shared(self) -> bool:
        """Whether several people use the server, so that owners of runs matter."""
        return bool(self.access_token or self.admin_token or self.trusted_proxies)

    def counts(self, address: str) -> bool:
        """Return whether requests from ``address`` are limited: loopback only if a limit is set."""
        return self.rate_limit is not None or not is_loopback(address)

    def check(self) -> None:
        """Raise SettingsError when the settings contradict each other."""
        if not self.loopback and self.access_token is None:
            raise SettingsError(
                f"INKLING_HOST is {self.host}, which others can reach: set INKLING_ACCESS_TOKEN "
                f"to a password of at least {MIN_TOKEN_LENGTH} characters, or keep 127.0.0.1."
            )
        if self.admin_token is not None and self.admin_token == self.access_token:
            raise SettingsError(
                "INKLING_ADMIN_TOKEN must not be the same as INKLING_ACCESS_TOKEN: then every "
                "visitor would be the administrator."
            )
        if self.launcher != "local":
            raise SettingsError(
                f"INKLING_LAUNCHER must be local: this version does not offer {self.launcher} yet."
            )

    def __repr__(self) -> str:
        """Show the class alone: the tokens and the URLs hold passwords."""
        return f"Settings(host={self.host!r}, port={self.port}, data_dir={str(self.data_dir)!r})"


def is_root_path(text: str) -> bool:
    """Return whether ``text`` is a valid root path: ``/inkling``, ``/user/ada/proxy/8000``; no end
    slash.
    """
    return _ROOT_PATH.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Return whether ``host``, a name or an address, is this machine alone."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class _Reader:
    """Reads variables; spaces around the value and empty values are ignored."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str) -> str | None:
        return self.environ.get(f"INKLING_{name}", "").strip() or None

    def host(self, name: str) -> str | None:
        text = self.text(name)
        try:
            (text or "").encode("idna")  # as the name lookup does
        except UnicodeError:
            raise SettingsError(
                f"INKLING_{name} must be a name or an address, not {text!r}."
            ) from None
        return text

    def path(self, name: str) -> Path | None:
        text = self.text(name)
        try:
            return Path(text).expanduser().absolute() if text else None
        except RuntimeError:
            raise SettingsError(
                f"INKLING_{name} must be a path; there is no home directory for {text!r}."
            ) from None

    def whole(self, name: str, default: Any, low: int, high: int) -> Any:
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and low <= int(text[:12]) <= high):
            raise SettingsError(
                f"INKLING_{name} must be a whole number between {low} and {high}, not {text!r}."
            )
        return int(text)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        text = self.text(name) or choices[0]
        if text not in choices:
            raise SettingsError(f"INKLING_{name} must be {' or '.join(choices)}, not {text!r}.")
        return text

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        text = self.text(name)
        if text is not None and urlsplit(text).scheme not in schemes:
            raise SettingsError(f"INKLING_{name} must be a URL that starts with {schemes[0]}://.")
        return text

    def token(self, name: str) -> str | None:
        text = self.text(name)
        if text is not None and not (text.isascii() and len(text) >= MIN_TOKEN_LENGTH):
            raise SettingsError(
                f"INKLING_{name} must have at least {MIN_TOKEN_LENGTH} characters, ASCII only."
            )
        return text

    def root_path(self, name: str) -> str | None:
        text = self.text(name)
        if text in (None, "/"):
            return None
        if not is_root_path(text):
            raise SettingsError(
                f"INKLING_{name} must be a path such as /inkling, without a slash at its end, of "
                f"letters, digits and . _ ~ - only, not {text!r}."
            )
        return text

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(
            word.strip().lower() for word in (self.text(name) or "").split(",") if word.strip()
        )
