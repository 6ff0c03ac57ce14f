"""What can be chosen, and the judgement of a configuration."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, RootModel

from webapp.schemas.answers.base import Answer, Count, maybe
from webapp.schemas.answers.errors import FieldProblem
from webapp.schemas.config import RunConfig

TITLE = Field(examples=["Units"])
HELP = Field(examples=["How many neurons the layer has."])

Form = Literal["integer", "number", "boolean", "choice", "pair", "text", "regularizer", "object"]


class Health(Answer):
    """The server can serve."""

    status: Literal["ok"]


class ApiDocument(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


class Argument(Answer):
    """One control of the form: ``default`` is Keras' own, ``suggested`` what a new layer starts
    with, ``arguments`` are those of an object; ``advanced`` ones are folded away."""

    name: str = Field(examples=["units"])
    title: str = TITLE
    help: str = HELP
    type: Form
    min: float | None
    max: float | None
    exclusive_min: Literal[True] = maybe()
    exclusive_max: Literal[True] = maybe()
    default: Any
    suggested: Any
    required: bool
    nullable: bool
    advanced: bool
    choices: list[str] | None
    choice_help: dict[str, str] = maybe(description="a sentence for each choice")
    arguments: list[Argument] = maybe()


class LayerKind(Answer):
    """A layer that can be chosen; ``learns``: it has weights that training changes."""

    type: str = Field(examples=["Dense"])
    title: str = TITLE
    help: str = HELP
    learns: bool
    arguments: list[Argument]


class Choice(Answer):
    """A name that can be chosen: an activation, a loss; ``arguments`` where it takes any."""

    name: str = Field(examples=["relu"])
    help: str = HELP
    arguments: list[Argument] = maybe()


class FormFields(Answer):
    """The fields of the form beside the layers."""

    name: Argument
    seed: Argument
    dataset: list[Argument]
    compile: list[Argument]
    fit: list[Argument]


class Dataset(Answer):
    """A dataset: how many images it has, and whether it is on the server's machine (``reason``: why
    a file that is there cannot be used)."""

    name: str = Field(examples=["mnist-5k"])
    title: str = Field(examples=["5,000 digits (bundled)"])
    help: str = HELP
    train: Count
    test: Count
    available: bool
    downloadable: bool
    bytes: Count | None
    reason: str | None


class Preset(Answer):
    """A network to start from."""

    name: str = Field(examples=["softmax"])
    title: str = Field(examples=["Softmax regression"])
    help: str = HELP
    config: RunConfig


class Format(Answer):
    """A format of a model's file."""

    name: str = Field(examples=["keras"])
    title: str = Field(examples=["Keras model"])
    extension: str = Field(examples=[".keras"])


class Catalog(Answer):
    """Everything that the form needs, in the reader's language."""

    datasets: list[Dataset]
    layers: list[LayerKind]
    activations: list[Choice]
    losses: list[Choice]
    optimizers: list[Choice]
    initializers: list[Choice]
    regularizers: list[Choice]
    fields: FormFields
    presets: list[Preset]
    formats: list[Format]
    defaults: RunConfig


class CheckedLayer(Answer):
    """What a layer makes, and how many weights it has."""

    type: str = Field(examples=["Dense"])
    output_shape: list[int] = Field(examples=[[10]])
    params: Count = Field(examples=[7850])


class Differing(Answer):
    """A place at which a configuration differs from a run's, and what it is there, in words."""

    path: str = Field(examples=["fit.batch_size"])
    words: str = Field(examples=["batch 32"])


class Estimate(Answer):
    """The shortest and the longest time of similar earlier runs, in seconds."""

    least: float = Field(ge=0, examples=[11.5])
    most: float = Field(ge=0, examples=[14.0])


class ConfigWarning(FieldProblem):
    """What will likely disappoint, at one value; ``code`` and ``path`` are stable."""

    code: str = Field(examples=["rate_very_large"])
    path: str = Field(examples=["compile.optimizer.learning_rate"])
    message: str = Field(examples=["Learning rate 100 is very large for SGD: …"])


class Checked(Answer):
    """A configuration that can be trained. ``name`` is its own, else the one that its run would
    get; ``differs`` is in what it differs from the run in the question, null without one;
    ``seconds`` is how long it will train, null where no similar run was trained here."""

    layers: list[CheckedLayer]
    params: Count = Field(examples=[7850])
    warnings: list[ConfigWarning]
    name: str = Field(examples=["Softmax regression · SGD 0.1"])
    differs: list[Differing] | None
    seconds: Estimate | None
