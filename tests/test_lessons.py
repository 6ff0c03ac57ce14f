"""The lessons: every experiment is the lecture's, can be trained, and exists in two languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.configuration.checking import check
from webapp.lessons.answer import default_size, measured
from webapp.lessons.experiments import EXPERIMENTS, SIZES, config_of, params_of, whole
from webapp.lessons.words import LESSONS

DOCS = Path(__file__).parents[1] / "docs" / "lessons.md"

NETWORKS = {
    "1": (3, 633, "sigmoid"),
    "2": (3, 689, "sigmoid"),
    "3": (13, 689, "sigmoid"),
    "4": (3, 689, "sigmoid"),
    "5": (3, 689, "sigmoid"),
    "6": (3, 689, "sigmoid"),
    "7": (13, 689, "sigmoid"),
    "8": (13, 689, "relu"),
    "9": (13, 689, "relu"),
    "10": (13, 689, "relu"),
    "11": (13, 689, "relu"),
    "12": (3, 689, "relu"),
    "12a": (3, 689, "relu"),
}
SETTINGS: dict[str, dict[str, Any]] = {
    "1": {"loss": "mean_squared_error"},
    "2": {"loss": "mean_squared_error"},
    "3": {"loss": "mean_squared_error"},
    "5": {"batch": 10_000},
    "6": {"batch": 1},
    "9": {"scale": False},
    "10": {"optimizer": "Adam"},
    "11": {"optimizer": "Adam", "noise": 1.0},
    "12": {"optimizer": "Adam", "noise": 1.0, "dropout": 0.7},
    "12a": {"optimizer": "Adam", "noise": 1.0},
}
COMMON = {
    "loss": "categorical_crossentropy",
    "optimizer": "SGD",
    "batch": 100,
    "scale": True,
    "noise": 0.0,
    "dropout": None,
}


def full(name: str, size: str = "lecture") -> dict[str, Any]:
    """An experiment's configuration with every default filled in."""
    return whole(config_of(EXPERIMENTS[name], SIZES[size], name=name, seed=1))


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_the_network_is_the_lectures(name: str) -> None:
    depth, units, activation = NETWORKS[name]
    first, *hidden, last = full(name)["layers"]
    dense = [layer for layer in hidden if layer["type"] == "Dense"]
    assert (first["type"], last["units"], last["activation"]) == ("Flatten", 10, "softmax")
    assert [(one["units"], one["activation"]) for one in dense] == [(units, activation)] * depth


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_all_else_is_the_lectures(name: str) -> None:
    config = full(name)
    rates = [layer["rate"] for layer in config["layers"] if layer["type"] == "Dropout"]
    assert rates in ([], [0.7] * NETWORKS[name][0])
    assert {
        "loss": config["compile"]["loss"],
        "optimizer": config["compile"]["optimizer"]["name"],
        "batch": config["fit"]["batch_size"],
        "scale": config["dataset"]["scale"],
        "noise": config["dataset"]["test_noise"],
        "dropout": rates[0] if rates else None,
    } == COMMON | SETTINGS.get(name, {})
    assert config["compile"]["optimizer"]["learning_rate"] == pytest.approx(
        {"SGD": 0.1, "Adam": 0.001}[config["compile"]["optimizer"]["name"]]
    )
    assert (config["dataset"]["name"], config["dataset"]["train_samples"]) == ("mnist", 10_000)
    assert (config["fit"]["epochs"], config["fit"]["validation_split"]) == (20, 0.0)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_every_configuration_can_be_trained(name: str, size: str) -> None:
    checked = check(full(name, size))
    assert checked.params == params_of(EXPERIMENTS[name])
    assert checked.config.fit.batch_size <= SIZES[size].images


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name not in ("5", "6")])
def test_few_images_make_as_many_steps(name: str) -> None:
    def steps(size: str) -> float:
        fit = full(name, size)["fit"]
        return float(fit["epochs"] * SIZES[size].images / fit["batch_size"])

    assert steps("small") == steps("lecture") == 2000


def test_lessons_come_in_order_and_name_experiments() -> None:
    assert [lesson.number for lesson in LESSONS] == list(range(1, 13))
    assert all(lesson.experiment in EXPERIMENTS for lesson in LESSONS)
    assert all(lesson.partner in (None, *EXPERIMENTS) for lesson in LESSONS)
    used = {one for lesson in LESSONS for one in (lesson.experiment, lesson.partner) if one}
    assert used == set(EXPERIMENTS)


@pytest.mark.parametrize("lesson", [one for one in LESSONS if one.partner not in (None, "2")])
def test_a_lesson_changes_one_thing(lesson: Any) -> None:
    assert lesson.partner is not None
    own, partner = EXPERIMENTS[lesson.experiment], EXPERIMENTS[lesson.partner]
    names = ("depth", "units", "activation", "loss", "optimizer", "batch", "scale", "noise")
    differ = [name for name in (*names, "dropout") if getattr(own, name) != getattr(partner, name)]
    assert len(differ) == 1


@pytest.mark.parametrize("lesson", LESSONS)
def test_guesses_leave_no_gap(lesson: Any) -> None:
    by_low = sorted(lesson.guesses, key=lambda guess: guess.low)
    assert all(one.high == after.low for one, after in zip(by_low, by_low[1:], strict=False))
    low, high = {"test": (0, 1), "gain": (-1, 1), "slower": (0, 1000)}[lesson.measure]
    assert by_low[0].low <= low and by_low[-1].high > high


@pytest.mark.parametrize("lesson", [one for one in LESSONS if one.measure == "test"])
def test_what_was_measured_bears_the_lecture_out(lesson: Any) -> None:
    """The answer that is right by the lecture's figure is right by each of our seeds."""
    figure = EXPERIMENTS[lesson.experiment].lecture.test
    assert figure is not None
    right = next(guess for guess in lesson.guesses if guess.low <= figure < guess.high)
    for size in measured().values():
        for row in size.get(lesson.experiment, []):
            assert right.low <= row["test"] < right.high, row["seed"]


def test_the_size_follows_what_is_here() -> None:
    assert default_size({"mnist", "mnist-5k"}) == "lecture"
    assert default_size({"mnist-5k"}) == "small"


def test_the_docs_show_what_the_page_shows() -> None:
    """Each row of the tables in docs/lessons.md has the figures that the page has."""
    text = DOCS.read_text(encoding="utf-8")
    for size, experiments in measured().items():
        table = text.partition(f"<!-- {size} -->")[2].partition(f"<!-- /{size} -->")[0]
        lines = {line.split("|")[1].strip(): line for line in table.splitlines() if "|" in line}
        for name, rows in experiments.items():
            for key in ("train", "train_epoch", "test"):
                shown = " ".join(f"{row[key]:.4f}".removeprefix("0") for row in rows)
                assert f" {shown} " in lines[name], (size, name, key)


@pytest.fixture
def answer(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/lessons").get_json()
    return found


def test_the_answer_holds_what_the_page_needs(answer: dict[str, Any]) -> None:
    assert [size["name"] for size in answer["sizes"]] == list(SIZES)
    assert set(answer["experiments"]) == set(EXPERIMENTS)
    for one in answer["experiments"].values():
        assert set(one["sizes"]) == set(SIZES)
    assert answer["experiments"]["4"]["lecture"] == {"train": 0.8734, "test": 0.8582}


def test_lessons_speak_chinese(client: FlaskClient, answer: dict[str, Any]) -> None:
    chinese = client.get("/api/lessons?lang=zh").get_json()
    for english, other in zip(answer["lessons"], chinese["lessons"], strict=True):
        for key in ("setup", "question", "moral", "why"):
            assert other[key] != english[key], (english["number"], key)
    name = chinese["experiments"]["4"]["sizes"]["small"]["config"]["name"]
    assert name.startswith("第 4 课")


def test_every_lesson_has_a_page(client: FlaskClient) -> None:
    for path in ("/lessons", "/lessons/1", "/lessons/12?projector"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert 'aria-current="page">Lessons' in answer.get_data(as_text=True)
    assert client.get("/lessons/13", headers={"Accept": "text/html"}).status_code == 404
