"""What a build of the site costs, beside a bare Jinja2 that renders and writes the same pages.

Three questions: how many pages a second a build from nothing makes, and in how much memory; how a build with verdicts
and pictures kept compares with the same templates rendered bare and written atomically; and what one new change costs a
site of a hundred, a thousand and ten thousand changes. The collection is a real one where the shared data is at hand,
else an invented one of the same shape; the sites that grow are invented. See `docs/benchmarks.md`.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, cast
from unittest.mock import patch

from jinja2 import Template

from benchmarks import tables
from benchmarks.apart import Measured, race
from benchmarks.collection import make_collection
from benchmarks.history_import import take_in
from benchmarks.measure import WORDS
from benchmarks.race import tell
from tracker.archive import Archive, RecordEntry
from tracker.config import load_settings
from tracker.declarations import Loaded
from tracker.extract import parse_markdown
from tracker.model import DocumentKey, Provenance, SourceProvenance, sha256_hex
from tracker.pipeline import Workspace, build_site
from tracker.pipeline import site as building

SIZES: Final = (100, 1_000, 10_000)
#: Changes of each invented document: about as many as those of a real collection have.
CHANGES_OF_ONE: Final = 10
#: Between two changes of one document.
HALF_A_YEAR: Final = timedelta(days=182)
SECTIONS: Final = 8
CLAUSES_OF_SECTION: Final = 4
#: What was aimed at: a build with verdicts and pictures kept, in builds by a bare Jinja2; one change more, in seconds.
BARE_RATIO: Final = 2.0
REBUILD_SECONDS: Final = 2.0
_START: Final = datetime(2020, 1, 1, tzinfo=UTC)
_SEED: Final = 20261127
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made."""

    files: int
    pages: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What one new change cost a site, in seconds."""

    changes: int
    documents: int
    files: int
    written: int
    first: float
    """The first build, with nothing kept."""
    same: float
    """A build with nothing new."""
    one_more: float
    """A build after one new change: the median."""


# ----------------------------------------------------------------------------------------------------------- workspaces


def _workspace(archive: Path, site: Path) -> Workspace:
    settings = load_settings(None, folder=archive.parent)
    settings = replace(settings, archive=archive, site=site, site_url="https://watch.example/", search="none")
    return Workspace(settings=settings, folder=archive.parent)


def _build(workspace: Workspace) -> int:
    """Build the site; return how many files were written."""
    # Programs of optional extras are measured by nobody here: pictures stay SVG, and no index of all words is made.
    with workspace.open_archive() as archive, patch.object(building, "find_painter", lambda: None):
        return len(build_site(archive, workspace, Loaded(documents=())).written)


def _count(site: Path) -> Built:
    files = [path for path in site.rglob("*") if path.is_file()]
    return Built(
        files=len(files),
        pages=sum(path.suffix == ".html" for path in files),
        size_bytes=sum(path.stat().st_size for path in files),
    )


# --------------------------------------------------------------------------------------------------------- whole builds


def build_cold(archive: Path, site: Path) -> Callable[[], Built]:
    """Build into an empty folder with nothing kept: every text read and compared, every change judged."""
    shutil.rmtree(archive / "policy-tracker", ignore_errors=True)
    return _build_empty(archive, site)


def build_kept(archive: Path, site: Path) -> Callable[[], Built]:
    """Build into an empty folder with everything kept that an earlier build worked out."""
    _build_empty(archive, site)()
    return _build_empty(archive, site)


def _build_empty(archive: Path, site: Path) -> Callable[[], Built]:
    """Empty the folder, and return what builds into it."""
    shutil.rmtree(site, ignore_errors=True)
    workspace = _workspace(archive, site)

    def work() -> Built:
        _build(workspace)
        return _count(site)

    return work


def build_bare(archive: Path, site: Path) -> Callable[[], Built]:
    """Render the same templates with the same values by Jinja2 alone, and write the same bytes, each file in one step.

    What no template makes (JSON, feeds) is only written.
    """
    asked: list[tuple[Template, dict[str, Any]]] = []
    real = Template.render

    def render(template: Template, *args: Any, **values: Any) -> str:
        asked.append((template, values))
        return real(template, *args, **values)

    with patch.object(Template, "render", render):
        made = _build_empty(archive, site)()
    texts = [(path.relative_to(site), path.read_bytes()) for path in sorted(site.rglob("*")) if path.is_file()]

    def work() -> Built:
        for template, values in asked:
            template.render(**values)
        for name, content in texts:
            target = site / "bare" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            part.write_bytes(content)
            os.replace(part, target)  # noqa: PTH105 - as the site is written
        return made

    return work


# ------------------------------------------------------------------------------------------------------ sites that grow


class Growing:
    """An invented archive that gets one version after the other, round the documents."""

    def __init__(self, archive: Path, changes: int) -> None:
        """Make one of so many changes, `CHANGES_OF_ONE` to a document."""
        self.path = archive
        self._source = random.Random(_SEED)  # noqa: S311 - a benchmark wants the same texts each time
        self._texts = [self._invent() for _ in range(max(1, changes // CHANGES_OF_ONE))]
        self._turn = 0
        self._at = _START
        self._pause = HALF_A_YEAR / len(self._texts)
        with Archive.open(archive, create=True, folder=archive.parent) as opened:
            self._record(opened, [self._entry(place, "first") for place in range(len(self._texts))])
            self._record(opened, [self._next() for _ in range(changes)])

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self._texts)

    def grow(self) -> None:
        """Record one change more."""
        with Archive.open(self.path, folder=self.path.parent) as opened:
            self._record(opened, [self._next()])

    def _record(self, archive: Archive, entries: Sequence[RecordEntry]) -> None:
        with archive.lock(self._at):
            transaction = archive.transaction(at=None)
            for entry in entries:
                transaction.record(entry)
            transaction.commit()

    def _next(self) -> RecordEntry:
        place = self._turn % len(self._texts)
        self._turn += 1
        section = self._source.choice(self._texts[place])
        section[self._source.randrange(len(section))] = self._sentence()
        return self._entry(place, "change")

    def _sentence(self) -> str:
        words = " ".join(self._source.choices(WORDS, k=30))
        return f"We may share your {words} with {self._source.choice(WORDS)} for {self._source.randrange(2, 99)} days."

    def _invent(self) -> list[list[str]]:
        return [[self._sentence() for _ in range(CLAUSES_OF_SECTION)] for _ in range(SECTIONS)]

    def _entry(self, place: int, kind: Any) -> RecordEntry:
        self._at += self._pause
        key = DocumentKey(service=f"Service {place:04}", terms_type="Privacy Policy")
        parts = [
            f"## {number}. On {WORDS[number]} and {WORDS[-number]}\n\n" + "\n\n".join(clauses)
            for number, clauses in enumerate(self._texts[place], start=1)
        ]
        version = parse_markdown("\n\n".join(parts) + "\n")
        url = f"https://service-{place:04}.example/privacy"
        source = SourceProvenance(
            url=url,
            final_url=url,
            redirects=(),
            status=200,
            headers=(),
            fetched_at=self._at,
            body_sha256=sha256_hex(version.markdown),
            size_bytes=len(version.markdown.encode()),
            media_type="text/markdown",
            charset="utf-8",
            fetcher="file",
            snapshot="",
        )
        provenance = Provenance(
            document=str(key),
            fetched_at=self._at,
            text_sha256=version.text_sha256,
            markdown_sha256=version.markdown_sha256,
            tracker_version="0.1.0",
            extractor=1,
            declaration={"fetch": url},
            sources=(source,),
        )
        return RecordEntry(key=key, kind=kind, version=version, snapshots=(), provenance=provenance)


def grow_site(folder: Path, changes: int, *, rounds: int) -> Callable[[], Grown]:
    """Build a site of so many changes, then again after each of `rounds` new ones."""
    folder.mkdir(parents=True)
    growing = Growing(folder / "archive.git", changes)
    workspace = _workspace(growing.path, folder / "site")

    def work() -> Grown:
        first = _seconds(lambda: _build(workspace))[0]
        same = statistics.median(_seconds(lambda: _build(workspace))[0] for _ in range(rounds))
        seconds: list[float] = []
        written = 0
        for _ in range(rounds):
            growing.grow()
            took, written = _seconds(lambda: _build(workspace))
            seconds.append(took)
        return Grown(
            changes=changes,
            documents=growing.documents,
            files=_count(folder / "site").files,
            written=written,
            first=first,
            same=same,
            one_more=statistics.median(seconds),
        )

    return work


def _seconds(work: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


# --------------------------------------------------------------------------------------------------------------- report


def measure(folder: Path, *, rounds: int, sizes: Sequence[int]) -> str:
    """Return all figures as Markdown."""
    parts = [f"Measured on {tables.describe_machine()}. Medians of {rounds}."]
    collection = make_collection(folder)
    archive, site = folder / "taken.git", folder / "site"
    tell(f"{collection.name}: importing")
    taken = take_in(collection.git_dir, archive)
    tell("building with nothing kept")
    cold = race({"cold": partial(build_cold, archive, site)}, rounds=1)["cold"]
    tell("building with everything kept, and bare")
    kept = race(
        {"kept": partial(build_kept, archive, site), "bare": partial(build_bare, archive, site)}, rounds=rounds
    )  # fmt: skip
    ratio = kept["kept"].seconds / kept["bare"].seconds
    parts += [
        f"### The whole site of {collection.name}, {taken.documents} documents",
        tables.table(
            ["", "seconds", "pages a second", "times bare", "memory"],
            [
                _row("**tracker**, nothing kept", cold, kept["bare"]),
                _row("**tracker**, verdicts, comparisons and entries kept", kept["kept"], kept["bare"]),
                _row("Jinja2 alone: the same templates and values, the same bytes", kept["bare"], kept["bare"]),
            ],
        ),
    ]
    grown: list[Grown] = []
    for size in sizes:
        tell(f"a site of {size:,} changes")
        done = race({"grown": partial(grow_site, folder / f"grown-{size}", size, rounds=rounds)}, rounds=1)["grown"]
        grown.append(cast("Grown", done.result))
        shutil.rmtree(folder / f"grown-{size}", ignore_errors=True)
    parts += [
        "### One change more",
        tables.table(
            ["changes", "documents", "files", "first build", "nothing new", "one change more", "files written"],
            [
                [
                    f"{one.changes:,}",
                    f"{one.documents:,}",
                    f"{one.files:,}",
                    f"{one.first:.1f} s",
                    f"{one.same:.2f} s",
                    f"{one.one_more:.2f} s",
                    f"{one.written:,}",
                ]
                for one in grown
            ],
        ),
        "### What was aimed at",
        tables.goal_table(
            [
                (
                    f"a build with verdicts and pictures kept: at most {BARE_RATIO:g} times bare",
                    f"{ratio:.2f} times",
                    ratio <= BARE_RATIO,
                ),
                *(
                    (
                        f"one change more at {one.changes:,} changes: under {REBUILD_SECONDS:g} s",
                        f"{one.one_more:.2f} s",
                        one.one_more < REBUILD_SECONDS,
                    )
                    for one in grown
                ),
            ]
        ),
    ]
    return "\n\n".join(parts)


def _row(label: str, measured: Measured, bare: Measured) -> list[str]:
    built = cast("Built", measured.result)
    return [
        label,
        f"{measured.seconds:.1f} s",
        f"{built.pages / measured.seconds:,.0f}",
        f"{measured.seconds / bare.seconds:.2f}",
        f"{measured.python_bytes / _MIB:,.0f} MiB",
    ]


def main() -> None:
    """Print the figures."""
    tables.print_figures("site", __doc__, measure, sizes=SIZES, counted="changes, for the sites that grow")


if __name__ == "__main__":
    main()
