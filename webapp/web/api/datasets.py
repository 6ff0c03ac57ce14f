"""Routes: downloading a missing dataset, and browsing those that are here."""

from __future__ import annotations

import base64

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from webapp.datasets import browse, catalogue
from webapp.errors import Conflict, NotFound
from webapp.inference import answers
from webapp.schemas.augment import AugmentQuestion
from webapp.schemas.datasets import CLASSES, PARTS
from webapp.schemas.marks import N_
from webapp.schemas.problems import Fault
from webapp.web.api import invalid, query, read_json
from webapp.web.api.bounds import MAX_DIGITS, MAX_OFFSET

bp = Blueprint("datasets", __name__, url_prefix="/api/datasets")


@bp.post("/<name>/download")
def download(name: str) -> ResponseReturnValue:
    """Start downloading a dataset; its progress is published as `dataset` events."""
    downloads = catalogue.DOWNLOADS.get()
    try:
        here = catalogue.look_for(name, downloads.settings)
    except KeyError:
        raise NotFound("dataset_not_found", _("There is no such dataset.")) from None
    if here.available:
        raise Conflict("dataset_available", _("This dataset is on this machine already."))
    if not here.downloadable:
        raise Conflict("not_downloadable", _("This dataset cannot be downloaded."))
    try:
        downloads.start(name)
    except catalogue.Busy:
        raise Conflict("download_running", _("A download is running already.")) from None
    return jsonify({"name": name, "state": "downloading"}), 202


@bp.get("/<name>/digits")
def list_digits(name: str) -> ResponseReturnValue:
    """Return some of a dataset's digits, pixels included, in its own order."""
    query.only("part", "label", "offset", "limit")
    part = query.one_of("part", "train", PARTS)
    label = query.whole("label", 0, 0, CLASSES - 1) if "label" in request.args else None
    offset = query.whole("offset", 0, 0, MAX_OFFSET)
    limit = query.whole("limit", 100, 1, MAX_DIGITS)
    settings = current_app.config["SETTINGS"]
    return jsonify(browse.page(name, settings, part, label, offset, limit))


@bp.get("/<name>/statistics")
def get_statistics(name: str) -> ResponseReturnValue:
    """Return the counts, the mean images and the brightness of the digits."""
    query.only()
    return jsonify(browse.statistics(name, current_app.config["SETTINGS"]))


@bp.post("/<name>/augment")
def augment(name: str) -> ResponseReturnValue:
    """Return variants of one digit, as a layer makes them during training."""
    asked = read_json(AugmentQuestion)
    image = browse.image(name, current_app.config["SETTINGS"], asked.part, asked.index)
    if image is None:
        raise invalid([Fault("index", N_("is after the last image"))])
    question = {
        "ask": "augment",
        "asked": asked.model_dump(mode="json"),
        "image": base64.b64encode(image).decode("ascii"),
    }
    return jsonify(answers.in_turn(question))
