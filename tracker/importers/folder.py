"""A folder of captures named by their instants, such as `2024-09-23T152623Z-any-words.html`."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tracker.errors import UsageError
from tracker.model import Snapshot, format_instant, parse_compact_instant, require_utc

#: File name extension (lower case) -> media type of the capture.
MEDIA_TYPES: Final = {".html": "text/html", ".md": "text/markdown", ".pdf": "application/pdf"}

#: Largest capture that is read, in bytes; far above any policy, so that a stray disk image does not fill the memory.
MAX_FILE_BYTES: Final = 50_000_000

_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFile:
    """One capture in the folder."""

    captured_at: datetime
    """From the file's name (UTC); the file's own times say nothing."""
    path: Path
    media_type: str

    def __post_init__(self) -> None:
        require_utc("captured_at", self.captured_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFolder:
    """The captures of a folder, and what else lies there."""

    files: tuple[DatedFile, ...]
    """By instant, then by name. Never empty."""
    ignored: tuple[str, ...]
    """Names of what is no dated capture (a README, an index, a folder), in alphabetical order."""
    coinciding: tuple[datetime, ...]
    """Instants that several files bear, in order; only the caller can tell whether their texts agree."""


def read_dated_folder(folder: Path, *, max_bytes: int = MAX_FILE_BYTES) -> DatedFolder:
    """Return the dated captures that lie directly in `folder`; no file is read yet.

    A capture is a file named `YYYY-MM-DDTHHMMSSZ…` with an extension of `MEDIA_TYPES`.

    Raises:
        UsageError: If the folder cannot be read or has no capture, or if a capture's name bears an impossible instant,
            is a symbolic link or no regular file, cannot be read, or is larger than `max_bytes`.
    """
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names alone are wanted, and sorted as text
    except OSError as error:
        raise UsageError(f"Reading the folder {str(folder)!r}: {error.strerror}. Name a folder of captures.") from error
    files: list[DatedFile] = []
    ignored: list[str] = []
    for name in names:
        path = folder / name
        media_type = MEDIA_TYPES.get(path.suffix.lower())
        if media_type is None or not _DATED.match(name):
            ignored.append(name)
            continue
        try:
            captured_at = parse_compact_instant(name)
        except ValueError as error:
            raise UsageError(f"Importing {str(path)!r}: its name bears no instant of the calendar.") from error
        _check_file(path, max_bytes)
        files.append(DatedFile(captured_at=captured_at, path=path, media_type=media_type))
    if not files:
        raise UsageError(
            f"The folder {str(folder)!r} holds no dated capture, but {len(ignored)} other name(s). Captures are named "
            "by their instant in UTC, such as 2024-09-23T152623Z.html, and end in .html, .md or .pdf."
        )
    files.sort(key=lambda file: (file.captured_at, file.path.name))
    counts = Counter(file.captured_at for file in files)
    return DatedFolder(
        files=tuple(files),
        ignored=tuple(ignored),
        coinciding=tuple(sorted(instant for instant, count in counts.items() if count > 1)),
    )


def snapshot_of(file: DatedFile, *, url: str, max_bytes: int = MAX_FILE_BYTES) -> Snapshot:
    """Return the capture that `file` holds, as if `url` had answered with it at that instant.

    Raises:
        UsageError: If the file cannot be read, has become a symbolic link or is larger than `max_bytes`.
    """
    _check_file(file.path, max_bytes)
    try:
        # Opened without following links: the folder may change between the look at it and the reading.
        descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            body = stream.read(max_bytes + 1)
    except OSError as error:
        raise UsageError(
            f"Reading {str(file.path)!r}, captured {format_instant(file.captured_at)}: {error.strerror}."
        ) from error
    if len(body) > max_bytes:
        raise _too_large(file.path, len(body), max_bytes)
    return Snapshot(
        url=url,
        final_url=url,
        fetched_at=file.captured_at,
        body=body,
        media_type=file.media_type,
        charset="utf-8" if file.media_type == "text/markdown" else None,
        fetcher="file",
    )


def _check_file(path: Path, max_bytes: int) -> None:
    try:
        found = path.lstat()
    except OSError as error:
        raise UsageError(f"Reading {str(path)!r}: {error.strerror}.") from error
    if stat.S_ISLNK(found.st_mode):
        raise UsageError(f"{str(path)!r} is a symbolic link, which is not followed. Copy the file itself.")
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{str(path)!r} is named like a capture and is no regular file. Move it elsewhere.")
    if found.st_size > max_bytes:
        raise _too_large(path, found.st_size, max_bytes)
    if not os.access(path, os.R_OK):
        raise UsageError(f"Reading {str(path)!r}: permission denied. Make the file readable.")


def _too_large(path: Path, size: int, max_bytes: int) -> UsageError:
    return UsageError(f"{str(path)!r} has {size} bytes or more, and the most that is read is {max_bytes}.")
