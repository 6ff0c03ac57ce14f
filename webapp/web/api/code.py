"""Configurations as plain Keras programs: a script or a notebook."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from webapp import keras_code
from webapp.configuration.checking import check
from webapp.runs import names, queries
from webapp.schemas.config import RunConfig
from webapp.schemas.texts import attachment
from webapp.web.api import query, read_body

bp = Blueprint("code", __name__, url_prefix="/api")


@bp.get("/runs/<run_id>/code")
def get_code(run_id: str) -> ResponseReturnValue:
    """Return the run as a plain Keras program."""
    format_name = _format()
    return _file(RunConfig.model_validate(queries.get(run_id)["config"]), format_name)


@bp.post("/code")
def write_code() -> ResponseReturnValue:
    """Return a configuration as a plain Keras program, before it is trained."""
    format_name = _format()
    config = check(read_body()).config
    return _file(config.model_copy(update={"name": names.preview(config)}), format_name)


def _format() -> str:
    query.only("format")
    return query.one_of("format", "py", tuple(keras_code.FORMATS))


def _file(config: RunConfig, format_name: str) -> Response:
    written = keras_code.write(config, format_name)
    response = Response(written.text, mimetype=written.mimetype)
    response.headers["Content-Disposition"] = attachment(config.name, format_name)
    return response
