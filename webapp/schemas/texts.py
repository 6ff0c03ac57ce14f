"""Cleans texts that people wrote, and makes them safe for each place they go to.

A run's name can come from anybody, and goes into programs, notebooks, file names, headers and logs.
Each of these has special characters, so each has its function here. HTML needs none: templates
escape, and scripts only ever set ``textContent``.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

JOINERS = "\u200c\u200d"
"""Shape letters of Persian and Hindi and join emoji; they neither reorder nor end a line."""

BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Embeddings, overrides and isolates: they change the order of what follows them on a line."""

BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164"
    "\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Letters, marks and unassigned characters that fonts draw as nothing."""

OUTER = "\u200b\u2060\ufeff"
"""Spaces without width; ``str.strip`` leaves them."""

MAX_FILE_NAME = 200
"""Bytes of a file's name without its ending; most systems allow 255."""

RESERVED = re.compile(r"(?i)con|prn|aux|nul|(com|lpt)[0-9]")
"""Names of devices, which Windows gives to no file."""


def clean(text: str) -> str:
    """Return a name to store: composed (NFC), on one line, in reading order, without outer spaces.

    Takes time that grows with the square of the length: check the length first.
    """
    line = text.replace("\u2028", " ").replace("\u2029", " ").translate(BIDI)
    return unicodedata.normalize("NFC", _stripped(line))


def is_visible(text: str) -> bool:
    """Return whether ``text`` has a visible character."""
    return any(map(_is_visible, text))


def has_controls(text: str) -> bool:
    """Return whether ``text`` has control characters or lone surrogates: no database stores all."""
    return any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)


def one_line(text: str) -> str:
    """Return ``text`` without line ends, controls and what reorders a line, for a comment of a
    program.
    """
    return _stripped("".join(map(_in_line, text)))


def markdown(text: str) -> str:
    """Return ``text`` on one line, escaped so that Markdown shows it unchanged."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", one_line(text))


def file_name(text: str, ending: str) -> str:
    """Return a file name that every system accepts: letters, digits, ``.``, ``_``, ``-``, 200
    bytes.
    """
    kept = "".join(sign if _in_file_name(sign) else "-" for sign in clean(text))
    stem = re.sub("-+", "-", kept).encode()[:MAX_FILE_NAME].decode(errors="ignore").strip("-.")
    if RESERVED.fullmatch(stem.partition(".")[0]):
        stem = f"_{stem}"
    return f"{stem or 'model'}.{ending}"


def attachment(text: str, ending: str) -> str:
    """Return the Content-Disposition of a download: an ASCII name, and the true one in UTF-8."""
    full = file_name(text, ending)
    stem = full.removesuffix(f".{ending}")
    plain = file_name(stem.encode("ascii", "ignore").decode(), ending)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"


def escaped(line: str) -> str:
    """Return a line for a log or a terminal, with unprintable characters written as in Python."""
    if line.isprintable():
        return line
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def _stripped(text: str) -> str:
    """Return ``text`` without spaces of any kind around it."""
    start, end = 0, len(text)
    while start < end and _is_space(text[start]):
        start += 1
    while start < end and _is_space(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_space(sign: str) -> bool:
    return sign.isspace() or sign in OUTER


def _is_visible(sign: str) -> bool:
    hidden = unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
    return not (hidden or BLANK.match(sign))


def _in_line(sign: str) -> str:
    if sign.isspace():
        return " "
    return sign if sign.isprintable() or sign in JOINERS else ""


def _in_file_name(sign: str) -> bool:
    return sign in "._-" or unicodedata.category(sign)[0] in "LMN"
