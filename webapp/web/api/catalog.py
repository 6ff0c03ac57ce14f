"""Routes: what can be chosen, whether a choice can be trained, and what this API offers."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from webapp.configuration.catalog import catalog
from webapp.configuration.checking import check
from webapp.configuration.phrases import Difference
from webapp.datasets import catalogue
from webapp.runs import names
from webapp.runs.paces import estimate
from webapp.schemas.config import RunConfig
from webapp.web.api import query, read_body

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
    """Check a configuration without training it; `from`: the run it was taken from, for a name
    it lacks; `against`: a run to compare it with.
    """
    query.only("from", "against")
    checked = check(read_body(), current_app.config["WORKER_MEMORY"])
    name = names.preview(checked.config, request.args.get("from"))
    against = request.args.get("against")
    differs = names.differing(checked.config, against) if against else None
    return jsonify(
        **checked.as_json(), name=name, differs=_listed(differs), seconds=_time(checked.config)
    )


def _time(config: RunConfig) -> dict[str, float] | None:
    found = estimate(config.model_dump(mode="json"))
    return None if found is None else {"least": found[0], "most": found[1]}


def _listed(differs: list[Difference] | None) -> list[dict[str, str]] | None:
    return None if differs is None else [one._asdict() for one in differs]


@bp.get("/api/openapi.json")
def get_openapi() -> ResponseReturnValue:
    """Return this API as an OpenAPI 3.1 document."""
    from webapp.web.api.openapi import document  # its models, which no other request needs

    return jsonify(document(current_app))
