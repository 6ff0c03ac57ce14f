"""The HTTP API: one blueprint per resource. A view reads, acts and answers.

Every route with a body reads it by ``read_json`` (into a model), ``read_object`` or
``read_body``. Origins are checked by ``webapp.security.gate``, sizes by ``webapp.security.limits``.

Must not hold a rule about runs or networks: another way in would not have it.
"""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from webapp.errors import InvalidInput, WrongType
from webapp.language import translated
from webapp.schemas.problems import MAX_FAULTS, Fault, faults_of, short
from webapp.web.api import bodies

Model = TypeVar("Model", bound=BaseModel)


def read_body() -> Any:
    """Return the request's JSON.

    Raises WrongType (415), NotJson (400), TooLarge (413), and when too many bodies arrive at once
    TooManyRequests (429) or Unavailable (503). ``NaN`` and ``Infinity`` are accepted here, so that
    the validation of the values can say where they are.
    """
    if request.mimetype != "application/json":
        raise WrongType
    return bodies.parse(bodies.read())


def read_object() -> dict[str, Any]:
    """Return the request's JSON, which must be an object. Raises also InvalidInput (422)."""
    body = read_body()
    if not isinstance(body, dict):
        raise invalid([Fault("", "must be an object, not %(value)s", {"value": short(body)})])
    return body


def read_json(model: type[Model]) -> Model:
    """Return the request's JSON as ``model``. Raises also InvalidInput (422) with every problem."""
    try:
        return model.model_validate(read_body())
    except ValidationError as error:
        raise invalid(faults_of(error)) from None


def invalid(faults: list[Fault]) -> InvalidInput:
    """Return the error that lists ``faults`` in the reader's language."""
    if len(faults) == 1:
        message = gettext("1 problem in the request")
    else:
        message = gettext("%(count)s problems in the request", count=len(faults))
    return InvalidInput("invalid_input", message, translated(faults[:MAX_FAULTS]))
