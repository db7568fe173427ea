"""Trying what people write: declarations on the live pages, corrections on the archive. Nothing is archived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.declarations import Loaded, LoadedCorrections
from tracker.errors import ArchiveError, CorrectionError, ExtractError, UsageError
from tracker.extract import extract_version
from tracker.fetch import FetchRequest
from tracker.model import Document, DocumentKey, Failure, Snapshot, Version
from tracker.pipeline.cache import Cache
from tracker.pipeline.reading import Reader
from tracker.pipeline.workspace import Fetch, Workspace
from tracker.vet import vet_capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a declaration gives today."""

    document: DocumentKey
    version: Version | None
    failure: Failure | None


def try_documents(
    workspace: Workspace, documents: Sequence[Document], *, fetch: Fetch, now: Callable[[], datetime]
) -> Iterator[Trial]:
    """Yield for each of `documents`, in order, the version that its pages give now, or why they give none."""
    requests = [
        FetchRequest(url=source.url, headers=document.options.headers)
        for document in documents
        for source in document.sources
    ]
    captures = dict(fetch(requests, workspace.fetch_settings()))
    place = 0
    for document in documents:
        own = [captures[place + offset] for offset in range(len(document.sources))]
        place += len(own)
        failure = next((capture.failure for capture in own if capture.failure is not None), None)
        snapshots = [capture.snapshot for capture in own if capture.snapshot is not None]
        yield _try(document, snapshots, failure, now())


def _try(document: Document, snapshots: Sequence[Snapshot], failure: Failure | None, now: datetime) -> Trial:
    if failure is not None:
        return Trial(document=document.key, version=None, failure=failure)
    try:
        version = extract_version(document, snapshots)
    except ExtractError as error:
        return Trial(document=document.key, version=None, failure=Failure(reason=error.reason, detail=str(error)))
    decision = vet_capture(document, snapshots, version, previous=[], now=now)
    return Trial(document=document.key, version=version, failure=decision.failure)


def check_corrections(
    workspace: Workspace, declared: Loaded, corrections: LoadedCorrections
) -> tuple[CorrectionError, ...]:
    """Return what is wrong with `corrections`: their files and, where there is an archive, whether it has the changes.

    What the changes mean is not judged, so that this is quick.
    """
    if not corrections.corrections:
        return corrections.errors
    try:
        archive = workspace.open_archive()
    except (UsageError, ArchiveError):
        return corrections.errors  # nothing is archived yet, or 'tracker doctor' tells why it cannot be read
    with archive, Cache.beside(archive.git_dir) as cache:
        reader = Reader(archive, declared, cache=cache, corrections=corrections)
        for key in reader.records:
            reader.corrections.find(reader.timeline(key))
        return reader.corrections.errors()
