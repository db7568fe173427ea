"""What `history.py` measures: reading, writing, parsing and comparing a foreign history, and one night more."""

from __future__ import annotations

import multiprocessing
import shutil
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

from tracker.archive import Archive, ForeignCommit, ForeignFile, ForeignHistory, RecordEntry
from tracker.archive.commands import Commands
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Check, Digested, DocumentKey, Provenance, SourceProvenance, Version, sha256_hex

#: Commits that GitPython's loop is run on; the figure is scaled to all.
PART: Final = 60
NIGHTS: Final = 9
#: Versions of a document that are kept for the next pairs: enough for most returns to an earlier text.
KEPT_VERSIONS: Final = 48
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


def _command(git_dir: Path, *arguments: str) -> list[str]:
    return ["git", "-c", "core.fsync=all", f"--git-dir={git_dir}", *arguments]


def _git(git_dir: Path, *arguments: str, stdin: Any = subprocess.DEVNULL) -> None:
    subprocess.run(_command(git_dir, *arguments), check=True, stdin=stdin, stdout=subprocess.DEVNULL)
