"""Time: the deadline of a capture, and the polite distance between requests to one host."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

#: A Crawl-delay beyond this is not honoured: no night would be long enough.
LONGEST_CRAWL_DELAY_SECONDS = 30.0


class Deadline:
    """How much time one capture has left. Belongs to the thread that makes the capture."""

    def __init__(self, seconds: float, *, clock: Callable[[], float], cancelled: threading.Event) -> None:
        self._ends = clock() + seconds
        self._clock = clock
        self._cancelled = cancelled

    def remaining(self) -> float:
        """Return the seconds left; 0 where the time is up or nobody waits for the capture any more."""
        if self._cancelled.is_set():
            return 0.0
        return max(0.0, self._ends - self._clock())

    def extend(self, seconds: float) -> None:
        """Do not count `seconds` that were spent waiting for a host's turn."""
        self._ends += seconds

    def limit(self, seconds: float) -> float:
        """Return `seconds`, or what is left where that is less: a time limit for a socket.

        Raises:
            TimeoutError: If nothing is left.
        """
        left = self.remaining()
        if left <= 0:
            raise TimeoutError("the capture took too long")
        return min(seconds, left)


@dataclass(frozen=True, slots=True)
class Turns:
    """When each host was asked last, by the run's clock, and which ask for more distance."""

    last_start: dict[str, float] = field(default_factory=dict)
    slower: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Pace:
    """Turns of requests to each host, shared by all threads of a run."""

    def __init__(
        self,
        *,
        seconds: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        turns: Turns | None = None,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        turns = turns or Turns()
        self._lock = turns.lock
        self._last_start = turns.last_start
        self._slower = turns.slower

    def wait_turn(self, host: str) -> float:
        """Return when a request to `host` may start, with the seconds that were waited for it."""
        with self._lock:
            now = self._clock()
            start = now
            if host in self._last_start:
                start = max(now, self._last_start[host] + max(self._seconds, self._slower.get(host, 0.0)))
            self._last_start[host] = start
        if start > now:
            self._sleep(start - now)
        return start - now

    def slow_down(self, host: str, seconds: float) -> None:
        """Keep at least `seconds` between requests to `host` from now on, within reason."""
        with self._lock:
            self._slower[host] = min(max(seconds, 0.0), LONGEST_CRAWL_DELAY_SECONDS)
