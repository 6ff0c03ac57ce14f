"""The views of what a network has learned, and the arguments of each.

They are checked as a configuration is, with the same ``Between`` and ``OneOf``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from webapp.schemas.base import Schema


class Arguments(Schema):
    """The base of a view's arguments, and those of a view that takes none."""

    label = ""
    LONG: ClassVar[bool] = False
    """Whether the view takes so long that others should not wait for it."""

    @classmethod
    def takes_long(cls, question: Mapping[str, Any]) -> bool:
        """Whether a question for this view takes long; some do with certain arguments only."""
        return cls.LONG


VIEWS: dict[str, type[Arguments]] = {"tested": Arguments, "evidence": Arguments}
"""Every view by its name, which is that of its module in ``webapp/ml/insights``."""
