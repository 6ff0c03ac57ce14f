"""Uploaded archives, honest ones and hostile ones, written here without Keras.

Archives that Keras itself wrote are in `tests/ml/test_keras_round_trip.py`.
"""

from __future__ import annotations

import copy
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from webapp import keras_archive
from webapp.errors import InvalidInput
from webapp.keras_archive import import_archive
from webapp.kerasfile.__main__ import answer
from webapp.schemas.config import RunConfig

Json = dict[str, Any]
KERNEL = np.arange(7840, dtype=np.float32).reshape(784, 10)
BIAS = np.linspace(-1, 1, 10, dtype=np.float32)


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take archives apart right here; tests marked `process` start the process as the server."""
    if "process" not in request.fixturenames:
        monkeypatch.setattr(keras_archive, "_take_apart", lambda *args: answer(*args[:2]))


@pytest.fixture
def process() -> None:
    """Start the real process."""


def layer(kind: str, **config: Any) -> Json:
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": config,
        "registered_name": None,
    }


def entrance(*shape: int) -> Json:
    return layer("InputLayer", batch_shape=[None, *shape], dtype="float32", name="input_layer")


def dense(units: int = 10, **more: Any) -> Json:
    return layer("Dense", **{"name": "d", "units": units, "activation": "softmax", **more})


def sequential(*layers: Json, **more: Any) -> Json:
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential", "layers": list(layers)},
        "registered_name": None,
        **more,
    }


LESSON = sequential(entrance(784), dense())


def fill(file: Any) -> None:
    """The weights of LESSON."""
    file["layers/dense/vars/0"] = KERNEL
    file["layers/dense/vars/1"] = BIAS


def weights_file(fill: Callable[[Any], None] = fill) -> bytes:
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        fill(file)
    return memory.getvalue()


def archive(
    path: Path, config: Any = LESSON, weights: bytes | None = None, **files: bytes | str
) -> Path:
    """Write an archive; `files` are further entries, with `__` for a dot in their names."""
    target = path / "model.keras"
    with zipfile.ZipFile(target, "w") as out:
        out.writestr("metadata.json", "{}")
        out.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        out.writestr("model.weights.h5", weights_file() if weights is None else weights)
        for name, content in files.items():
            out.writestr(name.replace("__", "."), content)
    return target


def take(path: Path) -> tuple[RunConfig, list[Any]]:
    target = path.with_suffix(".npz")
    config = import_archive(path, target)
    with np.load(target, allow_pickle=False) as arrays:
        count = len([name for name in arrays.files if name.startswith("weights/")])
        return config, [arrays[f"weights/{n}"] for n in range(count)]


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        import_archive(path, path.with_suffix(".npz"))
    assert [entry.name for entry in path.parent.iterdir() if entry.is_dir()] == []
    return caught.value.code


def test_the_lessons_model_comes_in(tmp_path: Path) -> None:
    config, weights = take(archive(tmp_path))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]
    assert config.name == "Imported model"
    assert config.dataset.scale
    assert config.compile.optimizer.name == "Adam"
    np.testing.assert_array_equal(weights[0], KERNEL)
    np.testing.assert_array_equal(weights[1], BIAS)
    assert weights[0].dtype == np.float32


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1)])
def test_images_with_flatten_come_in(tmp_path: Path, shape: tuple[int, ...]) -> None:
    model = sequential(entrance(*shape), layer("Flatten", name="f"), dense())
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]


def test_a_model_without_an_input_layer(tmp_path: Path) -> None:
    model = sequential(dense())
    model["config"]["build_input_shape"] = [None, 784]
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]


def test_a_reshape_to_an_image_is_what_we_have_anyway(tmp_path: Path) -> None:
    reshape = layer("Reshape", target_shape=[28, 28, 1])
    model = sequential(entrance(784), reshape, layer("Flatten"), dense())
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]


def test_logits_become_probabilities(tmp_path: Path) -> None:
    loss = {
        "module": "keras.losses",
        "class_name": "SparseCategoricalCrossentropy",
        "config": {"from_logits": True, "name": "s"},
    }
    model = {**sequential(entrance(784), dense(activation="linear")), "compile_config": {}}
    model["compile_config"] = {"loss": loss, "optimizer": {"class_name": "SGD", "config": {}}}
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Dense", "Activation"]
    assert config.compile.loss.name == "categorical_crossentropy"
    assert config.compile.optimizer.name == "SGD"


def test_relu_and_softmax_as_layers(tmp_path: Path) -> None:
    model = sequential(
        entrance(784), layer("ReLU", max_value=None, negative_slope=0.0, threshold=0.0), dense()
    )
    config, _ = take(archive(tmp_path, model))
    assert [one.type for one in config.layers] == ["Flatten", "Activation", "Dense"]


def test_our_own_note_brings_name_and_scaling_back(tmp_path: Path) -> None:
    note = {
        "name": "My run",
        "dataset": {"scale": False},
        "layers": [{"type": "Flatten"}],
        "seed": 7,
    }
    config, _ = take(archive(tmp_path, inkling__json=json.dumps(note)))
    assert (config.name, config.dataset.scale, config.seed) == ("My run", False, 7)


@pytest.mark.parametrize("note", ["", "{", "[]", '{"name": 1}', '{"layers": "no"}'])
def test_a_senseless_note_is_left_aside(tmp_path: Path, note: str) -> None:
    config, _ = take(archive(tmp_path, inkling__json=note))
    assert config.name == "Imported model"


def wrong(change: Callable[[Json], Any]) -> Json:
    model: Json = copy.deepcopy(LESSON)
    change(model)
    return model


def put(*path: Any, value: Any) -> Callable[[Json], None]:
    """A change of the model at a path of keys."""

    def change(model: Json) -> None:
        where: Any = model
        for key in path[:-1]:
            where = where[key]
        where[path[-1]] = value

    return change


DENSE = ("config", "layers", 1)

BAD_MODELS = {
    "lambda": (put("config", "layers", 1, value=layer("Lambda")), "unsupported_layer"),
    "foreign layer": (put(*DENSE, "module", value="os"), "unsupported_layer"),
    "lookalike": (put(*DENSE, "module", value="kerasx.layers"), "unsupported_layer"),
    "registered": (put(*DENSE, "registered_name", value="Mine>Dense"), "unsupported_layer"),
    "no class": (put(*DENSE, "class_name", value=None), "unsupported_layer"),
    "list class": (put(*DENSE, "class_name", value=["Dense"]), "unsupported_layer"),
    "nested": (put(*DENSE, value=LESSON), "unsupported_layer"),
    "rnn": (put(*DENSE, "class_name", value="LSTM"), "unsupported_layer"),
    "capped relu": (put(*DENSE, value=layer("ReLU", max_value=6.0)), "unsupported_layer"),
    "softmax of rows": (put(*DENSE, value=layer("Softmax", axis=1)), "unsupported_layer"),
    "custom activation": (
        put(*DENSE, "config", "activation", value={"class_name": "function", "config": "os"}),
        "unsupported_argument",
    ),
    "lora": (put(*DENSE, "config", "lora_rank", value=4), "unsupported_argument"),
    "unknown argument": (put(*DENSE, "config", "fn", value="x"), "unsupported_argument"),
    "model": (put("class_name", value="Model"), "unsupported_model"),
    "custom model": (put("registered_name", value="Mine>Sequential"), "unsupported_model"),
    "no layers": (put("config", "layers", value=[]), "not_an_archive"),
    "many layers": (put("config", "layers", value=[LESSON] * 5000), "not_an_archive"),
    "layers of text": (put("config", "layers", value=["Dense"]), "not_an_archive"),
    "config text": (put("config", value="x"), "not_an_archive"),
    "input": (put("config", "layers", 0, value=entrance(32, 32, 3)), "unsupported_input"),
    "image to dense": (put("config", "layers", 0, value=entrance(28, 28)), "unsupported_input"),
    "no input": (put("config", "layers", 0, value=layer("InputLayer")), "unsupported_input"),
    "nine classes": (put(*DENSE, "config", "units", value=9), "invalid_config"),
    "shape bomb": (put(*DENSE, "config", "units", value=10**9), "invalid_config"),
    "activation": (put(*DENSE, "config", "activation", value="evil"), "invalid_config"),
    "units text": (put(*DENSE, "config", "units", value="10"), "invalid_config"),
}


@pytest.mark.parametrize("name", BAD_MODELS)
def test_models_that_are_refused(tmp_path: Path, name: str) -> None:
    change, code = BAD_MODELS[name]
    assert refusal(archive(tmp_path, wrong(change))) == code


def test_many_parameters_are_refused_before_any_is_read(tmp_path: Path) -> None:
    wide = [dense(8192, activation="relu") for _ in range(4)]
    assert refusal(archive(tmp_path, sequential(entrance(784), *wide, dense()))) == "invalid_config"


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "null", "[" * 100_000, "{}", '"x"'])
def test_configurations_that_are_no_model(tmp_path: Path, text: str) -> None:
    assert refusal(archive(tmp_path, text)) in ("not_an_archive", "unsupported_model")


def functional(**more: Any) -> Json:
    """input → dense, as Keras writes a chain."""

    def node(*names: str) -> list[Json]:
        return [
            {"args": [{"config": {"keras_history": [name, 0, 0]}}], "kwargs": {}} for name in names
        ]

    layers = [
        {**entrance(784), "name": "in", "inbound_nodes": []},
        {**dense(784, activation="relu"), "name": "a", "inbound_nodes": node("in")},
        {**dense(), "name": "b", "inbound_nodes": node(more.pop("source", "a"))},
    ]
    ends = {"input_layers": ["in", 0, 0], "output_layers": [more.pop("end", "b"), 0, 0]}
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {"name": "f", "layers": layers, **ends},
        "registered_name": "Functional",
    }


def test_a_functional_chain_comes_in(tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        file["layers/dense/vars/0"] = np.eye(784, dtype=np.float64)
        file["layers/dense/vars/1"] = np.zeros(784, dtype=np.float16)
        file["layers/dense_1/vars/0"] = KERNEL
        file["layers/dense_1/vars/1"] = BIAS

    config, weights = take(archive(tmp_path, functional(), weights_file(fill)))
    assert [one.type for one in config.layers] == ["Flatten", "Dense", "Dense"]
    assert [one.dtype for one in weights] == [np.float32] * 4
    np.testing.assert_array_equal(weights[0], np.eye(784))


@pytest.mark.parametrize("more", [{"source": "in"}, {"end": "a"}, {"source": "b"}])
def test_other_graphs_are_refused(tmp_path: Path, more: Json) -> None:
    assert refusal(archive(tmp_path, functional(**more))) == "unsupported_model"


def test_not_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    for content in (b"", b"PK\x03\x04nothing", weights_file(), b"x" * 1000):
        path.write_bytes(content)
        assert refusal(path) == "not_an_archive"


def test_a_cut_archive(tmp_path: Path) -> None:
    path = archive(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(path) == "not_an_archive"


def test_an_archive_with_flipped_bytes(tmp_path: Path) -> None:
    path = archive(tmp_path)
    content = bytearray(path.read_bytes())
    where = content.index(KERNEL.tobytes()[4000:4100])
    content[where] ^= 0xFF
    path.write_bytes(content)
    assert refusal(path) == "not_an_archive"


def test_an_archive_without_weights(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("config.json", json.dumps(LESSON))
    assert refusal(path) == "not_an_archive"


def test_too_many_entries(tmp_path: Path) -> None:
    files = {f"assets{n}": b"" for n in range(200)}
    assert refusal(archive(tmp_path, **files)) == "not_an_archive"


@pytest.mark.parametrize("name", ["config.json", "model.weights.h5"])
def test_a_zip_bomb(tmp_path: Path, name: str) -> None:
    contents = {"config.json": json.dumps(LESSON).encode(), "model.weights.h5": weights_file()}
    contents[name] += b" " * (50 << 20)
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for key, content in contents.items():
            out.writestr(key, content)
    assert refusal(path) == "archive_too_large"


def bad_weights(tmp_path: Path) -> dict[str, Callable[[Any], None]]:
    """Ways to fill the file of weights that must not be followed."""
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["secret"] = KERNEL
    raw = tmp_path / "raw.bin"
    raw.write_bytes(KERNEL.tobytes())

    def external_link(file: Any) -> None:
        file["layers/dense/vars/0"] = h5py.ExternalLink(str(other), "secret")

    def external_group(file: Any) -> None:
        file["layers/dense"] = h5py.ExternalLink(str(other), "/")

    def soft_link(file: Any) -> None:
        file["elsewhere"] = KERNEL
        file["layers/dense/vars/0"] = h5py.SoftLink("/elsewhere")

    def external_storage(file: Any) -> None:
        file.create_dataset(
            "layers/dense/vars/0", (784, 10), "f4", external=[(str(raw), 0, h5py.h5f.UNLIMITED)]
        )

    def virtual(file: Any) -> None:
        layout = h5py.VirtualLayout((784, 10), "f4")
        layout[:] = h5py.VirtualSource(str(other), "secret", (784, 10))
        file.create_virtual_dataset("layers/dense/vars/0", layout)

    def packed(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", data=KERNEL, compression="gzip")

    def of_text(file: Any) -> None:
        file["layers/dense/vars/0"] = np.full((784, 10), b"x")

    def references(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", (784, 10), h5py.ref_dtype)

    def group(file: Any) -> None:
        file.create_group("layers/dense/vars/0")

    strange = (
        external_link,
        external_group,
        soft_link,
        external_storage,
        virtual,
        packed,
        of_text,
        references,
        group,
    )
    return {one.__name__: one for one in strange}


@pytest.mark.parametrize(
    "name",
    [
        "external_link",
        "external_group",
        "soft_link",
        "external_storage",
        "virtual",
        "packed",
        "of_text",
        "references",
        "group",
    ],
)
def test_weights_that_are_not_plain(tmp_path: Path, name: str) -> None:
    way = bad_weights(tmp_path)[name]
    assert refusal(archive(tmp_path, weights=weights_file(way))) == "weights_unsafe"


@pytest.mark.parametrize("shape", [(10, 784), (784, 11), (1 << 40, 1 << 20), (7840,), ()])
def test_weights_of_another_shape(tmp_path: Path, shape: tuple[int, ...]) -> None:
    def fill(file: Any) -> None:
        chunks = (1,) * len(shape) if len(shape) == 2 and shape[0] > 10**6 else None
        file.create_dataset("layers/dense/vars/0", shape, "f4", chunks=chunks)

    assert refusal(archive(tmp_path, weights=weights_file(fill))) == "weights_mismatch"


def test_missing_weights(tmp_path: Path) -> None:
    assert refusal(archive(tmp_path, weights=weights_file(lambda file: None))) == "weights_mismatch"


def test_weights_that_are_no_hdf5(tmp_path: Path) -> None:
    assert (
        refusal(archive(tmp_path, weights=b"\x89HDF\r\n\x1a\n" + b"\0" * 500)) == "weights_unsafe"
    )


def test_the_process_takes_an_archive_apart(tmp_path: Path, process: None) -> None:
    config, weights = take(archive(tmp_path))
    assert [one.type for one in config.layers] == ["Flatten", "Dense"]
    np.testing.assert_array_equal(weights[0], KERNEL)


def test_the_process_refuses(tmp_path: Path, process: None) -> None:
    change, code = BAD_MODELS["lambda"]
    assert refusal(archive(tmp_path, wrong(change))) == code


def test_the_process_may_not_take_long(tmp_path: Path, process: None) -> None:
    path = archive(tmp_path)
    with pytest.raises(InvalidInput) as caught:
        import_archive(path, tmp_path / "out.npz", seconds=0.0001)
    assert caught.value.code == "import_failed"


def test_the_process_never_sees_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys, webapp.kerasfile.__main__;"
        "print({'tensorflow', 'keras', 'flask'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INKLING_ACCESS_TOKEN", "a secret of sixteen")
    assert "a secret of sixteen" not in keras_archive._environment(str(tmp_path)).values()
