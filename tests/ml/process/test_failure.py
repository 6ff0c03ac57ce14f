"""The failures reported for errors in a worker."""

from __future__ import annotations

import errno

import pytest

from webapp.ml.process.failure import Failure, failure_of


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Failure("too_few_images", "There are too few."), "too_few_images"),
        (MemoryError(), "out_of_memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk_full"),
        (OSError(errno.EIO, "Input/output error"), "unexpected"),
        (ValueError("/a/path"), "unexpected"),
    ],
)
def test_the_reason(error: Exception, code: str) -> None:
    failure = failure_of(error)
    assert failure.code == code
    assert failure.sentence.endswith(".") and "/" not in failure.sentence
