"""Answers are smaller for those who can unpack them, and the same."""

from __future__ import annotations

import gzip

import brotli  # type: ignore[import-untyped]
import flask_compress.flask_compress
import pytest
from flask.testing import FlaskClient

from webapp.web import assets

SCRIPT = f"/static/{assets.version()}/js/api.js"


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_scripts_and_answers_are_compressed(client: FlaskClient, encoding: str) -> None:
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[encoding]
    for path in (SCRIPT, "/api/catalog", "/"):
        plain = client.get(path, buffered=True)
        packed = client.get(path, headers={"Accept-Encoding": encoding}, buffered=True)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert unpack(packed.data) == plain.data and len(packed.data) < len(plain.data) / 2


def test_a_script_is_kept_and_not_sent_again_unchanged(
    client: FlaskClient,
) -> None:
    headers = {"Accept-Encoding": "gzip, br"}
    first = client.get(SCRIPT, headers=headers, buffered=True)
    assert first.headers["Cache-Control"] == "public, max-age=31536000"
    again = client.get(
        SCRIPT, headers={**headers, "If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")


def test_small_answers_go_as_they_are(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_a_static_file_is_compressed_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Accept-Encoding": "br"}
    first = client.get(SCRIPT, headers=headers, buffered=True)
    monkeypatch.setattr(flask_compress.flask_compress, "_compress_data", None)
    assert client.get(SCRIPT, headers=headers, buffered=True).data == first.data
    with pytest.raises(TypeError):
        client.get("/api/catalog", headers=headers)


def test_a_part_of_a_file_is_not_kept_for_the_whole(client: FlaskClient) -> None:
    packed = {"Accept-Encoding": "gzip"}
    part = client.get(SCRIPT, headers={**packed, "Range": "bytes=0-999"}, buffered=True)
    assert part.status_code == 206
    whole = client.get(SCRIPT, headers=packed, buffered=True)
    assert gzip.decompress(whole.data) == client.get(SCRIPT, buffered=True).data
