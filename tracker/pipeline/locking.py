"""Waiting for another writer's end, where work would be lost without the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Final

from tracker.archive import Archive
from tracker.errors import ArchiveError

#: Waited for the lock at most: a nightly run of some hundred documents has it for minutes.
_PATIENCE_SECONDS: Final = 1_800.0
_PAUSE_SECONDS: Final = 5.0


@contextmanager
def lock_patiently(
    archive: Archive,
    *,
    now: Callable[[], datetime],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[None]:
    """Keep other writers out of `archive`, as soon as the one at work has ended.

    Args:
        archive: What is written to.
        now: The moment, aware and in UTC, for the note of who holds the lock.
        clock: Seconds that only grow.
        sleep: Waits for so many seconds.

    Raises:
        ArchiveError: If another writer has it for half an hour on end (reason `locked`), or it cannot be made.
    """
    give_up_at = clock() + _PATIENCE_SECONDS
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(archive.lock(now()))
                break
            except ArchiveError as error:
                if error.reason != "locked" or clock() >= give_up_at:
                    raise
            sleep(_PAUSE_SECONDS)
        yield
