"""Having a version withheld, or published again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.archive import Archive
from tracker.declarations import Loaded
from tracker.errors import UsageError
from tracker.model import LONGEST_WITHHOLDING_REASON, Record, Withholding
from tracker.pipeline.cache import Cache
from tracker.pipeline.reading import Reader
from tracker.pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class WithholdingDone:
    """What `tracker withhold` did."""

    record: Record
    withholding: Withholding
    is_withheld: bool
    is_new: bool
    """Whether it was otherwise before."""


def withhold_version(
    workspace: Workspace, name: str, rev: str, *, reason: str, now: datetime, undo: bool = False
) -> WithholdingDone:
    """Have the text of the version `rev` of the document `name` withheld, or with `undo` published again.

    Args:
        workspace: Where.
        name: An archived document.
        rev: As in `DOC@REV`.
        reason: Why, in one line.
        now: The moment (UTC).
        undo: Whether an earlier decision is taken back.

    Raises:
        UsageError: If the document or the version is not archived, the reason is none, or nothing is to be undone.
        ArchiveError: If the archive cannot be written; it is then as it was.
    """
    reason = reason.strip()
    if not reason or not reason.isprintable() or len(reason) > LONGEST_WITHHOLDING_REASON:
        raise UsageError(
            f"--reason must be one line of visible text, at most {LONGEST_WITHHOLDING_REASON:,} characters: readers "
            "see it in the place of the text"
        )
    with workspace.open_archive() as archive, archive.lock(now):
        record = Reader(archive, Loaded(documents=())).find_revision(f"{name}@{rev}")
        before = archive.withheld().get(record.text_sha256)
        if undo and before is None:
            raise UsageError(f"{record.document}@{record.commit[:9]} is not withheld: there is nothing to undo")
        withholding = _withholding(archive, record, reason, now)
        transaction = archive.transaction(at=now)
        transaction.put_withholding(withholding, is_withheld=not undo)
        transaction.commit()
        with Cache.beside(archive.git_dir) as cache:
            cache.heed_withheld(archive.withheld())
    return WithholdingDone(
        record=record, withholding=withholding, is_withheld=not undo, is_new=(before is not None) == undo
    )


def _withholding(archive: Archive, record: Record, reason: str, now: datetime) -> Withholding:
    provenance = archive.read_provenance(record.document, record.commit)
    return Withholding(
        document=record.document,
        text_sha256=record.text_sha256,
        markdown_sha256=record.markdown_sha256,
        body_sha256s=tuple(source.body_sha256 for source in provenance.sources),
        reason=reason,
        at=now.replace(microsecond=0),
    )
