"""``create_app``: all wiring, top to bottom. It starts no process and no thread; ``start`` does.

``wsgi.py`` makes the application, then ``webapp.server.serving`` migrates, starts, serves and stops
it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from webapp import database, http_errors, language, machine
from webapp.data_dir import secret
from webapp.datasets import catalogue
from webapp.inference import answers, decoding, insights, untested
from webapp.inference.decoding import DECODING
from webapp.runs import leftovers, moves, sizes, weights
from webapp.scheduler import SCHEDULER, Scheduler
from webapp.security import gate, limits, owners, refusals
from webapp.settings import ROOT, Settings
from webapp.web import assets, compression, counts, login, metrics, pages, uploads
from webapp.web.api import bodies, guard, models, predictions, runs, workers
from webapp.web.api import catalog as catalog_api
from webapp.web.api import code as code_api
from webapp.web.api import datasets as datasets_api
from webapp.web.api import insights as insights_api
from webapp.web.api import lessons as lessons_api
from webapp.web.api import owners as owners_api
from webapp.web.sockets import handlers, handshakes
from webapp.web.sockets.sessions import Sessions
from webapp.workers.launchers import LAUNCHER, Launcher
from webapp.workers.launchers.local import LocalLauncher
from webapp.workers.on_demand import OnDemand
from webapp.workers.predictor import PREDICTOR, Predictor, PredictWorker

BLUEPRINTS = (
    pages.blueprint,
    metrics.blueprint,
    login.blueprint,
    catalog_api.bp,
    code_api.bp,
    datasets_api.bp,
    insights_api.bp,
    insights_api.coach_bp,
    lessons_api.bp,
    models.bp,
    owners_api.bp,
    predictions.bp,
    runs.bp,
    workers.bp,
)


def create_app(
    settings: Settings | None = None,
    *,
    launcher: Launcher | None = None,
    predictor: Predictor | None = None,
    insight_worker: insights.ViewComputer | None = None,
) -> Flask:
    """Return the application for ``settings`` (default: the environment's). Raises SettingsError.

    ``launcher``, ``predictor`` and ``insight_worker`` may be fakes for tests.
    """
    settings = settings or Settings.from_environ(os.environ)
    settings.check()
    app = Flask(
        __name__,
        static_folder=str(assets.FOLDER),
        static_url_path=f"/static/{assets.version()}",
        template_folder=str(ROOT / "templates"),
    )
    app.request_class = uploads.StoringRequest
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = assets.FOR_GOOD
    app.json = StrictJson(app)
    memory = machine.worker_memory(settings)
    app.config.update(SETTINGS=settings, DATA_DIR=settings.data_dir, WORKER_MEMORY=memory)
    counts.init_app(app)  # first: it times all other hooks
    http_errors.register(app)
    compression.init_app(app)
    language.init_app(app)
    limits.init_app(app, settings)
    owners.init_app(app, settings)
    guard.init_app(app)
    bodies.init_app(app)  # after who may send one was decided
    refusals.init_app(app)
    database.init_app(app, settings.database_url)
    catalogue.init_app(app, settings)
    weights.init_app(app)
    moves.init_app(app)
    sizes.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    launcher = launcher or LocalLauncher(settings.data_dir, settings.workers, memory)
    LAUNCHER.provide(app, launcher)
    PREDICTOR.provide(app, predictor or PredictWorker(settings.data_dir, memory))
    DECODING.provide(app, decoding.of_data_dir(settings.data_dir))
    on_demand = OnDemand(lambda: insights.InsightWorker(settings.data_dir, memory))
    answers.init_app(app)
    insights.init_app(app, insight_worker or on_demand)
    untested.init_app(app)
    SCHEDULER.provide(app, Scheduler(app, launcher, settings.workers, settings.data_dir))
    handlers.init_app(app)
    app.wsgi_app = Sessions(app)  # type: ignore[method-assign,assignment]
    app.wsgi_app = handshakes.Handshakes(app)  # type: ignore[method-assign,assignment]
    gate.guard(app, settings)  # last: the outermost layer
    return app


def migrate(app: Flask) -> None:
    """Create the data directory and its secret, and migrate the database.

    Pages are signed with the secret: if the first request created it, a full disk would refuse
    that.
    """
    secret(Path(app.config["DATA_DIR"]))
    with app.app_context():
        database.migrate()


def tidy(app: Flask) -> None:
    """Remove what killed processes left, before anything is served."""
    with app.app_context():
        leftovers.remove()


def start(app: Flask, url: str) -> None:
    """Start what runs beside the requests; ``url`` is the address that workers report to."""
    SCHEDULER.get(app).start(url)
    PREDICTOR.get(app).start()
    untested.UNTESTED.get(app).start()
    sizes.SIZES.get(app).start()


def stop(app: Flask) -> None:
    """End in order: workers (they still report meanwhile), clients, the processes that answer."""
    SCHEDULER.get(app).stop()
    handlers.disconnect_all(app)
    insights.INSIGHTS.get(app).worker.stop()
    PREDICTOR.get(app).stop()
    DECODING.get(app).stop()
    untested.UNTESTED.get(app).stop()
    sizes.SIZES.get(app).stop()


class StrictJson(DefaultJSONProvider):
    """JSON that every client can parse: no NaN (that would be an error of ours), keys in order."""

    sort_keys = False
    ensure_ascii = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Return ``obj`` as JSON text. Raises ValueError for a number that is not finite."""
        return super().dumps(obj, allow_nan=False, **kwargs)
