"""A Wayback Machine on loopback, and the client that asks it without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import inf
from typing import Any

import pytest

from tests.importers.loopback_archive import LoopbackArchive, ToLoopback
from tracker.fetch import FetchSettings
from tracker.importers import WaybackMachine, is_memento


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    served = LoopbackArchive()
    yield served
    served.stop()


@pytest.fixture
def open_machine(archive: LoopbackArchive) -> Callable[..., WaybackMachine]:
    """Open a client; how long it asks, and fields of the settings, as keywords."""

    def make(*, most_seconds: float = inf, **chosen: Any) -> WaybackMachine:
        settings = FetchSettings(
            user_agent="PolicyChangeTracker/0.1", allow_private=True, per_host_seconds=0, **chosen
        )  # fmt: skip
        now = datetime(2024, 10, 1, tzinfo=UTC)
        adapter = ToLoopback.at(archive.port)(
            settings, is_wanted=is_memento, now=lambda: now, clock=archive.time.clock
        )  # fmt: skip
        return WaybackMachine(
            adapter,
            user_agent=settings.user_agent,
            max_bytes=settings.max_bytes,
            retries=settings.retries,
            most_seconds=most_seconds,
            clock=archive.time.clock,
            sleep=archive.time.sleep,
        )

    return make


@pytest.fixture
def machine(open_machine: Callable[..., WaybackMachine]) -> WaybackMachine:
    return open_machine()
