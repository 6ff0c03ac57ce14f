"""Routes of the workers' protocol: fetch the job, report, upload checkpoints.

Each attempt has its token.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from webapp.errors import BadRequest, NotFound, WrongType
from webapp.runs import attempts, checkpoints, recording
from webapp.schemas.worker import Report
from webapp.web.api import bodies, read_json
from webapp.web.api.body_budget import Share
from webapp.web.api.guard import bearer

bp = Blueprint("workers", __name__, url_prefix="/api/workers/runs/<run_id>/attempts/<int:attempt>")

CHUNK_BYTES = 1024 * 1024


@bp.get("/job")
def get_job(run_id: str, attempt: int) -> ResponseReturnValue:
    """Return what this attempt has to train."""
    return jsonify(attempts.job(run_id, attempt, bearer()).model_dump(mode="json"))


@bp.post("/reports")
def post_report(run_id: str, attempt: int) -> ResponseReturnValue:
    """Store what the worker has done since the last report; the answer brings commands."""
    report = read_json(Report)
    with attempts.excused_by_full_disk(run_id, attempt):
        receipt = recording.record(run_id, attempt, bearer(), report)
    return jsonify(receipt.model_dump(mode="json"))


@bp.get("/checkpoint")
def get_checkpoint(run_id: str, attempt: int) -> ResponseReturnValue:
    """Return the checkpoint to resume from."""
    path = checkpoints.checkpoint_to_resume(run_id, attempt, bearer())
    return send_file(path, mimetype="application/octet-stream", max_age=0)


@bp.put("/checkpoints/<int:epoch>/<int:part>")
def put_checkpoint(run_id: str, attempt: int, epoch: int, part: int) -> ResponseReturnValue:
    """Store a checkpoint; it is durable when this answers."""
    if request.mimetype != "application/octet-stream":
        raise WrongType
    if part > 1:
        raise NotFound
    if request.content_length is None:
        raise BadRequest
    size, coming = request.content_length, bodies.take("checkpoints", f"{run_id} {attempt}")
    with attempts.excused_by_full_disk(run_id, attempt):
        checkpoints.store(run_id, attempt, bearer(), (epoch, part), _chunks(coming), size)
    return Response(status=204)


def _chunks(share: Share) -> Iterator[bytes]:
    """Yield the body in chunks, until it ends or its sender disconnects.

    Raises Unavailable if its share was revoked.
    """
    with contextlib.suppress(OSError, ClientDisconnected):  # gevent's and Werkzeug's words for it
        while chunk := request.stream.read(CHUNK_BYTES):
            share.note(len(chunk))
            yield chunk
        bodies.end(share)
