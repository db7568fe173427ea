"""What `history.py` measures of the tracker alone: a collection imported, its timelines built, its changes judged."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from tracker.archive import Archive
from tracker.config import load_settings
from tracker.declarations import Loaded
from tracker.diff import compare_versions, restrict_change
from tracker.model import Event, Version
from tracker.pipeline import Cache, Reader, Workspace, import_ota, read_logs
from tracker.pipeline.stored import version_of

_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What there was to do."""

    documents: int
    versions: int
    changes: int
    folded: int = 0


def take_in(git_dir: Path, archive: Path) -> Taken:
    """Import the collection into a new archive."""
    shutil.rmtree(archive, ignore_errors=True)
    workspace = Workspace(
        settings=replace(load_settings(None, folder=archive.parent), archive=archive), folder=archive.parent
    )
    done = import_ota(workspace, str(git_dir), vantage="measured", now=_NOW)
    return Taken(documents=done.documents, versions=done.versions, changes=done.outcomes["changed"])


def import_whole(git_dir: Path, folder: Path) -> Callable[[], Taken]:
    """`tracker import ota`: read, parse, vet and record everything, on all cores."""
    return partial(take_in, git_dir, folder / "imported.git")


def list_timelines(archive: Path) -> Callable[[], Taken]:
    """Build the timeline of every document: history and check rows read, variants told, with nothing kept before."""

    def work() -> Taken:
        with Archive.open(archive, folder=archive.parent) as opened, Cache(None) as cache:
            reader = Reader(opened, Loaded(documents=()), cache=cache)
            timelines = [reader.timeline(key) for key in reader.records]
        changes = sum(len(timeline.changes) for timeline in timelines)
        return Taken(
            documents=len(timelines),
            versions=sum(len(timeline.records) for timeline in timelines),
            changes=changes,
            folded=sum(len(timeline.events) for timeline in timelines) - changes,
        )

    return work


def compare_changes(archive: Path) -> Callable[[], Taken]:
    """Parse and compare both texts of every change of every timeline, in two processes."""
    with Archive.open(archive, folder=archive.parent) as opened, Cache(None) as cache:
        reader = Reader(opened, Loaded(documents=()), cache=cache)
        steps = sorted((reader.timeline(key).changes for key in reader.records), key=len, reverse=True)

    def work() -> Taken:
        with multiprocessing.get_context("fork").Pool(2) as pool:
            counts = list(pool.imap_unordered(partial(_compare_document, archive), steps))
            pool.close()
            pool.join()
        return Taken(documents=len(counts), versions=0, changes=sum(counts))

    return work


def _compare_document(archive: Path, events: Sequence[Event]) -> int:
    versions: dict[str, Version] = {}
    with Archive.open(archive, folder=archive.parent) as opened:
        for event in events:
            for record in (event.old, event.new):
                if record.markdown_sha256 not in versions:
                    versions[record.markdown_sha256] = version_of(opened.read(record.document, record.commit))
            change = compare_versions(versions[event.old.markdown_sha256], versions[event.new.markdown_sha256])
            if event.residue is not None:
                restrict_change(change, event.residue)
    return len(events)


def judge_changes(archive: Path) -> Callable[[], Taken]:
    """`tracker log` for the first time: everything above, and what each change means, on all cores."""

    def work() -> Taken:
        with Archive.open(archive, folder=archive.parent) as opened, Cache(None) as cache:
            reader = Reader(opened, Loaded(documents=()), cache=cache)
            logs = list(read_logs(opened, reader, tuple(reader.records), cache=cache))
        return Taken(
            documents=len(logs),
            versions=sum(len(log.timeline.records) for log in logs),
            changes=sum(len(log.summaries) for log in logs),
        )

    return work
