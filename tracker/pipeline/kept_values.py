"""Values as they are kept between runs: written as JSON, and read back with every check that a new one passes."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

_Value = TypeVar("_Value")


class KeptForm(Generic[_Value]):
    """How values of one kind are kept. What cannot be kept, or read back, is worked out anew."""

    def __init__(self, kind: Any) -> None:
        """Keep values of `kind`, as an annotation would name it."""
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[_Value]:
        return TypeAdapter(self._kind)

    def read(self, kept: bytes | None) -> _Value | None:
        """Return the value that `kept` writes; None where it is absent or something else."""
        try:
            return None if kept is None else self._adapter.validate_json(kept)
        except ValidationError:
            return None

    def write(self, name: str, value: _Value) -> dict[str, bytes]:
        """Return the row of `value` by its name; no row where no JSON can hold it, as with half a character."""
        try:
            return {name: self._adapter.dump_json(value)}
        except ValueError:  # pydantic_core.PydanticSerializationError is one
            return {}


#: Digests by what they are of.
DIGESTS: Final[KeptForm[dict[str, str]]] = KeptForm(dict[str, str])
