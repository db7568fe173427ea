"""The lock that keeps a second writer out, with a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from tracker.errors import ArchiveError
from tracker.model import format_instant, parse_instant

LOCK_NAME: Final = "policy-tracker.lock"
#: Beside the lock, not in it: whoever tries for the lock may truncate its file.
OWNER_NAME: Final = "policy-tracker.owner"


class WriterLock:
    """A lock on the archive in `git_dir`; the system frees it when its holder ends, however that happens."""

    def __init__(self, git_dir: Path) -> None:
        self._lock_path = git_dir / LOCK_NAME
        self._owner_path = git_dir / OWNER_NAME
        self._owner: dict[str, str | int] | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process holds it through this object."""
        return self._owner is not None

    @contextmanager
    def hold(self, now: datetime) -> Iterator[dict[str, Any]]:
        """Hold the lock from `now` on; gives the note that a killed holder left behind, empty if there is none.

        Raises:
            ArchiveError: If another writer holds it (reason `locked`), or it cannot be made (reason `unwritable`).
        """
        lock = FileLock(self._lock_path, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise self._locked(now) from error
        except OSError as error:
            raise ArchiveError(
                f"Locking the archive failed: {self._lock_path}: {error}. Make its folder writable.",
                reason="unwritable",
            ) from error
        try:
            left_behind = self._read_owner()
            try:
                self._owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": format_instant(now)}
                self._write_owner()
                yield left_behind
            finally:
                self._owner = None
                self._owner_path.unlink(missing_ok=True)
        finally:
            lock.release()

    def note(self, name: str, value: str) -> None:
        """Keep `value` in the owner's note, for the writer after a kill."""
        if self._owner is None:
            raise RuntimeError("only the holder of the lock writes its note")
        self._owner[name] = value
        self._write_owner()

    def _write_owner(self) -> None:
        scratch = self._owner_path.with_suffix(".new")
        try:
            with scratch.open("w", encoding="utf-8") as file:
                json.dump(self._owner, file, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self._owner_path)
        except OSError as error:
            raise ArchiveError(f"Locking the archive failed: {scratch}: {error}.", reason="unwritable") from error

    def _read_owner(self) -> dict[str, Any]:
        try:
            note = json.loads(self._owner_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def _locked(self, now: datetime) -> ArchiveError:
        note = self._read_owner()
        try:
            age_seconds = max(0, int((now - parse_instant(note["since"])).total_seconds()))
            holder = f"process {note['pid']} on {note['host']} since {note['since']} ({age_seconds} seconds ago)"
        except (KeyError, TypeError, ValueError):
            holder = "another process"
        return ArchiveError(
            f"Locking the archive failed: {holder} is writing to it. Wait for its end, or end it if it hangs; the lock "
            f"{self._lock_path} is freed by itself and need not be removed.",
            reason="locked",
        )
