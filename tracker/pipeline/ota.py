"""Importing a collection of Open Terms Archive: its history, vetted with what came after, under a vantage of its own.

A document is taken in whole, one after another, so that each version is judged with its past and its future. Several
documents make a batch, which is one step of the archive: a kill loses a batch at most, and the next import goes on
with the same batches and ends at the same commit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tracker.archive import Archive, ForeignHistory, Transaction
from tracker.errors import ArchiveError, UsageError
from tracker.importers import CommitClass, OtaVersion, read_collection
from tracker.model import DocumentKey, Outcome
from tracker.pipeline.import_marks import Mark, mark_name, marks_path, read_marks, write_marks
from tracker.pipeline.ota_recording import OtaText, Past, Recording, SetAside, read_texts
from tracker.pipeline.workers import Crew, crew
from tracker.pipeline.workspace import Workspace
from tracker.vet import Decision, PastVersion, vet_history

#: Versions after which a batch ends, with the document that it is in: some tens of megabytes, a second or two.
_BATCH_VERSIONS: Final = 200
#: Texts that a process is handed at once, and from how many on processes are worth their start.
_TEXTS_AT_ONCE: Final = 8
_MANY_TEXTS: Final = 150
_NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtaImport:
    """What an import did."""

    vantage: str
    source: str
    source_head: str
    commits: Mapping[CommitClass, int]
    """How many commits the collection has of each class, wanted or not."""
    documents: int
    versions: int
    """Versions that were wanted."""
    known: int
    """Those of them that an earlier import took in."""
    outcomes: Mapping[Outcome, int]
    """What became of the others."""
    set_aside: tuple[SetAside, ...]
    """Those that were refused, held back or doubted, in the order of the documents and their histories."""
    skipped: tuple[tuple[str, str], ...]
    """(commit, why) of what is no version."""
    failed: tuple[tuple[DocumentKey, str], ...]
    """Documents that could not be taken in, and why; the others were."""
    head: str | None


def import_ota(
    workspace: Workspace,
    source: str,
    *,
    services: Sequence[str] = (),
    terms_types: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    vantage: str = "",
    now: datetime,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> OtaImport:
    """Take the versions of a collection of Open Terms Archive into the archive, below `vantages/<vantage>/`.

    What an earlier import took in is left as it is; versions that have come since are added. An import that was ended
    goes on where its last batch ended.

    Args:
        workspace: Where.
        source: A repository, a bundle, or an address that git can clone.
        services: Only these services.
        terms_types: Only these terms types.
        since: Only versions recorded from this instant on.
        until: Only versions recorded up to this instant, itself included.
        vantage: Name under which they are kept; made of the source's name where empty.
        now: When the import is made (UTC), for the lock alone.
        progress: Told (document, versions done, versions in all).

    Raises:
        UsageError: If the source or a name is of no valid form, or nothing in the source is wanted.
        ArchiveError: If the source cannot be read or the archive cannot be written.
    """
    with workspace.open_archive(create=True) as archive, archive.lock(now):
        cache = archive.git_dir / "policy-tracker" / "sources"
        with ForeignHistory.open(source, cache=cache) as history:
            name = vantage or name_vantage(history.name)
            collection = read_collection(
                history.commits(),
                vantage=name,
                services=services,
                terms_types=terms_types,
                since=since,
                until=until,
            )
            if not collection.documents:
                raise UsageError(
                    f"Nothing to import from {history.name}: of its {sum(collection.counts.values())} commits none "
                    "records a version that is wanted. Versions stand at <Service>/<Terms Type>.md."
                )
            languages = {
                document.key: document.options.language for document in workspace.declared_or_nothing().documents
            }
            job = _Import(archive=archive, history=history, vantage=name, languages=languages, progress=progress)
            job.run(collection.documents)
        return OtaImport(
            vantage=name,
            source=job.source,
            source_head=history.head,
            commits=collection.counts,
            documents=len(collection.documents),
            versions=sum(map(len, collection.documents.values())),
            known=job.known,
            outcomes=job.outcomes,
            set_aside=tuple(job.set_aside),
            skipped=collection.skipped,
            failed=tuple(job.failed),
            head=archive.head(),
        )


def name_vantage(source: str) -> str:
    """Return a vantage's name made of a source's: letters, digits, dots and hyphens.

    >>> name_vantage("contrib versions")
    'contrib-versions'
    """
    return _NOT_IN_A_NAME.sub("-", source).strip("-.")[:64].rstrip("-.") or "ota"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """One document that has something new."""

    key: DocumentKey
    versions: tuple[OtaVersion, ...]
    settled: int
    """How many of them are settled."""
    open: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Import:
    archive: Archive
    history: ForeignHistory
    vantage: str
    languages: Mapping[DocumentKey, str | None]
    progress: Callable[[str, int, int], None]
    known: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    set_aside: list[SetAside] = field(default_factory=list)
    failed: list[tuple[DocumentKey, str]] = field(default_factory=list)
    _marks: dict[str, Mark] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.history.name

    def run(self, documents: Mapping[DocumentKey, tuple[OtaVersion, ...]]) -> None:
        """Take in `documents`, batch by batch."""
        self._marks = read_marks(self.archive, self.vantage)
        plans = [plan for key, versions in documents.items() if (plan := self._plan(key, versions)) is not None]
        total = sum(len(plan.versions) for plan in plans)
        done = 0
        with crew(amount=total, least=_MANY_TEXTS) as workers:
            texts = self._texts(workers, plans)
            for batch in _batches(plans):
                transaction = self.archive.transaction(at=None)
                for plan in batch:
                    found = [next(texts) for _ in plan.versions]
                    self._take_in(transaction, plan, found)
                    done += len(plan.versions)
                    self.progress(str(plan.key), done, total)
                transaction.put_file(marks_path(self.vantage), write_marks(self._marks, source=self.source))
                transaction.commit()

    def _plan(self, key: DocumentKey, versions: tuple[OtaVersion, ...]) -> _Plan | None:
        mark = self._marks.get(mark_name(key), Mark(settled=None))
        settled = 0
        if mark.settled is not None:
            places = [place for place, version in enumerate(versions) if version.commit == mark.settled]
            if not places:
                self.failed.append((key, _rewritten(key, mark.settled)))
                return None
            settled = places[0] + 1
        self.known += settled
        if tuple(version.commit for version in versions[settled:]) == mark.open:
            self.known += len(mark.open)
            return None
        return _Plan(key=key, versions=versions, settled=settled, open=mark.open)

    def _texts(self, workers: Crew, plans: Sequence[_Plan]) -> Iterator[OtaText | None]:
        """Yield the text of each version of `plans`, in order; each blob of a document is read and parsed once."""
        distinct = [list(dict.fromkeys(version.blob for version in plan.versions)) for plan in plans]
        contents = self.history.blobs(blob for blobs in distinct for blob in blobs)
        read = workers.map(read_texts, contents, batch=_TEXTS_AT_ONCE)
        for plan, blobs in zip(plans, distinct, strict=True):
            found = {blob: next(read) for blob in blobs}
            yield from (found[version.blob] for version in plan.versions)

    def _take_in(self, transaction: Transaction, plan: _Plan, texts: Sequence[OtaText | None]) -> None:
        """Record of one document what is new, and note how far it was taken in."""
        readable = [
            (version, text) for version, text in zip(plan.versions, texts, strict=True) if text is not None
        ]  # fmt: skip
        own = DocumentKey(service=plan.key.service, terms_type=plan.key.terms_type)
        decisions = vet_history(
            [
                PastVersion(captured_at=version.recorded_at, sketch=text.sketch, sources=version.snapshots)
                for version, text in readable
            ],
            language=self.languages.get(own),
        )
        decided = {version.commit: decision for (version, _), decision in zip(readable, decisions, strict=True)}
        recording = Recording(
            source=self.source,
            transaction=transaction,
            key=plan.key,
            known=frozenset(plan.open),
            past=self._past(plan, texts),
        )
        try:
            for version, text in list(zip(plan.versions, texts, strict=True))[plan.settled :]:
                recording.pass_version(version, text, decided.get(version.commit))
        except ArchiveError as error:
            if error.reason != "unwritable":
                raise
            self.failed.append((plan.key, str(error)))  # a name that the archive cannot hold: the first version says so
            return
        self.outcomes += recording.outcomes
        self.set_aside += recording.set_aside
        self._marks[mark_name(plan.key)] = _mark_of(plan, decided)

    def _past(self, plan: _Plan, texts: Sequence[OtaText | None]) -> Past:
        """Return what the archive has of a document that an earlier import began."""
        latest = self.archive.latest(plan.key) if plan.settled else None
        if latest is None:
            return Past()
        digest = latest.provenance.text_sha256
        settled = zip(plan.versions[: plan.settled], texts, strict=False)
        seen = [version.recorded_at for version, text in settled if text and text.text_sha256 == digest]
        return Past(
            text_sha256=digest,
            markdown_sha256=latest.provenance.markdown_sha256,
            last_seen_at=max(seen, default=latest.provenance.fetched_at),
        )


def _batches(plans: Iterable[_Plan]) -> Iterator[list[_Plan]]:
    batch: list[_Plan] = []
    count = 0
    for plan in plans:
        batch.append(plan)
        count += len(plan.versions)
        if count >= _BATCH_VERSIONS:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


def _mark_of(plan: _Plan, decided: Mapping[str, Decision]) -> Mark:
    """Return the mark after all of `plan`: what is held at its end stays open."""
    end = len(plan.versions)
    while end > plan.settled and (found := decided.get(plan.versions[end - 1].commit)) and found.action == "hold":
        end -= 1
    return Mark(
        settled=plan.versions[end - 1].commit if end else None,
        open=tuple(version.commit for version in plan.versions[end:]),
    )


def _rewritten(key: DocumentKey, settled: str) -> str:
    return (
        f"{key}: commit {settled[:12]}, up to which it was imported, is not among the versions that are wanted now: "
        "the collection was rewritten, or --since and --until were other ones. What was imported stays. To import it "
        "anew, name another vantage: --vantage NAME."
    )
