"""Datasets: fetching what is not on this machine yet."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from webapp import datasets
from webapp.errors import Conflict, NotFound

bp = Blueprint("datasets", __name__, url_prefix="/api/datasets")


@bp.post("/<name>/download")
def download(name: str) -> ResponseReturnValue:
    """Start fetching a dataset; its progress is told to everyone as `dataset` events."""
    downloads: datasets.Downloads = current_app.extensions["inkling_downloads"]
    try:
        here = datasets.look_for(name, downloads.settings)
    except KeyError:
        raise NotFound("dataset_not_found", _("There is no such dataset.")) from None
    if here.available:
        raise Conflict("dataset_available", _("This dataset is on this machine already."))
    if not here.downloadable:
        raise Conflict("not_downloadable", _("This dataset cannot be downloaded."))
    try:
        downloads.start(name)
    except datasets.Busy:
        raise Conflict("download_running", _("A download is running already.")) from None
    return jsonify({"name": name, "state": "downloading"}), 202
