"""The archive: the only room that knows git. It writes, reads history, verifies, locks and shows the newest tree."""

from tracker.archive.archive import Archive
from tracker.archive.values import (
    AuditedRecord,
    Committed,
    HeldCapture,
    Problem,
    RecordEntry,
    SnapshotFiles,
    StoredVersion,
)
from tracker.archive.writing import Transaction

__all__ = [
    "Archive",
    "AuditedRecord",
    "Committed",
    "HeldCapture",
    "Problem",
    "RecordEntry",
    "SnapshotFiles",
    "StoredVersion",
    "Transaction",
]
