"""Versions of the archive as values again, and the evidence from which they can be rebuilt."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tracker.archive import Archive, StoredVersion
from tracker.declarations import document_from_declaration
from tracker.extract import parse_markdown
from tracker.model import Document, Options, Provenance, Snapshot, SourceProvenance, Version

#: One document's texts are asked for by its changes, by the lives of its clauses and by what it promises.
_remembered_parse = lru_cache(maxsize=64)(parse_markdown)
_LONGEST_REMEMBERED: Final = 500_000


def version_of(stored: StoredVersion) -> Version:
    """Return the version that `stored` keeps."""
    is_short = len(stored.markdown) <= _LONGEST_REMEMBERED
    return _remembered_parse(stored.markdown) if is_short else parse_markdown(stored.markdown)


def document_of(stored: StoredVersion, *, options: Options | None = None) -> Document:
    """Return the document as it was declared when `stored` was made.

    Raises:
        DeclarationError: If the provenance holds no valid declaration.
    """
    return document_from_declaration(
        stored.key, stored.key.service, dict(stored.provenance.declaration), options or Options()
    )


def snapshots_of(archive: Archive, stored: StoredVersion) -> tuple[Snapshot, ...] | None:
    """Return the snapshots from which `stored` was made; None where the archive keeps none for some source."""
    if not all(source.snapshot for source in stored.provenance.sources):
        return None
    return tuple(
        source.snapshot_with(archive.read_body(source.snapshot, stored.commit)) for source in stored.provenance.sources
    )


def provenance_of(
    document: Document, snapshots: tuple[Snapshot, ...], version: Version, *, tracker_version: str, extractor: int
) -> Provenance:
    """Return the provenance of `version`, which was made from `snapshots` as `document` declares."""
    return Provenance(
        document=str(document.key),
        fetched_at=max(snapshot.fetched_at for snapshot in snapshots),
        text_sha256=version.text_sha256,
        markdown_sha256=version.markdown_sha256,
        tracker_version=tracker_version,
        extractor=extractor,
        declaration=document.declaration(),
        sources=tuple(
            SourceProvenance.of(snapshot, path=snapshot_path(document, place, snapshot))
            for place, snapshot in enumerate(snapshots)
        ),
    )


def snapshot_path(document: Document, place: int, snapshot: Snapshot) -> str:
    """Return where the archive keeps the snapshot of source `place`; `""` for imported Markdown: it is the version."""
    if snapshot.fetcher == "file" and snapshot.media_type == "text/markdown":
        return ""
    return f"{document.snapshot_stem(place)}.{snapshot.extension}"
