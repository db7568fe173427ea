"""Foreign histories read for the archive: for now, a folder of dated captures.

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

__all__ = ["MAX_FILE_BYTES", "MEDIA_TYPES", "DatedFile", "DatedFolder", "read_dated_folder", "snapshot_of"]
