"""What the archive takes and gives: entries to record, versions read back, captures held, faults found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from tracker.archive.layout import held_folder, is_snapshot_of
from tracker.model import (
    Digested,
    DocumentKey,
    Provenance,
    PublishedVerdict,
    Record,
    RecordKind,
    Version,
    require_utc,
    sha256_hex,
)

SnapshotFiles = tuple[tuple[str, bytes], ...]

#: The reason of a capture that was found behind a redirect which leads away from the document's place.
ASTRAY: Final = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
    """A version to be recorded, with its evidence: one commit."""

    key: DocumentKey
    kind: RecordKind
    version: Version | Digested
    snapshots: SnapshotFiles
    """(path in the archive, bytes as served), in the order of the sources; empty where only a text is known."""
    provenance: Provenance
    last_seen_old: datetime | None = None
    """When the text before it was last seen (UTC); None for a first record and where nobody knows."""
    imported_from: str | None = None

    def __post_init__(self) -> None:
        if self.provenance.document != str(self.key):
            raise ValueError(f"the provenance of {self.provenance.document!r} is not that of {self.key}")
        if self.provenance.text_sha256 != self.version.text_sha256:
            raise ValueError(f"the provenance of {self.key} has the digest of another text")
        if self.provenance.markdown_sha256 != self.version.markdown_sha256:
            raise ValueError(f"the provenance of {self.key} has the digest of another Markdown")
        require_snapshots(self.key, self.snapshots, self.provenance)
        if self.last_seen_old is not None:
            require_utc("last_seen_old", self.last_seen_old)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCapture:
    """A capture that was not recorded and is kept to be looked at: the one slot of its document."""

    key: DocumentKey
    held_at: datetime
    """When this text was first held back or refused (UTC); the slot is not rewritten while the text stays."""
    outcome: Literal["held", "refused"]
    reason: str
    """A code of `tracker.model.REASONS`."""
    detail: str
    text_sha256: str | None = None
    """None where no text could be extracted."""
    markdown: str | None = None
    """None where there is no text, and in the list that `Archive.held` gives."""
    snapshots: SnapshotFiles = ()
    """(path at which it would have been recorded, bytes as served); empty in the list that `Archive.held` gives."""
    provenance: Provenance | None = None

    @property
    def slot(self) -> str:
        """Path of the folder in the archive that is its slot."""
        return held_folder(self.key)

    @property
    def vouches(self) -> bool:
        """Whether a later sight of the same text may be believed for it: it was found in the document's own place."""
        return self.outcome == "held" and self.reason != ASTRAY

    def __post_init__(self) -> None:
        require_utc("held_at", self.held_at)
        require_snapshots(self.key, self.snapshots, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """A version as the archive keeps it."""

    key: DocumentKey
    commit: str
    """The commit in whose tree it was read; it may have been recorded by an earlier one."""
    markdown: str
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of the archive."""

    kind: Literal["object", "digest", "trailer", "unreadable", "withheld"]
    """`object`: git finds an object missing or corrupt; `digest`: content is not what its digest says; `trailer`: a
    commit message does not say what its provenance does; `unreadable`: a file is not in its format;
    `withheld`: no fault, an object of a withheld version is missing."""
    where: str
    """A commit and a path, or an object id."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVerdicts:
    """What was published about the changes of one document."""

    rows: tuple[PublishedVerdict, ...]
    """In the order of publication."""
    problems: tuple[Problem, ...] = ()
    """Lines that hold no verdict; what they say is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRecord:
    """A record read back whole, with what is wrong with it."""

    record: Record
    version: StoredVersion | None
    """None where it cannot be read; a problem says why."""
    bodies: tuple[bytes | None, ...]
    """Of each source that the provenance lists, in order; None where no snapshot is kept, or it cannot be read."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a transaction did."""

    head: str | None
    """Where the branch stands now; None for an archive that is still empty."""
    records: tuple[str, ...]
    """The commit of each entry, in the order in which they were given."""
    held: tuple[str, ...] = ()
    """The commit of each capture that `record_held` was given, in that order."""


def require_snapshots(key: DocumentKey, snapshots: SnapshotFiles, provenance: Provenance | None) -> None:
    """Refuse snapshots that stand where another document's do, or that are not those of `provenance`.

    Raises:
        ValueError: If so.
    """
    paths = [path for path, _ in snapshots]
    if len(set(paths)) != len(paths):
        raise ValueError(f"two snapshots of {key} have one path: {paths}")
    for path in paths:
        if not is_snapshot_of(key, path):
            raise ValueError(f"{path!r} is no path of a snapshot of {key}")
    if provenance is None:
        return
    digests = {source.snapshot: source.body_sha256 for source in provenance.sources if source.snapshot}
    if digests != {path: sha256_hex(body) for path, body in snapshots}:
        raise ValueError(f"the provenance of {key} lists other snapshots than {paths}")
