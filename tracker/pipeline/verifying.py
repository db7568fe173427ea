"""Checking that every version in the archive is what its evidence says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.archive import Archive, AuditedRecord, Problem
from tracker.errors import ArchiveError, DeclarationError, ExtractError
from tracker.extract import EXTRACTOR, extract_version
from tracker.pipeline.stored import document_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `tracker verify` found."""

    records: int
    rebuilt: int
    """Versions made by today's extractor and made again from their snapshots, byte for byte."""
    by_digest: int
    """Versions of other extractors, or without a snapshot: checked by their digests."""
    problems: tuple[Problem, ...]
    withheld: tuple[Problem, ...] = ()
    """Objects of withheld versions that were erased: no faults."""


def verify_archive(archive: Archive) -> Verification:
    """Return the result of rebuilding every version that today's rules made, and checking all others by digest."""
    problems = [*archive.check_integrity(), *_unreadable_verdicts(archive), *archive.check_figures()]
    records = rebuilt = by_digest = 0
    for audited in archive.audit():
        records += 1
        problems.extend(audited.problems)
        if not _can_rebuild(audited):
            by_digest += not audited.problems
            continue
        problem = _rebuild(audited)
        if problem is None:
            rebuilt += not audited.problems
        else:
            problems.append(problem)
    return Verification(
        records=records,
        rebuilt=rebuilt,
        by_digest=by_digest,
        problems=tuple(problem for problem in problems if problem.kind != "withheld"),
        withheld=tuple(problem for problem in problems if problem.kind == "withheld"),
    )


def _unreadable_verdicts(archive: Archive) -> Sequence[Problem]:
    try:
        return tuple(archive.check_verdicts())
    except ArchiveError as error:
        return (Problem(kind="unreadable", where="published verdicts", detail=str(error)),)


def _can_rebuild(audited: AuditedRecord) -> bool:
    return (
        audited.version is not None
        and audited.version.provenance.extractor == EXTRACTOR
        and bool(audited.bodies)
        and all(body is not None for body in audited.bodies)
    )


def _rebuild(audited: AuditedRecord) -> Problem | None:
    stored = audited.version
    if stored is None:
        raise AssertionError("only a version that was read is rebuilt")
    where = f"{audited.record.commit[:12]} {stored.key}"
    snapshots = [
        source.snapshot_with(body)
        for source, body in zip(stored.provenance.sources, audited.bodies, strict=True)
        if body is not None
    ]
    try:
        version = extract_version(document_of(stored), snapshots)
    except (ExtractError, DeclarationError) as error:
        return Problem(kind="digest", where=where, detail=f"cannot be rebuilt from its snapshot: {error}")
    if version.markdown_sha256 != stored.provenance.markdown_sha256:
        return Problem(kind="digest", where=where, detail="its snapshot and declaration give another text")
    return None
