"""The columns of the list of runs: what a run is sorted by, and what the page can show of it.

Those of the configuration are read from its models, so a new argument is a column at once. Their
names are paths as in errors (``fit.batch_size``). Layers are one column: their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from webapp.schemas.config import CompileConfig, DatasetConfig, FitConfig, RunConfig
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart

Kind = Literal["number", "text", "flag"]
"""Of values; flags are sorted as 0 and 1."""


@dataclass(frozen=True)
class Column:
    """A column; ``titles`` are msgids, several for a field of a part that may be absent."""

    name: str
    kind: Kind
    titles: tuple[str, ...]

    @property
    def path(self) -> tuple[str, ...]:
        """Return the keys of a field of the configuration."""
        return tuple(self.name.split("."))


def _fields(model: type[BaseModel], path: str, above: tuple[str, ...]) -> Iterator[Column]:
    """Return a column for each field of a part of the configuration; ``above`` titles the part."""
    is_named = issubclass(model, KerasPart)  # an optimizer or a loss, whose name has no title
    for name, field in sorted(model.model_fields.items(), key=lambda item: item[0] != "name"):
        if field.title is None:
            titles = above
        else:
            titles = (field.title,) if is_named else (*above, field.title)
        yield from _field(f"{path}{name}", field.annotation, titles)


def _field(path: str, annotation: Any, titles: tuple[str, ...]) -> Iterator[Column]:
    """Return the columns of one field: of the fields of each of its parts, or one of its own."""
    for kind in _kinds(annotation):
        if kind in _KINDS:
            yield Column(path, _KINDS[kind], titles)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _fields(kind, f"{path}.", titles)


_KINDS: dict[Any, Kind] = {int: "number", float: "number", str: "text", bool: "flag"}


def _kinds(annotation: Any) -> Iterator[Any]:
    """Return the types that a value may have, but None; of a list none."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _kinds(arguments[0])
    elif origin in (Union, UnionType):
        for argument in arguments:
            yield from _kinds(argument)
    elif origin is Literal:
        yield str
    elif origin is None and annotation is not NoneType:
        yield annotation


def _part(model: type[BaseModel], path: str) -> tuple[Column, ...]:
    """Return the columns of a part of the configuration, each once."""
    found: dict[str, Column] = {}
    for column in _fields(model, path, ()):
        found.setdefault(column.name, column)
    return tuple(found.values())


_SEED = Column("seed", "number", (str(RunConfig.model_fields["seed"].title),))

GROUPS: tuple[tuple[str, tuple[Column, ...]], ...] = (
    (
        N_("Results"),
        (
            Column("status", "text", (N_("Status"),)),
            Column("test_accuracy", "number", (N_("Test accuracy"),)),
            Column("test_loss", "number", (N_("Test loss"),)),
            Column("val_accuracy", "number", (N_("Best validation accuracy"),)),
            Column("val_loss", "number", (N_("Validation loss"),)),
            Column("accuracy", "number", (N_("Training accuracy"),)),
            Column("loss", "number", (N_("Training loss"),)),
            Column("epoch", "number", (N_("Epochs trained"),)),
            Column("seconds", "number", (N_("Time"),)),
            Column("created_at", "number", (N_("Created"),)),
            Column("disk_bytes", "number", (N_("Size on disk"),)),
        ),
    ),
    (
        N_("Build"),
        (
            Column("layers", "number", (N_("Layers"),)),
            Column("params", "number", (N_("Params"),)),
            *_part(DatasetConfig, "dataset."),
        ),
    ),
    (N_("Compile"), _part(CompileConfig, "compile.")),
    (N_("Fit"), (*_part(FitConfig, "fit."), _SEED)),
)
"""The columns that the page offers, in the lecture's order, under their headings (msgids)."""

COLUMNS = {column.name: column for _title, columns in GROUPS for column in columns}

OTHERS = (Column("name", "text", (N_("Name"),)), Column("epochs", "number", (N_("Epochs"),)))
"""What a list can also be sorted by: the name is always shown, epochs wanted beside those done."""
