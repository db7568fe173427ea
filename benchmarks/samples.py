"""The pairs of texts that comparisons are measured on: real histories where they are at hand, else an invented one."""

from __future__ import annotations

import itertools
import random
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.measure import WORDS

#: Handed around beside this repository; the texts in it are other people's.
SHARED: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
TELEGRAM: Final = SHARED / "telegram" / "privacy-policy-en"
BUNDLE: Final = SHARED / "ota" / "contrib-sample.bundle"
SEED: Final = 20261124
LARGEST: Final = 20

Pair = tuple[str, str]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Pairs of texts, in an order that makes every beginning of it a random sample."""

    name: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One commit of the bundle: a file from one text to another."""

    path: str
    old: str
    """Digest of the text, as git names it."""
    new: str
    lines: int
    """Added and removed together."""


def read_samples(*, steps: int) -> list[Sample]:
    """Return the Telegram steps, `steps` random steps of the bundle and the largest steps of the largest documents."""
    samples = []
    telegram = telegram_pairs()
    if telegram:
        name = f"{len(telegram)} steps of Telegram's privacy policy"
        samples.append(Sample(name=name, pairs=tuple(_shuffled(telegram))))
    if BUNDLE.exists():
        with tempfile.TemporaryDirectory() as folder:
            samples += _bundle_samples(Path(folder) / "bundle.git", steps)
    if not samples:
        pairs = list(itertools.pairwise(make_history()))
        samples.append(Sample(name=f"{len(pairs)} steps of an invented policy", pairs=tuple(pairs)))
    return samples


def telegram_pairs() -> list[Pair]:
    """Return the steps in order; none where the shared data is absent."""
    return list(itertools.pairwise(file.read_text(encoding="utf-8") for file in sorted(TELEGRAM.glob("*.md"))))


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


def _bundle_samples(repository: Path, count: int) -> list[Sample]:
    subprocess.run(["git", "clone", "--quiet", "--bare", str(BUNDLE), str(repository)], check=True)
    steps = _read_steps(repository)
    chosen = _shuffled(steps)[:count]
    sizes = _read_sizes(repository, {blob for step in steps for blob in (step.old, step.new)})
    by_path: dict[str, list[_Step]] = {}
    for step in steps:
        by_path.setdefault(step.path, []).append(step)
    by_size = sorted(by_path, key=lambda path: max(sizes[step.new] for step in by_path[path]), reverse=True)
    largest = _shuffled([max(by_path[path], key=lambda step: step.lines) for path in by_size[:LARGEST]])
    texts = _read_texts(repository, {blob for step in (*chosen, *largest) for blob in (step.old, step.new)})
    return [
        Sample(name=name, pairs=tuple((texts[step.old], texts[step.new]) for step in some))
        for name, some in (
            (f"{len(chosen)} random steps of an archive of 59 documents", chosen),
            (f"the largest step of each of the {len(largest)} largest documents", largest),
        )
    ]


def _read_steps(repository: Path) -> list[_Step]:
    """Return all changes of a file, oldest first; first records are none."""
    options = ("--reverse", "--topo-order", "--diff-filter=M", "--raw", "--numstat", "--no-abbrev", "--format=%x00")
    log = run_git(repository, "-c", "core.quotepath=off", "log", *options).decode()
    steps = []
    for commit in log.split("\0"):
        lines = [line for line in commit.splitlines() if line]
        for raw, counts in zip(lines[: len(lines) // 2], lines[len(lines) // 2 :], strict=True):
            fields, _, path = raw.partition("\t")
            _, _, old, new, _ = fields.split()
            added, removed, _ = counts.split("\t", 2)
            steps.append(_Step(path, old, new, int(added) + int(removed)))
    return steps


def _read_sizes(repository: Path, blobs: Iterable[str]) -> dict[str, int]:
    rows = run_git(repository, "cat-file", "--batch-check", given="\n".join(sorted(blobs))).decode().splitlines()
    return {blob: int(size) for blob, _, size in (row.split() for row in rows)}


def _read_texts(repository: Path, blobs: Iterable[str]) -> dict[str, str]:
    return {blob: run_git(repository, "cat-file", "blob", blob).decode() for blob in sorted(blobs)}


def run_git(repository: Path, *arguments: str, given: str = "") -> bytes:
    """Return what git prints in `repository`, told `given`.

    Raises:
        subprocess.CalledProcessError: If it fails.
    """
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, input=given.encode()).stdout


def _shuffled(items: Sequence[_Item]) -> list[_Item]:
    return random.Random(SEED).sample(items, len(items))  # noqa: S311 - a benchmark wants the same order each time
