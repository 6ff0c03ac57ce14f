"""Text from people: cleaned on its way in, harmless wherever it goes."""

from __future__ import annotations

import unicodedata
from email.message import Message
from urllib.parse import unquote

import pytest
from werkzeug.http import parse_options_header

from webapp.schemas import texts

NASTY = [
    "coding: unicode_escape \\u000aimport os",
    "-*- coding: rot13 -*-",
    "coding=utf-7 +AAo-import os",
    "vim: set fileencoding=latin-1 :",
    "a\nimport os",
    "a\r\nSet-Cookie: b=c",
    "a\x0b\x0c\x1c\x1d\x1e\x85b",
    "a\u2028import os\u2029b",
    "null\0byte",
    '"""',
    "'''\\",
    "\\",
    "{0} {name} %s %(name)s ${x}",
    "\u202eyp.exe\u2066",
    "👩‍💻 数字 Größe हिन्दी",
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "# /// script",
    "../../etc/passwd",
    "CON",
    "x" * 80,
    "𠀀" * 80,
    "\ud800",
]
"""Names of which each means something somewhere."""

INVISIBLE = [
    "", " ", "\t", "\u3000\u00a0", "\u200b", "\u200b\u200c\u200d", "\ufeff", "\u2060\u00ad",
    "\u202e\u2066", "\u2028", "\u3164", "\u2800 \u2800", "\ufe0f", "\U000e0041", "\u180e\u034f",
]  # fmt: skip


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_shows_nothing(text: str) -> None:
    assert not texts.is_visible(texts.clean(text))


@pytest.mark.parametrize("text", ["a", "1", "é", "字", "\u200ba", "👩‍💻", "✏️", ".", "सं", "\u0301"])
def test_what_shows_something(text: str) -> None:
    assert texts.is_visible(texts.clean(text))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" a  b\n", "a  b"),
        ("\u3000名字\u00a0\ufeff", "名字"),
        ("e\u0301", "é"),
        ("a\u2028b", "a b"),
        ("a\u202eb", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\0b", "a\0b"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert texts.clean(text) == cleaned == texts.clean(cleaned)


@pytest.mark.parametrize("name", NASTY)
def test_one_line_is_one_line(name: str) -> None:
    line = texts.one_line(name)
    assert line.splitlines() in ([line], [])
    unwanted = {"Cc", "Cs", "Zl", "Zp"}
    assert not unwanted & {unicodedata.category(sign) for sign in line}
    assert not {unicodedata.bidirectional(sign) for sign in line} & {"RLO", "LRO", "RLI", "LRI"}


@pytest.mark.parametrize("name", NASTY)
def test_a_file_name_is_one_everywhere(name: str) -> None:
    full = texts.file_name(name, "keras")
    assert len(full.encode()) <= 255 and full.endswith(".keras")
    assert not set(full) & set('/\\:*?"<>|\0 \n') and full[0] not in ".-"
    assert full.partition(".")[0].upper() != "CON"


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("Größe / 1", "Gre-1.py", "Größe-1.py"),
        ("हिन्दी", "model.py", "हिन्दी.py"),
        ("nul", "_nul.py", "_nul.py"),
        ("\u202exe.py", "xe.py.py", "xe.py.py"),
    ],
)
def test_an_attachment_has_both_names(name: str, plain: str, full: str) -> None:
    header = texts.attachment(name, "py")
    assert f'filename="{plain}"' in header
    assert unquote(header.partition("UTF-8''")[2]) == full


@pytest.mark.parametrize("name", NASTY)
def test_an_attachment_is_one_header(name: str) -> None:
    header = texts.attachment(name, "py")
    assert header.isascii() and header.isprintable()
    kind, options = parse_options_header(header)
    assert (kind, set(options)) == ("attachment", {"filename"})
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_filename() is not None


@pytest.mark.parametrize("name", NASTY)
def test_a_line_of_a_log_is_one_line(name: str) -> None:
    assert texts.escaped(name).isprintable()
