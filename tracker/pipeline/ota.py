"""Importing a collection of Open Terms Archive: its history, vetted with what came after, under a vantage of its own.

A document is taken in whole, one after another, so that each version is judged with its past and its future. Several
documents make a batch, which is one step of the archive: a kill loses a batch at most, and the next import goes on
with the same batches and ends at the same commit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tracker.archive import Archive, ForeignHistory, Transaction
from tracker.errors import ArchiveError, UsageError
from tracker.importers import CommitClass, OtaVersion, read_collection
from tracker.model import DocumentKey, Outcome
from tracker.pipeline.import_marks import Mark, mark_name, marks_path, read_marks, write_marks
from tracker.pipeline.ota_plan import Bounds, Plan, list_batches, make_plan, mark_after
from tracker.pipeline.ota_recording import Found, OtaText, Past, Recording, SetAside, read_texts
from tracker.pipeline.workers import Crew, crew
from tracker.pipeline.workspace import Workspace
from tracker.vet import Decision, PastVersion, vet_history

#: Larger files are no policies, and take a hundred times their size to be read.
_MAX_TEXT_BYTES: Final = 16 << 20
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
                history.commits(), vantage=name, services=services, terms_types=terms_types
            )  # fmt: skip
            job = _Import(
                archive=archive,
                history=history,
                vantage=name,
                languages=_languages(workspace),
                bounds=Bounds(since=since, until=until),
                progress=progress,
            )
            job.run(collection.documents)
            if not job.documents and not job.failed:
                raise UsageError(
                    f"Nothing to import from {history.name}: of its {sum(collection.counts.values())} commits none "
                    "records a version that is wanted. Versions stand at <Service>/<Terms Type>.md."
                )
        return OtaImport(
            vantage=name,
            source=job.source,
            source_head=history.head,
            commits=collection.counts,
            documents=job.documents,
            versions=job.versions,
            known=job.known,
            outcomes=job.outcomes,
            set_aside=tuple(job.set_aside),
            skipped=collection.skipped,
            failed=tuple(job.failed),
            head=archive.head(),
        )


def _languages(workspace: Workspace) -> dict[DocumentKey, str | None]:
    return {document.key: document.options.language for document in workspace.declared_or_nothing().documents}


def name_vantage(source: str) -> str:
    """Return a vantage's name made of a source's: letters, digits, dots and hyphens.

    >>> name_vantage("contrib versions")
    'contrib-versions'
    """
    return _NOT_IN_A_NAME.sub("-", source).strip("-.")[:64].rstrip("-.") or "ota"


@dataclass(slots=True, kw_only=True)
class _Import:
    archive: Archive
    history: ForeignHistory
    vantage: str
    languages: Mapping[DocumentKey, str | None]
    bounds: Bounds
    progress: Callable[[str, int, int], None]
    documents: int = 0
    """Documents of which something is wanted."""
    versions: int = 0
    known: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    set_aside: list[SetAside] = field(default_factory=list)
    failed: list[tuple[DocumentKey, str]] = field(default_factory=list)
    _marks: dict[str, Mark] = field(default_factory=dict)
    _taken: frozenset[DocumentKey] = frozenset()
    """Documents of which the archive has versions."""

    @property
    def source(self) -> str:
        return self.history.name

    def run(self, documents: Mapping[DocumentKey, tuple[OtaVersion, ...]]) -> None:
        """Take in `documents`, batch by batch."""
        self._marks = read_marks(self.archive, self.vantage)
        self._taken = frozenset(self.archive.keys())
        plans = {key: plan for key, history in documents.items() if (plan := self._plan(key, history)) is not None}
        total = sum(len(plan.versions) for plan in plans.values())
        done = 0
        with crew(amount=total, least=_MANY_TEXTS) as workers:
            texts = self._texts(workers, list(plans.values()))
            for batch in list_batches({key: len(history) for key, history in documents.items()}):
                transaction = self.archive.transaction(at=None)
                latest: datetime | None = None
                for plan in (plans[key] for key in batch if key in plans):
                    found = [next(texts) for _ in plan.versions]
                    if self._take_in(transaction, plan, found):
                        ends = (version.recorded_at for version in plan.versions)
                        latest = max(ends) if latest is None else max(latest, *ends)
                    done += len(plan.versions)
                    self.progress(str(plan.key), done, total)
                if latest is not None:
                    marks = write_marks(self._marks, source=self.source)
                    transaction.put_file(marks_path(self.vantage), marks, at=latest)
                    transaction.commit()

    def _plan(self, key: DocumentKey, history: tuple[OtaVersion, ...]) -> Plan | None:
        mark = self._marks.get(mark_name(key), Mark())
        try:
            plan = make_plan(key, history, mark, self.bounds, is_taken=key in self._taken)
        except UsageError as error:
            self.failed.append((key, str(error)))
            return None
        if plan is None:
            return None
        self.documents += 1
        self.known += plan.known
        self.versions += plan.known + (len(plan.pending) if isinstance(plan, Plan) else 0)
        return plan if isinstance(plan, Plan) else None

    def _texts(self, workers: Crew, plans: Sequence[Plan]) -> Iterator[OtaText | None]:
        """Yield the text of each version of `plans`, in order; each blob of a document is read and parsed once."""
        distinct = [list(dict.fromkeys(version.blob for version in plan.versions)) for plan in plans]
        blobs = (blob for some in distinct for blob in some)
        read = workers.map(read_texts, self.history.blobs(blobs, max_bytes=_MAX_TEXT_BYTES), batch=_TEXTS_AT_ONCE)
        for plan, some in zip(plans, distinct, strict=True):
            found = {blob: next(read) for blob in some}
            yield from (found[version.blob] for version in plan.versions)

    def _take_in(self, transaction: Transaction, plan: Plan, texts: Sequence[OtaText | None]) -> bool:
        """Record of one document what is new, and note how far it was taken in; tell whether that could be done."""
        try:
            transaction.require_room(plan.key)
        except ArchiveError as error:
            self.failed.append((plan.key, str(error)))
            return False
        decided = self._decide(plan, texts)
        recording = Recording(
            source=self.source,
            transaction=transaction,
            key=plan.key,
            known=dict(plan.mark.open),
            past=self._past(plan, texts),
        )
        for version, found in self._read_pending(plan, texts):
            recording.pass_version(version, found, decided.get(version.commit))
        recording.close()
        self.known += recording.repeated
        self.outcomes += recording.outcomes
        self.set_aside += recording.set_aside
        self._marks[mark_name(plan.key)] = mark_after(plan, recording.decided)
        return True

    def _read_pending(self, plan: Plan, texts: Sequence[OtaText | None]) -> Iterator[tuple[OtaVersion, Found | None]]:
        """Yield each version that is to be decided, with its text and its Markdown, which is read again."""
        pending = [
            (version, text)
            for version, text in zip(plan.versions, texts, strict=True)
            if version.commit in plan.pending
        ]  # fmt: skip
        blobs = (version.blob for version, text in pending if text is not None)
        contents = self.history.blobs(blobs, max_bytes=_MAX_TEXT_BYTES)
        for version, text in pending:
            content = next(contents) if text is not None else None
            yield version, (text, content) if text is not None and content is not None else None

    def _decide(self, plan: Plan, texts: Sequence[OtaText | None]) -> dict[str, Decision]:
        readable = [
            (version, text) for version, text in zip(plan.versions, texts, strict=True) if text is not None
        ]  # fmt: skip
        decisions = vet_history(
            [
                PastVersion(captured_at=version.recorded_at, sketch=text.sketch, sources=version.snapshots)
                for version, text in readable
            ],
            language=self.languages.get(plan.key.own),
        )
        return {version.commit: decision for (version, _), decision in zip(readable, decisions, strict=True)}

    def _past(self, plan: Plan, texts: Sequence[OtaText | None]) -> Past:
        """Return what the archive has of a document that an earlier import began."""
        records = self.archive.records_of(plan.key) if plan.mark.first is not None else ()
        if not records:
            return Past()
        newest = records[-1]
        origin = (newest.imported_from or "").rpartition("@")[2]
        settled = list(zip(plan.versions[: plan.settled], texts, strict=False))
        since = next((place for place, (version, _) in enumerate(settled) if version.commit == origin), 0)
        seen = [
            version.recorded_at for version, text in settled if text and text.text_sha256 == newest.text_sha256
        ]  # fmt: skip
        return Past(
            text_sha256=newest.text_sha256,
            markdown_sha256=newest.markdown_sha256,
            last_seen_at=max(seen, default=newest.fetched_at),
            is_upgrade_due=any(version.kind == "technical" for version, _ in settled[since + 1 :]),
        )
