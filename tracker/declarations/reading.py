"""Reading one JSON file of a stranger: bounded, strict, and every fault with its place.

Belongs here: bytes to JSON values. Does not belong here: what the values mean (`schema.py`).
"""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from tracker.errors import DeclarationError
from tracker.model import JsonValue

#: Largest declaration file, in bytes. The largest of the 65 real files at hand has 5 KB.
LARGEST_FILE_BYTES: Final = 1_000_000
#: Most errors reported about one file; a file made to be wrong everywhere does not fill the screen.
MOST_ERRORS: Final = 100
_LONGEST_PATH: Final = 4_096
_LONGEST_CAUSE: Final = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of a file."""

    path: tuple[str | int, ...]
    """Keys and indices from the top of the file down to the place."""
    cause: str


def printable(text: str, *, longest: int = 200) -> str:
    r"""Return `text` fit for one line of a terminal: shortened, and escaped where it would not print.

    >>> print(printable("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut)


def errors_of(faults: Iterable[Fault], *, file: str, service: str) -> tuple[DeclarationError, ...]:
    """Return `faults` as errors about `file`, in order, at most `MOST_ERRORS` and one that counts the rest."""
    listed = list(faults)
    errors = [
        DeclarationError(
            file=printable(file, longest=_LONGEST_PATH),
            path=".".join(printable(str(part)) for part in fault.path),
            cause=f"{printable(fault.cause, longest=_LONGEST_CAUSE)} (service {printable(service)})",
        )
        for fault in listed[:MOST_ERRORS]
    ]
    if len(listed) > MOST_ERRORS:
        rest = f"{len(listed) - MOST_ERRORS} more errors in this file (service {printable(service)})"
        errors.append(DeclarationError(file=printable(file, longest=_LONGEST_PATH), path="", cause=rest))
    return tuple(errors)


def read_json(path: Path) -> tuple[JsonValue, tuple[Fault, ...]]:
    """Return the JSON value of the file at `path` and what is wrong with it; a value with faults is not to be used."""
    try:
        # A named pipe would be waited on for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            return None, (Fault((), "this is not a regular file"),)
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        return None, (Fault((), f"the file cannot be read: {error.strerror or error}"),)
    return parse_json(content)


def parse_json(content: bytes) -> tuple[JsonValue, tuple[Fault, ...]]:
    """Return the JSON value that `content` writes and what is wrong with it.

    Stricter than the format (RFC 8259) where that leaves room: UTF-8 alone, no key twice in one object, no NaN, no half
    of a surrogate pair.
    """
    if len(content) > LARGEST_FILE_BYTES:
        return None, (Fault((), f"the file is larger than {LARGEST_FILE_BYTES:,} bytes"),)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, (Fault((), f"the file is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}"),)
    try:
        value: JsonValue = json.loads(text, object_pairs_hook=_Object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        cause = f"the file is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        return None, (Fault((), cause),)
    except ValueError as error:
        return None, (Fault((), f"the file is not JSON: {error}"),)
    except RecursionError:
        return None, (Fault((), "the file nests objects or lists too deeply"),)
    return value, tuple(_faults_within(value))


class _Object(dict[str, JsonValue]):
    """A JSON object that remembers which of its keys were written more than once."""

    def __init__(self, pairs: list[tuple[str, JsonValue]]) -> None:
        super().__init__(pairs)
        counts = Counter(key for key, _ in pairs)
        self.repeated = tuple(key for key, count in counts.items() if count > 1)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _faults_within(value: JsonValue) -> Iterator[Fault]:
    waiting: list[tuple[tuple[str | int, ...], JsonValue]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, str) and not _is_text(item):
            yield Fault(path, "the text holds half of a surrogate pair")
        elif isinstance(item, dict):
            if isinstance(item, _Object):
                yield from (Fault((*path, key), "the key stands twice in one object") for key in item.repeated)
            yield from (
                Fault((*path, key), "the key holds half of a surrogate pair") for key in item if not _is_text(key)
            )
            waiting.extend(((*path, key), part) for key, part in reversed(item.items()))
        elif isinstance(item, list):
            waiting.extend(((*path, index), part) for index, part in reversed(list(enumerate(item))))


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
