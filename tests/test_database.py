"""The tables: migrations agree with the models, SQLite is set up, writers take turns."""

from __future__ import annotations

import copy
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_babel import force_locale

from tests.fakes.doubles import Worker
from webapp import database
from webapp.app import create_app
from webapp.configuration.memory import OVER
from webapp.database import NEWEST, Base, EpochRow, EventRow, RunRow, db, reading, writing
from webapp.errors import DatabaseBusy
from webapp.runs import lifecycle, queries, recovery
from webapp.schemas.config import RunConfig
from webapp.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def _context(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


@pytest.mark.parametrize("url", ["foo", "foo://x", "sqlite+nope:///x", "postgresql://h:port/x"])
def test_a_url_that_is_none_is_a_fault_of_the_settings(tmp_path: Path, url: str) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_DATABASE_URL": url}
    with pytest.raises(SettingsError, match="INKLING_DATABASE_URL"):
        create_app(Settings.from_environ(environ))


def test_the_migrations_make_the_tables_of_the_models() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_step_is_the_one_that_is_looked_for() -> None:
    url = db.engine.url.render_as_string()
    assert ScriptDirectory.from_config(database.migrations(url)).get_heads() == [NEWEST]


def test_an_empty_database_is_brought_up_again() -> None:
    with db.engine.connect() as connection:
        steps = database.migrations(db.engine.url.render_as_string())
        steps.attributes["connection"] = connection
        command.downgrade(steps, "base")
    database.migrate()
    assert set(sa.inspect(db.engine).get_table_names()) >= set(Base.metadata.tables)


def test_epochs_that_are_there_become_a_table(config: dict[str, object]) -> None:
    config["fit"] = {"epochs": 9}
    worker = Worker(lifecycle.create(RunConfig.model_validate(config), 1)["id"])
    worker.begin()
    worker.epoch(1, val_loss=None, val_accuracy=None)
    worker.epoch(2, loss=None, diverged=True)
    numbers = sa.select(*EpochRow.__table__.c).order_by(EpochRow.epoch)
    with db.engine.connect() as connection:
        before = connection.execute(numbers).all()
        steps = database.migrations(db.engine.url.render_as_string())
        steps.attributes["connection"] = connection
        command.downgrade(steps, "0001")
    database.migrate()
    with db.engine.connect() as connection:
        assert connection.execute(numbers).all() == before
    assert [(one.epoch, one.loss, one.diverged) for one in before] == [(1, 1, 0), (2, None, 1)]


def test_runs_whose_names_show_nothing_are_untitled(config: dict[str, object]) -> None:
    """Kept by an older version; their configurations could not be read any more."""
    seen, unseen = (lifecycle.create(RunConfig.model_validate(config), 1)["id"] for _ in range(2))
    with writing() as (session, _after):
        row = session.scalars(sa.select(RunRow).where(RunRow.id == unseen)).one()
        row.name, row.config = "\u200b", {**row.config, "name": "\u200b"}
    with db.engine.connect() as connection:
        steps = database.migrations(db.engine.url.render_as_string())
        steps.attributes["connection"] = connection
        command.downgrade(steps, "0005")
    database.migrate()
    names = {}
    for run_id in (seen, unseen):
        run = queries.get(run_id)
        names[run_id] = (run["name"], RunConfig.model_validate(run["config"]).name)
    assert names == {seen: ("Small", "Small"), unseen: ("Untitled", "Untitled")}


def test_runs_that_diverged_get_their_best_epoch_and_biases_that_never_were(
    config: dict[str, Any],
) -> None:
    """Kept by an older version."""
    config["fit"] = {"epochs": 9}
    worker = Worker(lifecycle.create(RunConfig.model_validate(config), 1)["id"])
    worker.begin()
    worker.epoch(1, val_accuracy=0.4)
    worker.epoch(2, val_accuracy=0.6)
    worker.epoch(3, loss=None, val_loss=None, val_accuracy=0.7, diverged=True)
    wanted = queries.get(worker.run_id)["best"]
    with writing() as (session, _after):
        row = session.scalars(sa.select(RunRow)).one()
        row.best = {**row.latest, "epoch": 3}
        row.test = {"loss": None, "accuracy": 0.098}
        row.config = copy.deepcopy(row.config)
        row.config["layers"][1]["bias_initializer"] = "orthogonal"
    with db.engine.connect() as connection:
        steps = database.migrations(db.engine.url.render_as_string())
        steps.attributes["connection"] = connection
        command.downgrade(steps, "0006")
    database.migrate()
    run = queries.get(worker.run_id)
    assert run["best"] == wanted and run["best"]["epoch"] == 2
    assert run["test"] == {"loss": None, "accuracy": None}
    assert RunConfig.model_validate(run["config"]).layers[1].bias_initializer == "zeros"  # type: ignore[union-attr]


def test_values_are_taken_out_of_the_sentences_that_were_stored(config: dict[str, Any]) -> None:
    """Kept by an older version."""
    ids = [lifecycle.create(RunConfig.model_validate(config), 1)["id"] for _ in range(2)]
    sentences = (OVER % {"used": "2.4", "allowed": "1,542"}, str(recovery.LOST))
    with db.engine.connect() as connection:
        steps = database.migrations(db.engine.url.render_as_string())
        steps.attributes["connection"] = connection
        command.downgrade(steps, "0008")
        for run_id, sentence in zip(ids, sentences, strict=True):
            changed = sa.text("UPDATE runs SET status = 'failed', error = :error WHERE id = :id")
            connection.execute(changed, {"error": sentence, "id": run_id})
        connection.commit()
    database.migrate()
    assert [queries.get(run_id)["error"]["message"] for run_id in ids] == list(sentences)
    with force_locale("zh_Hans"):
        said = [queries.get(run_id)["error"]["message"] for run_id in ids]
    assert "2.4" in said[0] and "1,542" in said[0] and said[0] != sentences[0]
    with db.engine.connect() as connection:
        steps.attributes["connection"] = connection
        command.downgrade(steps, "0008")
        stored = sa.text("SELECT error FROM runs ORDER BY number")
        assert tuple(connection.scalars(stored)) == sentences
    database.migrate()


def test_events_and_attempts_have_no_rowid() -> None:
    with reading() as session:
        query = sa.text("SELECT name FROM pragma_table_list WHERE wr = 1 AND schema = 'main'")
        assert set(session.scalars(query)) == {
            "attempts", "checkpoints", "deleted_runs", "epochs", "events",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 10_000)]
)
def test_sqlite_is_set_up(pragma: str, value: object) -> None:
    with reading() as session:
        assert session.scalar(sa.text(f"PRAGMA {pragma}")) == value


@contextmanager
def another_program_writes(settings: Settings) -> Iterator[sqlite3.Connection]:
    """A connection that holds the database, as a backup or a shell would."""
    path = settings.data_dir / "inkling.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_a_writer_waits_for_another_program(settings: Settings, config: dict[str, object]) -> None:
    with another_program_writes(settings) as other:
        timer = threading.Timer(0.3, other.execute, ["COMMIT"])
        timer.start()
        run = lifecycle.create(RunConfig.model_validate(config), 1)
        timer.join()
    assert run["status"] == "queued"


def test_a_writer_says_that_another_program_does_not_let_go(
    client: FlaskClient, settings: Settings, config: dict[str, object], monkeypatch: Any
) -> None:
    monkeypatch.setattr(database, "WRITE_SECONDS", 0.1)
    with another_program_writes(settings):
        answer = client.post("/api/runs", json=config)
    assert answer.status_code == 503
    assert answer.json is not None and answer.json["error"]["code"] == "database_busy"
    with reading() as session:
        assert session.scalar(sa.text("PRAGMA busy_timeout")) == database.BUSY_TIMEOUT_MS
    assert client.post("/api/runs", json=config).status_code == 201


def test_a_writer_says_that_the_others_take_too_long(monkeypatch: Any) -> None:
    monkeypatch.setattr(database, "WRITE_SECONDS", 0.1)
    entered, leave = threading.Event(), threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def hold() -> None:
        with app.app_context(), writing():
            entered.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    with pytest.raises(DatabaseBusy), writing():
        pass
    leave.set()
    holder.join()


def test_no_coroutine_runs_at_the_end_of_a_request(app: Flask) -> None:
    names = {function.__name__ for function in app.teardown_appcontext_funcs}
    assert names == {"_close_sessions"}


def test_a_change_that_raises_leaves_nothing(config: dict[str, object]) -> None:
    reported: list[int] = []
    run = lifecycle.create(RunConfig.model_validate(config), 1)
    with pytest.raises(RuntimeError), writing() as (session, after):
        session.add(EventRow(run=1, seq=99, at=0, body={}))
        session.flush()
        after(lambda: reported.append(1))
        raise RuntimeError
    with reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(EventRow)) == run["last_seq"]
    assert reported == []


def test_a_run_takes_its_events_with_it(config: dict[str, object]) -> None:
    run = lifecycle.create(RunConfig.model_validate(config), 1)
    lifecycle.delete(run["id"])
    with reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(EventRow)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(RunRow)) == 0


def test_writers_of_many_threads_take_turns(app: Flask, config: dict[str, object]) -> None:
    lifecycle.create(RunConfig.model_validate(config), 1)
    row = sa.select(RunRow)

    def add_up() -> None:
        with app.app_context():
            for _ in range(25):
                with writing() as (session, _after):
                    session.scalars(row).one().params += 1

    threads = [threading.Thread(target=add_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading() as session:
        assert session.scalars(row).one().params == 1 + 8 * 25
