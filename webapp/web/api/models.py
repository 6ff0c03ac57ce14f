"""Routes: exporting a run's model as a file, and importing a file as a run."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from webapp.configuration.catalog import FORMATS
from webapp.configuration.checking import check
from webapp.errors import (
    ApiError,
    FieldProblem,
    InvalidInput,
    TooManyRequests,
    Unavailable,
    WrongType,
)
from webapp.inference import answers
from webapp.kerasfile import importing
from webapp.runs import files, lifecycle, room
from webapp.schemas import texts
from webapp.schemas.base import LONGEST_CLEANED
from webapp.schemas.config import MAX_NAME
from webapp.security.owners import maker
from webapp.web.api import bodies, query
from webapp.web.uploads import StoringRequest

bp = Blueprint("models", __name__, url_prefix="/api")


@bp.get("/runs/<run_id>/model")
def get_model(run_id: str) -> ResponseReturnValue:
    """Return the run's model as a file."""
    query.only("format", "epoch")
    if (format_name := request.args.get("format", "keras")) not in FORMATS:
        raise query.invalid([("format", gettext("must be one of: keras"))])
    chosen = query.epoch()
    response, weights = answers.exported(run_id, format_name, _as_download, chosen)
    name = str(weights.config["name"])
    if chosen != "newest":
        name += f" epoch {weights.epoch}"
    response.headers["Content-Disposition"] = texts.attachment(name, format_name)
    return response


def _as_download(path: Path) -> Response:
    return send_file(path, mimetype="application/octet-stream", max_age=0)


@bp.post("/models")
def import_model() -> ResponseReturnValue:
    """Import a saved model as a finished run."""
    if request.mimetype != "multipart/form-data":
        raise WrongType(message=gettext("The content type must be multipart/form-data."))
    room.check(maker())
    upload = _received()
    archive = Path(upload.stream.name)  # of `StoringRequest`
    weights = archive.with_suffix(".npz")
    try:
        upload.stream.flush()
        config = importing.import_archive(archive, weights)
        checked = check(named(config.model_dump(mode="json"), upload.filename))
        run = lifecycle.adopt(checked.config, checked.params, weights, maker())
    finally:
        upload.close()
        files.remove([weights])
    return jsonify(run), 201


def _received() -> FileStorage:
    """Return the uploaded file, complete.

    Raises InvalidInput, TooLarge, and TooManyRequests or Unavailable when too many arrive at once.
    """
    try:
        upload = _read()
    except TooManyRequests as error:
        raise _no_room(error, gettext("Your other files are still being uploaded.")) from None
    except Unavailable as error:
        raise _no_room(error, gettext("Too many files are being uploaded at once.")) from None
    if upload is None:
        problem = FieldProblem("file", gettext("A file is needed."))
        raise InvalidInput("invalid_model", gettext("There is no file."), [problem])
    return upload


def _read() -> FileStorage | None:
    """Return the form's ``file``, read within the budget of uploads. Raises as the budget."""
    share = bodies.take("uploads", maker())
    storing = cast(StoringRequest, request)
    storing.take_file(share.note)
    share.drop = storing.drop_file
    upload = request.files.get("file")
    bodies.end(share)
    return upload


def _no_room(error: ApiError, sentence: str) -> ApiError:
    """Return the error with what is wrong with the file, beside its field."""
    error.message = sentence
    error.fields = [FieldProblem("file", gettext("Send the file again in a moment."))]
    return error


def named(config: dict[str, object], filename: str | None) -> dict[str, object]:
    """Return the configuration with the file's name, without its ending, as the run's."""
    stem = Path((filename or "").replace("\\", "/")).name.removesuffix(".keras")
    name = texts.clean(texts.one_line(stem[:LONGEST_CLEANED]))[:MAX_NAME]
    return {**config, "name": name if texts.is_visible(name) else gettext("Imported model")}
