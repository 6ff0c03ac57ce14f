"""Decides who may change a run, for every route that changes one.

On a server that is not shared (``Settings.shared``) every visitor is the administrator, and nothing
is refused. On a shared one, a run is changed by its owner and the administrator; a run without an
owner by everybody, or, if there is an administrator's token, by the administrator alone.
"""

from __future__ import annotations

from typing import Literal

from flask import current_app, request
from flask_babel import gettext

from webapp.database import reading
from webapp.errors import Forbidden
from webapp.runs.queries import row_of
from webapp.schemas.marks import N_
from webapp.security.access import ENVIRON
from webapp.security.owners import is_owner, reader
from webapp.settings import Settings

Changes = Literal["all", "free", "own"]
"""Which runs a reader may change besides their own: all, those without an owner, none."""

OTHERS = N_("This run belongs to somebody else. Only its owner or the administrator can change it.")
OWNERLESS = N_("This run has no owner, so only the administrator can change it.")


def is_admin() -> bool:
    """Return whether the current request comes from the administrator."""
    return not _settings().shared or request.environ.get(ENVIRON) == "admin"


def changes() -> Changes:
    """Return which runs the current request may change."""
    if is_admin():
        return "all"
    return "free" if _settings().admin_token is None else "own"


def check(run_id: str) -> None:
    """Raise Forbidden ``not_yours`` when the current request may not change the run; NotFound."""
    which = changes()
    if which == "all":
        return
    with reading() as session:
        maker = row_of(session, run_id).owner
    if is_owner(maker) and maker != reader():
        raise Forbidden("not_yours", gettext(OTHERS))
    if not is_owner(maker) and which == "own":
        raise Forbidden("not_yours", gettext(OWNERLESS))


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found
