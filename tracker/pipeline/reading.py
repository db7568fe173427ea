"""Reading the archive for people: timelines, revisions, changes with their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from tracker.archive import Archive, StoredVersion
from tracker.classify import judge_change
from tracker.declarations import Loaded, LoadedCorrections
from tracker.diff import compare_versions
from tracker.errors import ArchiveError, RevisionError, UsageError
from tracker.history import build_timeline, list_departures, resolve_revision
from tracker.model import (
    Biography,
    Change,
    ChangeReport,
    Check,
    DocumentKey,
    DocumentReport,
    Event,
    Ledger,
    Lives,
    Passing,
    Provenance,
    Record,
    Timeline,
    Trust,
    Verdict,
    Version,
    sha256_hex,
)
from tracker.pipeline.biography import follow_lives, list_between, tell_biography
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.catalogue import Catalogue
from tracker.pipeline.comparing import Comparer
from tracker.pipeline.correcting import Corrections, Places
from tracker.pipeline.judging import Judgements, judge_events, list_also_seen
from tracker.pipeline.kept_records import KeptRecords
from tracker.pipeline.ledger import restrict_ledger, tell_ledger
from tracker.pipeline.stored import version_of
from tracker.pipeline.verdicts import tell_history
from tracker.pipeline.withheld import Withheld, empty_version
from tracker.render import fingerprint

#: Most wordings that are listed as having come and gone between two versions; a note counts the rest.
_MOST_PASSINGS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionPair:
    """Two versions of the archive, compared."""

    old: Record
    new: Record
    change: Change
    verdict: Verdict
    trust: Trust
    id: str
    """The slug of the change if the two are neighbours, else made of the digests alone."""
    between: tuple[Passing, ...] = ()
    """What came after the older and was gone again before the newer, oldest first: the first fifty at most."""
    more_between: int = 0
    """How many more came and went."""


class _Checks:
    """Check rows by document: those of a few are looked for, and where more are asked for, all are read at once."""

    _FEW: Final = 8

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._asked = 0

    @cached_property
    def _all(self) -> Mapping[DocumentKey, Sequence[Check]]:
        found: dict[DocumentKey, list[Check]] = {}
        for check in self._archive.checks():
            found.setdefault(check.document, []).append(check)
        return found

    def get(self, key: DocumentKey, default: Sequence[Check] = ()) -> Sequence[Check]:
        """Return the rows of `key`, in the order of days and, within a day, of writing."""
        self._asked += 1
        if self._asked <= self._FEW:
            return self._archive.checks(key) or default
        return self._all.get(key, default)


class Reader:
    """Reads one archive, each file of it at most once where that saves work."""

    def __init__(
        self,
        archive: Archive,
        declared: Loaded,
        *,
        cache: Cache | None = None,
        judgements: Judgements | None = None,
        pending: Mapping[str, StoredVersion] | None = None,
        corrections: LoadedCorrections | None = None,
    ) -> None:
        """Read from `archive`.

        Args:
            archive: What is read.
            declared: Gives names and languages.
            cache: What earlier runs worked out.
            judgements: What this process has judged; takes in what is judged here.
            pending: Versions that are yet to be recorded, by what stands in for their commits.
            corrections: What persons say against verdicts.
        """
        self._archive = archive
        self._cache = cache if cache is not None else Cache(None)
        self._judgements = judgements
        self._pending = pending or {}
        self.corrections = Corrections(
            corrections or LoadedCorrections(), lambda: Places.of(archive, self.records, first_at=self.first_at)
        )
        self._declared = {document.key: document for document in declared.documents}
        self._names = {document.key.service: document.service_name for document in declared.documents}

    @cached_property
    def withheld(self) -> Withheld:
        """What of the archive is published no longer: nothing that leaves this room may hold a word of it."""
        known = self._archive.withheld()
        self._cache.heed_withheld(known)
        return Withheld(known)

    @cached_property
    def records(self) -> Mapping[DocumentKey, tuple[Record, ...]]:
        return self._kept_records if self._cache.is_open else self._archive.records()

    @cached_property
    def _kept_records(self) -> KeptRecords:
        return KeptRecords(self._archive, self._cache)

    @cached_property
    def checks(self) -> _Checks:
        return _Checks(self._archive)

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self._archive, self._cache, self._kept_records)

    def first_at(self, key: DocumentKey) -> datetime:
        """Return when the first record of `key` was captured."""
        return self._kept_records.first_at(key) if self._cache.is_open else self.records[key][0].fetched_at

    def state_of(self, key: DocumentKey) -> str | None:
        """Return the digest of all that `report` tells of `key`, for as long as the rules stay; it reads no version.

        None where nothing is kept, and where a person corrects changes of the document: which corrections fit is told
        by its report alone.
        """
        concerned = self.corrections.concerned
        if not self._cache.is_open or concerned is None or key in concerned:
            return None
        same = self._vantages.get((key.service, key.terms_type), ())
        return fingerprint(
            str(key),
            self.service_name(key),
            self.language(key),
            self._catalogue.digest(key),
            tuple((str(other), self._kept_records.digest(other)) for other in same if other != key),
            self._withheld_digest,
        )

    @cached_property
    def _withheld_digest(self) -> str:
        return fingerprint(self.withheld.known)

    def find_document(self, name: str) -> DocumentKey:
        """Return the archived document that `name` names; without a vantage, that of the only one that has it.

        Raises:
            UsageError: If there is none, or several vantages have it; the message names them, or near ones.
        """
        key = _parse_key(name)
        if key in self.records:
            return key
        same = self._vantages.get((key.service, key.terms_type), ()) if not key.vantage else ()
        if len(same) == 1:
            return same[0]
        raise no_version_of(name, self.records, near=same)

    def find_revision(self, text: str) -> Record:
        """Return the record that `DOC@REV` names.

        Raises:
            UsageError: If the document is not archived or the revision names no version of it.
        """
        name, at, rev = text.rpartition("@")
        if not at:
            raise UsageError(f"{text!r} names no version: write it as 'Service/Terms Type@latest'")
        return resolve_revision(self.records[self.find_document(name)], rev)

    def service_name(self, key: DocumentKey) -> str:
        return self._names.get(key.service, key.service)

    def timeline(self, key: DocumentKey) -> Timeline:
        """Return the timeline of `key`, withheld versions included: their times are no secret."""
        timeline = build_timeline(
            key,
            self.records.get(key, ()),
            self.checks.get(key, ()),
            read=self.clause_texts,
            elsewhere=self._seen_elsewhere(key),
        )
        return self.withheld.without_signatures(timeline)

    def vantages_of(self, name: str) -> tuple[DocumentKey, ...]:
        """Return the document that `name` names and, where it names no vantage, the same one of every vantage.

        Raises:
            UsageError: If there is none.
        """
        key = _parse_key(name)
        found = self._vantages.get((key.service, key.terms_type), ())
        return found if found and not key.vantage else (self.find_document(name),)

    @cached_property
    def _vantages(self) -> Mapping[tuple[str, str], tuple[DocumentKey, ...]]:
        found: dict[tuple[str, str], list[DocumentKey]] = {}
        for key in self.records:
            found.setdefault((key.service, key.terms_type), []).append(key)
        return {name: tuple(sorted(keys)) for name, keys in found.items()}

    def _seen_elsewhere(self, key: DocumentKey) -> dict[str, datetime]:
        """Return the texts of the document that other vantages have: digest -> when it was first captured there."""
        found: dict[str, datetime] = {}
        for other in self._vantages.get((key.service, key.terms_type), ()):
            for record in self.records[other] if other != key else ():
                seen_at = found.get(record.text_sha256, record.fetched_at)
                found[record.text_sha256] = min(seen_at, record.fetched_at)
        return found

    def clause_texts(self, record: Record) -> tuple[str, ...]:
        """Return the folded texts of the clauses of `record`, in reading order; none of one that was erased.

        They tell what came back and what alternates, also of withheld versions, and are not for showing.
        """
        name = name_result("clauses", [record.markdown_sha256])
        kept = self._cache.get(name)
        if isinstance(kept, list) and all(isinstance(text, str) for text in kept):
            return tuple(map(str, kept))
        if self.withheld.of(record) is not None:
            return self._withheld_texts(record)
        found = tuple(clause.folded for clause in self.version(record).clauses)
        self._cache.put(name, list(found))
        return found

    def count_words(self, record: Record) -> int:
        """Return how many words the text of `record` has."""
        name = name_result("words", [record.markdown_sha256])
        kept = self._cache.get(name)
        if isinstance(kept, int):
            return kept
        found = sum(len(text.split()) for text in self.clause_texts(record))
        self._cache.put(name, found)
        return found

    def _withheld_texts(self, record: Record) -> tuple[str, ...]:
        """As `clause_texts`; a cache is no place for them."""
        try:
            stored = self._archive.read(record.document, record.commit)
        except (ArchiveError, RevisionError):
            return ()
        # A rewritten archive has something else in its place.
        is_whole = sha256_hex(stored.markdown) == record.markdown_sha256
        return tuple(clause.folded for clause in version_of(stored).clauses) if is_whole else ()

    def stored(self, record: Record) -> StoredVersion:
        """Return the version of `record` with its evidence.

        Raises:
            UsageError: If its text is withheld.
        """
        self.withheld.require_open(record)
        return self._pending.get(record.commit) or self._archive.read(record.document, record.commit)

    def provenance(self, record: Record) -> Provenance:
        """Return the evidence of `record`, whether its text is withheld or not."""
        pending = self._pending.get(record.commit)
        return pending.provenance if pending else self._archive.read_provenance(record.document, record.commit)

    def version(self, record: Record) -> Version:
        return version_of(self.stored(record))

    def report(self, key: DocumentKey) -> DocumentReport:
        """Return everything that is published about the document `key`."""
        timeline = self.timeline(key)
        changes = self.change_reports(timeline)
        newest = timeline.records[-1]
        is_withheld = self.withheld.of(newest) is not None
        return DocumentReport(
            service_name=self.service_name(key),
            timeline=timeline,
            latest=empty_version() if is_withheld else self.version(newest),
            latest_provenance=self.provenance(newest),
            changes=changes,
            departures=list_departures(timeline.checks),
            ledger=self._ledger(timeline),
            lives=self._lives(timeline),
            language=self.language(key),
            lengths=tuple(map(self.count_words, timeline.records)),
            withheld=self.withheld.within(timeline),
            comparisons=self._comparer.list_comparisons(timeline, changes, language=self.language(key)),
        )

    @cached_property
    def _comparer(self) -> Comparer:
        return Comparer(
            read=self.stored, read_provenance=self.provenance, cache=self._cache, withheld=self.withheld
        )  # fmt: skip

    def _lives(self, timeline: Timeline) -> Lives | None:
        """Return the lives of the clauses of the texts that are published; None where none is."""
        told = self.withheld.open_part(timeline)
        return follow_lives(told, read=self.version, cache=self._cache) if told.records else None

    def change_reports(self, timeline: Timeline) -> tuple[ChangeReport, ...]:
        """Return the changes of a document, oldest first, as they stand: judged by rules, corrected by persons."""
        return self.corrections.correct_reports(self.judged_reports(timeline), timeline)

    def judged_reports(self, timeline: Timeline) -> tuple[ChangeReport, ...]:
        """Return the changes of a document, oldest first, with verdicts that know of later announcements."""
        return self._judge(timeline, timeline.changes)

    def _judge(self, timeline: Timeline, events: Sequence[Event]) -> tuple[ChangeReport, ...]:
        key = timeline.document
        reports = judge_events(
            events,
            read=self.stored,
            service_name=self.service_name(key),
            language=self.language(key),
            judgements=self._judgements,
            also_seen=list_also_seen(timeline),
            cache=self._cache,
            withheld=self.withheld,
            read_provenance=self.provenance,
        )
        told = tell_history(reports, timeline, self._archive.verdicts(key).rows)
        return tuple(map(self.withheld.cover, told))

    def find_change(self, key: DocumentKey, rev: str) -> ChangeReport:
        """Return the change by which the version `rev` of `key` came; `rev` may also be the change's address.

        An empty `rev` means the newest change.

        Raises:
            UsageError: If `rev` names no version, or one that brought no change of the text.
        """
        timeline = self.timeline(key)
        events = [event for event in timeline.events if event.slug == rev.rstrip("/")]
        if not rev:
            events = list(timeline.changes[-1:])
            rev = "latest"
        if not events:
            record = resolve_revision(timeline.records, rev)
            events = [event for event in timeline.events if event.new.commit == record.commit]
            if not events:
                place = [known.commit for known in timeline.records].index(record.commit)
                kinds = {"first": "is the first record", "technical": "is a technical record: no word changed"}
                why = kinds.get(record.kind, "brought no change of the text")
                near = next(
                    (known.commit[:9] for known in reversed(timeline.records[:place]) if known.kind == "change"), None
                )
                hint = f"; the change before it is {near}" if near else ""
                raise UsageError(f"{key}@{rev} {why}{hint}; 'tracker log \"{key}\"' lists all")
        report = self._report_of(timeline, events[0])
        _ = (
            report.change,
            report.old_provenance,
            report.new_provenance,
        )  # read now: whoever asked may have closed the archive before showing it
        return report

    def _report_of(self, timeline: Timeline, event: Event) -> ChangeReport:
        """Return what `event` changed, or would have changed if it were one: what is folded is shown all the same."""
        if event.folded is None:
            return next(report for report in self.change_reports(timeline) if report.event == event)
        return self._judge(timeline, [event])[0]

    def compare_revisions(self, old: Record, new: Record) -> RevisionPair:
        """Return what differs from `old` to `new`, any two records: of one document or two, in either order."""
        change = compare_versions(self.version(old), self.version(new))
        verdict = judge_change(change, language=self.language(new.document))
        trust: Trust = "imported" if new.imported_from else "single"
        name = f"{old.text_sha256[:8]}-{new.text_sha256[:8]}"
        timeline = self.timeline(new.document)
        for event in timeline.events:
            if (event.old.commit, event.new.commit) == (old.commit, new.commit):
                trust, name = event.trust, event.slug
                # Neighbours: what is published about this change knows of announcements that came later.
                verdict = self._report_of(timeline, event).verdict
        between = list_between(self.withheld.open_part(timeline).records, old, new, read=self.version)
        return RevisionPair(
            old=old,
            new=new,
            change=change,
            verdict=verdict,
            trust=trust,
            id=name,
            between=between[:_MOST_PASSINGS],
            more_between=max(len(between) - _MOST_PASSINGS, 0),
        )

    def biography(
        self, key: DocumentKey, clause: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> Biography:
        """Return the lives of the clauses of `key` that `clause` names.

        Args:
            key: An archived document.
            clause: A section's number, anchor or title, a clause's id, or words that stand in one clause alone.
            since: Only what happened from this instant on.
            until: Only what happened before this instant.

        Raises:
            UsageError: If it names no clause, or several by words, or none that stood in that time.
        """
        timeline = self.withheld.open_part(self.timeline(key))
        if not timeline.records:
            self.withheld.require_open(*self.records[key])
        return tell_biography(
            timeline,
            clause,
            service_name=self.service_name(key),
            read=self.version,
            since=since,
            until=until,
        )

    def ledger(self, key: DocumentKey, *, since: datetime | None = None, until: datetime | None = None) -> Ledger:
        """Return what `key` promises and permits, and what became of it.

        Args:
            key: An archived document.
            since: Only that to which something happened from this instant on.
            until: Only that to which something happened before this instant.
        """
        found = self._ledger(self.timeline(key))
        if found is None:
            self.withheld.require_open(*self.records[key])
            raise AssertionError("a document has a ledger unless all its versions are withheld")
        return restrict_ledger(found, since=since, until=until)

    def _ledger(self, timeline: Timeline) -> Ledger | None:
        timeline = self.withheld.open_part(timeline)
        if not timeline.records:
            return None
        return tell_ledger(
            timeline,
            service_name=self.service_name(timeline.document),
            language=self.language(timeline.document),
            read=self.version,
            cache=self._cache,
        )

    def language(self, key: DocumentKey) -> str | None:
        """Return the language in which `key` is declared, under its own vantage or without one."""
        document = self._declared.get(key) or self._declared.get(key.own)
        return document.options.language if document is not None else None


def no_version_of(name: str, known: Iterable[DocumentKey], *, near: Iterable[DocumentKey] = ()) -> UsageError:
    """Return the error that says that `name` is not archived; it names some of `known` that may have been meant.

    Args:
        name: What somebody typed.
        known: What the archive has.
        near: Those of them that are told first, where there are any.
    """
    names = [str(key) for key in known]
    shown = [str(key) for key in near] or get_close_matches(name, names, n=3, cutoff=0.4) or names[:5]
    return UsageError(f"{name!r} has no version in the archive; it has, for example: {', '.join(shown) or 'none'}")


def _parse_key(name: str) -> DocumentKey:
    try:
        return DocumentKey.parse(name)
    except ValueError as error:
        raise UsageError(str(error)) from error
