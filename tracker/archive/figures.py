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
#: Of publishers and datasets: names that every file system takes, that hide nothing, and that a service could bear.
_NAME: Final = re.compile(r"[^\W_][\w .&'+-]{0,98}[\w&'+-]|[^\W_]")
#: Half of what file systems take: a name has company in the addresses of pages and in the names of scratch files.
_LONGEST_NAME_BYTES: Final = 100


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresFault:
    """Why the versions of a dataset cannot be read: one of them is damaged, and no other can be trusted to be whole."""

    where: str
    """Path of its rows in the archive, with the line where one is to blame."""
    detail: str
    """The cause and the next step, in sentences."""


def name_fault(what: str, name: str) -> str | None:
    """Return why `name` is none of a `what` (a publisher, a dataset), or None where it is one.

    Whatever is a name is that of a service, too (`DocumentKey`): its figures may be governed by a policy.
    """
    if not _NAME.fullmatch(name):
        return f"{name!r} is no name of a {what}: letters, digits, spaces, and . & ' + - between them"
    if len(name.encode()) > _LONGEST_NAME_BYTES:
        return f"{name!r} is no name of a {what}: it takes more than {_LONGEST_NAME_BYTES} bytes in UTF-8"
    return None


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


def read_figures(repository: Repository, head: str) -> dict[tuple[str, str], tuple[FiguresVersion, ...] | FiguresFault]:
    """Return the versions of every dataset, oldest first, by (publisher, name); its first fault where it has one."""
    found: dict[tuple[str, str], tuple[FiguresVersion, ...] | FiguresFault] = {}
    for path in _row_paths(repository, head):
        publisher, name = path.split("/")[-3:-1]
        where = path
        versions: list[FiguresVersion] = []
        try:
            for number, row in enumerate(_read_rows(repository, head, path), start=1):
                where = f"{path}, line {number}"
                versions.append(_read_version(repository, head, publisher, name, row, where=where))
        except ArchiveError as error:
            if error.reason != "damaged":
                raise
            found[publisher, name] = FiguresFault(where=where, detail=str(error))
        else:
            found[publisher, name] = tuple(versions)
    return found


def check_figures(repository: Repository, head: str) -> Iterator[Problem]:
    """Yield what is wrong with datasets: unreadable rows, bytes that are missing or not what their row says."""
    for path in _row_paths(repository, head):
        publisher, name = path.split("/")[-3:-1]
        try:
            rows = _read_rows(repository, head, path)
        except ArchiveError as error:
            yield Problem(kind="unreadable", where=path, detail=str(error))
            continue
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


def _read_rows(repository: Repository, head: str, path: str) -> list[dict[str, Any]]:
    rows = list(read_rows(repository.known(head, path).content, where=path))
    if not rows:
        raise unreadable(path, ValueError(_WITHOUT_ROWS))
    return rows


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
