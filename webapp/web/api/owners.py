"""Routes: creating an owner for a program, and deleting a browser's own."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from webapp.security import owners
from webapp.web.api import query

bp = Blueprint("owners", __name__, url_prefix="/api/owners")


@bp.post("")
def create_owner() -> ResponseReturnValue:
    """Create an owner, which a program sends as X-Inkling-Owner with each request."""
    query.only()
    return jsonify(owner=owners.owners().make(request.remote_addr or "")), 201


@bp.delete("")
def forget_owner() -> ResponseReturnValue:
    """Delete this browser's owner; the runs stay."""
    query.only()
    return owners.forget_browser(Response(status=204))
