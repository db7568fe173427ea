"""Reading somebody else's history: every commit with the files that it touches, and their contents, in one pass each.

Nothing is written, run or believed beyond what the objects say; no folder is checked out.
"""

from __future__ import annotations

import os
import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from subprocess import PIPE
from typing import BinaryIO, Final, Literal, Self, TypeAlias

from tracker.archive.commands import Child
from tracker.archive.foreign_source import ForeignRepository, open_source, parse_source
from tracker.errors import ArchiveError

if sys.platform == "linux":
    import fcntl

FileStatus: TypeAlias = Literal["added", "modified", "deleted"]

#: Larger files are no policies.
MAX_BLOB_BYTES: Final = 64 << 20
#: Of a message, what is kept: bodies of policy archives have some hundred characters.
_LONGEST_MESSAGE_BYTES: Final = 1 << 16
#: Modes of regular files (git-fast-import, filemodify). Symbolic links and submodules have others.
_FILE_MODES: Final = frozenset({b"100644", b"100755"})
_BLOB_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
#: git before 1.0 and broken importers wrote any number: what lies outside is no moment at which a page was fetched.
_FIRST_SECOND: Final = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
_LAST_SECOND: Final = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())

#: How many blobs are kept for their return, twice, and up to what size: 128 MiB at the very worst.
_RECENT_BLOBS: Final = 256
_LARGEST_KEPT_BYTES: Final = 1 << 18

#: What a pipe holds where nothing tells (POSIX, PIPE_BUF), and what is asked for.
_SMALLEST_PIPE_BYTES: Final = 512
_PIPE_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignFile:
    """What one commit did to one regular file. Symbolic links and submodules count as nothing there."""

    path: str
    """As the tree has it, which may be anything; bytes that are not UTF-8 are surrogates (PEP 383)."""
    status: FileStatus
    old_id: str | None
    """The blob before; None where the file was added."""
    new_id: str | None
    """The blob after; None where the file was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignCommit:
    """One commit of somebody else's history."""

    id: str
    authored_at: datetime | None
    """Author date (UTC), whatever its offset; None where the commit states none, or one before 1990 or after 2099.
    Dates of neighbours may run backwards: order is that of the graph."""
    message: str
    """Subject and body, as UTF-8 (what is not is replaced), up to 65,536 bytes."""
    files: tuple[ForeignFile, ...]
    """In order of their paths; empty for a merge. A change of mode alone is none. Renames are a deletion and an
    addition."""


class ForeignHistory:
    """The history of somebody else's repository, for reading. Not to be shared between threads."""

    def __init__(self, repository: ForeignRepository) -> None:
        """Take over `repository`; `ForeignHistory.open` is the way to get one."""
        self._commands = repository.commands
        self._idle: Child | None = None
        self.name: str = repository.source.name
        """What to call it in provenance: the last part of its path or address, without credentials."""
        self.head: str = repository.head
        """Id of the commit up to which it is read."""

    @classmethod
    def open(cls, source: str, *, cache: Path) -> Self:
        """Return the history at `source`.

        Args:
            source: Path of a repository (bare or not) or of a bundle, or an address that git can fetch (`https`,
                `http`, `ssh`, `git`, `file`, or `host:path`). Credentials in it go to git and nowhere else.
            cache: Folder in which bundles and addresses are kept, in a bare repository each; what it has of them is
                not fetched again.

        Raises:
            UsageError: If `source` is of no such form.
            ArchiveError: If there is no history or it cannot be fetched (reason `missing`), it was cut off (`shallow`),
                it cannot be read (`damaged`), or `cache` cannot be written (`unwritable`).
        """
        return cls(open_source(parse_source(source), cache=cache))

    def close(self) -> None:
        """End the child process; the history may be used again and starts a new one."""
        if self._idle is not None:
            self._idle.close()
            self._idle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def commits(self) -> Iterator[ForeignCommit]:
        """Yield every commit that leads to `head`, parents before children, as they are read.

        Raises:
            ArchiveError: If the history cannot be read to its end (reason `damaged`).
        """
        pieces = self._commands.lines(
            "log", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv",
            "--no-color", "--diff-merges=off", "--no-show-signature", "--no-notes", "--no-mailmap",
            "--ignore-submodules=none", "--encoding=UTF-8", "--topo-order", "--reverse",
            "--format=%x00%H%x00%at%x00%B%x00", self.head, "--",
        )  # fmt: skip
        return _read_commits(pieces)

    def blobs(self, ids: Iterable[str], *, max_bytes: int = MAX_BLOB_BYTES) -> Iterator[bytes | None]:
        """Yield the content of each blob of `ids`, in order; None for one of more than `max_bytes`.

        Some hundred of `ids` are drawn ahead of what is yielded, so that git never waits for a question. A blob that
        came a little before is not read again: neighbours in a history often return to the same text.

        Raises:
            ArchiveError: If a blob is missing or corrupt (reason `damaged`).
            ValueError: If one of `ids` is no id.
        """
        child, self._idle = self._idle or self._start_blobs(), None
        # Questions that wait stay below what the pipe holds: neither side ever waits for the other to read.
        window = max(_pipe_bytes(child.input) // 2 // 65, 1)
        # Both are told of the same ids in the same order, and so forget the same ones.
        asked, kept = _Recent(), _Recent()
        waiting: deque[str] = deque()
        open_questions = 0
        drawn = iter(ids)
        try:
            while True:
                if len(waiting) <= window // 2:
                    added = list(islice(drawn, window - len(waiting)))
                    questions = [blob for blob in added if asked.note(blob)]
                    open_questions += len(questions)
                    self._ask(child, questions)
                    waiting.extend(added)
                if not waiting:
                    break
                blob = waiting.popleft()
                if kept.note(blob):
                    content = self._answer(child, blob, max_bytes)
                    open_questions -= 1
                    kept.keep(blob, content)
                else:
                    content = kept.content(blob) or self._read_again(blob, max_bytes)
                yield content
        finally:
            if open_questions == 0 and self._idle is None:
                self._idle = child
            else:
                child.close()

    def _read_again(self, blob: str, max_bytes: int) -> bytes | None:
        return next(self.blobs([blob], max_bytes=max_bytes))

    def _start_blobs(self) -> Child:
        child = self._commands.start("cat-file", "--batch", feed=PIPE)
        _widen_pipe(child.output)
        return child

    def _ask(self, child: Child, ids: list[str]) -> None:
        for blob in ids:
            if not _BLOB_ID.fullmatch(blob):
                raise ValueError(f"{blob!r} is no id of a blob")
        try:
            child.input.write("".join(f"{blob}\n" for blob in ids).encode())
            child.input.flush()
        except BrokenPipeError as error:
            raise self._damage(child, "git was ended") from error

    def _answer(self, child: Child, blob: str, max_bytes: int) -> bytes | None:
        output = child.output
        words = output.readline().split()
        if len(words) != 3 or words[1] != b"blob" or not words[2].isdigit():  # noqa: PLR2004  id, type and size (git-cat-file, batch output)
            raise self._damage(child, f"blob {blob} is missing, corrupt or no blob")
        size_bytes = int(words[2])
        content: bytes | None = None
        if size_bytes <= max_bytes:
            content = output.read(size_bytes)
            is_whole = len(content) == size_bytes
        else:
            is_whole = _skip(output, size_bytes)
        if not is_whole or output.read(1) != b"\n":
            raise self._damage(child, f"blob {blob} is corrupt")
        return content

    def _damage(self, child: Child, found: str) -> ArchiveError:
        child.close()
        return self._commands.damage("cat-file", f"{found}. {child.complaint}".strip())


class _Recent:
    """The ids that came last, with the contents of the smaller blobs: 256 different ones at least, 512 at most."""

    def __init__(self) -> None:
        self._young: dict[str, bytes | None] = {}
        self._old: dict[str, bytes | None] = {}

    def note(self, blob: str) -> bool:
        """Have `blob` be the id that came last; tell whether it is none of those known."""
        if blob in self._young:
            return False
        is_new = blob not in self._old
        self._young[blob] = self._old.get(blob)
        if len(self._young) == _RECENT_BLOBS:
            self._old, self._young = self._young, {}
        return is_new

    def keep(self, blob: str, content: bytes | None) -> None:
        """Keep `content` for `blob`, which came just now, unless it is large."""
        if content is not None and len(content) <= _LARGEST_KEPT_BYTES:
            (self._young if blob in self._young else self._old)[blob] = content

    def content(self, blob: str) -> bytes | None:
        """Return what was kept for `blob`, which is one of those known; None where nothing was."""
        return self._young.get(blob) or self._old.get(blob)


def _read_commits(pieces: Iterator[bytes]) -> Iterator[ForeignCommit]:
    """Yield what the NUL-separated output of `git log --raw` says.

    Each commit is an id, an author date and a message, then two pieces a file, of which the first begins with a colon.
    Empty pieces stand between them. No path, message or id can hold a NUL.
    """
    commit = b""
    authored_at: datetime | None = None
    message = ""
    files: list[ForeignFile] = []
    for piece in pieces:
        facts = piece.lstrip(b"\n")
        if facts[:1] == b":":
            file = _read_file(facts, next(pieces, b""))
            if file is not None:
                files.append(file)
        elif facts:
            if commit:
                yield ForeignCommit(id=commit.decode(), authored_at=authored_at, message=message, files=tuple(files))
            commit, files = facts, []
            authored_at = _instant(next(pieces, b""))
            message = next(pieces, b"")[:_LONGEST_MESSAGE_BYTES].decode("utf-8", "replace")
    if commit:
        yield ForeignCommit(id=commit.decode(), authored_at=authored_at, message=message, files=tuple(files))


def _read_file(facts: bytes, path: bytes) -> ForeignFile | None:
    """Return what `:<old mode> <new mode> <old id> <new id> <status>` says of `path` (git-diff, raw output format)."""
    old_mode, new_mode, old, new, _ = facts[1:].split(b" ")
    old_id = old.decode() if old_mode in _FILE_MODES else None
    new_id = new.decode() if new_mode in _FILE_MODES else None
    if old_id == new_id:
        return None
    status: FileStatus = "added" if old_id is None else "deleted" if new_id is None else "modified"
    return ForeignFile(path=os.fsdecode(path), status=status, old_id=old_id, new_id=new_id)


def _instant(seconds: bytes) -> datetime | None:
    if not seconds.isdigit() or len(seconds) > len(str(_LAST_SECOND)):
        return None
    instant = int(seconds)
    return datetime.fromtimestamp(instant, UTC) if _FIRST_SECOND <= instant < _LAST_SECOND else None


def _skip(stream: BinaryIO, size_bytes: int) -> bool:
    """Read past `size_bytes` of `stream`; tell whether so many came."""
    while size_bytes:
        chunk = stream.read(min(size_bytes, _CHUNK_BYTES))
        if not chunk:
            return False
        size_bytes -= len(chunk)
    return True


def _pipe_bytes(pipe: BinaryIO) -> int:
    """Return how many bytes `pipe` takes before a writer waits for its reader."""
    if sys.platform == "linux":
        return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    return _SMALLEST_PIPE_BYTES


def _widen_pipe(pipe: BinaryIO) -> None:
    """Let `pipe` hold a whole text where the system allows it, so that git and its reader take turns less often."""
    if sys.platform == "linux":
        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            return  # the system's limit for its users; the pipe works as it is
