"""The newest tree as plain files: output for people to look at, never read back."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tracker.archive.layout import ATTRIBUTES_PATH
from tracker.archive.repository import Repository
from tracker.errors import ArchiveError

#: Names the commit that the folder shows.
STAMP_NAME: Final = ".commit"
_NEVER_WRITTEN: Final = frozenset({ATTRIBUTES_PATH, STAMP_NAME, "README.md"})
_SCRATCH_NAME: Final = ".policy-tracker-new"
_FILE_MODES: Final = frozenset({"100644", "100755"})
_OPEN_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def write_tree(repository: Repository, head: str, folder: Path) -> int:
    """Make `folder` show the tree of `head`, and return how many files were written or removed.

    Only what differs from the commit that the folder showed before is touched; where that is not known, every file of
    the tree is written and nothing is removed. Each file is replaced in one step. Symbolic links inside `folder` are
    never followed.

    Raises:
        ArchiveError: If a file cannot be written (reason `unwritable`), or read from the archive (`damaged`).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unwritable(folder, "", error) from error
    try:
        shown = _shown_commit(repository, top)
        if shown == head:
            return 0
        count = 0
        for path, blob in _differences(repository, shown, head):
            if path in _NEVER_WRITTEN:
                continue
            count += 1
            content = repository.objects.read_known(blob).content if blob is not None else None
            try:
                _put(top, path, content)
            except OSError as error:
                raise _unwritable(folder, path, error) from error
        try:
            _put(top, STAMP_NAME, f"{head}\n".encode())
        except OSError as error:
            raise _unwritable(folder, STAMP_NAME, error) from error
        return count
    finally:
        os.close(top)


def _shown_commit(repository: Repository, top: int) -> str | None:
    """Return the commit that the folder shows, where it says so and the archive still has it."""
    try:
        stamp = os.open(STAMP_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=top)
    except OSError:
        return None
    with os.fdopen(stamp, "rb") as file:
        text = file.read(65).decode("ascii", "replace").strip()
    if len(text) not in (40, 64) or not all(letter in "0123456789abcdef" for letter in text):
        return None
    found = repository.objects.read(text)
    return text if found is not None and found.type == "commit" else None


def _differences(repository: Repository, shown: str | None, head: str) -> Iterator[tuple[str, str | None]]:
    """Yield (path, blob) for each file to write, and (path, None) for each to remove, removals first."""
    if shown is None:
        listed = repository.commands.run("ls-tree", "-r", "-z", "--full-tree", head)
        for line in filter(None, listed.split(b"\0")):
            facts, _, path = line.partition(b"\t")
            mode, _, blob = facts.decode("ascii").split()
            if mode in _FILE_MODES:
                yield os.fsdecode(path), blob
        return
    listed = repository.commands.run("diff-tree", "-r", "-z", "--no-renames", "--no-relative", shown, head)
    pieces = listed.split(b"\0")
    # ":<old mode> <new mode> <old id> <new id> <status>", then the path (git-diff-tree, raw output format).
    pairs = [
        (os.fsdecode(name), changed.decode("ascii").split())
        for changed, name in zip(pieces[::2], pieces[1::2], strict=False)
    ]
    yield from ((name, None) for name, changed in pairs if changed[1] not in _FILE_MODES)
    yield from ((name, changed[3]) for name, changed in pairs if changed[1] in _FILE_MODES)


def _put(top: int, path: str, content: bytes | None) -> None:
    """Make the file at `path` below `top` hold `content`, or be gone where `content` is None."""
    *folders, name = path.split("/")
    if not all(part not in ("", ".", "..") for part in (*folders, name)):
        raise OSError(errno.EINVAL, "the archive has an impossible path")
    if content is None:
        _remove(top, folders, name)
        return
    with _folder(top, folders, is_made=True) as place:
        scratch = os.open(
            _SCRATCH_NAME, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=place
        )
        with os.fdopen(scratch, "wb") as file:
            file.write(content)
        os.replace(_SCRATCH_NAME, name, src_dir_fd=place, dst_dir_fd=place)


def _remove(top: int, folders: list[str], name: str) -> None:
    """Remove a file, and the folders that it leaves empty."""
    try:
        with _folder(top, folders, is_made=False) as place:
            if not stat.S_ISDIR(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=place)
    except FileNotFoundError:
        return
    for depth in range(len(folders), 0, -1):
        try:
            with _folder(top, folders[: depth - 1], is_made=False) as place:
                os.rmdir(folders[depth - 1], dir_fd=place)
        except OSError:
            return  # Something else is in it.


@contextmanager
def _folder(top: int, parts: list[str], *, is_made: bool) -> Iterator[int]:
    """Open the folder at `parts` below `top`, one step at a time and no step through a link."""
    place = os.dup(top)
    try:
        for part in parts:
            if is_made:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=place)
            inner = os.open(part, _OPEN_FOLDER, dir_fd=place)
            os.close(place)
            place = inner
        yield place
    finally:
        os.close(place)


def _unwritable(folder: Path, path: str, error: OSError) -> ArchiveError:
    return ArchiveError(
        f"Writing {folder / path} failed: {error.strerror or error}. The archive itself is whole: make the folder "
        "writable, remove any link in it, and run again.",
        reason="unwritable",
    )
