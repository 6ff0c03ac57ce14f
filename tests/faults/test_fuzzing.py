"""Made-up configurations and drawings: whatever comes in, the answer is one of ours.

``FUZZ_EXAMPLES`` says how many of each; `make faults` takes 10,000.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor, Worker
from webapp.app import create_app
from webapp.configuration.presets import preset_configs
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig
from webapp.schemas.datasets import BUNDLED
from webapp.settings import Settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
fuzzing = settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))

numbers = st.one_of(
    st.integers(-2, 12),
    st.integers(),
    st.floats(),
    st.sampled_from([0, 1, -1, 2**31, 2**53, 2**63, 10**400, 1e308, float("nan")]),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    st.text(max_size=12),
    st.sampled_from(["relu", "softmax", "Dense", "Conv2D", "adam", "same", "\x00", "é" * 200]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def places(config: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within it, as the keys that lead there."""
    inner = config.items() if isinstance(config, dict) else enumerate(config)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@st.composite
def configurations(draw: st.DrawFn) -> Any:
    """A preset with a few places replaced, taken away, doubled or moved; or anything."""
    if draw(st.integers(0, 9)) == 0:
        return draw(values)
    config: Any = copy.deepcopy(draw(st.sampled_from(list(preset_configs().values()))))
    for _ in range(draw(st.integers(1, 4))):
        found = list(places(config))
        if found:
            change(draw, config, draw(st.sampled_from(found)))
    return config


def change(draw: st.DrawFn, config: Any, path: tuple[Any, ...]) -> None:
    """Change one place of it."""
    *way, last = path
    holder = config
    for key in way:
        holder = holder[key]
    kind = draw(st.sampled_from(["replace", "number", "remove", "double", "add"]))
    if kind == "replace":
        holder[last] = draw(values)
    elif kind == "number":
        holder[last] = draw(numbers)
    elif kind == "remove":
        del holder[last]
    elif isinstance(holder, list):
        holder.insert(last, copy.deepcopy(holder[last]))
    else:
        holder[draw(st.text(max_size=8))] = draw(values)


coordinates = st.one_of(st.floats(-50, 400), numbers, scalars)
points = st.one_of(
    st.tuples(st.floats(0, 300), st.floats(0, 300)).map(list), st.lists(coordinates, max_size=3)
)
strokes = st.one_of(st.lists(st.lists(points, max_size=8), max_size=4), values)
pixels = st.one_of(
    st.builds(
        lambda rows, width, value: [[value] * width] * rows,
        st.sampled_from([0, 27, 28, 28, 29]),
        st.sampled_from([0, 27, 28, 28, 29]),
        st.one_of(st.integers(-1, 256), scalars),
    ),
    values,
)
images = st.one_of(
    st.builds(
        lambda head, body: head + body,
        st.sampled_from(["data:image/png;base64,", "data:image/jpeg;base64,", "data:,", ""]),
        st.one_of(
            st.text(max_size=40), st.sampled_from(["iVBORw0KGgo=", "/9j/4AAQSkZJRgABAQ==", "===="])
        ),
    ),
    values,
)
drawings = st.one_of(
    st.builds(lambda given: {"strokes": given}, strokes),
    st.builds(lambda given: {"pixels": given}, pixels),
    st.builds(lambda given: {"image": given}, images),
    st.dictionaries(st.sampled_from(["strokes", "pixels", "image", "x"]), values, max_size=3),
    values,
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, str]]:
    """A client, and a run that answers drawings."""
    data_dir = tmp_path_factory.mktemp("fuzz") / "data"
    given = Settings.from_environ({"INKLING_DATA_DIR": str(data_dir)})
    app: Flask = create_app(given, launcher=FakeLauncher(), predictor=FakePredictor())
    migrate(app)
    with app.app_context():
        layers = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]
        run_id = lifecycle.create(RunConfig.model_validate({"layers": layers}), 7850)["id"]
        Worker(run_id).begin()
    yield app.test_client(), run_id
    close(app)


@given(config=configurations())
@fuzzing
def test_configurations(fuzzed: tuple[FlaskClient, str], config: Any) -> None:
    client, _run_id = fuzzed
    checked = expect_ours(post(client, "/api/check", config))
    answer = post(client, "/api/runs", config)
    created = expect_ours(answer)
    if created == 201:  # one owner may have 300 of them in the queue
        expect_ours(client.delete(f"/api/runs/{answer.get_json()['id']}"))
    if (checked, created) == (200, 422):  # a draft may name digits that are still to be downloaded
        assert config["dataset"]["name"] != BUNDLED
    else:
        assert (checked, created) in ((200, 201), (created, created))


@given(drawing=drawings)
@fuzzing
def test_drawings(fuzzed: tuple[FlaskClient, str], drawing: Any) -> None:
    client, run_id = fuzzed
    expect_ours(post(client, f"/api/runs/{run_id}/predict", drawing))


def post(client: FlaskClient, path: str, body: Any) -> Any:
    """Post it as JSON, also what JSON does not know: NaN and Infinity, as Python writes them."""
    return client.post(path, data=json.dumps(body), content_type="application/json")


def expect_ours(answer: Any) -> int:
    """No crash: an answer, or a refusal in the one shape. Returns the status."""
    status = int(answer.status_code)
    assert status < 500, answer.text
    if status >= 400:
        error = answer.get_json()["error"]
        assert set(error) == {"code", "message", "fields"}
        assert error["code"] and error["message"]
    return status
