"""Where a version comes from: what is kept beside it in the archive as `<Terms Type>.json`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.model.document import JsonValue
from tracker.model.instant import format_instant, parse_instant
from tracker.model.snapshot import Hop, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProvenance:
    """How one source was captured."""

    url: str
    final_url: str
    redirects: tuple[Hop, ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime
    body_sha256: str
    size_bytes: int
    media_type: str
    charset: str | None
    fetcher: str
    snapshot: str
    """Path of the snapshot in the archive."""

    @classmethod
    def of(cls, snapshot: Snapshot, *, path: str) -> SourceProvenance:
        """Return the provenance of `snapshot`, which the archive keeps at `path`."""
        return cls(
            url=snapshot.url,
            final_url=snapshot.final_url,
            redirects=snapshot.redirects,
            status=snapshot.status,
            headers=snapshot.headers,
            fetched_at=snapshot.fetched_at,
            body_sha256=snapshot.body_sha256,
            size_bytes=len(snapshot.body),
            media_type=snapshot.media_type,
            charset=snapshot.charset,
            fetcher=snapshot.fetcher,
            snapshot=path,
        )

    def snapshot_with(self, body: bytes) -> Snapshot:
        """Return the snapshot that was captured, given its `body` from the archive."""
        return Snapshot(
            url=self.url,
            final_url=self.final_url,
            redirects=self.redirects,
            status=self.status,
            headers=self.headers,
            fetched_at=self.fetched_at,
            body=body,
            media_type=self.media_type,
            charset=self.charset,
            fetcher=self.fetcher,
        )

    def to_dict(self) -> dict[str, JsonValue]:
        return {
            "url": self.url,
            "final_url": self.final_url,
            "redirects": [{"url": hop.url, "status": hop.status} for hop in self.redirects],
            "status": self.status,
            "headers": dict(self.headers),
            "fetched_at": format_instant(self.fetched_at),
            "body_sha256": self.body_sha256,
            "bytes": self.size_bytes,
            "media_type": self.media_type,
            "charset": self.charset,
            "fetcher": self.fetcher,
            "snapshot": self.snapshot,
        }

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> SourceProvenance:
        return cls(
            url=row["url"],
            final_url=row["final_url"],
            redirects=tuple(Hop(url=hop["url"], status=hop["status"]) for hop in row["redirects"]),
            status=row["status"],
            headers=tuple(sorted(row["headers"].items())),
            fetched_at=parse_instant(row["fetched_at"]),
            body_sha256=row["body_sha256"],
            size_bytes=row["bytes"],
            media_type=row["media_type"],
            charset=row["charset"],
            fetcher=row["fetcher"],
            snapshot=row["snapshot"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Everything needed to cite a version and to rebuild it from its snapshots."""

    document: str
    fetched_at: datetime
    """When the last of its sources was fetched (UTC)."""
    text_sha256: str
    markdown_sha256: str
    tracker_version: str
    extractor: int
    """Number of the extraction rules; a version is rebuilt only by rules of the same number."""
    declaration: dict[str, JsonValue] = field(hash=False)
    sources: tuple[SourceProvenance, ...]

    SCHEMA = "tracker.provenance/1"

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the JSON object: a lone source's facts stand at the top level, several under `sources`."""
        head: dict[str, JsonValue] = {
            "schema": self.SCHEMA,
            "document": self.document,
            "fetched_at": format_instant(self.fetched_at),
            "text_sha256": self.text_sha256,
            "markdown_sha256": self.markdown_sha256,
            "tracker_version": self.tracker_version,
            "extractor": self.extractor,
            "declaration": self.declaration,
        }
        if len(self.sources) == 1:
            return self.sources[0].to_dict() | head
        return head | {"sources": [source.to_dict() for source in self.sources]}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Provenance:
        """Return the provenance that `row` writes.

        Raises:
            KeyError, TypeError, ValueError: If `row` is not one.
        """
        sources = row.get("sources")
        rows = sources if sources is not None else [row]
        return cls(
            document=row["document"],
            fetched_at=parse_instant(row["fetched_at"]),
            text_sha256=row["text_sha256"],
            markdown_sha256=row["markdown_sha256"],
            tracker_version=row["tracker_version"],
            extractor=row["extractor"],
            declaration=row["declaration"],
            sources=tuple(SourceProvenance.from_dict(source) for source in rows),
        )
