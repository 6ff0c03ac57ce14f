"""Where benches store results, and how their tables get into the documents."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def put_between(path: Path, name: str, text: str) -> None:
    """Put the text between the marks ``<!-- name -->`` and ``<!-- /name -->`` of a document."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = path.read_text().partition(begin)
    path.write_text(before + begin + text + "\n" + end + rest.partition(end)[2])
