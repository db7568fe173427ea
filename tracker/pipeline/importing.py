"""Importing dated captures through the same extraction, vetting and archive as live ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from tracker.archive import HeldCapture
from tracker.declarations import document_on
from tracker.errors import UsageError
from tracker.importers import DatedFile, DatedFolder, read_dated_folder, snapshot_of
from tracker.model import Check, Document, DocumentKey, Outcome, format_instant
from tracker.pipeline.capturing import Baseline, Judged, judge_capture
from tracker.pipeline.stored import version_of
from tracker.pipeline.workspace import Workspace

#: Outcomes after which a capture need not be looked at again; refused and held ones are, once a cause is mended.
_SETTLED: Final[frozenset[Outcome]] = frozenset({"first-record", "changed", "technical", "unchanged"})


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
    job = _Import(workspace, dated, name=name, vantage=vantage)
    with workspace.open_archive(create=True) as archive, archive.lock(now):
        latest = archive.latest(job.key)
        checks = archive.checks(job.key)
        checked = {check.checked_at for check in checks if check.outcome in _SETTLED}
        files = [file for file in dated.files if file.captured_at not in checked]
        if latest is not None:
            _refuse_older(job.key, files, max([latest.provenance.fetched_at, *checked]))
        baseline = None
        if latest is not None:
            seen = max((at for at in checked), default=latest.provenance.fetched_at)
            baseline = Baseline(
                version=version_of(latest),
                provenance=latest.provenance,
                last_seen_at=max(seen, latest.provenance.fetched_at),
            )
        held = archive.held_for(job.key)
        transaction = archive.transaction(at=None)
        results: list[ImportedFile] = []
        for file in files:
            judged = job.judge(file, baseline=baseline, held=held, imported_from=f"folder:{folder.resolve().name}")
            if judged.entry is not None and judged.version is not None:
                transaction.record(judged.entry)
                baseline = Baseline(
                    version=judged.version,
                    provenance=judged.entry.provenance,
                    last_seen_at=file.captured_at,
                )
            elif judged.outcome == "unchanged" and baseline is not None:
                baseline = replace(baseline, last_seen_at=file.captured_at)
            held = _next_held(held, judged)
            transaction.check(_check_of(job.key, file, judged))
            results.append(_imported(file, judged))
            progress(results[-1], len(results), len(files))
        if held is not None:
            transaction.hold(held)
        elif files:
            transaction.release(job.key)
        head = transaction.commit().head
    return FolderImport(
        document=job.key,
        files=tuple(results),
        ignored=dated.ignored,
        known=len(dated.files) - len(files),
        head=head,
    )


class _Import:
    def __init__(self, workspace: Workspace, dated: DatedFolder, *, name: str, vantage: str) -> None:
        self._loaded = workspace.load_declarations()
        try:
            own = DocumentKey.parse(name)
            self.key = DocumentKey(vantage=vantage or own.vantage, service=own.service, terms_type=own.terms_type)
        except ValueError as error:
            raise UsageError(str(error)) from error
        self._own = DocumentKey(service=own.service, terms_type=own.terms_type)
        self._declared_on(dated.files[0].captured_at)

    def _declared_on(self, instant: datetime) -> Document:
        document = document_on(self._loaded, self._own, instant)
        if document is None:
            wrong = [str(error) for error in self._loaded.errors]
            known = ", ".join(str(other.key) for other in self._loaded.documents[:5])
            raise UsageError(
                f"{self._own} is not declared, and a declaration says how to read its pages; "
                + ("; ".join(wrong) if wrong else f"declared are, for example: {known or 'none'}")
            )
        if len(document.sources) > 1:
            raise UsageError(f"{self._own} is made of several pages, and each file of a folder is one page")
        return replace(document, key=self.key, valid_until=None)

    def judge(
        self, file: DatedFile, *, baseline: Baseline | None, held: HeldCapture | None, imported_from: str
    ) -> Judged:
        document = self._declared_on(file.captured_at)
        snapshot = snapshot_of(file, url=document.sources[0].url)
        return judge_capture(document, [snapshot], baseline=baseline, held=held, imported_from=imported_from)


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


def _next_held(held: HeldCapture | None, judged: Judged) -> HeldCapture | None:
    """Return what stands in the slot after a capture: the held text keeps the time when it was first held."""
    if judged.held is None:
        return None
    if held is not None and held.text_sha256 == judged.held.text_sha256 and held.outcome == judged.held.outcome:
        return held
    return judged.held


def _check_of(key: DocumentKey, file: DatedFile, judged: Judged) -> Check:
    return Check(
        document=key,
        checked_at=file.captured_at,
        outcome=judged.outcome,
        reason=judged.failure.reason if judged.failure is not None else None,
        detail=judged.failure.detail if judged.failure is not None else None,
        text_sha256=judged.version.text_sha256 if judged.version is not None else None,
    )


def _imported(file: DatedFile, judged: Judged) -> ImportedFile:
    return ImportedFile(
        name=file.path.name,
        captured_at=file.captured_at,
        outcome=judged.outcome,
        reason=judged.failure.reason if judged.failure is not None else None,
        detail=judged.failure.detail if judged.failure is not None else None,
    )
