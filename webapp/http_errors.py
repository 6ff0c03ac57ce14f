"""Errors as HTTP answers: the status of each, and the answer in the one shape of ``errors``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, render_template
from werkzeug.exceptions import HTTPException

from webapp.errors import (
    ApiError,
    BadRequest,
    Conflict,
    DiskFull,
    Forbidden,
    HeaderTooLong,
    InternalError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    WrongType,
    of_fault,
)

STATUS: dict[type[ApiError], int] = {
    BadRequest: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    TooLarge: 413,
    WrongType: 415,
    InvalidInput: 422,
    TooManyRequests: 429,
    HeaderTooLong: 431,
    InternalError: 500,
    Unavailable: 503,
    DiskFull: 507,
}
"""The HTTP status of each error, and of those that are derived from it."""

_BY_STATUS = {status: kind for kind, status in STATUS.items()}


class OtherHttpError(ApiError):
    """An error of HTTP itself that none of ours stands for, such as 416."""

    def __init__(self, status: int) -> None:
        self.status = status
        alike = BadRequest if status < 500 else InternalError
        super().__init__(alike.code, alike.text)


def status_of(error: ApiError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, OtherHttpError):
        return error.status
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def headers_of(error: ApiError) -> dict[str, str]:
    """The HTTP headers of an error; ``Retry-After`` where it says when to go on."""
    if error.seconds is None:
        return error.headers
    return {**error.headers, "Retry-After": str(math.ceil(error.seconds))}


def register(app: Flask) -> None:
    """Answer every error of ``app`` in the one shape."""
    app.register_error_handler(ApiError, answer)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def answer(error: ApiError) -> Response:
    """The HTTP answer for ``error``; needs a request's language."""
    response = jsonify(error.as_json())
    response.status_code = status_of(error)
    response.headers.update(headers_of(error))
    return response


@dataclass(frozen=True)
class Page:
    """An error as people read it: a template and its values."""

    template: str
    values: dict[str, Any]

    def answer(self, status: int) -> Response:
        """The HTTP answer; needs a request's language."""
        return Response(render_template(self.template, **self.values), status)


def answer_unread(
    app: Flask, error: ApiError, environ: dict[str, Any], page: Page | None = None
) -> Response:
    """The HTTP answer for ``error`` from a layer before ``app``, in the reader's language whatever
    name and path the request came by; its body, if any, was not read. ``page`` instead of JSON."""
    known = {**environ, "HTTP_HOST": "localhost", "PATH_INFO": "/", "REQUEST_METHOD": "GET"}
    with app.request_context(known):
        response = page.answer(status_of(error)) if page else answer(error)
    response.headers["Connection"] = "close"
    return response


def of_http(error: HTTPException) -> ApiError:
    """Werkzeug's error as ours: same status, our sentence."""
    status = error.code or 500
    kind = _BY_STATUS.get(status)
    if kind is None:
        return OtherHttpError(status)
    if kind is MethodNotAllowed:
        return kind(headers={"Allow": dict(error.get_headers()).get("Allow", "")})
    return kind()


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:  # redirects
        return error.get_response()  # type: ignore[return-value]
    return answer(of_http(error))


def _unexpected(error: Exception) -> Response:
    return answer(of_fault(error))
