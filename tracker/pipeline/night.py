"""The nightly job: capture all declared documents, archive what is new, rebuild the site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from tracker.archive import Archive, HeldCapture, Problem, RecordEntry, StoredVersion, Transaction
from tracker.classify import RULES_VERSION, judge_change
from tracker.declarations import Loaded, LoadedCorrections
from tracker.diff import compare_versions
from tracker.errors import ArchiveError, CorrectionError, DeclarationError
from tracker.extract import EXTRACTOR
from tracker.fetch import FetchRequest, FetchSettings, validators_for
from tracker.history import awaiting_confirmation, build_timeline
from tracker.model import (
    Capture,
    Check,
    Document,
    DocumentKey,
    DocumentResult,
    Event,
    Failure,
    Outcome,
    PublishedVerdict,
    Record,
    RunReport,
    Snapshot,
    Timeline,
    Validators,
)
from tracker.pipeline.cache import Cache
from tracker.pipeline.capturing import Baseline, Judged, extract_again, judge_capture
from tracker.pipeline.confirming import settle_looks
from tracker.pipeline.departing import answers_of, doubt_departed, find_departure
from tracker.pipeline.figure_datasets import ImportedFigures, fetch_datasets, import_figures, load_workspace_publishers
from tracker.pipeline.judging import Judgements
from tracker.pipeline.logs import summarise_changes
from tracker.pipeline.reading import Reader
from tracker.pipeline.site import build_site, new_permalinks
from tracker.pipeline.stored import snapshots_of, version_of
from tracker.pipeline.undeclared import ALL_TERMS, error_about, failures_of_declarations
from tracker.pipeline.verdicts import new_verdicts
from tracker.pipeline.workspace import Fetch, Workspace, choose_documents
from tracker.publish import PublishReport, claim_folder
from tracker.render import tell_folding
from tracker.transparency import TransparencyError

#: Told after each document: its result, how many are done, how many there are.
Progress: TypeAlias = Callable[[DocumentResult, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a run did."""

    report: RunReport
    head: str | None
    """The newest commit of the archive."""
    site: PublishReport | None
    """None where the site was not built."""
    problems: tuple[Problem, ...] = ()
    """Rows of published verdicts that hold none, and were passed over."""
    wrong_inputs: tuple[CorrectionError | TransparencyError, ...] = ()
    """Corrections that are wrong or name no change, and damaged files of figures: what was passed over."""
    figures: tuple[ImportedFigures, ...] = ()
    """What became of each dataset of figures that is declared."""
    wrong_publishers: tuple[DeclarationError, ...] = ()
    """Files about publishers of figures that are wrong, and were passed over."""

    @property
    def troubled_figures(self) -> tuple[ImportedFigures, ...]:
        return tuple(result for result in self.figures if result.is_troubled)

    @property
    def is_troubled(self) -> bool:
        """Whether something of it failed, and the rest is done."""
        return bool(self.report.troubled or self.wrong_inputs or self.troubled_figures or self.wrong_publishers)


def run_night(
    workspace: Workspace,
    *,
    now: Callable[[], datetime],
    fetch: Fetch,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    names: Sequence[str] = (),
    unconfirmed: bool = False,
    with_site: bool = True,
    corrections: LoadedCorrections | None = None,
    progress: Progress = lambda _result, _done, _total: None,
) -> Night:
    """Capture the declared documents, archive what is new in one step, show it in `snapshots/`, rebuild the site.

    Where all documents are meant, the declared datasets of figures are taken in after them, in a step of their own.

    Args:
        workspace: Where.
        now: The moment (UTC); asked once for the run itself and by the fetcher for each capture.
        fetch: What captures pages; called once more where new texts need a second look.
        sleep: Waits for so many seconds: once, before the second looks.
        clock: Seconds that only grow, by which that wait is measured.
        names: Documents or services; all where empty.
        unconfirmed: Whether only documents are captured whose newest change or held capture awaits another look.
        with_site: Whether the site is rebuilt.
        corrections: What persons say against verdicts, for the site.
        progress: Told after each document.

    Raises:
        UsageError, DeclarationError: If nothing can be captured at all.
        ArchiveError: If the archive cannot be written; it is then as it was.
    """
    loaded = workspace.load_declarations()
    if not loaded.documents and loaded.errors:
        raise loaded.errors[0]
    wrong = error_about(loaded, names)
    if wrong is not None:
        raise wrong
    documents = choose_documents(loaded.documents, names)
    if with_site:
        claim_folder(workspace.settings.site)  # a folder that is not ours is refused before anything is fetched
    started_at = now()
    with workspace.open_archive(create=True) as archive, archive.lock(started_at):
        undeclared: Mapping[DocumentKey, Failure] = {}
        if unconfirmed:
            documents = _awaiting(archive, documents)
        elif not names:
            undeclared = failures_of_declarations(loaded, archive.keys())
        job = _Job(
            archive=archive,
            declared=loaded,
            documents=documents,
            undeclared=undeclared,
            started_at=started_at,
            publishes=with_site,
            confirm_seconds=workspace.settings.confirm_seconds,
            sleep=sleep,
            clock=clock,
        )
        results = job.run(fetch, workspace.fetch_settings(), progress)
        figures: tuple[ImportedFigures, ...] = ()
        wrong_publishers: tuple[DeclarationError, ...] = ()
        if not names and not unconfirmed:
            publishers = load_workspace_publishers(workspace)
            versions, failed = fetch_datasets(publishers.publishers, fetch=fetch, settings=workspace.fetch_settings())
            figures = (*failed, *import_figures(archive, versions, now=started_at))
            wrong_publishers = publishers.errors
        archive.materialise(workspace.settings.snapshots)
        wrong_inputs: list[CorrectionError | TransparencyError] = []
        site = (
            build_site(
                archive,
                workspace,
                loaded,
                judgements=job.judgements,
                corrections=corrections,
                complain=wrong_inputs.append,
            )
            if with_site
            else None
        )
        head = archive.head()
    report = RunReport(started_at=started_at, results=results)
    return Night(
        report=report,
        head=head,
        site=site,
        problems=tuple(job.problems),
        wrong_inputs=tuple(wrong_inputs),
        figures=figures,
        wrong_publishers=wrong_publishers,
    )


def _awaiting(archive: Archive, documents: Sequence[Document]) -> tuple[Document, ...]:
    records = archive.records()
    checks = defaultdict(list)
    for check in archive.checks():
        checks[check.document].append(check)
    return tuple(
        document
        for document in documents
        if awaiting_confirmation(
            build_timeline(document.key, records.get(document.key, ()), checks.get(document.key, ()))
        )
    )


def _result(key: DocumentKey, outcome: Outcome, failure: Failure | None = None) -> DocumentResult:
    if failure is None:
        return DocumentResult(document=key, outcome=outcome)
    return DocumentResult(
        document=key,
        outcome=outcome,
        reason=failure.reason,
        detail=failure.detail,
        next_step=failure.next_step,
    )


@dataclass(slots=True)
class _Watch:
    """One document during a run."""

    document: Document
    stored: StoredVersion | None
    baseline: Baseline | None
    is_upgrade: bool
    """The declaration names an address that is not among the archived ones: a difference would be ours."""
    upgrade: RecordEntry | None
    """The newest version, extracted again by the new rules."""
    validators: Mapping[str, Validators]
    captures: dict[int, Capture] = field(default_factory=dict)


@dataclass(slots=True)
class _Job:
    """One run over some documents of one archive."""

    archive: Archive
    declared: Loaded
    documents: Sequence[Document]
    undeclared: Mapping[DocumentKey, Failure]
    """What is not captured, since its declaration is wrong."""
    started_at: datetime
    publishes: bool
    """Whether the changes that are recorded get addresses, which the archive then keeps."""
    confirm_seconds: float
    """How long after a new text is seen its document is looked at once more; 0 for not at all."""
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    judgements: Judgements = field(default_factory=dict)
    """What is judged before the archive is written, for the site that is built after it."""
    problems: list[Problem] = field(default_factory=list)
    _answered: Mapping[DocumentKey, Sequence[Check]] | None = None
    """Rows that keep answers, by document; None until somebody asks, which few nights do."""

    def run(self, fetch: Fetch, settings: FetchSettings, progress: Progress) -> tuple[DocumentResult, ...]:
        # Begun before anything is read: a branch that someone moves while we fetch is then noticed at the commit.
        transaction = self.archive.transaction(at=self.started_at)
        watches = self._prepare()
        judged: dict[int, tuple[Judged, Check]] = {}
        fresh: dict[int, tuple[Judged, Check]] = {}
        newest_at = self.clock()

        def settle(place: int, found: tuple[Judged, Check]) -> None:
            judged[place] = found
            key = watches[place].document.key
            progress(_result(key, found[0].outcome, found[0].failure), len(judged), len(watches))

        for place in _look(fetch, settings, watches, range(len(watches))):
            found = self._judge_safely(watches[place])
            if found[0].outcome == "changed" and self.confirm_seconds:
                fresh[place] = found
                newest_at = self.clock()
            else:
                settle(place, found)
        if fresh:
            # One pause for all: it runs from the last of the new texts, so that each had it in full.
            self.sleep(max(0.0, newest_at + self.confirm_seconds - self.clock()))
            for place in _look(fetch, settings, watches, tuple(fresh), again=True):
                settle(place, self._confirm(watches[place], *fresh[place]))
        return self._write(transaction, watches, judged)

    def _confirm(self, watch: _Watch, first: Judged, check: Check) -> tuple[Judged, Check]:
        """Return the first look at a new text, and its row, as they stand after the second."""
        again, seen_again = self._judge_safely(watch)
        assert watch.baseline is not None, "a first record is no change"  # noqa: S101 - tells the type checker
        judged = settle_looks(
            first, again, old_text_sha256=watch.baseline.version.text_sha256, again_at=seen_again.checked_at
        )
        if judged.failure is None:
            return judged, replace(check, checked_at=max(check.checked_at, seen_again.checked_at))
        failure = judged.failure
        return judged, replace(check, outcome=judged.outcome, reason=failure.reason, detail=failure.detail)

    def _prepare(self) -> list[_Watch]:
        last = self.archive.last_checks([document.key for document in self.documents])
        return [self._watch(document, last.get(document.key)) for document in self.documents]

    def _watch(self, document: Document, last: Check | None) -> _Watch:
        stored = self.archive.latest(document.key)
        if stored is None:
            return _Watch(document=document, stored=None, baseline=None, is_upgrade=False, upgrade=None, validators={})
        is_seen = last is not None and last.text_sha256 == stored.provenance.text_sha256
        baseline = Baseline(
            version=version_of(stored),
            provenance=stored.provenance,
            # With a clock set back, a row may lie in the future.
            last_seen_at=min(last.checked_at, self.started_at)
            if last is not None and is_seen
            else stored.provenance.fetched_at,
        )
        was_made_so = (
            stored.provenance.extractor == EXTRACTOR and stored.provenance.declaration == document.declaration()
        )
        if was_made_so:
            validators = dict(last.validators) if last is not None and is_seen else {}
            return _Watch(
                document=document,
                stored=stored,
                baseline=baseline,
                is_upgrade=False,
                upgrade=None,
                validators=validators,
            )
        version, upgrade = extract_again(document, snapshots_of(self.archive, stored) or ()) or (None, None)
        if version is not None and upgrade is not None:
            baseline = Baseline(version=version, provenance=upgrade.provenance, last_seen_at=baseline.last_seen_at)
        known_urls = {source.url for source in stored.provenance.sources}
        has_moved = not all(source.url in known_urls for source in document.sources)
        return _Watch(
            document=document,
            stored=stored,
            baseline=baseline,
            is_upgrade=upgrade is None and has_moved,
            upgrade=upgrade,
            validators={},
        )

    def _judge_safely(self, watch: _Watch) -> tuple[Judged, Check]:
        try:
            return self._judge(watch)
        except ArchiveError:
            raise
        except Exception as error:  # noqa: BLE001 - one page that finds a bug must not end the night; it is reported
            failure = Failure(reason="unexpected", detail=f"{type(error).__name__}: {error}"[:500])
            at = max(capture.requested_at for capture in watch.captures.values())
            return Judged(outcome="failed", failure=failure), _check(watch.document.key, at, "failed", failure)

    def _judge(self, watch: _Watch) -> tuple[Judged, Check]:
        key = watch.document.key
        captures = [watch.captures[place] for place in range(len(watch.document.sources))]
        requested_at = max(capture.requested_at for capture in captures)
        answers = answers_of(captures, watch.baseline)
        failure = next((capture.failure for capture in captures if capture.failure is not None), None)
        if failure is not None:
            outcome: Outcome = "skipped" if failure.reason == "robots-disallowed" else "failed"
            check = replace(_check(key, requested_at, outcome, failure), answers=answers)
            return Judged(outcome=outcome, failure=failure), check
        if all(capture.not_modified for capture in captures):
            text = watch.stored.provenance.text_sha256 if watch.stored is not None else None
            check = Check(
                document=key,
                checked_at=requested_at,
                outcome="unchanged",
                text_sha256=text,
                validators=tuple(sorted(watch.validators.items())),
                answers=answers,
            )
            return Judged(outcome="unchanged"), check
        snapshots = self._snapshots(watch, captures)
        departure = find_departure(answers, watch.baseline, read_checks=lambda: self._answered_checks(key))
        judged = judge_capture(
            watch.document,
            snapshots,
            baseline=watch.baseline,
            # What stands behind a redirect that leads away is not believed for having been seen twice.
            held=None if departure is not None else self.archive.held_for(key),
            is_upgrade=watch.is_upgrade,
            read_past=lambda: self._archived(watch) or (),
        )
        if departure is not None:
            old = watch.baseline.version.text_sha256 if watch.baseline is not None else None
            judged = doubt_departed(judged, departure, old_text_sha256=old)
        outcome = "technical" if judged.outcome == "unchanged" and watch.upgrade is not None else judged.outcome
        sent = dict(watch.validators)
        validators = {
            capture.url: validators_for(capture.snapshot) if capture.snapshot is not None else sent[capture.url]
            for capture in captures
        }
        check = Check(
            document=key,
            checked_at=max(_seen_at(capture) for capture in captures),
            outcome=outcome,
            reason=judged.concern.reason if judged.concern is not None else None,
            detail=judged.concern.detail if judged.concern is not None else None,
            text_sha256=judged.version.text_sha256 if judged.version is not None else None,
            validators=tuple((url, known) for url, known in sorted(validators.items()) if known),
            answers=answers,
        )
        return judged, check

    def _answered_checks(self, key: DocumentKey) -> Sequence[Check]:
        """Return the rows of `key` that keep answers. All rows are read once, however many documents lead away."""
        if self._answered is None:
            found = defaultdict(list)
            for check in self.archive.checks():
                if check.answers:
                    found[check.document].append(check)
            self._answered = found
        return self._answered.get(key, ())

    def _snapshots(self, watch: _Watch, captures: Sequence[Capture]) -> list[Snapshot]:
        """Return a snapshot for each capture; where the server said 'not modified', the archived one."""
        archived = self._archived(watch)
        found: list[Snapshot] = []
        for place, capture in enumerate(captures):
            if capture.snapshot is not None:
                found.append(capture.snapshot)
            elif archived is not None:
                found.append(archived[place])
            else:
                raise AssertionError(f"{capture.url}: validators are sent only where a version is archived")
        return found

    def _archived(self, watch: _Watch) -> tuple[Snapshot, ...] | None:
        """Return the snapshots of the newest archived version; None where there is none, or they were not kept."""
        return snapshots_of(self.archive, watch.stored) if watch.stored is not None else None

    def _write(
        self, transaction: Transaction, watches: Sequence[_Watch], judged: Mapping[int, tuple[Judged, Check]]
    ) -> tuple[DocumentResult, ...]:
        results: list[DocumentResult] = []
        entries: list[RecordEntry] = []
        checks: dict[DocumentKey, Check] = {}
        for place, watch in enumerate(watches):
            outcome, check = judged[place]
            result = self._put(transaction, watch, outcome, check)
            if result.outcome != "failed":
                entries.extend(entry for entry in (watch.upgrade, outcome.entry) if entry is not None)
                checks[result.document] = check
            results.append(result)
        captured = {watch.document.key for watch in watches}
        for key, failure in self.undeclared.items():
            results.append(_result(key, "failed", failure))
            if key not in captured and key.terms_type != ALL_TERMS:
                transaction.check(_check(key, self.started_at, "failed", failure))
        if self.publishes or entries:
            with Cache.beside(self.archive.git_dir) as cache:
                coming = self._what_comes(entries, checks)
                reader = Reader(
                    self.archive, self.declared, cache=cache, judgements=self.judgements, pending=coming.pending
                )
                timelines = coming.timelines(reader)
                newest = {timeline.document: timeline.events[-1] for timeline in timelines if timeline.events}
                results = [_fold(result, newest.get(result.document)) for result in results]
                if self.publishes:
                    transaction.put_permalinks(new_permalinks(self.archive, timelines))
                    for timeline in timelines:
                        transaction.put_verdicts(timeline.document, self._judge_anew(reader, timeline, cache))
        transaction.commit()
        return tuple(results)

    def _what_comes(self, entries: Sequence[RecordEntry], checks: Mapping[DocumentKey, Check]) -> _Coming:
        """Return what the archive will hold once `entries` and `checks` are recorded."""
        records = dict(self.archive.records())
        pending: dict[str, StoredVersion] = {}
        for number, entry in enumerate(entries, start=1):
            record = _record_of(entry, commit=f"{number:040x}")
            records[entry.key] = (*records.get(entry.key, ()), record)
            pending[record.commit] = StoredVersion(
                key=entry.key, commit=record.commit, markdown=entry.version.markdown, provenance=entry.provenance
            )
        return _Coming(records=records, pending=pending, checks=checks)

    def _judge_anew(self, reader: Reader, timeline: Timeline, cache: Cache) -> tuple[PublishedVerdict, ...]:
        """Return what is published anew about the changes of a document; nothing where judging them fails.

        What was captured is recorded all the same, and whoever builds the site meets the fault.
        """
        kept = self.archive.verdicts(timeline.document)
        self.problems.extend(kept.problems)
        try:
            summaries = summarise_changes(reader, timeline, cache=cache)
            return tuple(
                new_verdicts(
                    timeline,
                    summaries,
                    kept.rows,
                    rules=RULES_VERSION,
                    judged_at=self.started_at,
                    withheld=reader.withheld,
                )
            )
        except Exception:  # noqa: BLE001 - see above
            return ()

    def _put(self, transaction: Transaction, watch: _Watch, judged: Judged, check: Check) -> DocumentResult:
        key = watch.document.key
        try:
            if watch.upgrade is not None:
                transaction.record(watch.upgrade)
            if judged.entry is not None:
                transaction.record(judged.entry)
            if judged.held is not None and self._may_replace_held(judged.held):
                transaction.hold(judged.held)
        except ArchiveError as error:
            if error.reason != "unwritable":
                raise
            failure = Failure(reason="unwritable-name", detail=str(error))
            transaction.check(_check(key, check.checked_at, "failed", failure))
            return _result(key, "failed", failure)
        if judged.failure is None:
            transaction.release(key)
        transaction.check(check)
        if judged.outcome == "changed":
            return DocumentResult(document=key, outcome="changed", headline=_tell_headline(watch, judged))
        return _result(key, check.outcome, judged.failure)

    def _may_replace_held(self, held: HeldCapture) -> bool:
        """Whether `held` may take the slot: a text that waits for a second look is not driven out by an error page."""
        present = self.archive.held_for(held.key)
        return held.outcome == "held" or present is None or present.outcome != "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coming:
    """What the archive will hold once a run is committed."""

    records: Mapping[DocumentKey, tuple[Record, ...]]
    pending: Mapping[str, StoredVersion]
    """Versions that are not recorded yet, by what stands in for their commits."""
    checks: Mapping[DocumentKey, Check]
    """Rows that are not written yet."""

    def timelines(self, reader: Reader) -> list[Timeline]:
        """Return the timelines of all documents, with the changes that the site will tell."""
        return [
            build_timeline(key, self.records[key], self._checks_of(key, reader), read=reader.clause_texts)
            for key in sorted(self.records)
        ]

    def _checks_of(self, key: DocumentKey, reader: Reader) -> Sequence[Check]:
        """Return the rows of `key` where changes depend on them, which is where some text came back."""
        texts = [record.text_sha256 for record in self.records[key]]
        if len(set(texts)) == len(texts):
            return ()
        fresh = self.checks.get(key)
        return (*reader.checks.get(key, ()), *([fresh] if fresh is not None else []))


def _fold(result: DocumentResult, newest: Event | None) -> DocumentResult:
    """Return `result` with why what was recorded is no change, where the newest event of its document says so."""
    if result.outcome != "changed" or newest is None or newest.folded is None:
        return result
    return replace(result, folded=newest.folded, headline=f"no change: {tell_folding(newest)}")


def _tell_headline(watch: _Watch, judged: Judged) -> str | None:
    """Return the headline of a recorded change; None where telling it fails, which must not stop the recording."""
    if watch.baseline is None or judged.version is None:
        return None
    try:
        change = compare_versions(watch.baseline.version, judged.version)
        return judge_change(change, language=watch.document.options.language).headline
    except Exception:  # noqa: BLE001 - the text is archived all the same, and the site tells the change
        return None


def _record_of(entry: RecordEntry, *, commit: str) -> Record:
    """Return the record that `entry` will be; `commit` stands in for its commit, which is not known yet."""
    provenance = entry.provenance
    return Record(
        document=entry.key,
        commit=commit,
        kind=entry.kind,
        fetched_at=provenance.fetched_at,
        source_url=provenance.sources[0].url,
        text_sha256=provenance.text_sha256,
        markdown_sha256=provenance.markdown_sha256,
        body_sha256=provenance.sources[0].body_sha256,
    )


def _check(key: DocumentKey, at: datetime, outcome: Outcome, failure: Failure) -> Check:
    return Check(document=key, checked_at=at, outcome=outcome, reason=failure.reason, detail=failure.detail)


def _seen_at(capture: Capture) -> datetime:
    return capture.snapshot.fetched_at if capture.snapshot is not None else capture.requested_at


def _look(
    fetch: Fetch, settings: FetchSettings, watches: Sequence[_Watch], places: Sequence[int], *, again: bool = False
) -> Iterator[int]:
    """Yield each of `places` as soon as all sources of its watch are captured; its captures go with the next step."""
    requests, users = _plan(watches, places, again=again)
    for request_place, capture in fetch(requests, settings):
        for place, source_place in users[request_place]:
            watch = watches[place]
            watch.captures[source_place] = capture
            if len(watch.captures) == len(watch.document.sources):
                yield place
                watch.captures.clear()


def _plan(
    watches: Sequence[_Watch], places: Sequence[int], *, again: bool
) -> tuple[list[FetchRequest], list[list[tuple[int, int]]]]:
    """Return one request for each address (with the same headers), and which sources of which documents it serves.

    An address that several documents share is asked with validators only if all of them know the same ones. To look
    `again` is to ask without any, past all caches.
    """
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[int, int]]] = {}
    for place in places:
        document = watches[place].document
        for source_place, source in enumerate(document.sources):
            groups.setdefault((source.url, document.options.headers), []).append((place, source_place))
    requests: list[FetchRequest] = []
    for (url, headers), users in groups.items():
        known = {watches[place].validators.get(url, Validators()) for place, _ in users}
        validators = known.pop() if len(known) == 1 and not again else Validators()
        requests.append(FetchRequest(url=url, validators=validators, headers=headers, no_cache=again))
    return requests, list(groups.values())
