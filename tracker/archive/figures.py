"""Figures that others publish, in the archive: every version of a dataset as it was served, and when that was.

`.tracker/figures/<publisher>/<name>/versions.jsonl` has a row for each version; the bytes stand beside it under their
digest, so that figures which come back to what they were need no second copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tracker.archive.layout import FIGURES_FOLDER
from tracker.archive.repository import Repository
from tracker.archive.rows import read_rows, to_row, unreadable
from tracker.archive.values import Problem
from tracker.errors import ArchiveError
from tracker.model import JsonValue, format_instant, parse_instant, require_utc, sha256_hex

_SCHEMA: Final = "tracker.figures/1"
_ROWS: Final = "versions.jsonl"
_WITHOUT_ROWS: Final = "it tells of no version"
#: Of publishers and datasets: names that every file system takes, and that hide nothing.
_NAME: Final = re.compile(r"[^\W_][\w .&'+-]{0,98}[\w&'+-]|[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresVersion:
    """One version of a dataset."""

    publisher: str
    """Whose figures they are."""
    name: str
    """Of the dataset: those of one publisher have different ones."""
    form: str
    """How it is to be read: a name of `tracker.transparency.FORMS`."""
    url: str
    """Where it was captured, or the file's name."""
    fetched_at: datetime
    """UTC."""
    content: bytes
    """As served."""
    credit: str = ""
    """Whom to name, and the licence."""
    is_made_up: bool = False
    """Whether the figures are an invention, for a demonstration: what shows them says so, wherever it runs."""

    def __post_init__(self) -> None:
        require_utc("fetched_at", self.fetched_at)
        for what, text in (("address", self.url), ("credit", self.credit)):
            if not text.isprintable():
                raise ValueError(f"{text!r} is no {what} of a dataset: one line of visible text")
        for what, name in (("publisher", self.publisher), ("dataset", self.name)):
            fault = name_fault(what, name)
            if fault is not None:
                raise ValueError(fault)

    @property
    def sha256(self) -> str:
        return sha256_hex(self.content)


def name_fault(what: str, name: str) -> str | None:
    """Return why `name` is none of a `what` (a publisher, a dataset), or None where it is one."""
    if _NAME.fullmatch(name):
        return None
    return f"{name!r} is no name of a {what}: letters, digits, spaces, and . & ' + - between them"


def figures_paths(version: FiguresVersion) -> tuple[str, str]:
    """Return where the bytes of `version` stand, and where its row does."""
    folder = f"{FIGURES_FOLDER}/{version.publisher}/{version.name}"
    return f"{folder}/{version.sha256}", f"{folder}/{_ROWS}"


def figures_row(version: FiguresVersion) -> bytes:
    """Return what the archive says of `version`, as one line of JSON."""
    row: dict[str, JsonValue] = {
        "schema": _SCHEMA,
        "fetched_at": format_instant(version.fetched_at),
        "url": version.url,
        "form": version.form,
        "sha256": version.sha256,
        "size_bytes": len(version.content),
        "credit": version.credit,
        "made_up": version.is_made_up,
    }
    return to_row(row)


def read_figures(repository: Repository, head: str) -> dict[tuple[str, str], tuple[FiguresVersion, ...]]:
    """Return the versions of every dataset, oldest first, by (publisher, name).

    Raises:
        ArchiveError: If rows or bytes of one cannot be read, or are not what they are said to be (reason `damaged`).
    """
    found: dict[tuple[str, str], tuple[FiguresVersion, ...]] = {}
    for path in _row_paths(repository, head):
        publisher, name = path.split("/")[-3:-1]
        rows = repository.known(head, path).content
        versions = tuple(
            _read_version(repository, head, publisher, name, row, where=f"{path}, line {number}")
            for number, row in enumerate(read_rows(rows, where=path), start=1)
        )
        if not versions:
            raise unreadable(path, ValueError(_WITHOUT_ROWS))
        found[publisher, name] = versions
    return found


def check_figures(repository: Repository, head: str) -> Iterator[Problem]:
    """Yield what is wrong with datasets: unreadable rows, bytes that are missing or not what their row says."""
    for path in _row_paths(repository, head):
        publisher, name = path.split("/")[-3:-1]
        try:
            rows = list(read_rows(repository.known(head, path).content, where=path))
        except ArchiveError as error:
            yield Problem(kind="unreadable", where=path, detail=str(error))
            continue
        if not rows:
            yield Problem(kind="unreadable", where=path, detail=_WITHOUT_ROWS)
        for number, row in enumerate(rows, start=1):
            where = f"{path}, line {number}"
            try:
                _read_version(repository, head, publisher, name, row, where=where)
            except ArchiveError as error:
                yield Problem(kind="unreadable", where=where, detail=str(error))


def _row_paths(repository: Repository, head: str) -> Iterator[str]:
    paths = repository.paths(head, f"{FIGURES_FOLDER}/")
    depth = FIGURES_FOLDER.count("/") + len(("publisher", "name", "rows"))
    return (path for path in paths if path.endswith(f"/{_ROWS}") and path.count("/") == depth)


def _read_version(
    repository: Repository, head: str, publisher: str, name: str, row: dict[str, Any], *, where: str
) -> FiguresVersion:
    try:
        sha256 = str(row["sha256"])
        version = FiguresVersion(
            publisher=publisher,
            name=name,
            form=str(row["form"]),
            url=str(row["url"]),
            fetched_at=parse_instant(row["fetched_at"]),
            content=_content(repository, head, f"{FIGURES_FOLDER}/{publisher}/{name}/{sha256}"),
            credit=str(row["credit"]),
            # Whatever else stands there is no clear word that the figures are real.
            is_made_up=row["made_up"] is not False,
        )
        is_ours = row["schema"] == _SCHEMA
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise unreadable(where, error) from error
    if not is_ours or version.sha256 != sha256:
        cause = "it is no row of a dataset" if not is_ours else f"the bytes of {sha256} are missing or others"
        raise unreadable(where, ValueError(cause))
    return version


def _content(repository: Repository, head: str, path: str) -> bytes:
    return repository.find_file(head, path) or b""
