"""Reading history: one pass of `git log`, by the graph and never by the clock."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tracker.archive import message as words
from tracker.archive.layout import key_of, provenance_path, version_path
from tracker.archive.repository import Repository
from tracker.model import DocumentKey, Record, parse_instant

_COMMIT_ID: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRecord:
    """A record and all that its message says."""

    record: Record
    trailers: dict[str, tuple[str, ...]]


def read_log(
    repository: Repository, head: str, *, key: DocumentKey | None = None, since: str | None = None
) -> tuple[LoggedRecord, ...]:
    """Return the records up to `head`, oldest first along first parents: of one document, or of all.

    Commits that record nothing (checks, other people's) are left out.

    Args:
        repository: Where they are.
        head: The newest commit.
        key: The document of which they are; None for all.
        since: A commit before `head`: it, and what came before it, is left out.

    Raises:
        ArchiveError: If the history cannot be read to its end (reason `damaged`).
    """
    paths = [f":(top,literal){path}" for path in (version_path(key), provenance_path(key))] if key is not None else []
    tokens = repository.commands.lines(
        "log", "--first-parent", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", "--no-color",
        "--no-show-signature", "--no-notes", "--no-mailmap", "--encoding=UTF-8", "--format=%x00%H%x00%at%x00%B%x00",
        head, *([f"^{since}"] if since is not None else []), "--", *paths,
    )  # fmt: skip
    found = [logged for commit in _commits(tokens) if (logged := _record(*commit)) is not None]
    found.reverse()
    return tuple(found)


def _commits(tokens: Iterable[bytes]) -> Iterator[tuple[str, int, str, list[str]]]:
    """Yield (id, author date, message, paths) of each commit in the NUL-separated output of `git log`.

    A commit is announced by an empty piece before its id; its first path follows a line feed, so that no path can be
    taken for an id.
    """
    pieces = iter(tokens)
    is_after_empty = False
    current: tuple[str, int, str, list[str]] | None = None
    for piece in pieces:
        if is_after_empty and _COMMIT_ID.fullmatch(piece):
            if current is not None:
                yield current
            authored_at = int(next(pieces))
            current = (piece.decode(), authored_at, next(pieces).decode("utf-8", "replace"), [])
        elif current is not None and piece.strip(b"\n"):
            current[3].append(os.fsdecode(piece.lstrip(b"\n")))
        is_after_empty = not piece
    if current is not None:
        yield current


def _record(commit: str, authored_at: int, text: str, paths: list[str]) -> LoggedRecord | None:
    kind = words.parse_kind(text)
    trailers = words.parse_trailers(text)
    keys = {key for path in paths if (key := key_of(path)) is not None}
    if kind is None or words.TEXT_SHA256 not in trailers or len(keys) != 1:
        return None

    def first(name: str) -> str:
        return trailers.get(name, ("",))[0]

    record = Record(
        document=keys.pop(),
        commit=commit,
        kind=kind,
        fetched_at=_instant(first(words.FETCHED_AT)) or datetime.fromtimestamp(authored_at, UTC),
        source_url=first(words.SOURCE_URL),
        text_sha256=first(words.TEXT_SHA256),
        markdown_sha256=first(words.MARKDOWN_SHA256),
        body_sha256=first(words.BODY_SHA256),
        last_seen_old=_instant(first(words.LAST_SEEN_OLD)),
        tracker_version=first(words.TRACKER_VERSION),
        imported_from=first(words.IMPORTED_FROM) or None,
    )
    return LoggedRecord(record=record, trailers=trailers)


def _instant(text: str) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except ValueError:
        return None
