"""What layers, optimizers, losses and regularizers have in common: they become Keras objects."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import (
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from webapp.schemas.base import Schema


def _needs_its_name(schema: dict[str, Any]) -> None:
    """Say in the JSON schema that the name, which has a default here, must be sent."""
    own = {"type", "name"} & set(schema.get("properties", {}))
    schema["required"] = list(dict.fromkeys([*sorted(own), *schema.get("required", [])]))


class KerasPart(Schema):
    """A part whose fields, but its name, are arguments of the Keras class of that name."""

    model_config = ConfigDict(json_schema_extra=_needs_its_name)

    def keras_arguments(self) -> dict[str, Any]:
        """The arguments to splat into the Keras class: names as Keras', pairs as tuples.

        A regularizer stays ``{"name": "L2", "l2": 0.01}``, or is None.
        """
        return {
            key: value.model_dump() if isinstance(value, KerasPart) else _plain(value)
            for key, value in sorted(self, key=lambda item: self._place(item[0]))
            if key not in ("type", "name")
        }

    @model_serializer(mode="wrap")
    def _in_order(self, handler: SerializerFunctionWrapHandler) -> Any:
        """Write the name first, then what matters most: what is stored is also read by people."""
        return dict(sorted(handler(self).items(), key=lambda item: self._place(item[0])))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> Any:
        """The fields: ``_in_order``, of which pydantic sees only ``Any``, writes them all."""
        return handler(_without_serializer(schema))

    @classmethod
    def _place(cls, key: str) -> int:
        return 0 if key in ("type", "name") else 2 if is_advanced(cls.model_fields[key]) else 1


class LayerPart(KerasPart):
    """The base of layers; ``type`` is the class in ``keras.layers``."""

    title: ClassVar[str] = ""
    """What a student may call it, a msgid."""

    learns: ClassVar[bool] = False
    """Whether it has weights that training changes."""


def about(
    title: str,
    description: str,
    default: Any = PydanticUndefined,
    *,
    suggested: Any = None,
    advanced: bool = False,
) -> Any:
    """A field with its title and sentence of help (msgids) for the form.

    Without ``default`` the field is required. ``suggested`` is what the form starts with, else the
    default. ``advanced`` fields are folded away.
    """
    extra = {"suggested": suggested, "advanced": advanced}
    return Field(default, title=title, description=description, json_schema_extra=extra)


def is_advanced(field: FieldInfo) -> bool:
    """Whether the form folds this field away."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("advanced"))


def _without_serializer(schema: Any) -> Any:
    """The core schema of a model without its serializer, which lies within its validators."""
    bare = {key: value for key, value in schema.items() if key != "serialization"}
    if bare["type"] != "model":
        bare["schema"] = _without_serializer(bare["schema"])
    return bare


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
