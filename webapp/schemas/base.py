"""Types of fields for configurations: strict values with bounds.

Each class below is used in an ``Annotated[...]`` and is the one owner of a range: pydantic
validates with it, the JSON schema and the catalogue are read from it, and the error message for a
student quotes it. Nothing is coerced: ``"10"``, ``1.5`` and ``True`` are no whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    model_validator,
)
from pydantic import GetCoreSchemaHandler as Handler
from pydantic import GetJsonSchemaHandler as JsonHandler
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from webapp.schemas import texts
from webapp.schemas.problems import Names, gathering, unknown_keys

FLOAT32_MAX = 3.4028234663852886e38  # the largest finite float32: what Keras computes with

PRINTABLE = r"^[^\u0000-\u001F\u007F-\u009F]*$"
"""Text without control characters, as JSON schema says it."""

LONGEST_CLEANED = 1000
"""Characters of a text that is cleaned before its length counts; composing needs time."""

JsonSchema = dict[str, Any]


class Schema(BaseModel):
    """The base of every part of a configuration: strict, frozen, no unknown keys."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        validate_default=True,
        defer_build=True,
        json_schema_serialization_defaults_required=True,
    )

    label: ClassVar[str | None] = None
    """What a student knows this part by, for messages; None: the class's name; empty: nothing."""

    @model_validator(mode="wrap")
    @classmethod
    def _name_unknown_keys(cls, data: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        if isinstance(data, Mapping) and len(data) > 100:  # do not list each of a million
            raise PydanticCustomError("too_many_keys", "problem", {"max": 100})
        with gathering() as listed:
            try:
                return handler(data)
            except ValidationError as error:
                if not listed:
                    raise PydanticCustomError("more", "problem") from None
                owner = cls.__name__ if cls.label is None else cls.label
                lines = unknown_keys(error, owner, Names(cls.model_fields))
                raise ValidationError.from_exception_data(cls.__name__, lines) from None


@dataclass(frozen=True)
class Between:
    """A number (``int`` or ``float``, as annotated) in a range; ``None`` leaves a side open.

    ``above`` and ``below`` say that the bound itself is not allowed.
    """

    min: float | None = None
    max: float | None = None
    above: bool = False
    below: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        check = self.whole if source is int else self.number
        return core_schema.no_info_before_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: JsonHandler) -> JsonSchema:
        keys = (
            ("exclusiveMinimum" if self.above else "minimum", self.min),
            ("exclusiveMaximum" if self.below else "maximum", self.max),
        )
        return handler(schema) | {key: value for key, value in keys if value is not None}

    def whole(self, value: Any) -> int:
        """Return ``value`` if it is a whole number in range; raises PydanticCustomError."""
        if type(value) is not int:
            raise PydanticCustomError("not_whole", "problem")
        self._in_range(value)
        return int(value)

    def number(self, value: Any) -> float:
        """Return ``value`` as a float if finite and in range; raises PydanticCustomError."""
        if type(value) not in (int, float):
            raise PydanticCustomError("not_number", "problem")
        if type(value) is float and not math.isfinite(value):
            raise PydanticCustomError("not_finite", "problem")
        self._in_range(value)
        return float(value)

    def _in_range(self, value: float) -> None:
        low, high = self.min, self.max
        small = low is not None and (value <= low if self.above else value < low)
        large = high is not None and (value >= high if self.below else value > high)
        if small or large:
            raise PydanticCustomError("out_of_range", "problem", self.bounds())
        if abs(value) > FLOAT32_MAX:
            raise PydanticCustomError("too_large", "problem")

    def bounds(self) -> dict[str, Any]:
        """The range as ``min``, ``max``, ``above``, ``below``."""
        return {"min": self.min, "max": self.max, "above": self.above, "below": self.below}


@dataclass(frozen=True)
class OneOf:
    """A name from a list, in any letter case; parsed to its own spelling.

    ``names`` maps each name to a sentence of help; ``aliases`` maps other spellings to names.
    """

    names: Mapping[str, str]
    aliases: Mapping[str, str] | None = None

    def __hash__(self) -> int:
        return hash(tuple(self.names))

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        return core_schema.no_info_before_validator_function(self.find, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: JsonHandler) -> JsonSchema:
        return handler(schema) | {"enum": list(self.names)}

    def find(self, value: Any) -> str:
        """Return the name's own spelling; raises PydanticCustomError."""
        return find_name(value, list(self.names), self.aliases or {})


@dataclass(frozen=True)
class Pair:
    """A whole number, or a list of two: height and width. Annotates ``int | list[int]``."""

    min: int
    max: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: JsonHandler) -> JsonSchema:
        side = {"type": "integer", "minimum": self.min, "maximum": self.max}
        return {"anyOf": [side, {"type": "array", "items": side, "minItems": 2, "maxItems": 2}]}

    def check(self, value: Any) -> int | list[int]:
        """Return an int or a list of two; raises PydanticCustomError."""
        if type(value) not in (int, list, tuple) or (type(value) is not int and len(value) != 2):
            raise PydanticCustomError("not_pair", "problem")
        side = Between(self.min, self.max)
        return side.whole(value) if type(value) is int else [side.whole(item) for item in value]


@dataclass(frozen=True)
class Text:
    """A text of 1 to ``max`` characters that holds something to read."""

    max: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: JsonHandler) -> JsonSchema:
        own = {"minLength": 1, "maxLength": self.max, "pattern": PRINTABLE}
        return handler(schema) | own

    def check(self, value: Any) -> str:
        """Return ``value`` as ``texts.clean`` leaves it; raises PydanticCustomError."""
        if type(value) is not str:
            raise PydanticCustomError("not_text", "problem")
        text = texts.clean(value) if len(value) <= LONGEST_CLEANED else value
        if not text:
            raise PydanticCustomError("text_empty", "problem")
        if len(text) > self.max:
            length = {"max": self.max, "length": len(text)}
            raise PydanticCustomError("text_length", "problem", length)
        if texts.has_controls(text):
            raise PydanticCustomError("text_control", "problem")
        if not texts.is_visible(text):
            raise PydanticCustomError("text_invisible", "problem")
        return text


@dataclass(frozen=True)
class Tagged:
    """One of several models, chosen by the name under ``key`` in any letter case.

    Annotates a union of models that each have the field ``key: Literal[name]``. With
    ``text``, the name alone stands for the model with all its defaults; ``written``: it is also
    written so.
    """

    key: str
    text: bool = False
    written: bool = False
    aliases: tuple[tuple[str, str], ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        models = {tag_of(model, self.key): model for model in get_args(source) or (source,)}

        def choose(value: Any, _: ValidatorFunctionWrapHandler) -> BaseModel:
            return self.choose(value, models)

        return core_schema.no_info_wrap_validator_function(choose, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: JsonHandler) -> JsonSchema:
        whole = handler(schema)
        if not (self.written if handler.mode == "serialization" else self.text):
            return whole
        return {"anyOf": [{"type": "string"}, *whole.get("anyOf", [whole])]}

    def choose(self, value: Any, models: Mapping[str, type[BaseModel]]) -> BaseModel:
        """Validate ``value`` with the model that its name chooses; raises ValidationError."""
        if isinstance(value, BaseModel):
            return models[tag_of(type(value), self.key)].model_validate(value)
        if self.text and isinstance(value, str):
            return models[find_name(value, list(models), dict(self.aliases))]()
        if not isinstance(value, Mapping):
            code = "not_name_or_object" if self.text else "not_object"
            raise PydanticCustomError(code, "problem")
        name = self._name(value, list(models))
        return models[name].model_validate({**value, self.key: name})

    def _name(self, value: Mapping[str, Any], names: Sequence[str]) -> str:
        try:
            if self.key not in value:
                raise PydanticCustomError("missing", "problem")
            return find_name(value[self.key], names, dict(self.aliases))
        except PydanticCustomError as error:
            line = InitErrorDetails(type=error, loc=(self.key,), input=value.get(self.key))
            raise ValidationError.from_exception_data("Tagged", [line]) from None


@dataclass(frozen=True)
class Listed:
    """A list of ``min`` to ``max`` items; a longer one is refused before it is read."""

    min: int
    max: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: JsonHandler) -> JsonSchema:
        return handler(schema) | {"minItems": self.min, "maxItems": self.max}

    def check(self, value: Any) -> Any:
        """Return ``value`` if it is a list of a fitting length; raises PydanticCustomError."""
        if not isinstance(value, list | tuple):
            raise PydanticCustomError("not_list", "problem")
        if not self.min <= len(value) <= self.max:
            bounds = {"min": self.min, "max": self.max, "length": len(value)}
            raise PydanticCustomError("list_length", "problem", bounds)
        return list(value)


def tag_of(model: type[BaseModel], key: str) -> str:
    """Return the one name that ``model`` allows under ``key``."""
    return str(get_args(model.model_fields[key].annotation)[0])


def find_name(value: Any, names: Sequence[str], aliases: Mapping[str, str]) -> str:
    """Return the spelling of ``value`` in ``names``, in any letter case; raises
    PydanticCustomError.
    """
    if type(value) is not str:
        raise PydanticCustomError("not_name", "problem")
    known = {name.lower(): name for name in names} | dict(aliases)
    found = known.get(value.lower()) if len(value) <= 100 else None
    if found is None:
        raise PydanticCustomError("unknown_name", "problem", {"names": Names(names)})
    return found
