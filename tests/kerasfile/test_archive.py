"""Archives that are broken or hostile, and the process that takes them apart."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.kerasfile.archives import (
    BIAS,
    KERNEL,
    LESSON,
    archive,
    dense,
    entrance,
    fill,
    layer,
    put,
    refusal,
    sequential,
    take,
    weights_file,
    wrong,
)
from webapp.errors import InvalidInput, Unavailable
from webapp.kerasfile import __main__ as unpacking
from webapp.kerasfile import importing, weights
from webapp.kerasfile.importing import import_archive


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

    def never_stored(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", (784, 10), "f4", fillvalue=1.0)

    def chunked(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", data=KERNEL, chunks=(8, 10))

    def chunks_never_stored(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", (784, 10), "f4", chunks=(8, 10))[:8] = 1

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
        never_stored,
        chunked,
        chunks_never_stored,
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
        "never_stored",
        "chunked",
        "chunks_never_stored",
    ],
)
def test_weights_that_are_not_plain(tmp_path: Path, name: str) -> None:
    way = bad_weights(tmp_path)[name]
    assert refusal(archive(tmp_path, weights=weights_file(way))) == "weights_unsafe"


def test_weights_that_lie_at_one_place(tmp_path: Path) -> None:
    """Three layers whose kernels are the same bytes of the file: thrice as many would come out."""
    size, nowhere = 784 * 784 * 4, b"\xff" * 8
    places = []

    def fill(file: Any) -> None:
        for number, name in enumerate(("dense", "dense_1", "dense_2")):
            kernel = file.create_dataset(f"layers/{name}/vars/0", (784, 784), "f4")
            file[f"layers/{name}/vars/1"] = np.zeros(784, np.float32)
            if number == 0:
                kernel[:] = 1
                places.append(kernel.id.get_offset())
        file["layers/dense_3/vars/0"], file["layers/dense_3/vars/1"] = KERNEL, BIAS

    content, length = weights_file(fill), size.to_bytes(8, "little")
    assert content.count(nowhere + length) == 2, "where two kernels are not stored"
    content = content.replace(nowhere + length, places[0].to_bytes(8, "little") + length)
    model = sequential(entrance(784), *[dense(784, activation="relu")] * 3, dense())
    with h5py.File(io.BytesIO(content)) as file:
        assert file["layers/dense_2/vars/0"][5, 5] == 1, "HDF5 itself takes it as it is"
    assert refusal(archive(tmp_path, model, content)) == "weights_unsafe"


def test_a_file_of_weights_with_much_besides(tmp_path: Path) -> None:
    """Stored uncompressed, so no ratio shows it: the layers say how large the file may be."""

    def padded(file: Any) -> None:
        fill(file)
        file["more"] = np.zeros(weights.HEADERS // 4 + 32 * KERNEL.size, np.float32)

    assert refusal(archive(tmp_path, weights=weights_file(padded))) == "archive_too_large"


def test_weights_with_an_optimizer_of_three_moments(tmp_path: Path) -> None:
    def trained(file: Any) -> None:
        for number in range(6):
            file[f"optimizer/vars/{number}"] = (KERNEL, BIAS)[number % 2].astype(np.float64)
        file["layers/dense/vars/0"] = KERNEL.astype(np.float64)
        file["layers/dense/vars/1"] = BIAS.astype(np.float64)

    take(archive(tmp_path, weights=weights_file(trained)))


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
    model = wrong(put("config", "layers", 1, value=layer("Lambda")))
    assert refusal(archive(tmp_path, model)) == "unsupported_layer"


def test_the_process_may_not_take_long(tmp_path: Path, process: None) -> None:
    path = archive(tmp_path)
    with pytest.raises(InvalidInput) as caught:
        import_archive(path, tmp_path / "out.npz", seconds=0.0001)
    assert caught.value.code == "import_failed"


def test_a_full_disk_is_not_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(weights, "_write_piece", write)
    assert unpacking.answer(archive(tmp_path), tmp_path / "out.npz") == {"disk_full": True}


def test_the_process_never_sees_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys, webapp.kerasfile.__main__;"
        "print({'tensorflow', 'keras', 'flask'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INKLING_ACCESS_TOKEN", "a secret of sixteen")
    assert "a secret of sixteen" not in importing._environment(str(tmp_path)).values()


def test_so_many_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importing, "WAIT_SECONDS", 0.01)
    with ExitStack() as others:
        for _ in range(importing.AT_ONCE):
            others.enter_context(importing._places.of("another"))
        with pytest.raises(Unavailable):
            take(archive(tmp_path))
    take(archive(tmp_path))
