"""Foreign histories read for the archive: a folder of dated captures, the Wayback Machine.

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
from tracker.importers.wayback import ListedMemento, MementoList, WaybackMachine, is_same_address

__all__ = [
    "MAX_FILE_BYTES",
    "MEDIA_TYPES",
    "DatedFile",
    "DatedFolder",
    "ListedMemento",
    "MementoList",
    "WaybackMachine",
    "is_memento",
    "is_same_address",
    "read_dated_folder",
    "snapshot_of",
]
