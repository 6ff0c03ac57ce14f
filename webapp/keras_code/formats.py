"""The program as a file: a Python script, or a Jupyter notebook with a cell for each step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from webapp.keras_code.steps import imports, packages, steps
from webapp.schemas.config import RunConfig
from webapp.schemas.texts import markdown, one_line

ENCODING = "# -*- coding: utf-8 -*-"
"""Python takes any comment with ``coding:`` in the first two lines for such a declaration, and
uses the first: so a name that holds the word declares nothing."""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Written:
    """A file's text and its content type."""

    text: str
    mimetype: str


def write(config: RunConfig, format_name: str) -> Written:
    """Return the program as a file of one of ``FORMATS``."""
    return FORMATS[format_name](config)


def script(config: RunConfig) -> Written:
    """Return the program as Python, a comment before each step."""
    head = [ENCODING, f"# Inkling: {one_line(config.name)}", f"# {_about(config)}"]
    parts = ["\n".join([*head, "", imports(config)])]
    parts += [f"# {step.title}\n# {step.text}\n{step.code}" for step in steps(config)]
    return Written("\n".join(parts), "text/x-python")


def notebook(config: RunConfig) -> Written:
    """Return the program as a notebook of format 4.5, a heading before each step."""
    sources = [("markdown", f"# {markdown(config.name)}\n\n{_about(config)}")]
    sources.append(("code", imports(config)))
    for step in steps(config):
        sources.append(("markdown", f"## {step.title}\n\n{step.text}"))
        sources.append(("code", step.code))
    cells = [_cell(number, *source) for number, source in enumerate(sources, start=1)]
    book = {"cells": cells, "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(book, ensure_ascii=False, indent=1)
    return Written(f"{text}\n", "application/x-ipynb+json")


FORMATS: dict[str, Callable[[RunConfig], Written]] = {"py": script, "ipynb": notebook}


def _about(config: RunConfig) -> str:
    needs = packages(config)
    return str(_("A plain Keras program. It needs: pip install %(packages)s", packages=needs))


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    """Return a cell; its lines are separate, as Jupyter writes them."""
    cell = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": text.rstrip("\n").splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
