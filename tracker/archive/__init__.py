"""The archive: the only room that knows git. It writes, reads history, verifies, locks and shows the newest tree."""

from tracker.archive.archive import Archive
from tracker.archive.collection import CollectionVersion, write_collection
from tracker.archive.figures import FiguresFault, FiguresVersion, name_fault
from tracker.archive.foreign import MAX_BLOB_BYTES, ForeignCommit, ForeignFile, ForeignHistory
from tracker.archive.values import (
    AuditedRecord,
    Committed,
    HeldCapture,
    KeptVerdicts,
    Problem,
    RecordEntry,
    SnapshotFiles,
    StoredVersion,
)
from tracker.archive.writing import Transaction

__all__ = [
    "MAX_BLOB_BYTES",
    "Archive",
    "AuditedRecord",
    "CollectionVersion",
    "Committed",
    "FiguresFault",
    "FiguresVersion",
    "ForeignCommit",
    "ForeignFile",
    "ForeignHistory",
    "HeldCapture",
    "KeptVerdicts",
    "Problem",
    "RecordEntry",
    "SnapshotFiles",
    "StoredVersion",
    "Transaction",
    "name_fault",
    "write_collection",
]
