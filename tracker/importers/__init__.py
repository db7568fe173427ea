"""Foreign histories read for the archive: dated captures, collections of Open Terms Archive, the Wayback Machine.

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
from tracker.importers.gate import is_memento
from tracker.importers.ota import CommitClass, OtaCollection, OtaVersion, read_collection
from tracker.importers.wayback import ListedMemento, MementoList, WaybackMachine, is_same_address

__all__ = [
    "MAX_FILE_BYTES",
    "MEDIA_TYPES",
    "CommitClass",
    "DatedFile",
    "DatedFolder",
    "ListedMemento",
    "MementoList",
    "OtaCollection",
    "OtaVersion",
    "WaybackMachine",
    "is_memento",
    "is_same_address",
    "read_collection",
    "read_dated_folder",
    "snapshot_of",
]
