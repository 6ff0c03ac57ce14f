"""What the coach says first of runs with a known fault, and of healthy ones: docs/coach.md's table.

    INKLING_MNIST=…/mnist.npz python bench/coach.py              half an hour on two cores
    python bench/coach.py --size small --only 1 9 lecture        some of them, bundled digits
    python bench/coach.py --size small --publish --record        the table, and what tests judge

Each run is trained by a real server, which is then asked. What came is kept in
bench/results/coach-<size>.json and not run again. Ends with 1 where the coach was wrong.
``--record`` keeps curves and measurements in tests/coach/recorded.json: the rules are tested on
real runs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from coach_cases import Case, cases  # noqa: E402
from documents import RESULTS, put_between  # noqa: E402

from tests.live_server import LiveServer, serve, wait_for  # noqa: E402
from webapp.coach.finding import percent  # noqa: E402
from webapp.lessons.experiments import SIZES  # noqa: E402

DOCS = ROOT / "docs" / "coach.md"
LONGEST_SECONDS = 3600.0
RECORDED = ROOT / "tests" / "coach" / "recorded.json"
MEASURED_WITHIN = 600.0
"""Seconds: the insight worker uses only idle CPU time."""

Row = dict[str, Any]


def main() -> int:
    """Run what is missing, print the table; 1 where the coach said something else."""
    options = _options()
    path = RESULTS / f"coach-{options.size}.json"
    rows: dict[str, Row] = json.loads(path.read_text()) if path.is_file() else {}
    every = cases(SIZES[options.size])
    wanted = [one for one in every if not options.only or one.name in options.only]
    missing = [one for one in wanted if one.name not in rows]
    if missing:
        _run_all(missing, rows, path)
    known = [one for one in wanted if one.name in rows]
    print(table(known, rows))
    if options.publish:
        put_between(DOCS, options.size, table(known, rows))
    if options.record:
        _record(known, rows)
    return 0 if all(_first(rows[one.name]) == one.first for one in known) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What the coach says first.")
    parser.add_argument("--size", choices=sorted(SIZES), default="lecture")
    parser.add_argument("--only", nargs="+", metavar="CASE")
    parser.add_argument("--publish", action="store_true", help="into docs/coach.md")
    parser.add_argument("--record", action="store_true", help="into tests/coach/recorded.json")
    return parser.parse_args()


def _run_all(missing: Sequence[Case], rows: dict[str, Row], path: Path) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch,
        serve(Path(scratch) / "data", {**os.environ, "INKLING_WORKERS": "1"}) as server,
    ):
        for case in missing:
            rows[case.name] = _run(server, case)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(rows) + "\n")
            said = [finding["id"] for finding in rows[case.name]["findings"]]
            print(f"{case.name:>12} wanted {case.first}, said {said}", flush=True)


def _run(server: LiveServer, case: Case) -> Row:
    """Run one case, and return what the coach finally says."""
    answer = server.post("/api/runs", case.config)
    answer.raise_for_status()
    path = f"/api/runs/{answer.json()['id']}"
    run = server.run_until(answer.json()["id"], "finished", "failed", seconds=LONGEST_SECONDS)

    def complete() -> Row | None:
        answer: Row = server.get(f"{path}/coach").json()
        return answer if answer["complete"] else None

    def measured() -> Row | None:
        view = server.get(f"{path}/insights/evidence")
        return view.json() if view.status_code == 200 else None

    row = {
        "findings": wait_for(complete, MEASURED_WITHIN)["findings"],
        "measured": wait_for(measured, MEASURED_WITHIN),
        "curve": server.get(f"{path}/curve").json(),
        "test": run["test"],
    }
    server.http.delete(server.url + path, timeout=60).raise_for_status()
    return row


def _first(row: Row) -> str | None:
    return row["findings"][0]["id"] if row["findings"] else None


def table(wanted: Sequence[Case], rows: dict[str, Row]) -> str:
    """Return a Markdown table, a line a run."""
    lines = [
        "| run | what it is | train | test | wanted first | said first | also |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in wanted:
        row = rows[one.name]
        said = [f"`{finding['id']}`" for finding in row["findings"]] or ["nothing"]
        right = f"`{one.first}`" if one.first else "nothing"
        accuracy = [row["measured"]["accuracy"][part] for part in ("train", "test")]
        cells = [one.name, one.title, *map(percent, accuracy), right, said[0], ", ".join(said[1:])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _record(known: Sequence[Case], rows: dict[str, Row]) -> None:
    """Store the rules' input, a line a run."""
    lines = []
    for one in known:
        curve, measured = rows[one.name]["curve"], rows[one.name]["measured"]
        kept = {
            "run": {key: curve["run"][key] for key in ("config", "status", "test", "epoch")},
            "epochs": curve["epochs"],
            "diverged": curve["diverged"],
            "batches": {"x": [], "loss": []},
        }
        whole = {"first": one.first, "curve": kept, "measured": measured}
        lines.append(f" {json.dumps(one.name)}: {json.dumps(whole, separators=(',', ':'))}")
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    sys.exit(main())
