"""How long a foreign history takes to read, write, parse and compare, beside git's own commands and GitPython.

The history is a real collection where the shared data is at hand, else an invented one of the same shape. Each figure
is the median of five rounds; contenders take turns, each round in a process of its own. Ratios are what counts: they
hold on any machine that does nothing else. See `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, tee
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from unittest import mock

from git.diff import NULL_TREE
from git.repo import Repo

from benchmarks import tables
from benchmarks.apart import Measured, race
from benchmarks.collection import Collection, make_collection
from benchmarks.measure import ROUNDS
from benchmarks.race import tell
from tracker.archive import Archive, ForeignCommit, ForeignFile, ForeignHistory, RecordEntry
from tracker.archive.commands import Commands
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Check, Digested, DocumentKey, Provenance, SourceProvenance, Version, sha256_hex

#: The collection that a researcher wants whole, OpenTermsArchive/contrib-versions: commits, bytes of distinct texts.
WHOLE_COMMITS: Final = 42_632
WHOLE_BYTES: Final = 1_200_000_000
#: What its import, parsing and comparing may take, on two cores.
WHOLE_SECONDS: Final = 240
WHOLE_MEMORY_BYTES: Final = 1 << 30
#: Commits that GitPython's loop is run on; the figure is scaled to all.
PART: Final = 60
SIZES: Final = (100, 1_000, 10_000)
NIGHTS: Final = 9
#: Versions of a document that are kept for the next pairs: enough for most returns to an earlier text.
KEPT_VERSIONS: Final = 48
_MIB: Final = 1 << 20
_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)

Timed = Callable[[], object]


# ------------------------------------------------------------------------------------------------------------- reading


def read_ours(git_dir: Path) -> Timed:
    """Read every (path, old, new) with both contents through `ForeignHistory`."""
    history = ForeignHistory.open(str(git_dir), cache=git_dir.parent)

    def work() -> int:
        with history:
            return sum(len(old or b"") + len(new or b"") for _, _, old, new in read_changes(history))

    return work


def read_changes(history: ForeignHistory) -> Iterator[tuple[ForeignCommit, ForeignFile, bytes | None, bytes | None]]:
    """Yield each file of each commit with its old and new content, None where there is none."""
    asked, told = tee(history.commits())
    files = (file for commit in asked for file in commit.files)
    contents = history.blobs(filter(None, chain.from_iterable((file.old_id, file.new_id) for file in files)))
    for commit in told:
        for file in commit.files:
            old = next(contents) if file.old_id is not None else None
            yield commit, file, old, next(contents) if file.new_id is not None else None


def read_plainly(git_dir: Path, asked: Path) -> Timed:
    """Run `git log --raw`, and `git cat-file --batch` of the same blobs; what they say is thrown away."""

    def work() -> None:
        _git(git_dir, "log", "--raw", "-z", "--no-abbrev", "--no-renames", "--topo-order", "--reverse")
        with asked.open("rb") as ids:
            _git(git_dir, "cat-file", "--batch", stdin=ids)

    return work


def read_plainly_into_python(git_dir: Path, asked: Path) -> Timed:
    """Do the same, with what they say read by the simplest program."""

    def work() -> int:
        count = 0
        log = ("log", "--raw", "-z", "--no-abbrev", "--no-renames", "--topo-order", "--reverse")
        for arguments in (log, ("cat-file", "--batch")):
            with asked.open("rb") as ids:
                process = subprocess.Popen(_command(git_dir, *arguments), stdin=ids, stdout=subprocess.PIPE)
                output = cast("BinaryIO", process.stdout)
                while chunk := output.read(1 << 16):
                    count += len(chunk)
                output.close()
                process.wait()
        return count

    return work


def read_patches(git_dir: Path) -> Timed:
    """Run `git log -p`."""
    return lambda: _git(git_dir, "log", "-p", "--topo-order", "--reverse")


def read_with_gitpython(git_dir: Path) -> Timed:
    """Read old and new contents of every so-manieth commit with `Commit.diff`; returns how many it were."""
    repo = Repo(git_dir)
    listed = list(repo.iter_commits())
    commits = listed[:: max(len(listed) // PART, 1)][:PART]

    def work() -> int:
        for commit in commits:
            diffs = commit.parents[0].diff(commit) if commit.parents else commit.diff(NULL_TREE)
            for diff in diffs:
                for blob in (diff.a_blob, diff.b_blob):
                    if blob is not None:
                        blob.data_stream.read()
        repo.close()
        return len(commits)

    return work


# ------------------------------------------------------------------------------------------------------------- writing


def write_ours(git_dir: Path, folder: Path, *, stream: Path | None = None) -> Timed:
    """Read the history and record each version through one `Transaction`; keep what git is fed in `stream`."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    archive = Archive.open(scratch / "archive.git", create=True, folder=scratch)
    history = ForeignHistory.open(str(git_dir), cache=scratch)

    def work() -> int:
        with ExitStack() as stack:
            stack.enter_context(history)
            stack.enter_context(archive)
            stack.enter_context(archive.lock(_AT))
            if stream is not None:
                stack.enter_context(mock.patch.object(Commands, "attempt", _keeping(stream)))
            transaction = archive.transaction(at=None)
            seen: set[str] = set()
            for commit, file, _, new in read_changes(history):
                if new is not None:
                    transaction.record(build_entry(commit, file, new, is_first=file.path not in seen))
                    seen.add(file.path)
            done = transaction.commit()
        shutil.rmtree(scratch)
        return len(done.records)

    return work


def _keeping(stream: Path) -> Callable[..., Any]:
    original = Commands.attempt

    def attempt(self: Commands, *arguments: str, feed: BinaryIO | None = None) -> object:
        if feed is not None:
            with stream.open("wb") as kept:
                shutil.copyfileobj(feed, kept)
            feed.seek(0)
        return original(self, *arguments, feed=feed)

    return attempt


def build_entry(commit: ForeignCommit, file: ForeignFile, content: bytes, *, is_first: bool) -> RecordEntry:
    """Return a record of `content` as an import makes one; its text is not read, so its digest is that of the file."""
    service, _, name = file.path.partition("/")
    key = DocumentKey(vantage="collection", service=service, terms_type=name.removesuffix(".md") or "Terms")
    markdown = content.decode("utf-8", "replace")
    return _entry(key, markdown, at=commit.authored_at or _AT, kind_is_first=is_first, imported_from=commit.id)


def _entry(
    key: DocumentKey, markdown: str, *, at: datetime, kind_is_first: bool, imported_from: str | None
) -> RecordEntry:
    digest = sha256_hex(markdown)
    source = SourceProvenance(
        url="https://service.example/terms",
        final_url="https://service.example/terms",
        redirects=(),
        status=200,
        headers=(),
        fetched_at=at,
        body_sha256="",
        size_bytes=0,
        media_type="text/html",
        charset=None,
        fetcher="benchmark",
        snapshot="",
    )
    return RecordEntry(
        key=key,
        kind="first" if kind_is_first else "change",
        version=Digested(markdown=markdown, text_sha256=digest, markdown_sha256=digest),
        snapshots=(),
        provenance=Provenance(
            document=str(key),
            fetched_at=at,
            text_sha256=digest,
            markdown_sha256=digest,
            tracker_version="benchmark",
            extractor=1,
            declaration={},
            sources=(source,),
        ),
        imported_from=imported_from,
    )


def write_with_fast_import(stream: Path, folder: Path, *settings: str) -> Timed:
    """Feed `stream` to `git fast-import`, which syncs to disk as ours does."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    subprocess.run(["git", "init", "--quiet", "--bare", str(scratch)], check=True)

    def work() -> None:
        with stream.open("rb") as fed:
            _git(scratch, *settings, "fast-import", "--quiet", "--force", stdin=fed)
        shutil.rmtree(scratch)

    return work


# -------------------------------------------------------------------------------------------------------------- nights


def night_ours(folder: Path, *, size: int) -> Timed:
    """Record one change and one check a night in an archive of `size` documents; returns the seconds of each night."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    archive = Archive.open(scratch / "archive.git", create=True, folder=scratch)
    with archive, archive.lock(_AT):
        transaction = archive.transaction(at=None)
        for number in range(size):
            transaction.record(_night_entry(number, 0))
        transaction.commit()

    def work() -> list[float]:
        seconds = []
        with archive:
            for night in range(1, NIGHTS + 1):
                at = _AT + timedelta(days=night)
                began = time.perf_counter()
                with archive.lock(at):
                    transaction = archive.transaction(at=at)
                    transaction.record(_night_entry(night % size, night))
                    transaction.check(Check(document=_night_key(night % size), checked_at=at, outcome="changed"))
                    transaction.commit()
                seconds.append(time.perf_counter() - began)
        shutil.rmtree(scratch)
        return seconds

    return work


def night_with_gitpython(folder: Path, *, size: int) -> Timed:
    """Commit one changed file a night through GitPython's index, in a work tree of `size`."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    subprocess.run(["git", "init", "--quiet", str(scratch)], check=True)
    for number in range(size):
        path = scratch / f"{_night_key(number).path}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_night_text(number, 0), encoding="utf-8")
    settings = ("-c", "user.name=Peer", "-c", "user.email=peer@example.org", "-c", "gc.auto=0")
    for arguments in (("add", "--all"), ("commit", "--quiet", "-m", "Start")):
        subprocess.run(["git", *settings, *arguments], cwd=scratch, check=True)

    def work() -> list[float]:
        seconds = []
        with Repo(scratch) as repo:
            for night in range(1, NIGHTS + 1):
                path = scratch / f"{_night_key(night % size).path}.md"
                began = time.perf_counter()
                path.write_text(_night_text(night % size, night), encoding="utf-8")
                repo.index.add([str(path)])
                repo.index.commit("Record new changes")
                seconds.append(time.perf_counter() - began)
        shutil.rmtree(scratch)
        return seconds

    return work


def _night_key(number: int) -> DocumentKey:
    # As many documents a service as collections have.
    return DocumentKey(service=f"Service {number // 4:05}", terms_type=f"Terms {number % 4}")


def _night_text(number: int, night: int) -> str:
    lines = [f"Clause {place} of service {number}: we keep what you send us safe." for place in range(40)]
    return "\n\n".join([f"Night {night}.", *lines]) + "\n"


def _night_entry(number: int, night: int) -> RecordEntry:
    at = _AT + timedelta(days=night)
    return _entry(_night_key(number), _night_text(number, night), at=at, kind_is_first=night == 0, imported_from=None)


# --------------------------------------------------------------------------------------------- parsing and comparing


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """What one document, or all of them, took to be parsed and compared."""

    texts: int
    text_bytes: int
    pairs: int
    parse_seconds: float
    compare_seconds: float


def analyse(git_dir: Path, *, processes: int) -> Timed:
    """Parse every distinct text and compare every distinct (old, new), one document after the other."""
    histories = ForeignHistory.open(str(git_dir), cache=git_dir.parent)
    with histories:
        documents: dict[str, dict[tuple[str | None, str], None]] = {}
        for commit in histories.commits():
            for file in commit.files:
                if file.new_id is not None:
                    documents.setdefault(file.path, {})[file.old_id, file.new_id] = None
    steps = sorted(map(tuple, documents.values()), key=len, reverse=True)

    def work() -> Analysed:
        if processes == 1:
            found = [_analyse_document(git_dir, pairs) for pairs in steps]
        else:
            with multiprocessing.get_context("fork").Pool(processes) as pool:
                found = list(pool.imap_unordered(partial(_analyse_document, git_dir), steps))
                pool.close()
                pool.join()
        return Analysed(
            texts=sum(one.texts for one in found),
            text_bytes=sum(one.text_bytes for one in found),
            pairs=sum(one.pairs for one in found),
            parse_seconds=sum(one.parse_seconds for one in found),
            compare_seconds=sum(one.compare_seconds for one in found),
        )

    return work


def _analyse_document(git_dir: Path, pairs: Sequence[tuple[str | None, str]]) -> Analysed:
    versions: OrderedDict[str, Version] = OrderedDict()
    known: set[str] = set()
    text_bytes = compared = 0
    parse_seconds = compare_seconds = 0.0
    with ForeignHistory.open(str(git_dir), cache=git_dir.parent) as history:

        def version(blob: str) -> Version:
            nonlocal parse_seconds, text_bytes
            if blob not in versions:
                content = next(history.blobs([blob])) or b""
                began = time.perf_counter()
                versions[blob] = parse_markdown(content.decode("utf-8", "replace"))
                parse_seconds += time.perf_counter() - began
                text_bytes += 0 if blob in known else len(content)
                known.add(blob)
            versions.move_to_end(blob)
            while len(versions) > KEPT_VERSIONS:
                versions.popitem(last=False)
            return versions[blob]

        for old_id, new_id in pairs:
            new = version(new_id)
            if old_id is not None:
                old = version(old_id)
                began = time.perf_counter()
                compare_versions(old, new)
                compare_seconds += time.perf_counter() - began
                compared += 1
    return Analysed(
        texts=len(known),
        text_bytes=text_bytes,
        pairs=compared,
        parse_seconds=parse_seconds,
        compare_seconds=compare_seconds,
    )


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
    whole = _whole(collection, reading, writing, analysis)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """What the measured part makes of a whole collection, in seconds on two cores."""

    reading: float
    writing: float
    parsing: float
    comparing: float
    memory_bytes: int

    @property
    def seconds(self) -> float:
        return self.writing + self.parsing + self.comparing


def _whole(
    collection: Collection, reading: dict[str, Measured], writing: dict[str, Measured], analysis: dict[str, Measured]
) -> _Whole:
    two = analysis["2"]
    done = cast("Analysed", two.result)
    by_commits = WHOLE_COMMITS / collection.commits
    by_bytes = WHOLE_BYTES / done.text_bytes
    busy = done.parse_seconds + done.compare_seconds
    # What is neither parsing nor comparing (reading, starting) is shared out between them.
    parsing, comparing = (two.seconds * part / busy for part in (done.parse_seconds, done.compare_seconds))
    return _Whole(
        reading=reading["ours"].seconds * by_commits,
        writing=writing["ours"].seconds * by_commits,
        parsing=parsing * by_bytes,
        comparing=comparing * by_commits,
        memory_bytes=max(
            two.python_bytes + 2 * two.child_bytes, writing["ours"].python_bytes + writing["ours"].child_bytes
        ),
    )


def _whole_table(whole: _Whole) -> str:
    rows = [
        ["reading and recording, one process (by commits)", f"{whole.writing:,.0f} s"],
        ["of that, reading", f"{whole.reading:,.0f} s"],
        ["parsing, two processes (by bytes of distinct texts)", f"{whole.parsing:,.0f} s"],
        ["comparing, two processes (by commits)", f"{whole.comparing:,.0f} s"],
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


def _command(git_dir: Path, *arguments: str) -> list[str]:
    return ["git", "-c", "core.fsync=all", f"--git-dir={git_dir}", *arguments]


def _git(git_dir: Path, *arguments: str, stdin: Any = subprocess.DEVNULL) -> None:
    subprocess.run(_command(git_dir, *arguments), check=True, stdin=stdin, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds to take the median of ({ROUNDS})")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="documents, for the nights")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the figures into this page, too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), rounds=chosen.rounds, sizes=chosen.sizes)
    print(figures)
    if chosen.write is not None:
        tables.write_figures(chosen.write, figures, program="history")


if __name__ == "__main__":
    main()
