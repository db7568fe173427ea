"""Verdicts as they are kept between runs: written as JSON, and read back with every check that a new one passes."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from pydantic import TypeAdapter, ValidationError

from tracker.model import JsonValue, Verdict


def verdict_to_json(verdict: Verdict) -> JsonValue:
    """Return `verdict` as JSON, from which `verdict_from_json` makes one that is equal."""
    return cast("JsonValue", _form().dump_python(verdict, mode="json"))


def verdict_from_json(value: JsonValue) -> Verdict | None:
    """Return what `verdict_to_json` wrote; None where it is not that."""
    try:
        return _form().validate_python(value)
    except ValidationError:
        return None


def verdicts_from_json(value: JsonValue, *, count: int) -> tuple[Verdict, ...] | None:
    """Return the `count` verdicts of a list; None where one of them is none, or there are fewer or more."""
    if not isinstance(value, list) or len(value) != count:
        return None
    found = tuple(verdict for row in value if (verdict := verdict_from_json(row)) is not None)
    return found if len(found) == count else None


def as_kept(verdict: Verdict) -> Verdict:
    """Return `verdict` as it will be read back: a number that is 1 at first is 1.0 then, and pages print it."""
    return verdict_from_json(verdict_to_json(verdict)) or verdict


@lru_cache(maxsize=1)
def _form() -> TypeAdapter[Verdict]:
    return TypeAdapter(Verdict)
