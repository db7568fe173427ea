"""Marks: how far an import of a collection got, kept in the archive beside what it brought."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tracker.archive import Archive
from tracker.errors import ArchiveError
from tracker.model import DocumentKey

MARKS_SCHEMA: Final = "tracker.import-marks/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a document was taken in."""

    first: str | None = None
    """Commit in the collection with which its history here begins; None where nothing was taken in."""
    settled: str | None = None
    """Commit up to which nothing will be decided again; None where nothing is decided for good."""
    open: tuple[tuple[str, str], ...] = ()
    """(commit, outcome) of those after it: what comes later may yet vouch for the first of them, which is held back."""


def marks_path(vantage: str) -> str:
    """Return where the archive keeps the marks of the imports into `vantage`."""
    return f".tracker/imports/{vantage}.json"


def mark_name(key: DocumentKey) -> str:
    """Return the name of the mark of `key`."""
    return f"{key.service}/{key.terms_type}"


def write_marks(marks: Mapping[str, Mark], *, source: str) -> bytes:
    """Return `marks`, by name, as JSON; `source` is what the collection is called."""
    rows = {
        name: {"first": mark.first, "settled": mark.settled, "open": [list(one) for one in mark.open]}
        for name, mark in sorted(marks.items())
    }
    value = {"schema": MARKS_SCHEMA, "source": source, "documents": rows}
    return f"{json.dumps(value, indent=1, sort_keys=True)}\n".encode()


def read_marks(archive: Archive, vantage: str) -> dict[str, Mark]:
    """Return the marks that earlier imports into `vantage` left, by name; none where there was no import.

    Raises:
        ArchiveError: If they cannot be read (reason `damaged`).
    """
    path = marks_path(vantage)
    content = archive.read_file(path)
    if content is None:
        return {}
    try:
        rows: dict[str, Any] = json.loads(content)["documents"]
        return {
            name: Mark(
                first=row["first"],
                settled=row["settled"],
                open=tuple((commit, outcome) for commit, outcome in row["open"]),
            )
            for name, row in rows.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveError(
            f"Going on with the import into {vantage!r} failed: {path} in the archive is damaged "
            f"({type(error).__name__}: {error}). Import under another name: --vantage NAME.",
            reason="damaged",
        ) from error
