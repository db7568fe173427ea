"""What the benchmarks have in common: medians, shares of a distribution, invented words."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Final

ROUNDS: Final = 5
WORDS: Final = tuple("we never keep letters parcels birds lofts towers with the a and or of for night".split())  # noqa: SIM905 - a list of words reads as one


def median_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of `rounds` runs of `work`, after one that warms up."""
    work()
    return statistics.median(time_rounds(work, rounds))


def time_rounds(work: Callable[[], object], rounds: int, *, patience_seconds: float = math.inf) -> list[float]:
    """Return the seconds of each run of `work`: up to `rounds`, none begun once `patience_seconds` are used up."""
    seconds: list[float] = []
    while len(seconds) < rounds and sum(seconds) <= patience_seconds:
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest of `values` that at least `percent` of 100 are not above.

    >>> percentile([4, 1, 3, 2], 50), percentile([4, 1, 3, 2], 95)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1]
