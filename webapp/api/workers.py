"""The workers' protocol: fetch the job, report, send checkpoints. Each attempt has its token."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from webapp.api import read_json
from webapp.errors import Unauthorized, WrongType
from webapp.runs import attempts, checkpoints, recording
from webapp.schemas.worker import Report

bp = Blueprint("workers", __name__, url_prefix="/api/workers/runs/<run_id>/attempts/<int:attempt>")

CHUNK_BYTES = 1024 * 1024


@bp.get("/job")
def get_job(run_id: str, attempt: int) -> ResponseReturnValue:
    """What this attempt has to train."""
    return jsonify(attempts.job(run_id, attempt, _token()).model_dump(mode="json"))


@bp.post("/reports")
def post_report(run_id: str, attempt: int) -> ResponseReturnValue:
    """Store what the worker has done since the last report; the answer brings commands."""
    receipt = recording.record(run_id, attempt, _token(), read_json(Report))
    return jsonify(receipt.model_dump(mode="json"))


@bp.put("/checkpoints/<int:epoch>")
def put_checkpoint(run_id: str, attempt: int, epoch: int) -> ResponseReturnValue:
    """Keep a checkpoint; it is durable when this answers."""
    if request.mimetype != "application/octet-stream":
        raise WrongType
    checkpoints.store(run_id, attempt, _token(), epoch, _chunks())
    return Response(status=204)


def _token() -> str:
    """The bearer token of the request. Raises Unauthorized."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized
    return given.token


def _chunks() -> Iterator[bytes]:
    """The body in pieces."""
    while chunk := request.stream.read(CHUNK_BYTES):
        yield chunk
