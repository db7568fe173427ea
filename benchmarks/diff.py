"""How long a comparison takes, how much memory, and how its redline reads, beside named peers in one run.

The texts are real histories where the shared data is at hand, else an invented one. `make bench` sets up the peers
first; without them their rows say so. Ratios are what counts: they hold on any machine. See `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import tables
from benchmarks.example import NEW, OLD
from benchmarks.measure import percentile
from benchmarks.race import Lane, Marks, find_reworded, mark_clauses, tell, time_lanes, time_parsing, trace_pairs
from benchmarks.readability import read_spans
from benchmarks.samples import SEED, Pair, Sample, read_samples, telegram_pairs

#: The section whose change is the measure of a readable redline.
REAL_EXAMPLE: Final = "8.3"
MOST_CLAUSES: Final = 400
_MIB: Final = 1 << 20


def measure(*, steps: int, cap_seconds: float, budget_seconds: float) -> str:
    """Return all figures as Markdown."""
    samples = read_samples(steps=steps)
    machine = tables.describe_machine()
    parts = [f"Measured on {machine}. At most {cap_seconds:g} s a pair, {budget_seconds:g} s a peer and sample."]
    races: list[list[Lane]] = []
    for sample in samples:
        tell(f"{sample.name}: times")
        races.append(time_lanes(sample.pairs, cap_seconds=cap_seconds, budget_seconds=budget_seconds))
        parts += [f"### {sample.name[0].upper()}{sample.name[1:]}", tables.time_table(races[-1], cap_seconds)]
    tell("parsing and memory")
    texts = dict.fromkeys(text for sample in samples for pair in sample.pairs for text in pair)
    parsing = time_parsing(list(texts), cap_seconds)
    traced = [
        size
        for sample in samples
        for size in trace_pairs(sample.pairs, cap_seconds=cap_seconds * 5, budget_seconds=budget_seconds)
    ]
    goals = [*_time_goals(samples, races), *_memory_goals(parsing, traced)]
    tell("readability")
    clauses = [(old, new) for _, old, new in find_reworded(samples[_typical(samples)].pairs, cap_seconds)]
    return "\n\n".join(
        [
            *parts,
            "### What was aimed at",
            tables.goal_table(goals),
            *_readability(clauses, cap_seconds=cap_seconds, budget_seconds=budget_seconds),
        ]
    )


def _typical(samples: Sequence[Sample]) -> int:
    """Return the place of the largest sample: the random steps, neither one company's style nor the largest texts."""
    return max(range(len(samples)), key=lambda place: len(samples[place].pairs))


def _time_goals(samples: Sequence[Sample], races: Sequence[Sequence[Lane]]) -> list[tuple[str, str, bool | None]]:
    goals: list[tuple[str, str, bool | None]] = []
    for peer, times in (("web-monitoring-diff", 100), ("redlines", 30)):
        for sample, race in zip(samples, races, strict=True):
            ratio = next(lane for lane in race if lane.name == peer).ratio_to(race[0])
            aim = f"median at least {times} times faster than {peer}: {sample.name}"
            goals.append((aim, "" if ratio is None else tables.short(ratio), None if ratio is None else ratio >= times))
    place = _typical(samples)
    high = percentile(races[place][0].seconds, 99)
    aim = f"99 of 100 in at most 150 ms: {samples[place].name}"
    goals.append((aim, tables.milliseconds(high), high <= 0.15))  # noqa: PLR2004
    longest = max(seconds for race in races for seconds in race[0].seconds)
    goals.append(("no pair of any sample over 1 s", tables.milliseconds(longest), longest <= 1))
    return goals


def _memory_goals(parsing: Sequence[float], traced: Sequence[int]) -> list[tuple[str, str, bool | None]]:
    median, most = percentile(parsing, 50), max(traced) / _MIB
    return [
        (f"reading a text in at most 15 ms, median of {len(parsing)}", tables.milliseconds(median), median <= 0.015),  # noqa: PLR2004
        (f"at most 20 MiB of Python objects beyond both, {len(traced)} pairs", f"{most:.1f} MiB", most <= 20),  # noqa: PLR2004
    ]


def _readability(clauses: Sequence[Pair], *, cap_seconds: float, budget_seconds: float) -> list[str]:
    source = random.Random(SEED)  # noqa: S311 - a benchmark wants the same clauses each time
    chosen = source.sample(clauses, min(MOST_CLAUSES, len(clauses)))
    marks = mark_clauses(chosen, cap_seconds=cap_seconds, budget_seconds=budget_seconds)
    readings = {name: [read_spans(spans) for spans in found.values()] for name, found in marks.items()}
    parts = ["## How it reads", f"### {len(chosen)} reworded clauses", tables.reading_table(readings)]
    real = find_real_example()
    if real is not None:
        found = _mark_one(real)
        singles = {name: None if spans is None else read_spans(spans) for name, spans in found.items()}
        parts += [f"### Telegram's section {REAL_EXAMPLE}, September 2024", tables.single_reading_table(singles)]
    return [*parts, "### An invented clause of the same shape", show_example((OLD, NEW))]


def find_real_example() -> Pair | None:
    """Return the old and new wording of the clause that everybody asks about; None where the data is absent."""
    clauses = find_reworded(telegram_pairs(), cap_seconds=60)
    return next(((old, new) for number, old, new in clauses if number == REAL_EXAMPLE), None)


def show_example(clause: Pair) -> str:
    """Return both wordings of a clause and what each contender shows."""
    return tables.example_block(*clause, _mark_one(clause))


def _mark_one(clause: Pair) -> dict[str, Any]:
    marks: Marks = mark_clauses([clause], cap_seconds=60, budget_seconds=60)
    return {name: found.get(0) for name, found in marks.items()}


def main() -> None:
    """Print the figures, or what each contender makes of one clause."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diff", description=__doc__)
    parser.add_argument("--steps", type=int, default=500, help="random steps of the archive (500)")
    parser.add_argument("--cap", type=float, default=20, metavar="SECONDS", help="most time for one pair (20)")
    parser.add_argument("--budget", type=float, default=35, metavar="SECONDS", help="for each peer and sample (35)")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the figures into this page, too")
    parser.add_argument("--example", action="store_true", help="print an invented clause as each contender shows it")
    parser.add_argument("--real", action="store_true", help="with --example: the real clause, from the shared data")
    chosen = parser.parse_args()
    if chosen.example:
        clause = find_real_example() if chosen.real else (OLD, NEW)
        print(show_example(clause) if clause is not None else "The shared data is absent.")
        return
    figures = measure(steps=chosen.steps, cap_seconds=chosen.cap, budget_seconds=chosen.budget)
    print(figures)
    if chosen.write is not None:
        tables.write_figures(chosen.write, figures, program="diff")


if __name__ == "__main__":
    main()
