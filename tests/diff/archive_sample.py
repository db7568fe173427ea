"""Neighbouring versions from the histories of many real policies, which stay outside this repository."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

#: Commits of the bundle that change a text that was there before.
ALL_PAIRS = 2730
#: How many pairs `make test` looks at; `make properties` looks at all.
FEW_PAIRS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One text and the next."""

    commit: str
    path: str
    old: str
    """Markdown."""
    new: str

    def __str__(self) -> str:
        return f"{self.commit[:10]} {self.path}"


@lru_cache(maxsize=1)
def read_pairs(shared_data: Path, count: int = ALL_PAIRS) -> tuple[Pair, ...]:
    """Return `count` pairs of the bundle, always the same ones, in the order of history."""
    with TemporaryDirectory() as folder:
        repository = Path(folder) / "sample.git"
        _git(
            Path(folder), "clone", "--quiet", "--bare", str(shared_data / "ota" / "contrib-sample.bundle"), "sample.git"
        )
        log = _git(
            repository, "-c", "core.quotePath=false", "log", "--reverse", "--no-renames", "--diff-filter=M", "--raw",
            "--no-abbrev", "--format=%H",
        ).decode()  # fmt: skip
        found: list[tuple[str, str, str, str]] = []
        commit = ""
        for line in log.splitlines():
            if line.startswith(":"):
                facts, _, path = line.partition("\t")
                _, _, old, new, _ = facts.split(" ")
                found.append((commit, path, old, new))
            elif line:
                commit = line
        if count < len(found):
            places = sorted(random.Random(7).sample(range(len(found)), count))  # noqa: S311 - a fixed seed is the point
            found = [found[place] for place in places]
        texts = _read_blobs(repository, sorted({blob for _, _, *blobs in found for blob in blobs}))
    return tuple(Pair(commit=commit, path=path, old=texts[old], new=texts[new]) for commit, path, old, new in found)


def _read_blobs(repository: Path, names: list[str]) -> dict[str, str]:
    answer = _git(repository, "cat-file", "--batch", asked="\n".join(names).encode())
    texts: dict[str, str] = {}
    place = 0
    for name in names:
        end = answer.index(b"\n", place)
        size = int(answer[place:end].split(b" ")[2])
        texts[name] = answer[end + 1 : end + 1 + size].decode()
        place = end + 2 + size
    return texts


def _git(folder: Path, *arguments: str, asked: bytes = b"") -> bytes:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=environment, input=asked
    ).stdout
