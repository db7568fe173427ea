"""Foreign histories read for the archive: a folder of dated captures, collections of Open Terms Archive.

Belongs here: finding captures elsewhere and handing them on as snapshots. Does not belong here: extraction, vetting
and writing, which imports share with live captures.
"""

from tracker.importers.folder import (
    MAX_FILE_BYTES,
    MEDIA_TYPES,
    DatedFile,
    DatedFolder,
    read_dated_folder,
    snapshot_of,
)
from tracker.importers.ota import CommitClass, OtaCollection, OtaVersion, read_collection

__all__ = [
    "MAX_FILE_BYTES",
    "MEDIA_TYPES",
    "CommitClass",
    "DatedFile",
    "DatedFolder",
    "OtaCollection",
    "OtaVersion",
    "read_collection",
    "read_dated_folder",
    "snapshot_of",
]
