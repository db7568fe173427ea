"""Digests of what a page is made from: two that are equal make the same page, as long as code and templates stay."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any


class Digested:
    """A value that brings the digest of all that it tells: that alone counts in the fingerprints of what holds it."""

    __slots__ = ()
    digest: str


def fingerprint(*values: object) -> str:
    """Return the SHA-256 of `values`: of dataclasses with all that takes part in comparing them, and of plain values.

    Collections count with their types, mappings and sets in the order of their own digests.

    Raises:
        TypeError: If a value is of a kind whose equality nobody can tell by looking: a function, say.
    """
    digest = hashlib.sha256()
    for value in values:
        _put(value, digest.update)
    return digest.hexdigest()


def fingerprint_without(value: Any, left_out: Collection[str]) -> str:
    """Return the digest of a dataclass without the fields `left_out`: one that is added later counts until named here.

    Raises:
        TypeError: As `fingerprint`; and if a field that is left out does not exist.
    """
    names = _names_of(type(value))
    unknown = set(left_out) - set(names)
    if unknown:
        raise TypeError(f"{type(value).__name__} has no {sorted(unknown)}")
    return fingerprint(
        type(value).__name__, tuple((name, getattr(value, name)) for name in names if name not in left_out)
    )


def _put(value: object, update: Callable[[bytes], None]) -> None:
    if isinstance(value, str):
        text = value.encode("utf-8", "surrogatepass")
        update(b"s%d:" % len(text) + text)
    elif value is None or isinstance(value, bool | int | float):
        update(f"{type(value).__name__}={value!r};".encode())
    elif isinstance(value, date):  # instants are dates too
        update(f"{type(value).__name__}={value.isoformat()};".encode())
    elif isinstance(value, Digested):
        update(f"D{type(value).__name__}={value.digest};".encode())
    elif type(value) is tuple and value and all(isinstance(item, Digested) for item in value):
        # Lists are long, and nothing else in them counts.
        update(f"D{len(value)}:{''.join([item.digest for item in value])};".encode())
    elif is_dataclass(value) and not isinstance(value, type):
        names = _names_of(type(value))
        update(f"d{type(value).__name__}:{len(names)};".encode())
        for name in names:
            _put(getattr(value, name), update)
    else:
        items = list(_items_of(value))
        update(f"{type(value).__name__}:{len(items)};".encode())
        for item in items:
            _put(item, update)


def _items_of(value: object) -> Iterator[object]:
    if isinstance(value, tuple | list):
        yield from value
    elif isinstance(value, set | frozenset):
        yield from sorted(map(fingerprint, value))
    elif isinstance(value, Mapping):
        yield from sorted(fingerprint(key, item) for key, item in value.items())
    else:
        raise TypeError(f"a page cannot be told apart by {type(value).__name__}")


def _names_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the fields of the dataclass `kind` that take part in comparing."""
    return tuple(field.name for field in fields(kind) if field.compare)
