"""What each route takes and answers; ``openapi`` makes its document of this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from webapp import keras_code
from webapp.configuration.catalog import FORMATS
from webapp.lessons.experiments import SIZES
from webapp.runs.weights import NAMED
from webapp.schemas import lists
from webapp.schemas.answers import (
    catalog,
    coach,
    datasets,
    drawings,
    history,
    insights,
    lessons,
    owners,
    predictions,
)
from webapp.schemas.answers.run import Duplicate, Run
from webapp.schemas.augment import AugmentQuestion
from webapp.schemas.config import MAX_EPOCHS, MoreEpochs, RunChanges, RunConfig, RunsToDelete
from webapp.schemas.datasets import CLASSES, PARTS
from webapp.schemas.events import EVENT_TYPES, MAX_SEQ
from webapp.schemas.insights import VIEWS
from webapp.schemas.worker import Job, Receipt, Report
from webapp.web.api import bounds, query

Schema = dict[str, Any]


@dataclass(frozen=True)
class File:
    """Content that is no JSON, by its media types."""

    schema: Mapping[str, Any]
    types: tuple[str, ...]


Content = type[BaseModel] | File
"""Of a body: JSON as a model says, or a file."""


@dataclass(frozen=True)
class Route:
    """What a route takes and answers: content by status, None for none; ``query`` maps parameters
    to their schemas."""

    answers: Mapping[int, Content | None]
    body: Content | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)


def _whole(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _view_arguments() -> dict[str, Schema]:
    """What views take, all of them together: each refuses what is not its own."""
    return {
        name: schema
        for arguments in VIEWS.values()
        for name, schema in arguments.model_json_schema().get("properties", {}).items()
    }


TEXT: Schema = {"type": "string"}
BINARY: Schema = {"type": "string", "format": "binary"}
TYPES: Schema = {"type": "array", "items": {"enum": list(EVENT_TYPES)}, "minItems": 1}
INDICES: Schema = {
    "type": "array",
    "items": _whole(0, bounds.MAX_INDEX),
    "minItems": 1,
    "maxItems": bounds.MAX_DIGITS,
}
EPOCH: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"enum": list(NAMED)}]}
PART: Schema = {"enum": list(PARTS)}
CODE: Schema = {"enum": list(keras_code.FORMATS)}
MINE: Schema = {"enum": list(query.FLAGS)}
DIGIT = _whole(0, CLASSES - 1)

PROGRAM = File(TEXT, ("text/x-python", "application/x-ipynb+json"))
BYTES = File(BINARY, ("application/octet-stream",))
FORM = File(
    {"type": "object", "properties": {"file": BINARY}, "required": ["file"]},
    ("multipart/form-data",),
)

ROUTES: dict[str, Route] = {
    "catalog.get_health": Route({200: catalog.Health}),
    "catalog.get_catalog": Route({200: catalog.Catalog}),
    "catalog.check_config": Route(
        {200: catalog.Checked}, body=RunConfig, query={"from": TEXT, "against": TEXT}
    ),
    "catalog.get_openapi": Route({200: catalog.ApiDocument}),
    "runs.create_run": Route({201: Run}, body=RunConfig, query={"from": TEXT}),
    "runs.duplicate_run": Route({200: Duplicate}),
    "runs.list_runs": Route(
        {200: history.Runs},
        query={
            "limit": _whole(1, bounds.MAX_PAGE), "cursor": TEXT, "before": TEXT,
            "q": TEXT | {"maxLength": lists.MOST_SEARCHED}, "sort": {"enum": list(lists.SORTS)},
            "status": {"type": "array", "items": {"enum": list(lists.KINDS)}, "minItems": 1},
            "mine": MINE,
        },
    ),
    "runs.get_run": Route({200: Run}),
    "runs.change_run": Route({200: Run}, body=RunChanges),
    "runs.delete_run": Route({204: None}),
    "runs.delete_runs": Route({200: history.Deleted}, body=RunsToDelete),
    "runs.stop_run": Route({202: Run}),
    "runs.pause_run": Route({202: Run}),
    "runs.resume_run": Route({202: Run}),
    "runs.step_run": Route({202: Run}),
    "runs.extend_run": Route({202: Run}, body=MoreEpochs),
    "runs.list_events": Route(
        {200: history.Events},
        query={"after": _whole(0, MAX_SEQ), "limit": _whole(1, bounds.MAX_EVENTS), "type": TYPES},
    ),
    "runs.list_checkpoints": Route({200: history.Checkpoints}),
    "runs.get_curve": Route(
        {200: history.Curve}, query={"most": _whole(bounds.MIN_POINTS, MAX_EPOCHS)}
    ),
    "predictions.predict": Route(
        {200: predictions.Prediction}, body=drawings.Drawing, query={"epoch": EPOCH}
    ),
    "predictions.look": Route(
        {200: predictions.Look}, body=drawings.Drawing, query={"epoch": EPOCH}
    ),
    "predictions.get_evaluation": Route({200: predictions.Evaluation}, query={"epoch": EPOCH}),
    "predictions.list_test_digits": Route(
        {200: predictions.TestDigits}, query={"indices": INDICES}
    ),
    "insights.get_view": Route(
        {200: insights.Insight, 202: insights.Computing},
        query={"epoch": EPOCH, **_view_arguments()},
    ),
    "coach.get_coach": Route({200: coach.Coached}),
    "code.get_code": Route({200: PROGRAM}, query={"format": CODE}),
    "code.write_code": Route({200: PROGRAM}, body=RunConfig, query={"format": CODE}),
    "models.get_model": Route(
        {200: BYTES}, query={"format": {"enum": list(FORMATS)}, "epoch": EPOCH}
    ),
    "models.import_model": Route({201: Run}, body=FORM),
    "owners.create_owner": Route({201: owners.NewOwner}),
    "owners.forget_owner": Route({204: None}),
    "workers.get_job": Route({200: Job}),
    "workers.post_report": Route({200: Receipt}, body=Report),
    "workers.get_checkpoint": Route({200: BYTES}),
    "workers.put_checkpoint": Route({204: None}, body=BYTES),
    "datasets.download": Route({202: datasets.DownloadStarted}),
    "datasets.list_digits": Route(
        {200: datasets.DigitsPage},
        query={
            "part": PART, "label": DIGIT, "offset": _whole(0, bounds.MAX_OFFSET),
            "limit": _whole(1, bounds.MAX_DIGITS),
        },
    ),
    "datasets.augment": Route({200: datasets.Variants}, body=AugmentQuestion),
    "datasets.get_statistics": Route({200: datasets.Statistics}),
    "lessons.get_lessons": Route({200: lessons.Lessons}),
    "lessons.list_lesson_runs": Route(
        {200: lessons.LessonRuns},
        query={"size": {"enum": list(SIZES)}, "mine": MINE},
    ),
}  # fmt: skip
