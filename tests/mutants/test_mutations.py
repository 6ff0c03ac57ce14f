"""What is mutated, and that a draw depends on the lines alone."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.draw import drawn, mutations
from tests.mutants.mutations import mutations_of

SOURCE = '''
def half(n: int | None = 3) -> float:
    """Not 1 + 1."""
    if n is None or not n > 2:
        return 0.0
    return f"{n + 1}" and n / (2)
'''


def test_every_kind_of_mutation() -> None:
    lines = sorted(one.mutated.strip() for one in mutations_of("half.py", SOURCE))
    assert lines == [
        "if n is None and not n > 2:",
        "if n is None or n > 2:",
        "if n is None or not n > 1:",
        "if n is None or not n > 3:",
        "if n is None or not n >= 2:",
        "if n is not None or not n > 2:",
        'return -1.0',
        'return 1.0',
        'return None',
        'return None',
        'return f"{n + 1}" and n * (2)',
        'return f"{n + 1}" and n / (1)',
        'return f"{n + 1}" and n / (3)',
        'return f"{n + 1}" or n / (2)',
    ]  # fmt: skip


def test_code_that_moves_keeps_its_mutations(tmp_path: Path) -> None:
    drafts = []
    for path, source in (("a.py", SOURCE), ("b/c.py", "import os\n" + SOURCE)):
        file = tmp_path / path / "webapp" / path
        file.parent.mkdir(parents=True)
        file.write_text(source)
        drafts.append([one.key for one in drawn(mutations(tmp_path / path), 60)])
    assert drafts[0] == drafts[1] and len(drafts[0]) == 3, "one of each line that can be changed"
