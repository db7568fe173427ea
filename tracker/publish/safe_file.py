"""A file of an export, written whole or not at all, and never over what is somebody else's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tracker.errors import UsageError

#: Enough of a file to tell by.
_HEAD_BYTES: Final = 4096


@contextmanager
def replace_file(path: Path, *, is_ours: Callable[[bytes], bool]) -> Iterator[Path]:
    """Give a file beside `path` to be written, which takes its place at the end; after an error, nothing has changed.

    Args:
        path: Where it is to be. A file that is there is replaced if it is empty or an earlier export.
        is_ours: Whether a file that begins with these bytes is an earlier export.

    Raises:
        UsageError: If something else is at `path`, or it cannot be written.
    """
    require_ours(path, is_ours=is_ours)
    with telling_of_disk(path), tempfile.TemporaryDirectory(prefix=f".{path.name[:100]}-", dir=path.parent) as scratch:
        # Made in a folder of its own, which goes with all that is left in it.
        part = Path(scratch) / "part"
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)  # noqa: PTH105 - Path.replace says the same, and less clearly that it is atomic


def require_ours(path: Path, *, is_ours: Callable[[bytes], bool]) -> None:
    """Refuse to write over what is at `path` unless it is empty or an earlier export.

    Raises:
        UsageError: If it is something else, or cannot be looked at.
    """
    if not path.name:
        raise UsageError(f"--out {path} names no file")
    with telling_of_disk(path):
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise UsageError(f"will not write {path}: it is no plain file; name another one with --out")
        if not path.exists():
            return
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    if head and not is_ours(head):
        raise UsageError(
            f"will not write over {path}: it is no export of this tracker; move it away, or name another file with "
            "--out"
        )


@contextmanager
def telling_of_disk(path: Path) -> Iterator[None]:
    """Have a disk that refuses told of as an error about `path`.

    Raises:
        UsageError: In place of an OSError.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}; choose another place with --out") from error
