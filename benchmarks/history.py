"""How long a foreign history takes to read, write, parse and compare, beside git's own commands and GitPython.

The history is a real collection where the shared data is at hand, else an invented one of the same shape. Each figure
is the median of five rounds; contenders take turns, each round in a process of its own. Ratios are what counts: they
hold on any machine that does nothing else. See `docs/benchmarks.md`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, cast

from benchmarks import tables
from benchmarks.apart import Measured, race
from benchmarks.collection import Collection, make_collection
from benchmarks.history_contenders import (
    NIGHTS,
    PART,
    Analysed,
    analyse,
    night_ours,
    night_with_gitpython,
    read_ours,
    read_patches,
    read_plainly,
    read_plainly_into_python,
    read_with_gitpython,
    write_ours,
    write_with_fast_import,
)
from benchmarks.history_import import Taken, compare_changes, import_whole, judge_changes, list_timelines, take_in
from benchmarks.race import tell

#: The collection that a researcher wants whole, OpenTermsArchive/contrib-versions: commits, bytes of distinct texts.
WHOLE_COMMITS: Final = 42_632
WHOLE_BYTES: Final = 1_200_000_000
#: What its import, parsing and comparing may take, on two cores.
WHOLE_SECONDS: Final = 240
WHOLE_MEMORY_BYTES: Final = 1 << 30
SIZES: Final = (100, 1_000, 10_000)
_MIB: Final = 1 << 20


# -------------------------------------------------------------------------------------------------------------- report


def measure(folder: Path, *, rounds: int, sizes: Sequence[int]) -> str:
    """Return all figures as Markdown."""
    collection = make_collection(folder)
    tell(f"{collection.name}: reading")
    reading = race(
        {
            "ours": partial(read_ours, collection.git_dir),
            "plain": partial(read_plainly, collection.git_dir, collection.asked),
            "piped": partial(read_plainly_into_python, collection.git_dir, collection.asked),
            "patches": partial(read_patches, collection.git_dir),
            "gitpython": partial(read_with_gitpython, collection.git_dir),
        },
        rounds=rounds,
        repeats=5,
    )
    tell("writing")
    stream = folder / "stream"
    write_ours(collection.git_dir, folder, stream=stream)()
    writing = race(
        {
            "ours": partial(write_ours, collection.git_dir, folder),
            "fast-import": partial(write_with_fast_import, stream, folder),
            "same": partial(write_with_fast_import, stream, folder, "-c", "pack.compression=1"),
        },
        rounds=rounds,
    )
    tell("parsing and comparing")
    analysis = race(
        {str(count): partial(analyse, collection.git_dir, processes=count) for count in (1, 2)}, rounds=rounds
    )
    tell("importing, timelines, judging")
    archive = folder / "taken.git"
    take_in(collection.git_dir, archive)
    importing = race(
        {
            "import": partial(import_whole, collection.git_dir, folder),
            "timelines": partial(list_timelines, archive),
            "comparing": partial(compare_changes, archive),
            "judging": partial(judge_changes, archive),
        },
        rounds=rounds,
    )
    tell("nights")
    nights = {
        size: race(
            {
                "ours": partial(night_ours, folder, size=size),
                "gitpython": partial(night_with_gitpython, folder, size=size),
            },
            rounds=1,
        )
        for size in sizes
    }
    whole = _whole(collection, analysis, importing)
    return "\n\n".join(
        [
            f"Measured on {tables.describe_machine()}. Medians of {rounds}. The history is {collection.name}.",
            "### Reading: every path with its old and new content",
            _reading_table(collection, reading),
            f"### Writing: {collection.commits:,} commits, {stream.stat().st_size / 1e6:,.0f} MB",
            _writing_table(writing),
            f"### One night more: the median of {NIGHTS}",
            _night_table(nights),
            "### Parsing and comparing, document by document",
            _analysis_table(analysis),
            "### Imported, vetted, told",
            _importing_table(importing, cast("Analysed", analysis["2"].result)),
            f"### What that makes of {WHOLE_COMMITS:,} commits with {WHOLE_BYTES / 1e9:.1f} GB of distinct texts",
            _whole_table(whole),
            "### What was aimed at",
            tables.goal_table(_goals(collection, reading, writing, nights, whole)),
        ]
    )


def _reading_table(collection: Collection, reading: dict[str, Measured]) -> str:
    labels = {
        "ours": "**tracker**, `ForeignHistory`",
        "plain": "`git log --raw`, `git cat-file --batch`: thrown away",
        "piped": "the same, read by a program",
        "patches": "`git log -p`",
        "gitpython": f"GitPython, `Commit.diff` and both blobs ({PART} commits, scaled)",
    }
    ours = reading["ours"].seconds
    rows = []
    for name, label in labels.items():
        seconds = _reading_seconds(collection, reading, name)
        rows.append([label, tables.milliseconds(seconds), tables.short(seconds / ours), _memory(reading[name])])
    return tables.table(["", "all changes", "times ours", "memory"], rows)


def _reading_seconds(collection: Collection, reading: dict[str, Measured], name: str) -> float:
    found = reading[name]
    return found.seconds * collection.commits / cast("int", found.result) if name == "gitpython" else found.seconds


def _writing_table(writing: dict[str, Measured]) -> str:
    labels = {
        "ours": "**tracker**, read and recorded through one `Transaction`",
        "fast-import": "`git fast-import`, the same stream from a file",
        "same": "the same with little compression, as ours",
    }
    ours = writing["ours"].seconds
    rows = [
        [
            label,
            tables.milliseconds(writing[name].seconds),
            tables.short(writing[name].seconds / ours),
            _memory(writing[name]),
        ]
        for name, label in labels.items()
    ]
    return tables.table(["", "all commits", "times ours", "memory"], rows)


def _night_table(nights: dict[int, dict[str, Measured]]) -> str:
    rows = [
        [f"{size:,} documents", *(tables.milliseconds(_night_seconds(found[name])) for name in ("ours", "gitpython"))]
        for size, found in nights.items()
    ]
    return tables.table(["", "**tracker**: record and check row, synced", "GitPython's index, not synced"], rows)


def _night_seconds(found: Measured) -> float:
    return statistics.median(cast("list[float]", found.result))


def _analysis_table(analysis: dict[str, Measured]) -> str:
    rows = []
    for count, found in analysis.items():
        done = cast("Analysed", found.result)
        wall = found.seconds
        rows.append(
            [
                f"{count} process{'es' if count != '1' else ''}",
                f"{wall:.1f} s",
                f"{done.texts / wall:,.0f}",
                f"{done.pairs / wall:,.0f}",
                f"{done.text_bytes / wall / 1e6:,.1f} MB",
                tables.milliseconds(done.parse_seconds / done.texts),
                tables.milliseconds(done.compare_seconds / done.pairs),
                _memory(found),
            ]
        )
    head = ["", "all", "texts/s", "changes/s", "of texts/s", "a text parsed", "a change found", "memory"]
    return tables.table(head, rows)


def _importing_table(importing: dict[str, Measured], analysed: Analysed) -> str:
    labels = {
        "import": "`tracker import ota`: read, parse, vet, record",
        "timelines": "the timelines of all documents, variants told",
        "comparing": "their changes parsed again and compared, two processes",
        "judging": "`tracker log` of all, for the first time",
    }
    rows = []
    for name, label in labels.items():
        found = importing[name]
        done = cast("Taken", found.result)
        things = f"{done.versions:,} versions" if name == "import" else f"{done.changes:,} changes"
        if done.folded:
            things += f", {done.folded:,} steps folded"
        count = done.versions if name == "import" else done.changes
        mb = f"{analysed.text_bytes / found.seconds / 1e6:,.1f} MB" if name == "import" else ""
        rows.append([label, things, f"{found.seconds:.1f} s", f"{count / found.seconds:,.0f}", mb, _memory(found)])
    return tables.table(["", "what", "all", "a second", "of texts/s", "memory"], rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """What the measured part makes of a whole collection, in seconds on two cores."""

    importing: float
    timelines: float
    comparing: float
    memory_bytes: int

    @property
    def seconds(self) -> float:
        return self.importing + self.timelines + self.comparing


def _whole(collection: Collection, analysis: dict[str, Measured], importing: dict[str, Measured]) -> _Whole:
    by_commits = WHOLE_COMMITS / collection.commits
    by_bytes = WHOLE_BYTES / cast("Analysed", analysis["2"].result).text_bytes
    return _Whole(
        importing=importing["import"].seconds * by_bytes,
        timelines=importing["timelines"].seconds * by_commits,
        comparing=importing["comparing"].seconds * by_commits,
        memory_bytes=max(found.python_bytes + 2 * found.child_bytes for found in importing.values()),
    )


def _whole_table(whole: _Whole) -> str:
    rows = [
        ["importing: reading, parsing, vetting, recording (by bytes of distinct texts)", f"{whole.importing:,.0f} s"],
        ["timelines (by commits)", f"{whole.timelines:,.0f} s"],
        ["parsing and comparing the texts of all changes, two processes (by commits)", f"{whole.comparing:,.0f} s"],
        ["in all, one after the other", f"{whole.seconds:,.0f} s"],
    ]
    return tables.table(["", "time"], rows)


def _goals(
    collection: Collection,
    reading: dict[str, Measured],
    writing: dict[str, Measured],
    nights: dict[int, dict[str, Measured]],
    whole: _Whole,
) -> list[tuple[str, str, bool | None]]:
    ours = reading["ours"].seconds
    plain, peer = (_reading_seconds(collection, reading, name) for name in ("plain", "gitpython"))
    written = writing["ours"].seconds / writing["fast-import"].seconds
    ours_by_size = [_night_seconds(found["ours"]) for found in nights.values()]
    growth = ours_by_size[-1] / ours_by_size[0]
    memory = whole.memory_bytes
    return [
        _goal("reading at most 1.3 times git's own two commands", ours / plain, at_most=1.3),
        _goal("reading at least 50 times faster than GitPython's loop", peer / ours, at_least=50),
        _goal("writing at most 1.3 times `git fast-import`", written, at_most=1.3),
        _goal(f"a night among {max(nights):,} documents at most twice one among {min(nights):,}", growth, at_most=2),
        (f"a whole collection within {WHOLE_SECONDS} s", f"{whole.seconds:,.0f} s", whole.seconds <= WHOLE_SECONDS),
        ("in at most 1 GiB", f"{memory / _MIB:,.0f} MiB", memory <= WHOLE_MEMORY_BYTES),
    ]


def _goal(aim: str, figure: float, *, at_most: float = math.inf, at_least: float = 0) -> tuple[str, str, bool | None]:
    return aim, tables.short(figure), at_least <= figure <= at_most


def _memory(found: Measured) -> str:
    parts = [f"{found.python_bytes / _MIB:,.0f} MiB"]
    if found.child_bytes:
        parts.append(f"{found.child_bytes / _MIB:,.0f} MiB")
    return " + ".join(parts)


def main() -> None:
    """Print the figures."""
    tables.print_figures("history", __doc__, measure, sizes=SIZES, counted="documents, for the nights")


if __name__ == "__main__":
    main()
