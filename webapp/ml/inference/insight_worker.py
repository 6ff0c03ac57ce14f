"""Computes views of what a network has learned: `python -m webapp.ml.inference.insight_worker`.

The protocol is in `asking`. A question `view` names a view, its arguments and a model, as for the
predict worker, but with the files of all `kept` checkpoints; the view is written to the file
`path`. The process has idle priority: it uses only the time that training and drawings leave. Slow
views have a lane of their own, so that fast ones need not wait.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from webapp.ml import digits
from webapp.ml.inference import asking
from webapp.ml.inference.asking import Answer, Answerer
from webapp.ml.inference.insights import view
from webapp.ml.inference.insights.subject import Subject
from webapp.ml.process import idle
from webapp.schemas.config import RunConfig
from webapp.schemas.insights import VIEWS
from webapp.settings import Settings

MAX_SUBJECTS = 3
"""Checkpoints kept in memory, with what was computed of them."""


def main() -> None:
    """Answer until the input ends, and drop what is still being computed then."""
    idle.use_only_idle_time()
    asking.main(lambda: InsightWorker(Settings.from_environ(os.environ)))
    os._exit(0)


class InsightWorker(Answerer):
    """Computes the views, and caches their subjects."""

    lanes = ("quick", "long")
    patient = False

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._subjects: OrderedDict[str, Subject] = OrderedDict()
        self._arranging = threading.Lock()
        self.asks["view"] = self._view

    def lane(self, question: Any) -> str | None:
        """Return the lane of slow views or of fast ones; None for other questions."""
        if not isinstance(question, dict) or question.get("ask") != "view":
            return None
        asked = VIEWS.get(str(question.get("view")))
        return "long" if asked is not None and asked.takes_long(question) else "quick"

    def _view(self, question: Answer) -> Answer:
        """Compute the `view` of `model` with `arguments`, and write it as JSON to `path`
        atomically.
        """
        name, path = question["view"], Path(question["path"])
        compute = view(name)
        arguments = VIEWS[name].model_validate(question["arguments"])
        subject = self._subject(question["model"])
        seen = {"epoch": subject.epoch, **compute(subject, arguments)}
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        with unfinished.open("w", encoding="ascii") as file:
            file.write(json.dumps(seen, allow_nan=False, separators=(",", ":")))
            file.flush()
            os.fsync(file.fileno())  # the file must be complete even after a power cut
        os.replace(unfinished, path)
        return {}

    def _subject(self, wanted: dict[str, Any]) -> Subject:
        """Return the subject of a question's model. Raises Failure."""
        key = f"{wanted['key']} {wanted['kept']}"
        with self._arranging:
            subject = self._subjects.pop(key, None) or self._made(wanted)
            self._subjects[key] = subject
            if len(self._subjects) > MAX_SUBJECTS:
                self._subjects.popitem(last=False)
        return subject

    def _made(self, wanted: dict[str, Any]) -> Subject:
        settings, config = self._settings, RunConfig.model_validate(wanted["config"])
        raw = digits.load_once(config.dataset.name, settings.data_dir, settings.mnist)
        kept = [(int(epoch), Path(path)) for epoch, path in wanted["kept"]]
        made = Subject(config, int(wanted["epoch"]), Path(wanted["weights"]), raw, kept)
        _ = made.model  # load it now: the file of an epoch may be deleted soon
        return made


if __name__ == "__main__":
    main()
