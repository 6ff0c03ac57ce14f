"""Make static/js/types.d.ts, the types of the page, from the OpenAPI document.

    python scripts/page_types.py [--check]

With ``--check`` nothing is written; the exit code is 1 where the file is stale.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from webapp.app import create_app  # noqa: E402
from webapp.settings import Settings  # noqa: E402
from webapp.web.api.openapi import document  # noqa: E402

TYPES = ROOT / "static" / "js" / "types.d.ts"
NODE = ROOT / "scripts" / "node.py"
TOOL = ROOT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
OPTIONS = ("--root-types", "--root-types-no-schema-prefix", "--default-non-nullable=false")
HEAD = """\
// Made by `make types` from the OpenAPI document (webapp/schemas). Do not edit.
"""


def main(arguments: list[str]) -> int:
    """Write the file, or compare it."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(described(folder)), encoding="utf-8")
        made = HEAD + typescript(source)
    if arguments != ["--check"]:
        TYPES.write_text(made, encoding="utf-8")
        return 0
    if TYPES.exists() and TYPES.read_text(encoding="utf-8") == made:
        return 0
    print(f"{TYPES.relative_to(ROOT)} is stale: the models have changed. Run `make types`.")
    return 1


def described(data_dir: str) -> dict[str, Any]:
    """The document without its routes, of which the page needs no types."""
    app = create_app(Settings.from_environ({"INKLING_DATA_DIR": data_dir}))
    with app.test_request_context():
        whole = document(app)
    return {**whole, "paths": {}, "components": {"schemas": _each(whole["components"]["schemas"])}}


def bare(schema: Any) -> Any:
    """A schema without titles, examples and defaults, which say nothing of its type."""
    if isinstance(schema, list):
        return [bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _each(value) if key == "properties" else bare(value)
        for key, value in schema.items()
        if key not in ("title", "examples", "default")
    }


def _each(schemas: dict[str, Any]) -> dict[str, Any]:
    return {name: bare(schema) for name, schema in schemas.items()}


def typescript(source: Path) -> str:
    """What openapi-typescript makes of the document."""
    command = [sys.executable, str(NODE), str(TOOL), str(source), *OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
