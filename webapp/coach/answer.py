"""The coach's answer: collects a run's evidence and returns findings in the reader's language."""

from __future__ import annotations

import json
import math
from typing import Any

from flask_babel import gettext

from webapp.coach.evidence import Epoch, Evidence, Measured
from webapp.coach.finding import Change, Finding, Sentence
from webapp.coach.judge import judge, wants_measuring
from webapp.coach.terms import TERMS
from webapp.configuration.naming import Origin, name_of
from webapp.errors import ApiError
from webapp.glossary.answer import term_json
from webapp.inference import insights
from webapp.runs import curves, weights
from webapp.schemas.answers.run import IMPORTED
from webapp.schemas.config import MAX_EPOCHS, RunConfig
from webapp.schemas.insights import Arguments

VIEW = "evidence"


def coach_run(run_id: str) -> dict[str, Any]:
    """Return ``{"findings", "complete"}``: complete is False while the network is being measured.

    An imported run has no curve and gets no findings. Raises NotFound.
    """
    curve = curves.curve(run_id, MAX_EPOCHS)
    if curve["run"]["source"] == IMPORTED:
        return {"findings": [], "complete": True}
    evidence, complete = collect_evidence(curve), True
    if wants_measuring(evidence):
        measured, complete = _measured(run_id)
        evidence = collect_evidence(curve, measured)
    findings = [_finding_json(finding, evidence.config) for finding in judge(evidence)]
    return {"findings": findings, "complete": complete}


def collect_evidence(curve: dict[str, Any], measured: Measured | None = None) -> Evidence:
    """Return the evidence in a run's curve (``runs.curves.curve``) and, if given, in the view."""
    run, columns = curve["run"], curve["epochs"]
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return Evidence(
        config=RunConfig.model_validate(run["config"]),
        status=run["status"],
        epochs=[Epoch(**row) for row in rows],
        diverged_at=_diverged_at(curve),
        test=(run["test"] or {}).get("accuracy"),
        measured=measured,
    )


def _diverged_at(curve: dict[str, Any]) -> int | None:
    """Return the first epoch whose loss was not finite.

    A complete one, the current one, or the next one if only the test shows it.
    """
    if curve["diverged"]:
        return int(curve["diverged"][0])
    run, batches = curve["run"], curve["batches"]
    if batches["x"] and batches["loss"][-1] is None:
        return int(math.ceil(batches["x"][-1]))
    if run["test"] is not None and run["test"]["loss"] is None:
        return int(run["epoch"]) + 1
    return None


def _measured(run_id: str) -> tuple[Measured | None, bool]:
    """Return what was measured in the network, and whether that is final.

    Where it cannot be measured the curve has to do.
    """
    try:
        view = insights.view(weights.newest(run_id), VIEW, Arguments())
    except (ApiError, OSError):
        return None, True
    return (Measured.of(json.loads(view)), True) if view is not None else (None, False)


def _finding_json(finding: Finding, config: RunConfig) -> dict[str, Any]:
    """Return the finding as JSON."""
    change = finding.change
    return {
        "id": finding.id,
        "term": term_json(TERMS[finding.id]),
        "sentence": _text(finding.sentence),
        "why": _text(finding.why),
        "advice": _text(finding.advice),
        "numbers": dict(finding.numbers),
        "change": None if change is None else _change_json(change, config),
    }


def _change_json(change: Change, config: RunConfig) -> dict[str, Any]:
    """Return the change as JSON, with the whole configuration of the run that tries it."""
    label = _text(change.label)
    changed = change.applied(config)
    before = config.model_dump(mode="json")
    name = name_of(changed.model_dump(mode="json"), Origin(config.name, before))
    mended = changed.model_copy(update={"name": name})
    return {"label": label, "patch": dict(change.patch), "config": mended.model_dump(mode="json")}


def _text(sentence: Sentence) -> str:
    return str(gettext(sentence.msgid, **sentence.values))
