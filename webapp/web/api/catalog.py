"""Routes: what can be chosen, whether a choice can be trained, and what this API offers."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from webapp.configuration.catalog import catalog
from webapp.configuration.checking import check
from webapp.datasets import catalogue
from webapp.web.api import read_body

bp = Blueprint("catalog", __name__)


@bp.get("/healthz")
def get_health() -> ResponseReturnValue:
    """Report that the server can serve."""
    return jsonify(status="ok")


@bp.get("/api/catalog")
def get_catalog() -> ResponseReturnValue:
    """Return everything the form needs, in the reader's language."""
    return jsonify(catalog(catalogue.look(current_app.config["SETTINGS"])))


@bp.post("/api/check")
def check_config() -> ResponseReturnValue:
    """Check a configuration without training it."""
    return jsonify(check(read_body(), current_app.config["WORKER_MEMORY"]).as_json())


@bp.get("/api/openapi.json")
def get_openapi() -> ResponseReturnValue:
    """Return this API as an OpenAPI 3.1 document."""
    from webapp.web.api.openapi import document  # its models, which no other request needs

    return jsonify(document(current_app))
