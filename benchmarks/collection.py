"""The history that importing is measured on: a real collection where it is at hand, else an invented one."""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measure import WORDS
from benchmarks.samples import BUNDLE

DOCUMENTS: Final = 59
COMMITS: Final = 2_789
CLAUSES: Final = 180
_START: Final = 1_600_000_000
_SEED: Final = 20261126


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A bare repository of policies, and what is asked of it."""

    name: str
    git_dir: Path
    commits: int
    asked: Path
    """A file with the old and the new blob of each change, one id a line, in the order of the history."""


def make_collection(folder: Path, *, invented: int | None = None) -> Collection:
    """Return the collection, written below `folder`; of so many `invented` commits where a number is given."""
    git_dir = folder / "collection.git"
    if BUNDLE.exists() and invented is None:
        subprocess.run(["git", "clone", "--quiet", "--bare", str(BUNDLE), str(git_dir)], check=True)
        what = "a part of Open Terms Archive's collection"
    else:
        _invent(git_dir, invented or COMMITS)
        what = "an invented collection"
    options = ("--topo-order", "--reverse", "--raw", "--no-abbrev", "--no-renames", "--format=")
    listed = subprocess.run(["git", f"--git-dir={git_dir}", "log", *options], check=True, capture_output=True).stdout
    rows = [line.split()[2:4] for line in listed.splitlines() if line]
    asked = folder / "asked"
    asked.write_bytes(b"".join(blob + b"\n" for row in rows for blob in row if blob.strip(b"0")))
    return Collection(name=f"{what}: {len(rows):,} versions", git_dir=git_dir, commits=len(rows), asked=asked)


def _invent(git_dir: Path, commits: int) -> None:
    """Write a history of the same shape: documents that change in a few clauses, and return to earlier texts."""
    source = random.Random(_SEED)  # noqa: S311 - a benchmark wants the same texts each time
    texts: list[list[list[str]]] = [
        [[" ".join(source.choices(WORDS, k=45)) for _ in range(CLAUSES)]] for _ in range(DOCUMENTS)
    ]
    current = [known[0] for known in texts]
    stream = [b"feature done\n"]
    for number in range(commits):
        document = number if number < DOCUMENTS else source.randrange(DOCUMENTS)
        known = texts[document]
        if number >= DOCUMENTS and (len(known) == 1 or source.random() < 0.5):  # noqa: PLR2004 - half of all steps return
            lines = list(known[-1])
            for place in source.sample(range(CLAUSES), 5):
                lines[place] = " ".join(source.choices(WORDS, k=45))
            known.append(lines)
            current[document] = lines
        elif number >= DOCUMENTS:
            current[document] = source.choice([lines for lines in known if lines is not current[document]])
        content = "\n\n".join(current[document]).encode() + b"\n"
        path = f"Service {document % 17}/Terms {document}.md"
        who = b"Bench <bench@example.org> %d +0000" % (_START + number * 3600)
        message = f"{'Start tracking' if number < DOCUMENTS else 'Update'} {path[:-3]}".encode()
        stream.append(
            b"commit refs/heads/main\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (who, who, len(message), message)
        )
        stream.append(b'M 100644 inline "%s"\ndata %d\n%s\n' % (path.encode(), len(content), content))
    stream.append(b"done\n")
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(git_dir)], check=True)
    command = ["git", f"--git-dir={git_dir}", "fast-import", "--quiet"]
    subprocess.run(command, check=True, input=b"".join(stream), stdout=subprocess.DEVNULL)
