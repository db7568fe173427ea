"""What a verdict costs: beside the comparison that it is made from, and a whole set through `tracker diff --batch`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import ROUNDS, percentile, time_rounds
from tracker.classify import judge_change
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Change
from tracker.pipeline import compare_pair

MB: Final = 1_000_000
#: Rounds of one pair end once this is used up: a slow pair is slow enough to be timed once.
_PATIENCE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds of each pair: the median of its rounds, and the first of them."""

    typical: tuple[float, ...]
    first: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """The times of a set."""

    compared: Times
    judged: Times
    """Each change judged whole, also where the new text is found to be broken and nothing would be judged."""
    pairs: int
    text_bytes: int
    """Of both texts of all pairs, in UTF-8."""
    batch_seconds: float
    """Of the process, from its start to its end."""
    errors: int


def measure_speed(pairs: Sequence[Mapping[str, Any]]) -> Speed:
    """Return the times of `pairs`: one process for each single step, then all as `tracker diff --batch`."""
    compared: list[list[float]] = []
    judged: list[list[float]] = []
    for pair in pairs:
        old, new = parse_markdown(pair["old"]), parse_markdown(pair["new"])
        compared.append(time_rounds(lambda: compare_versions(old, new), ROUNDS, patience_seconds=_PATIENCE_SECONDS))  # noqa: B023 - called at once
        pair_told = compare_pair(old, new)
        if pair_told.verdict.broken is None:
            # Of a text that is not the document nothing is judged.
            judged.append(_time_verdict(pair_told.change))
    seconds, errors = _run_batch(pairs)
    return Speed(
        compared=_times(compared),
        judged=_times(judged),
        pairs=len(pairs),
        text_bytes=sum(len(pair[side].encode()) for pair in pairs for side in ("old", "new")),
        batch_seconds=seconds,
        errors=errors,
    )


def _times(rounds: Sequence[Sequence[float]]) -> Times:
    return Times(typical=tuple(percentile(one, 50) for one in rounds), first=tuple(one[0] for one in rounds))


def _time_verdict(change: Change) -> list[float]:
    return time_rounds(lambda: judge_change(change), ROUNDS, patience_seconds=_PATIENCE_SECONDS)


def _run_batch(pairs: Sequence[Mapping[str, Any]]) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder:
        batch, told = Path(folder) / "pairs.jsonl", Path(folder) / "told.jsonl"
        batch.write_text("".join(json.dumps(row) + "\n" for row in pairs), encoding="utf-8")
        began = time.perf_counter()
        with told.open("wb") as stream:
            subprocess.run([sys.executable, "-m", "tracker", "diff", "--batch", str(batch)], stdout=stream, check=False)
        seconds = time.perf_counter() - began
        errors = sum("error" in json.loads(line) for line in told.read_text(encoding="utf-8").splitlines())
    return seconds, errors
