"""Importing a document's history from the Wayback Machine: which copies are fetched, and what each comes to.

Copies are taken in the order of their instants. What an earlier import settled is passed over, so that an import can be
ended at any moment and goes on where it was.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

from tracker.archive import Archive, HeldCapture, RecordEntry
from tracker.errors import ArchiveError, FetchError, UsageError
from tracker.extract import EXTRACTOR, parse_markdown
from tracker.fetch import BoundedAdapter, FetchSettings
from tracker.importers import ListedMemento, MementoList, WaybackMachine, is_memento
from tracker.model import (
    PROVING_OUTCOMES,
    REASONS,
    SEEN_OUTCOMES,
    Check,
    Document,
    DocumentKey,
    Failure,
    JsonValue,
    Provenance,
    Record,
    Snapshot,
    Version,
    format_instant,
)
from tracker.pipeline.capturing import Baseline, Judged, extract_again, judge_capture
from tracker.pipeline.foresight import Sight, past_version, settle_doubtful
from tracker.pipeline.imported import (
    ImportTarget,
    baseline_of,
    check_of,
    next_baseline,
    next_held,
    settled_sources,
    sources_by_instant,
)
from tracker.pipeline.locking import lock_patiently
from tracker.pipeline.mementos import LATE, ImportedMemento, MementoOutcome, Moment, plan_mementos, tell_memento
from tracker.pipeline.stored import snapshots_of, version_of
from tracker.pipeline.workspace import Workspace
from tracker.vet import PastVersion, sketch_text

DEFAULT_VANTAGE: Final = "wayback"

#: Copies that are fetched between two commits: what a kill may cost.
_BATCH_FETCHED: Final = 25
#: Bytes of bodies that wait for a commit.
_BATCH_BYTES: Final = 50_000_000
#: Instants after a doubtful copy at which is looked, and copies that are fetched for it, which a kill may cost besides.
_MOST_AHEAD: Final = 100
_MOST_AHEAD_FETCHED: Final = 25
#: Versions before the newest one by which a doubtful copy is judged.
_PAST_VERSIONS: Final = 25
#: Faults of the archive, not of a copy. So many copies in a row that fail so are a sign that the next will, too; and a
#: copy that is passed over cannot be taken in later.
_UNAVAILABLE: Final = frozenset(
    {"connection-refused", "connection-failed", "dns-failure", "tls-error", "timeout", "server-error"}
)  # fmt: skip
_MOST_UNAVAILABLE: Final = 3
#: Reasons for which no other copy is asked for either.
_ENDING: Final = frozenset({"rate-limited", "out-of-time"})
#: How long requests are made in one call: within the six hours of a job on GitHub Actions, with room for what follows.
WAYBACK_MINUTES: Final = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybackImport:
    """What an import did."""

    document: DocumentKey
    mementos: tuple[ImportedMemento, ...]
    """In the order of their instants; first what is about the index."""
    known: int
    """Copies that an earlier import settled: nothing is done about them."""
    stopped: Failure | None
    """Why the import ended early; None where it came to the end of the list."""
    head: str | None

    @property
    def counts(self) -> Counter[MementoOutcome]:
        return Counter(memento.outcome for memento in self.mementos)

    @property
    def is_troubled(self) -> bool:
        return any(memento.is_troubled for memento in self.mementos)


Progress: TypeAlias = Callable[[ImportedMemento, int, int], None]

#: What makes one check row of a document another one: instant, outcome, reason, text, sources.
_Row: TypeAlias = tuple[datetime, str, str | None, str | None, tuple[str, ...] | None]


def open_wayback(
    settings: FetchSettings,
    *,
    minutes: float = WAYBACK_MINUTES,
    now: Callable[[], datetime],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> WaybackMachine:
    """Return the Wayback Machine, asked within the limits of `settings`, for so many `minutes` from now on."""
    return WaybackMachine(
        BoundedAdapter(settings, is_wanted=is_memento, now=now, clock=clock),
        user_agent=settings.user_agent,
        max_bytes=settings.max_bytes,
        retries=settings.retries,
        seconds_between=settings.per_host_seconds,
        most_seconds=minutes * 60,
        clock=clock,
        sleep=sleep,
    )


def import_wayback(
    workspace: Workspace,
    machine: WaybackMachine,
    *,
    name: str,
    vantage: str = "",
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    now: Callable[[], datetime],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    progress: Progress = lambda _memento, _done, _total: None,
) -> WaybackImport:
    """Record the copies that the Wayback Machine has of the declared document `name`, in batches.

    They never become part of the document's own history: they are kept under a vantage. A copy whose body is, by the
    index, that of the one before is not fetched; that it was served again is written down all the same.

    Args:
        workspace: Where.
        machine: The Wayback Machine.
        name: `Service/Terms Type`, as declared.
        vantage: Name of the vantage; `""` for the one that `name` has, or `wayback`.
        from_at: Earliest instant (UTC) of a copy; None for the first there is.
        to_at: Latest instant (UTC), included; None for the last there is.
        now: The moment, aware and in UTC.
        clock: Seconds that only grow.
        sleep: Waits for so many seconds, where another writer is at work.
        progress: Told after each copy.

    Raises:
        UsageError: If the document is not declared, or the range ends before it begins.
        DeclarationError: If nobody can know how it was declared on a day.
        FetchError: If the index cannot be had; nothing is imported then.
        ArchiveError: If the archive cannot be written, or another writer has it for half an hour on end; the batches
            before are in it.
    """
    if from_at is not None and to_at is not None and from_at > to_at:
        raise UsageError(f"The range ends at {format_instant(to_at)}, before it begins: {format_instant(from_at)}")
    target = ImportTarget.of(workspace.load_declarations(), name=name, vantage=vantage)
    if not target.key.vantage:
        target = replace(target, key=replace(target.key, vantage=DEFAULT_VANTAGE))
    addresses = target.addresses()
    if not addresses:
        target.declared_on(now())
    lists, unsearchable = _search_all(machine, addresses, from_at, to_at)
    plan = plan_mementos(target, lists, now=now())
    with workspace.open_archive(create=True) as archive:
        walk = _Walk.begin(archive, target.key, machine, now=now, clock=clock, sleep=sleep)
        walk.told.update({(memento.captured_at, memento.url, memento.memento_url): memento for memento in plan.told})
        walk.go(plan.moments, progress)
        return WaybackImport(
            document=target.key,
            mementos=(*unsearchable, *plan.unreadable, *sorted(walk.told.values(), key=_place)),
            known=walk.known,
            stopped=walk.stopped,
            head=archive.head(),
        )


def _place(memento: ImportedMemento) -> tuple[str, str, str]:
    at = format_instant(memento.captured_at) if memento.captured_at is not None else ""
    return at, memento.url, memento.memento_url or ""


def _search_all(
    machine: WaybackMachine, addresses: Sequence[str], from_at: datetime | None, to_at: datetime | None
) -> tuple[dict[str, MementoList], list[ImportedMemento]]:
    """Return what the index has of each address, and those of which it cannot be had for good.

    Raises:
        FetchError: If it cannot be had of any address, or not now: the copies of the others would leave no room for it.
    """
    lists: dict[str, MementoList] = {}
    failed: list[ImportedMemento] = []
    for url in addresses:
        try:
            lists[url] = machine.search(url, from_at=from_at, to_at=to_at)
        except FetchError as error:
            if error.transient or len(failed) + 1 == len(addresses):
                message = f"Searching the Wayback Machine for {url}: {error.reason}: {error}. {REASONS[error.reason]}"
                raise FetchError(message, url=url, reason=error.reason, transient=error.transient) from error
            failed.append(
                ImportedMemento(
                    captured_at=None,
                    url=url,
                    memento_url=None,
                    outcome="failed",
                    reason=error.reason,
                    detail=str(error),
                )
            )
    return lists, failed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bodies:
    """The bodies that made a document at a moment, as the index names them."""

    declaration: Mapping[str, JsonValue]
    digests: tuple[str, ...]
    """One for each source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The newest copy of one address that was taken in."""

    digest: str
    snapshot: Snapshot | None
    """None where an earlier import fetched it."""


@dataclass(slots=True, kw_only=True)
class _Batch:
    """What waits for the next commit."""

    entries: list[RecordEntry] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    fetched: int = 0
    """Copies that were asked for. What an earlier import has a row of does not count, so that batches are the same
    however often an import was ended."""
    is_slot_moved: bool = False

    @property
    def is_full(self) -> bool:
        size = sum(len(body) for entry in self.entries for _, body in entry.snapshots)
        return self.fetched >= _BATCH_FETCHED or size >= _BATCH_BYTES


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One import on its way through the moments, oldest first."""

    archive: Archive
    key: DocumentKey
    machine: WaybackMachine
    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    records: tuple[Record, ...]
    refused: Mapping[tuple[datetime, str | None], Check]
    """Instant and text of what was refused -> its row."""
    settled: Mapping[datetime, frozenset[str] | None]
    """Instants that an earlier import settled -> the addresses that it had of each; None for all."""
    late: Mapping[datetime, frozenset[str] | None]
    """The same of copies that it found too late and other than what is on record."""
    rows: set[_Row]
    """The check rows that are there."""
    known_until: datetime | None
    """How far the history had grown when the import began; None for an empty one."""
    baseline: Baseline | None
    baseline_snapshots: tuple[Snapshot, ...]
    baseline_from: str | None
    written: Provenance | None
    """Of the newest version in the archive, by which another writer would be noticed."""
    held: HeldCapture | None
    told: dict[tuple[datetime | None, str, str | None], ImportedMemento] = field(default_factory=dict)
    """By instant, declared address and address of the copy."""
    known: int = 0
    stopped: Failure | None = None
    _batch: _Batch = field(default_factory=_Batch)
    _passed: dict[str, list[ListedMemento]] = field(default_factory=dict)
    """The copies of each address so far, oldest first."""
    _shown: dict[str, _Shown] = field(default_factory=dict)
    _seen: _Bodies | None = None
    """What made the text that was seen last."""
    _refused: tuple[_Bodies, Judged] | None = None
    """What was refused since a version was last recorded."""
    _coming: Sequence[Moment] = ()
    """The moments after the one at hand."""
    _ahead: dict[datetime, dict[str, Snapshot | Failure]] = field(default_factory=dict)
    """Instant -> address -> what was fetched of it before its turn."""
    _sketches: dict[datetime, tuple[tuple[str, ...], Sight | None]] = field(default_factory=dict)
    """Instant -> what a look ahead made of it, and of which bodies beside which text."""
    _past: list[PastVersion] | None = None
    """The newest versions before the baseline, oldest first; None as long as nobody asked."""
    _unavailable: int = 0
    """How many fetches in a row failed by a fault of the archive."""

    @classmethod
    def begin(
        cls,
        archive: Archive,
        key: DocumentKey,
        machine: WaybackMachine,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> _Walk:
        """Return a walk from where the history of `key` in `archive` stands."""
        latest = archive.latest(key)
        records = archive.records_of(key)
        checks = archive.checks(key)
        settled = settled_sources(checks, records)
        snapshots = snapshots_of(archive, latest) if latest is not None else None
        return cls(
            archive=archive,
            key=key,
            machine=machine,
            now=now,
            clock=clock,
            sleep=sleep,
            records=records,
            refused={(check.checked_at, check.text_sha256): check for check in checks if check.outcome == "refused"},
            settled=settled,
            late=sources_by_instant(check for check in checks if check.reason == LATE),
            rows={_identify(check) for check in checks},
            known_until=max([latest.provenance.fetched_at, *settled]) if latest is not None else None,
            baseline=baseline_of(latest, settled),
            baseline_snapshots=snapshots or (),
            baseline_from=records[-1].imported_from if records else None,
            written=latest.provenance if latest is not None else None,
            held=archive.held_for(key),
        )

    def go(self, moments: Sequence[Moment], progress: Progress) -> None:
        """Take in `moments`, oldest first."""
        total = sum(len(self._open(moment)) for moment in moments)
        done = 0
        for place, listed in enumerate(moments):
            self._coming = moments[place + 1 :]
            moment = self._pass_over(listed)
            if not moment.mementos:
                continue
            told = self._take(moment) if self.stopped is None else ()
            if self.stopped is not None:
                told = self._not_fetched(moment, self.stopped)
            for memento in told:
                done += 1
                self.told[memento.captured_at, memento.url, memento.memento_url] = memento
                progress(memento, done, total)
            self._ahead.pop(moment.at, None)
            self._sketches.pop(moment.at, None)
            if self._batch.is_full:
                self._commit()
        self._commit()

    # -------------------------------------------------------------------------------------------------- single moments

    def _open(self, moment: Moment) -> Mapping[str, ListedMemento]:
        """Return the copies of `moment` that no earlier import had."""
        had = self._had(moment)
        late = self.late.get(moment.at, frozenset())
        return {
            url: memento for url, memento in moment.mementos.items()
            if url not in had and late is not None and url not in late
        }  # fmt: skip

    def _had(self, moment: Moment) -> AbstractSet[str]:
        """Return of which addresses an earlier import had the copies of `moment` that made its text."""
        had = self.settled.get(moment.at, frozenset())
        return moment.mementos.keys() if had is None else had

    def _pass_over(self, moment: Moment) -> Moment:
        """Take what an earlier import had of `moment` for known, and return the rest."""
        rest = self._open(moment)
        known = {url: memento for url, memento in moment.mementos.items() if url not in rest}
        self.known += len(known)
        for url, memento in known.items():
            if not memento.is_revisit:
                self._passed.setdefault(url, []).append(memento)
        urls = self._had(moment)
        had = {url: memento for url, memento in known.items() if url in urls}
        for url, memento in had.items():
            self._shown[url] = _Shown(digest=memento.digest, snapshot=None)
        if had:
            self._seen = self._bodies(replace(moment, mementos=had)) or self._seen
        return replace(moment, mementos=rest)

    def _take(self, moment: Moment) -> Sequence[ImportedMemento]:
        mementos = moment.mementos.values()
        missing = [
            source.url
            for source in moment.document.sources
            if source.url not in moment.mementos and source.url not in self._passed
        ]
        bodies = self._bodies(moment)
        for memento in mementos:
            if not memento.is_revisit:
                self._passed.setdefault(memento.url, []).append(memento)
        if missing:
            return [tell_memento(memento, "skipped", _missing(missing)) for memento in mementos]
        if moment.at in self.settled or (self.known_until is not None and moment.at < self.known_until):
            return self._take_late(moment)
        if bodies is not None and bodies == self._seen and self.baseline is not None:
            self._see(moment, self.baseline)
            return [tell_memento(memento, "unchanged") for memento in mementos]
        if bodies is not None and self._refused is not None and bodies == self._refused[0]:
            self._write_outcome(moment, self._refused[1], moment.mementos)
            return [tell_memento(memento, "refused", self._refused[1].failure) for memento in mementos]
        return self._fetch_and_judge(moment)

    def _see(self, moment: Moment, baseline: Baseline) -> None:
        """Write down that the newest text was served again, which the index proves."""
        self.baseline = replace(baseline, last_seen_at=moment.at)
        self._slot(None)
        self._write_row(
            Check(
                document=self.key,
                checked_at=moment.at,
                outcome="unchanged",
                text_sha256=baseline.provenance.text_sha256,
                sources=_sources_of(moment, moment.mementos),
            )
        )

    def _fetch_and_judge(self, moment: Moment) -> Sequence[ImportedMemento]:
        told, fresh = self._fetch_all(moment)
        self._batch.fetched += sum(not memento.is_revisit for memento in moment.mementos.values())
        if self.stopped is not None or not fresh:
            return told
        snapshots = [fresh.get(source.url) or self._newest(source.url) for source in moment.document.sources]
        captured = [snapshot for snapshot in snapshots if snapshot is not None]
        taken = [moment.mementos[url] for url in fresh]
        if len(captured) < len(snapshots):
            lacking = [
                s.url for s, snapshot in zip(moment.document.sources, snapshots, strict=True) if snapshot is None
            ]
            return [*told, *(tell_memento(memento, "skipped", _missing(lacking)) for memento in taken)]
        written = len(self._batch.checks)
        judged, is_sure = self._judge(moment, captured, fresh)
        if len(self._batch.checks) == written:
            self._batch.fetched -= len(fresh)
        if self.stopped is not None:
            return told
        bodies = self._bodies(replace(moment, mementos={memento.url: memento for memento in taken}))
        if judged.outcome in PROVING_OUTCOMES:
            for url, snapshot in fresh.items():
                self._shown[url] = _Shown(digest=moment.mementos[url].digest, snapshot=snapshot)
            self._seen = bodies
        elif judged.outcome == "refused" and is_sure and bodies is not None:
            self._refused = (bodies, judged)
        return [*told, *(tell_memento(memento, judged.outcome, judged.failure) for memento in taken)]

    def _judge(
        self, moment: Moment, snapshots: Sequence[Snapshot], fresh: Mapping[str, Snapshot]
    ) -> tuple[Judged, bool]:
        """Return what a capture comes to, and whether the copies after it have no part in that; have it written.

        Nothing is written where the import has to stop before it is known.

        Args:
            moment: Its moment.
            snapshots: In the order of the sources.
            fresh: Those of them that are of this very instant, by their addresses.
        """
        imported_from = f"wayback:{moment.mementos[next(iter(fresh))].memento_url}"
        baseline, upgrade, has_moved = self._baseline_for(moment.document)
        judge = partial(
            judge_capture,
            moment.document,
            snapshots,
            baseline=baseline,
            imported_from=imported_from,
            is_upgrade=has_moved,
            read_past=lambda: self.baseline_snapshots,
        )
        settle = partial(
            settle_doubtful,
            moment.document,
            at=moment.at,
            baseline=baseline,
            imported_from=imported_from,
            is_upgrade=has_moved,
        )
        try:
            judged = judge(held=None)
            is_sure = judged.outcome != "held"
            if not is_sure:
                later = self._look_ahead(moment, fresh, judged)
                if self.stopped is not None:
                    return judged, is_sure
                # Where nothing comes after, an earlier import may have seen the same before.
                judged = (
                    settle(judged, past=self._past_versions(moment.document), later=later)
                    if later
                    else judge(held=self.held)
                )
            if judged.entry is not None:
                judged.entry.version.markdown.encode()
        except UnicodeEncodeError as error:
            # The archive would refuse the whole batch.
            return Judged(outcome="failed", failure=Failure(reason="unwritable-name", detail=str(error))), True
        except Exception as error:  # noqa: BLE001 - one copy that finds a bug must not end the import; it is reported
            failure = Failure(reason="unexpected", detail=f"{type(error).__name__}: {error}"[:500])
            return Judged(outcome="failed", failure=failure), True
        if judged.outcome in PROVING_OUTCOMES:
            judged = self._take_over(moment, judged, baseline, upgrade)
        if judged.entry is not None:
            self._past = None
            self.baseline_snapshots = tuple(snapshots)
            self.baseline_from = imported_from
            self._refused = None
        self._write_outcome(moment, judged, fresh)
        return judged, is_sure

    def _take_over(
        self, moment: Moment, judged: Judged, baseline: Baseline | None, upgrade: RecordEntry | None
    ) -> Judged:  # fmt: skip
        """Have a settled capture recorded, if its text is not on record, and be what the next is compared to."""
        if upgrade is not None:
            self._batch.entries.append(upgrade)
            if judged.outcome == "unchanged":
                judged = replace(judged, outcome="technical")
        self.baseline = next_baseline(baseline, judged, at=moment.at)
        if upgrade is not None and judged.entry is None and baseline is not None:
            self.baseline = replace(baseline, last_seen_at=moment.at)
        if judged.entry is not None:
            self._batch.entries.append(judged.entry)
        return judged

    def _write_outcome(self, moment: Moment, judged: Judged, had: Iterable[str]) -> None:
        """Have the outcome of a moment written, and what was held back or refused kept in the slot."""
        self._slot(next_held(self.held, judged))
        self._write_row(check_of(self.key, judged, at=moment.at, sources=_sources_of(moment, had)))

    # ---------------------------------------------------------------------------------------------------- looking ahead

    def _look_ahead(self, moment: Moment, fresh: Mapping[str, Snapshot], doubtful: Judged) -> list[Sight]:
        """Return the texts of the copies after a doubtful one, as far as it takes to judge it.

        Those count that have a newer copy of what is doubtful, until the newest version itself is back. How far is
        looked depends on what the index lists alone, so that an import that was ended comes to the same.
        """
        taken = {url: moment.mementos[url] for url in fresh}
        seen: list[tuple[_Bodies | None, Sight]] = []
        if doubtful.version is not None:
            itself = Sight(captured_at=moment.at, sketch=sketch_text(doubtful.version), follows=False)
            seen.append((self._bodies(replace(moment, mementos=taken)), itself))
        sights: list[Sight] = []
        fetched = size = 0
        for coming in islice((m for m in self._coming if taken.keys() & m.mementos.keys()), _MOST_AHEAD):
            bodies = self._bodies(coming)
            if bodies is None or (self._refused is not None and bodies == self._refused[0]):
                continue
            if bodies == self._seen and self.baseline is not None:
                newest = sketch_text(self.baseline.version)
                sights.append(Sight(captured_at=coming.at, sketch=newest, follows=True))
                break
            present = next((sight for others, sight in seen if others == bodies), None)
            if present is not None:
                sights.append(replace(present, captured_at=coming.at))
                continue
            if fetched >= _MOST_AHEAD_FETCHED or size >= _BATCH_BYTES:
                break
            captured = self._fetch_ahead(coming)
            if self.stopped is not None:
                break
            fetched += len(coming.mementos)
            size += sum(len(snapshot.body) for snapshot in captured)
            sight = self._sight_of(coming, captured)
            if sight is None:
                continue
            sights.append(sight)
            seen.append((bodies, sight))
            if self.baseline is not None and sight.sketch.text_sha256 == self.baseline.provenance.text_sha256:
                break
        return sights

    def _fetch_ahead(self, coming: Moment) -> Sequence[Snapshot]:
        """Return the document as it was captured at a moment whose turn is yet to come; nothing where it was not."""
        kept = self._ahead.setdefault(coming.at, {})
        for url, memento in coming.mementos.items():
            if not memento.is_revisit and url not in kept:
                fetched = self._fetch(memento)
                if self.stopped is not None:
                    return ()
                kept[url] = fetched
        captured: list[Snapshot] = []
        for source in coming.document.sources:
            found = kept.get(source.url)
            snapshot = self._newest(source.url) if source.url not in coming.mementos else found
            if not isinstance(snapshot, Snapshot):
                return ()
            captured.append(snapshot)
        return captured

    def _sight_of(self, coming: Moment, captured: Sequence[Snapshot]) -> Sight | None:
        """Return the text of a later capture; None where it is refused on sight, since a wall vouches for nothing."""
        if not captured:
            return None
        baseline, _, has_moved = self._baseline_for(coming.document)
        beside = baseline.provenance.text_sha256 if baseline is not None else ""
        made_of = (beside, *(f"{snapshot.url} {snapshot.fetched_at}" for snapshot in captured))
        made, sight = self._sketches.get(coming.at, ((), None))
        if made == made_of:
            return sight
        try:
            judged = judge_capture(
                coming.document,
                captured,
                baseline=baseline,
                held=None,
                is_upgrade=has_moved,
                read_past=lambda: self.baseline_snapshots,
            )
        except Exception:  # noqa: BLE001 - it is told when its turn comes
            judged = Judged(outcome="failed")
        is_text = judged.version is not None and judged.outcome != "refused"
        sight = None
        if judged.version is not None and is_text:
            follows = judged.outcome in PROVING_OUTCOMES and judged.doubt is None
            sight = Sight(captured_at=coming.at, sketch=sketch_text(judged.version), follows=follows)
        self._sketches[coming.at] = (made_of, sight)
        return sight

    def _past_versions(self, document: Document) -> Sequence[PastVersion]:
        """Return the newest versions before the baseline, oldest first, recorded or about to be."""
        if self._past is None:
            records = self.archive.records_of(self.key)[-_PAST_VERSIONS - 1 :]
            stored = self.archive.read_many((self.key, record.commit) for record in records)
            found = [(one.provenance.fetched_at, version_of(one)) for one in stored]
            waiting = self._batch.entries[-_PAST_VERSIONS - 1 :]
            found += [(entry.provenance.fetched_at, parse_markdown(entry.version.markdown)) for entry in waiting]
            self._past = [past_version(document, version, at) for at, version in found[-_PAST_VERSIONS - 1 : -1]]
        return self._past

    # -------------------------------------------------------------------------------------------- baseline, late copies

    def _baseline_for(self, document: Document) -> tuple[Baseline | None, RecordEntry | None, bool]:
        """Return what a capture is compared to: the newest version as `document` is declared, and extracted, now.

        With it come the record of that version if it is to be made anew, and whether a difference is ours: the
        declaration names an address that it did not name before.
        """
        baseline = self.baseline
        if baseline is None:
            return None, None, False
        made = baseline.provenance
        if made.extractor == EXTRACTOR and made.declaration == document.declaration():
            return baseline, None, False
        again = extract_again(document, self.baseline_snapshots, imported_from=self.baseline_from)
        if again is not None:
            version, upgrade = again
            return replace(baseline, version=version, provenance=upgrade.provenance), upgrade, False
        known = {source.url for source in made.sources}
        return baseline, None, not all(source.url in known for source in document.sources)

    def _take_late(self, moment: Moment) -> Sequence[ImportedMemento]:
        """Return what a copy from within the recorded history comes to: it may bear the history out, never alter it."""
        record = next((record for record in reversed(self.records) if record.fetched_at <= moment.at), None)
        if record is None:
            return [_late(memento) for memento in moment.mementos.values()]
        told, fresh = self._fetch_all(moment)
        if self.stopped is not None or not fresh:
            return told
        return [*told, *self._compare_late(moment, fresh, record)]

    def _compare_late(
        self, moment: Moment, fresh: Mapping[str, Snapshot], record: Record
    ) -> Sequence[ImportedMemento]:  # fmt: skip
        """Return what late copies come to, put together with the other sources as they are on record for then."""
        mementos = [moment.mementos[url] for url in fresh]
        stored = self.archive.read(self.key, record.commit)
        then = Baseline(version=version_of(stored), provenance=stored.provenance, last_seen_at=record.fetched_at)
        sources = moment.document.sources
        others = {} if len(sources) == len(fresh) else {s.url: s for s in snapshots_of(self.archive, stored) or ()}
        found = [fresh.get(source.url) or others.get(source.url) for source in sources]
        captured = [snapshot for snapshot in found if snapshot is not None]
        if len(captured) < len(sources):
            return self._leave_late(moment, fresh, None)
        try:
            judged = judge_capture(moment.document, captured, baseline=then, held=None)
        except Exception as error:  # noqa: BLE001 - as above
            failure = Failure(reason="unexpected", detail=f"{type(error).__name__}: {error}"[:500])
            return [tell_memento(memento, "failed", failure) for memento in mementos]
        if judged.outcome in SEEN_OUTCOMES:
            # Other links or marks make no other text, and a late copy makes no version.
            judged = replace(judged, outcome="unchanged", entry=None)
            self._write_row(check_of(self.key, judged, at=moment.at, sources=_sources_of(moment, fresh)))
        elif judged.failure is None:
            return self._leave_late(moment, fresh, judged.version)
        refused = self.refused.get((moment.at, judged.version.text_sha256 if judged.version is not None else None))
        if judged.outcome == "held" and refused is not None and refused.reason is not None:
            # What came after spoke against it when its turn came.
            judged = replace(
                judged, outcome="refused", failure=Failure(reason=refused.reason, detail=refused.detail or "")
            )
        return [tell_memento(memento, judged.outcome, judged.failure) for memento in mementos]

    def _leave_late(
        self, moment: Moment, fresh: Mapping[str, Snapshot], version: Version | None
    ) -> Sequence[ImportedMemento]:
        """Have it written that late copies have another text than is on record: they need not be fetched again."""
        told = [_late(moment.mementos[url]) for url in fresh]
        self._write_row(
            Check(
                document=self.key,
                checked_at=moment.at,
                outcome="skipped",
                reason=told[0].reason,
                detail=told[0].detail,
                text_sha256=version.text_sha256 if version is not None else None,
                sources=_sources_of(moment, fresh),
            )
        )
        return told

    def _not_fetched(self, moment: Moment, why: Failure) -> Sequence[ImportedMemento]:
        return [tell_memento(memento, "not-fetched", why) for memento in moment.mementos.values()]

    # ---------------------------------------------------------------------------------------------------------- bodies

    def _bodies(self, moment: Moment) -> _Bodies | None:
        """Return what the document is made of at `moment`, by the index; None where that cannot be said."""
        digests: list[str] = []
        for source in moment.document.sources:
            memento = moment.mementos.get(source.url)
            shown = self._shown.get(source.url)
            if memento is not None:
                digests.append(memento.digest)
            elif shown is not None:
                digests.append(shown.digest)
            else:
                return None
        return _Bodies(declaration=moment.document.declaration(), digests=tuple(digests))

    def _fetch_all(self, moment: Moment) -> tuple[list[ImportedMemento], dict[str, Snapshot]]:
        """Return what is told of the copies of `moment` that cannot be had, and the others by their addresses."""
        told: list[ImportedMemento] = []
        fresh: dict[str, Snapshot] = {}
        for url, memento in moment.mementos.items():
            if memento.is_revisit:
                told.append(_revisit(memento))
                continue
            fetched = self._fetch(memento)
            if self.stopped is not None:
                break
            if isinstance(fetched, Failure):
                told.append(tell_memento(memento, "failed", fetched))
            else:
                fresh[url] = fetched
        return told, fresh

    def _fetch(self, memento: ListedMemento) -> Snapshot | Failure:
        before = self._ahead.get(memento.captured_at, {}).get(memento.url)
        if before is not None:
            return before
        try:
            snapshot = self.machine.fetch(memento)
        except FetchError as error:
            failure = Failure(reason=error.reason, detail=str(error), transient=error.transient)
            self._unavailable = self._unavailable + 1 if error.reason in _UNAVAILABLE else 0
            if error.reason in _ENDING or self._unavailable >= _MOST_UNAVAILABLE:
                self.stopped = failure
            return failure
        self._unavailable = 0
        return snapshot

    def _newest(self, url: str) -> Snapshot | None:
        """Return the newest copy of `url` that can be had; None where there is none."""
        shown = self._shown.get(url)
        if shown is not None and shown.snapshot is not None:
            return shown.snapshot
        archived = next((snapshot for snapshot in self.baseline_snapshots if snapshot.url == url), None)
        if archived is not None:
            return archived
        for memento in reversed(self._passed.get(url, ())):
            fetched = self._fetch(memento)
            if not isinstance(fetched, Failure):
                self._shown[url] = _Shown(digest=memento.digest, snapshot=fetched)
                return fetched
            if self.stopped is not None:
                return None
            failed = tell_memento(memento, "failed", fetched)
            self.told[failed.captured_at, failed.url, failed.memento_url] = failed
        return None

    # --------------------------------------------------------------------------------------------------------- writing

    def _write_row(self, check: Check) -> None:
        row = _identify(check)
        if row not in self.rows:
            self.rows.add(row)
            self._batch.checks.append(check)

    def _slot(self, held: HeldCapture | None) -> None:
        self.held = held
        self._batch.is_slot_moved = True

    def _commit(self) -> None:
        """Write the batch, in one step."""
        batch, self._batch = self._batch, _Batch()
        if not (batch.entries or batch.checks):
            return
        with lock_patiently(self.archive, now=self.now, clock=self.clock, sleep=self.sleep):
            latest = self.archive.latest(self.key)
            if (latest.provenance if latest is not None else None) != self.written:
                raise ArchiveError(
                    f"Importing {self.key} failed: somebody else recorded a version of it meanwhile. What was imported "
                    "before is in the archive. Run again when nobody else writes to that vantage.",
                    reason="moved",
                )
            transaction = self.archive.transaction(at=None)
            for entry in batch.entries:
                transaction.record(entry)
            for check in batch.checks:
                transaction.check(check)
            if batch.is_slot_moved and self.held is not None:
                transaction.hold(self.held)
            elif batch.is_slot_moved:
                transaction.release(self.key)
            transaction.commit()
        if batch.entries:
            self.written = batch.entries[-1].provenance


def _identify(check: Check) -> _Row:
    return check.checked_at, check.outcome, check.reason, check.text_sha256, check.sources


def _sources_of(moment: Moment, had: Iterable[str]) -> tuple[str, ...] | None:
    """Return what the row about `moment` says of its sources: those that were had; None where there is but one."""
    wanted = frozenset(had)
    urls = tuple(dict.fromkeys(source.url for source in moment.document.sources))
    return tuple(url for url in urls if url in wanted) if len(urls) > 1 else None


def _missing(urls: Iterable[str]) -> Failure:
    return Failure(reason="source-not-archived", detail=f"no copy of {', '.join(urls)} by then")


def _late(memento: ListedMemento) -> ImportedMemento:
    return tell_memento(memento, "skipped", Failure(reason=LATE, detail="the history has grown beyond its instant"))


def _revisit(memento: ListedMemento) -> ImportedMemento:
    return tell_memento(memento, "skipped", Failure(reason="revisit", detail="the record has no body of its own"))
