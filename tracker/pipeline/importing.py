"""Importing dated captures through the same extraction, vetting and archive as live ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.errors import UsageError
from tracker.importers import DatedFile, DatedFolder, read_dated_folder, snapshot_of
from tracker.model import Document, DocumentKey, Outcome, format_instant
from tracker.pipeline.capturing import Judged, judge_capture
from tracker.pipeline.imported import (
    ImportTarget,
    baseline_of,
    check_of,
    next_baseline,
    next_held,
    settled_instants,
)
from tracker.pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """What became of one file."""

    name: str
    captured_at: datetime
    outcome: Outcome
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderImport:
    """What an import did."""

    document: DocumentKey
    files: tuple[ImportedFile, ...]
    """In the order in which they were captured."""
    ignored: tuple[str, ...]
    """Names of files that are no dated captures."""
    known: int
    """Captures that an earlier import has seen: nothing is done about them."""
    head: str | None

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(file.outcome for file in self.files)

    @property
    def is_troubled(self) -> bool:
        return any(file.outcome in {"refused", "failed", "held"} for file in self.files)


def import_folder(
    workspace: Workspace,
    folder: Path,
    *,
    name: str,
    vantage: str = "",
    now: datetime,
    progress: Callable[[ImportedFile, int, int], None] = lambda _file, _done, _total: None,
) -> FolderImport:
    """Record the dated captures in `folder` as versions of the declared document `name`, in one step.

    Without a vantage they become the document's own history, which only grows at its end. Captures that the archive has
    a check of are passed over, so that an import can be repeated.

    Args:
        workspace: Where.
        folder: Files named `YYYY-MM-DDTHHMMSSZ…` with `.html`, `.md` or `.pdf`.
        name: `Service/Terms Type`, as declared.
        vantage: Name of the vantage under which they are kept.
        now: When the import is made (UTC), for the lock alone.
        progress: Told after each file.

    Raises:
        UsageError: If the folder holds no captures, the document is not declared or is made of several pages, or a
            capture is not later than the newest version of the live path.
        ArchiveError: If the archive cannot be written; it is then as it was.
    """
    dated = read_dated_folder(folder)
    _refuse_coinciding(dated)
    target = ImportTarget.of(workspace.load_declarations(), name=name, vantage=vantage)
    key = target.key
    _declared_page(target, dated.files[0].captured_at)
    with workspace.open_archive(create=True) as archive, archive.lock(now):
        latest = archive.latest(key)
        settled = settled_instants(archive.checks(key), archive.records_of(key))
        files = [file for file in dated.files if file.captured_at not in settled]
        if latest is not None:
            _refuse_older(key, files, max([latest.provenance.fetched_at, *settled]))
        baseline = baseline_of(latest, settled)
        held = archive.held_for(key)
        transaction = archive.transaction(at=None)
        results: list[ImportedFile] = []
        for file in files:
            document = _declared_page(target, file.captured_at)
            snapshot = snapshot_of(file, url=document.sources[0].url)
            judged = judge_capture(
                document, [snapshot], baseline=baseline, held=held, imported_from=f"folder:{folder.resolve().name}"
            )
            if judged.entry is not None:
                transaction.record(judged.entry)
            baseline = next_baseline(baseline, judged, at=file.captured_at)
            held = next_held(held, judged)
            transaction.check(check_of(key, judged, at=file.captured_at))
            results.append(_imported(file, judged))
            progress(results[-1], len(results), len(files))
        if held is not None:
            transaction.hold(held)
        elif files:
            transaction.release(key)
        head = transaction.commit().head
    return FolderImport(
        document=key,
        files=tuple(results),
        ignored=dated.ignored,
        known=len(dated.files) - len(files),
        head=head,
    )


def _declared_page(target: ImportTarget, instant: datetime) -> Document:
    """Return the document as declared at `instant`; raises UsageError where it is made of several pages."""
    document = target.declared_on(instant)
    if len(document.sources) > 1:
        raise UsageError(f"{target.own} is made of several pages, and each file of a folder is one page")
    return document


def _refuse_coinciding(dated: DatedFolder) -> None:
    """Refuse different captures of one instant: which of them came first, nobody can tell."""
    for instant in dated.coinciding:
        same = [file for file in dated.files if file.captured_at == instant]
        if len({file.path.read_bytes() for file in same}) > 1:
            names = ", ".join(file.path.name for file in same)
            raise UsageError(f"{names} are captures of one instant and differ: keep the one that was served")


def _refuse_older(key: DocumentKey, files: list[DatedFile], newest: datetime) -> None:
    older = [file for file in files if file.captured_at <= newest]
    if older:
        raise UsageError(
            f"{older[0].path.name} is not later than when {key} was last seen ({format_instant(newest)}), and "
            f"{len(older)} of {len(files)} captures are not: history only grows at its end. "
            "Import them beside it, under a vantage of their own: --vantage NAME"
        )


def _imported(file: DatedFile, judged: Judged) -> ImportedFile:
    return ImportedFile(
        name=file.path.name,
        captured_at=file.captured_at,
        outcome=judged.outcome,
        reason=judged.failure.reason if judged.failure is not None else None,
        detail=judged.failure.detail if judged.failure is not None else None,
    )
