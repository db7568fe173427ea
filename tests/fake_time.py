"""Time for tests: nobody waits."""

from __future__ import annotations

import time


class FakeTime:
    """Time that passes as usual, and at once where somebody sleeps or a test lets it."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.skipped = 0.0

    def clock(self) -> float:
        return time.monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.skip(seconds)

    def skip(self, seconds: float) -> None:
        self.skipped += seconds
