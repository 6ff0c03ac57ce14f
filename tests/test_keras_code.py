"""Configurations as plain Keras programs: the text. What Keras says of it: ``tests/ml``."""

from __future__ import annotations

import ast
import io
import json
import py_compile
import subprocess
import sys
import tokenize
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from flask import Flask

from tests.schemas.test_texts import NASTY
from webapp import keras_code, language
from webapp.configuration.presets import preset_configs
from webapp.schemas import texts
from webapp.schemas.config import EarlyStopping, ReduceLROnPlateau, RunConfig
from webapp.schemas.layers import LAYERS
from webapp.schemas.losses import LOSSES
from webapp.schemas.names import METRICS
from webapp.schemas.optimizers import OPTIMIZERS
from webapp.schemas.regularizers import REGULARIZERS

CANDIDATES: tuple[Any, ...] = (
    [3, 5], 7, 0.375, True, False, {"name": "L1L2", "l2": 0.5}, "tanh", "he_normal", "same",
    "wrap", "nearest", "loss",
)  # fmt: skip
"""Values of which each argument takes at least one that is not its default."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A reader of English."""
    with reader("en"):
        yield


def reader(tag: str) -> Any:
    app = Flask(__name__)
    language.init_app(app)
    return app.test_request_context(headers={"Accept-Language": tag})


def config(*layers: dict[str, Any], **parts: Any) -> RunConfig:
    whole = {"name": "Test", "layers": list(layers) or [{"type": "Flatten"}], **parts}
    return RunConfig.model_validate(whole)


def script(made: RunConfig) -> str:
    """The program, which is Python."""
    text = keras_code.write(made, "py").text
    ast.parse(text)
    return text


def called(text: str, name: str) -> list[str]:
    """The arguments of the program's call of ``name``, one of which is last."""
    found = [
        [ast.unparse(one) for one in (*node.args, *node.keywords)]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name
    ]
    assert len(found) == 1, f"{name} is called {len(found)} times"
    return found[0]


def least(part: Any) -> dict[str, Any]:
    """The arguments of a part that must be written."""
    number: Any = 7 if part.__name__ in ("Dense", "Conv2D") else 0.375
    names = [name for name, field in part.model_fields.items() if field.is_required()]
    return {name: "tanh" if name == "activation" else number for name in names}


def other(part: Any) -> dict[str, Any]:
    """Every argument of a part with a value that is not the default."""
    found = least(part)
    for name, field in part.model_fields.items():
        if name in (*found, "type", "name"):
            continue
        for value in CANDIDATES:
            try:
                made = part.model_validate({**least(part), name: value})
            except ValueError:
                continue
            if getattr(made, name) != field.default:
                found[name] = value
                break
        assert name in found, f"no candidate suits {part.__name__}.{name}"
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_says_what_keras_does_not_assume(layer: Any) -> None:
    kind = layer.__name__
    few = script(config({"type": kind, **least(layer)}))
    extra = ["pool_size=2"] if kind == "AveragePooling2D" else []
    assert len(called(few, f"layers.{kind}")) == len(least(layer)) + len(extra)
    many = script(config({"type": kind, **other(layer)}))
    assert len(called(many, f"layers.{kind}")) == len(layer.model_fields) - 1


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_is_a_name_or_a_call(optimizer: Any) -> None:
    kind = optimizer.__name__
    few = script(config(compile={"optimizer": {"name": kind}}))
    assert f"optimizer='{kind.lower()}'" in called(few, "model.compile")
    many = script(config(compile={"optimizer": {"name": kind, **other(optimizer)}}))
    assert len(called(many, f"keras.optimizers.{kind}")) == len(optimizer.model_fields) - 1


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_a_name_or_a_call(loss: Any) -> None:
    name = loss.model_fields["name"].default
    few = script(config(compile={"loss": name}))
    assert f"loss='{name}'" in called(few, "model.compile")
    if others := other(loss):
        many = script(config(compile={"loss": {"name": name, **others}}))
        assert len(called(many, f"keras.losses.{loss.keras_class}")) == len(others)


@pytest.mark.parametrize("regularizer", REGULARIZERS)
def test_a_regularizer_is_a_call(regularizer: Any) -> None:
    chosen = {"name": regularizer.__name__, **other(regularizer)}
    text = script(config({"type": "Dense", "units": 10, "kernel_regularizer": chosen}))
    assert called(text, f"keras.regularizers.{regularizer.__name__}") == [
        f"{name}={float(value)}" for name, value in other(regularizer).items()
    ]


def test_callbacks_with_the_defaults_of_keras() -> None:
    fit = {"early_stopping": {}, "reduce_lr_on_plateau": {}, "terminate_on_nan": True}
    text = script(config(fit=fit))
    assert called(text, "keras.callbacks.EarlyStopping") == [
        "patience=3",
        "restore_best_weights=True",
    ]
    assert called(text, "keras.callbacks.ReduceLROnPlateau") == []
    assert called(text, "keras.callbacks.TerminateOnNaN") == []
    assert "callbacks=callbacks" in called(text, "model.fit")


def test_callbacks_with_other_values() -> None:
    stopping = {"monitor": "loss", "patience": 0, "min_delta": 0.5, "restore_best": False}
    plateau = {"monitor": "loss", "factor": 0.5, "patience": 1, "min_delta": 0, "min_lr": 0.1}
    assert set(stopping) == set(EarlyStopping.model_fields)
    assert set(plateau) == set(ReduceLROnPlateau.model_fields)
    text = script(config(fit={"early_stopping": stopping, "reduce_lr_on_plateau": plateau}))
    assert called(text, "keras.callbacks.EarlyStopping") == ["monitor='loss'", "min_delta=0.5"]
    assert len(called(text, "keras.callbacks.ReduceLROnPlateau")) == len(plateau)


@pytest.mark.parametrize("monitor", METRICS)
def test_a_callback_is_reported_that_an_accuracy_gets_better_as_it_rises(monitor: str) -> None:
    watched = {"monitor": monitor}
    text = script(config(fit={"early_stopping": watched, "reduce_lr_on_plateau": watched}))
    for kind in ("EarlyStopping", "ReduceLROnPlateau"):
        mode = "mode='max'" in called(text, f"keras.callbacks.{kind}")
        assert mode is monitor.endswith("accuracy")


def test_fit_says_what_the_run_says() -> None:
    text = script(config(fit={"batch_size": 7, "epochs": 3, "validation_split": 0.25}))
    assert called(text, "model.fit") == [
        "x_train", "y_train", "batch_size=7", "epochs=3", "validation_split=0.25",
    ]  # fmt: skip
    text = script(config(fit={"validation_split": 0, "shuffle": False}))
    assert called(text, "model.fit")[-1] == "shuffle=False"
    assert "validation_split" not in text


def test_the_data_are_the_runs() -> None:
    bundled = script(config())
    assert "mnist_data()" in bundled and "/ 255" in bundled and "noise" not in bundled
    dataset = {"name": "mnist", "train_samples": 700, "scale": False, "test_noise": 0.5}
    whole = script(config(dataset=dataset))
    assert "keras.datasets.mnist.load_data()" in whole and "mlxtend" not in whole
    assert "x_train[:700], y_train[:700]" in whole
    assert "/ 255" not in whole and "0.5 * noise" in whole


def test_a_seed_is_set_where_there_is_one() -> None:
    assert called(script(config(seed=2**32 - 1)), "keras.utils.set_random_seed") == ["4294967295"]
    assert "seed" not in script(config(dataset={"name": "mnist"}))


@pytest.mark.parametrize("name", ["en", "zh"])
@pytest.mark.parametrize("preset", preset_configs())
def test_it_is_formatted_and_every_name_is_imported(preset: str, name: str) -> None:
    with reader(name):
        text = script(RunConfig.model_validate(preset_configs()[preset]))
    for command in (["format", "--diff"], ["check", "--select", "E,F,I,W"]):
        explicit_arguments = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "88", "-"],
            input=text, capture_output=True, text=True,
        )  # fmt: skip
        assert explicit_arguments.returncode == 0, (
            explicit_arguments.stdout + explicit_arguments.stderr
        )


def test_comments_follow_the_reader() -> None:
    with reader("zh"):
        assert "像素" in script(config())
    assert script(config()).isascii() is False  # × and – in English
    assert "Stack the layers" in script(config())


TAKEN = [name for name in NASTY if not texts.has_controls(name)]
"""Those that a run can have; the others are refused."""


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_is_only_a_comment(name: str, tmp_path: Path) -> None:
    """Whatever a run is called: Python reads the same program, from text and from a file."""
    hostile, plain = (script(config(name=one)) for one in (name, "Test"))
    for read in (str, str.encode):
        assert ast.dump(ast.parse(read(hostile))) == ast.dump(ast.parse(read(plain)))
    path = tmp_path / "program.py"
    path.write_bytes(hostile.encode())
    with tokenize.open(path) as file:
        assert file.encoding == "utf-8"
        kinds = [token.type for token in tokenize.generate_tokens(file.readline)]
    other = [token.type for token in tokenize.generate_tokens(io.StringIO(plain).readline)]
    assert kinds == other
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        py_compile.compile(str(path), str(tmp_path / "program.pyc"), doraise=True)


def test_a_name_kept_by_an_older_version_is_only_a_comment() -> None:
    """Runs were kept under names that are not taken any more; a file may bring others."""
    for name in NASTY:
        old = config().model_copy(update={"name": name})
        assert ast.dump(ast.parse(script(old).encode())) == ast.dump(ast.parse(script(config())))


def test_the_name_is_not_run_by_an_import(tmp_path: Path) -> None:
    """The name that was code: read as ``unicode_escape``, its ``\\u000a`` ends the comment."""
    name = "coding: unicode_escape \\u000aopen('touched','w')#"
    text = script(config(name=name)).partition("import keras")[0]
    (tmp_path / "program.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-c", "import program"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_is_only_a_heading(name: str) -> None:
    hostile, plain = (
        json.loads(keras_code.write(config(name=one), "ipynb").text) for one in (name, "Test")
    )
    (title, _empty, *rest), (_title, _empty, *other) = (
        book["cells"][0]["source"] for book in (hostile, plain)
    )
    assert rest == other and hostile["cells"][1:] == plain["cells"][1:]
    assert title.startswith("# ") and not any(mark in title for mark in (" <", " $", " {"))


def test_a_notebook_holds_the_same_program() -> None:
    made = config(name="*A* <b>name</b> $x$")
    written = keras_code.write(made, "ipynb")
    book: Any = nbformat.reads(written.text, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(json.loads(written.text))
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert ast.dump(ast.parse("\n".join(cells))) == ast.dump(ast.parse(script(made)))
    assert book.cells[0].source.startswith(r"# \*A\* \<b\>name\<\/b\> \$x\$")
    kinds = [cell.cell_type for cell in book.cells]
    assert kinds == ["markdown", "code"] + ["markdown", "code"] * 7
