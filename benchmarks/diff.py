"""How long a comparison takes, beside Python's `difflib` and `git diff --word-diff` on the same two texts.

The texts are the 39 steps of a real policy where the shared data is present, and an invented one with edits where it is
not. The peers align lines and words and say nothing of sections, moves or splits. Medians of five rounds; for git the
start of its process is part of the time.
"""

from __future__ import annotations

import difflib
import itertools
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tracker.diff import compare_versions
from tracker.extract import parse_markdown

POLICIES = Path(__file__).resolve().parents[2] / "shared" / "data" / "telegram" / "privacy-policy-en"
ROUNDS = 5
WORDS = (
    "we",
    "never",
    "keep",
    "letters",
    "parcels",
    "birds",
    "lofts",
    "towers",
    "with",
    "the",
    "a",
    "and",
    "or",
    "of",
    "for",
    "night",
)

Pair = tuple[str, str]


def make_history(versions: int = 10, clauses: int = 200) -> list[str]:
    """Return texts of which each differs from the one before in a few words, the same at every call."""
    source = random.Random(1)  # noqa: S311 - a benchmark wants the same texts each time
    lines = [" ".join(source.choices(WORDS, k=40)) for _ in range(clauses)]
    texts = []
    for _ in range(versions):
        texts.append("\n\n".join(lines))
        for place in source.sample(range(clauses), 5):
            words = lines[place].split()
            words[source.randrange(len(words))] = "moonlight"
            lines[place] = " ".join(words)
    return texts


def read_pairs() -> tuple[str, list[Pair]]:
    """Return what the texts are, and neighbours among them."""
    files = sorted(POLICIES.glob("*.md"))
    texts = [file.read_text(encoding="utf-8") for file in files] or make_history()
    name = f"{len(files)} versions of a real policy" if files else "an invented policy (the shared data is absent)"
    return name, list(itertools.pairwise(texts))


def ours(pairs: Sequence[Pair]) -> None:
    """Parse and compare."""
    for old, new in pairs:
        compare_versions(parse_markdown(old), parse_markdown(new))


def ours_parsed(pairs: Sequence[Pair]) -> Callable[[], None]:
    """Return a comparison of what is parsed already."""
    versions = [(parse_markdown(old), parse_markdown(new)) for old, new in pairs]

    def compare() -> None:
        for old, new in versions:
            compare_versions(old, new)

    return compare


def with_ndiff(pairs: Sequence[Pair]) -> None:
    """Align lines, and characters within them."""
    for old, new in pairs:
        list(difflib.ndiff(old.splitlines(), new.splitlines()))


def with_html_diff(pairs: Sequence[Pair]) -> None:
    """Make the table that `difflib` is used for most."""
    for old, new in pairs:
        difflib.HtmlDiff().make_table(old.splitlines(), new.splitlines(), context=True)


def with_git(pairs: Sequence[Pair], folder: Path) -> Callable[[], None]:
    """Return a run of `git diff --word-diff` over files that are written to `folder` beforehand."""
    for place, texts in enumerate(pairs):
        for side, text in zip(("old", "new"), texts, strict=True):
            (folder / f"{place}-{side}.md").write_text(text, encoding="utf-8")

    def compare() -> None:
        for place in range(len(pairs)):
            files = [str(folder / f"{place}-{side}.md") for side in ("old", "new")]
            subprocess.run(["git", "diff", "--no-index", "--word-diff", *files], check=False, capture_output=True)

    return compare


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median time of `ROUNDS` runs of `work`, after one that warms up."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Print one row for each way to compare."""
    name, pairs = read_pairs()
    print(f"{len(pairs)} comparisons, {name}")
    base = median_seconds(ours_parsed(pairs))
    print(f"{'':22} {'each':>10} {'ratio to ours':>14}")
    print(f"{'compare_versions':22} {base / len(pairs) * 1000:7.1f} ms {1:14.2f}")
    with tempfile.TemporaryDirectory() as folder:
        rows: list[tuple[str, Callable[[], object]]] = [
            ("ours with parsing", lambda: ours(pairs)),
            ("difflib.ndiff", lambda: with_ndiff(pairs)),
            ("difflib.HtmlDiff", lambda: with_html_diff(pairs)),
            ("git diff --word-diff", with_git(pairs, Path(folder))),
        ]
        for label, work in rows:
            seconds = median_seconds(work)
            print(f"{label:22} {seconds / len(pairs) * 1000:7.1f} ms {seconds / base:14.2f}")


if __name__ == "__main__":
    main()
