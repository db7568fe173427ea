"""Contenders beside one another on the same pairs, taking turns pair by pair."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.measure import percentile
from benchmarks.samples import Pair, make_history
from benchmarks.worker import Worker

TRACKER: Final = "tracker"
#: Name of a contender, and how a reader is told of it.
PEERS: Final = {
    "web-monitoring-diff": "web-monitoring-diff, `html_diff_render`",
    "redlines": "redlines",
    "htmldiff": "lxml, `htmldiff`",
    "difflib": "difflib on words",
    "diff-match-patch": "diff-match-patch on characters",
    "git": "`git diff --word-diff`",
}
GIT_START: Final = "git-start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One contender on one pair."""

    rounds: tuple[float, ...]
    """Seconds of each; the cap alone where it was stopped."""
    capped: bool = False
    grown_bytes: int | None = None

    @property
    def seconds(self) -> float:
        """The median of its rounds."""
        return statistics.median(self.rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One contender on a sample."""

    name: str
    timings: Mapping[int, Timing]
    """By the place of the pair in the sample; a contender whose budget was used up has no more."""
    failures: int
    missing: str | None
    version: str

    @property
    def seconds(self) -> list[float]:
        """The median of each pair."""
        return [timing.seconds for timing in self.timings.values()]

    @property
    def capped(self) -> int:
        """How many pairs it was stopped at."""
        return sum(timing.capped for timing in self.timings.values())

    @property
    def grown_bytes(self) -> int | None:
        """How much its memory grew at most in one comparison; None where the system cannot tell."""
        grown = [timing.grown_bytes for timing in self.timings.values() if timing.grown_bytes is not None]
        return max(grown) if grown else None

    def ratio_to(self, other: Lane) -> float | None:
        """Return how many times as long as `other` its median is, over the pairs that both have."""
        places = self.timings.keys() & other.timings.keys()
        if not places:
            return None
        mine, theirs = ([lane.timings[place].seconds for place in places] for lane in (self, other))
        return percentile(mine, 50) / percentile(theirs, 50)


@contextmanager
def start_workers(names: Sequence[str], cap_seconds: float) -> Iterator[list[Worker]]:
    """Give one warm worker a name, and stop them all in the end."""
    old, new = make_history(versions=2, clauses=20)
    with ExitStack() as stack:
        workers = [
            stack.enter_context(Worker(name, cap_seconds=cap_seconds, ours=name in {TRACKER, "parsing"}))
            for name in names
        ]
        for worker in workers:
            if worker.missing is None:
                worker.ask("time", old, new)
        yield workers


def race(
    workers: Sequence[Worker], pairs: Sequence[Pair], *, task: str, budget_seconds: float
) -> dict[str, tuple[dict[int, dict[str, Any] | None], int]]:
    """Return each worker's answers by the place of the pair (None: capped), and how many pairs it failed at.

    Pair by pair the workers take turns, one at a time; each stops once it has used up its budget. The tracker has none.
    """
    answers: dict[str, dict[int, dict[str, Any] | None]] = {worker.name: {} for worker in workers}
    failures = dict.fromkeys(answers, 0)
    used = dict.fromkeys(answers, 0.0)
    for place, (old, new) in enumerate(pairs):
        for worker in workers:
            if worker.missing is not None or (worker.name != TRACKER and used[worker.name] > budget_seconds):
                continue
            began = time.perf_counter()
            answer = worker.ask(task, old, new)
            used[worker.name] += time.perf_counter() - began
            if answer is not None and "failed" in answer:
                failures[worker.name] += 1
            else:
                answers[worker.name][place] = answer
    return {name: (answers[name], failures[name]) for name in answers}


def time_lanes(pairs: Sequence[Pair], *, cap_seconds: float, budget_seconds: float) -> list[Lane]:
    """Return the tracker's lane, each peer's and that of a git process that does nothing."""
    with start_workers((TRACKER, *PEERS, GIT_START), cap_seconds) as workers:
        results = race(workers, pairs, task="time", budget_seconds=budget_seconds)
        lanes = []
        for worker in workers:
            answers, failures = results[worker.name]
            timings = {
                place: Timing(rounds=(cap_seconds,), capped=True)
                if answer is None
                else Timing(rounds=tuple(answer["seconds"]), grown_bytes=answer["grown_bytes"])
                for place, answer in answers.items()
            }
            lanes.append(
                Lane(
                    name=worker.name,
                    timings=timings,
                    failures=failures,
                    missing=worker.missing,
                    version=worker.version,
                )
            )
        return lanes


def time_parsing(texts: Sequence[str], cap_seconds: float) -> list[float]:
    """Return the seconds that reading each text takes, once."""
    with start_workers(("parsing",), cap_seconds) as [worker]:
        answers = [worker.ask("time", text, "", rounds=1) for text in texts]
    return [answer["seconds"][0] for answer in answers if answer is not None and "seconds" in answer]


def trace_pairs(pairs: Sequence[Pair], *, cap_seconds: float, budget_seconds: float) -> list[int]:
    """Return the bytes of Python objects at most beyond the two versions, of as many pairs as the budget allows."""
    traced: list[int] = []
    began = time.perf_counter()
    with start_workers((TRACKER,), cap_seconds) as [worker]:
        for old, new in pairs:
            answer = worker.ask("trace", old, new)
            if answer is not None and "traced_bytes" in answer:
                traced.append(answer["traced_bytes"])
            if time.perf_counter() - began > budget_seconds:
                break
    return traced


def find_reworded(pairs: Sequence[Pair], cap_seconds: float) -> list[tuple[str | None, str, str]]:
    """Return the reworded clauses of all pairs, each once: its section's number, its old text and its new one."""
    clauses: dict[tuple[str | None, str, str], None] = {}
    with start_workers((TRACKER,), cap_seconds) as [worker]:
        for old, new in pairs:
            answer = worker.ask("reword", old, new) or {}
            clauses |= dict.fromkeys((number, before, after) for number, before, after in answer.get("clauses", ()))
    return list(clauses)


def tell(message: str) -> None:
    """Say to whoever waits what is being done."""
    print(message, file=sys.stderr, flush=True)


Marks = dict[str, dict[int, list[tuple[Any, str]]]]


def mark_clauses(clauses: Sequence[Pair], *, cap_seconds: float, budget_seconds: float) -> Marks:
    """Return what each contender shows of each clause, by the clause's place; a missing contender has none."""
    with start_workers((TRACKER, *PEERS), cap_seconds) as workers:
        results = race(workers, clauses, task="mark", budget_seconds=budget_seconds)
    return {
        name: {
            place: [(tag, text) for tag, text in answer["spans"]]
            for place, answer in answers.items()
            if answer is not None
        }
        for name, (answers, _) in results.items()
    }
