"""One piece of work at a time in a process of its own, so that time and memory are its own too."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final, TypeAlias

from benchmarks.measure import ROUNDS

#: Prepares, and returns what is timed.
Work: TypeAlias = Callable[[], Callable[[], object]]
_CONTEXT: Final = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one contender took."""

    seconds: float
    """Median of its rounds."""
    python_bytes: int
    """The most memory of its Python process in any round."""
    child_bytes: int
    """The most memory of any process that it started, or 0."""
    result: object
    """What its last round returned."""


def race(contenders: Mapping[str, Work], *, rounds: int = ROUNDS, repeats: int = 0) -> dict[str, Measured]:
    """Return what each of `contenders` took in the median of `rounds`; they take turns, each in a new process.

    Where it `repeats`, each does its work so many times more in its process, and the median of these counts.
    """
    found: dict[str, list[tuple[float, int, int, object]]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            found[name].append(_run_apart(work, repeats))
    return {
        name: Measured(
            seconds=statistics.median(row[0] for row in rows),
            python_bytes=max(row[1] for row in rows),
            child_bytes=max(row[2] for row in rows),
            result=rows[-1][3],
        )
        for name, rows in found.items()
    }


def _run_apart(work: Work, repeats: int) -> tuple[float, int, int, object]:
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_measure, args=(work, theirs, repeats))
    process.start()
    theirs.close()
    try:
        answer: tuple[float, int, int, object] = ours.recv()
    except EOFError:
        raise RuntimeError(f"{work!r} ended without an answer; see its message above") from None
    finally:
        process.join()
        ours.close()
    return answer


def _measure(work: Work, answer: Connection, repeats: int) -> None:
    timed = work()
    seconds: list[float] = []
    result: object = None
    for _ in range(repeats + 1):
        began = time.perf_counter()
        result = timed()
        seconds.append(time.perf_counter() - began)
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    counted = statistics.median(seconds[1:] or seconds)  # the first one warms up
    answer.send((counted, own * 1024, children * 1024, result))
    answer.close()
