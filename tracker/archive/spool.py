"""Where a transaction keeps what it is given until it is committed: on disk, so that a long import fits in memory."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast


class Spool:
    """A nameless file that takes pieces until it is read; the system frees it with its owner, also after a kill."""

    def __init__(self, folder: Path) -> None:
        """Spool into `folder`: the disk that must have room anyway; a folder for temporary files may be memory."""
        self._folder = folder
        self._file: BinaryIO | None = None
        self._error: OSError | None = None

    def add(self, pieces: Iterable[bytes]) -> None:
        """Append `pieces`. A disk that is full is told of by `read`, and by nobody before."""
        if self._error is not None:
            return
        try:
            if self._file is None:
                # A real file: GitPython hands it to git as it is, and nobody waits for anybody.
                self._file = cast("BinaryIO", tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115  it outlives this call
                weakref.finalize(self, _close, self._file)
            self._file.writelines(pieces)
        except OSError as error:
            self._error = error

    def read(self) -> BinaryIO:
        """Return the file, written out and at its beginning.

        Raises:
            OSError: If any of it could not be written.
        """
        if self._error is not None:
            raise self._error
        if self._file is None:
            raise ValueError("nothing was spooled")
        self._file.flush()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Give the room on the disk back; safe to call twice."""
        if self._file is not None:
            _close(self._file)


def _close(file: BinaryIO) -> None:
    with suppress(OSError):  # what is still in the buffer may not fit on the disk, and nobody wants it any more
        file.close()
