"""The changes of many documents at a glance: what earlier runs judged is kept, the rest is judged on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tracker.archive import Archive
from tracker.history import list_departures
from tracker.model import (
    AppliedCorrection,
    ChangeReport,
    ChangeSummary,
    DocumentKey,
    Event,
    JsonValue,
    Record,
    Standing,
    Timeline,
    Withholding,
    latest_standing,
)
from tracker.pipeline.cache import Cache
from tracker.pipeline.judging import judge_events, list_also_seen, name_judged
from tracker.pipeline.reading import Reader
from tracker.pipeline.withheld import Withheld, cover_summary
from tracker.pipeline.workers import crew
from tracker.render import change_ids

#: Changes from which on the start of processes is worth it.
_MANY_CHANGES: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLog:
    """What `tracker log` tells of one document."""

    timeline: Timeline
    summaries: tuple[ChangeSummary, ...]
    """One for each of the timeline's changes, oldest first, as they stand: corrections are in them."""
    standing: Standing
    """Whether it is still where it is watched."""
    corrections: Mapping[str, tuple[AppliedCorrection, ...]] = field(default_factory=dict)
    """What persons corrected of a change, oldest first, by the change's slug; corrected changes alone."""

    @property
    def document(self) -> DocumentKey:
        return self.timeline.document


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """The changes of one document, to be judged wherever there is room."""

    git_dir: Path
    branch: str
    service_name: str
    language: str | None
    events: tuple[Event, ...]
    also_seen: tuple[Record, ...]
    withheld: Mapping[str, Withholding]
    """What of them is neither read nor told, by the digest of the text."""


def read_logs(
    archive: Archive,
    reader: Reader,
    keys: Sequence[DocumentKey],
    *,
    cache: Cache,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> Iterator[DocumentLog]:
    """Yield what is told of each of `keys`, in order.

    Args:
        archive: Where they are.
        reader: Reads it.
        keys: Archived documents.
        cache: What earlier runs judged.
        progress: Told (document, documents done, documents in all).
    """
    timelines = [reader.timeline(key) for key in keys]
    names = [_name_for(timeline, reader) for timeline in timelines]
    known = [_read_summaries(cache.get(name), timeline) for name, timeline in zip(names, timelines, strict=True)]
    unknown = [timeline for timeline, summaries in zip(timelines, known, strict=True) if summaries is None]
    with _judging(archive, reader, unknown) as judged:
        for done, (timeline, name, kept) in enumerate(zip(timelines, names, known, strict=True), start=1):
            summaries = kept if kept is not None else next(judged)
            if kept is None:
                cache.put(name, [_to_json(summary) for summary in summaries])
            progress(str(timeline.document), done, len(timelines))
            standing = latest_standing(list_departures(timeline.checks))
            covered = _cover(archive, reader, timeline, summaries)
            corrected, applied = reader.corrections.correct_summaries(covered, timeline)
            yield DocumentLog(timeline=timeline, summaries=corrected, standing=standing, corrections=applied)


@contextmanager
def _judging(
    archive: Archive, reader: Reader, timelines: Sequence[Timeline]
) -> Iterator[Iterator[tuple[ChangeSummary, ...]]]:
    """Give the summaries of `timelines`, in order: from processes on all cores where there is much to judge."""
    amount = sum(len(timeline.changes) for timeline in timelines)
    if amount < _MANY_CHANGES:
        yield (_summarise(reader.judged_reports(timeline)) for timeline in timelines)
        return
    jobs = (
        _Job(
            git_dir=archive.git_dir,
            branch=archive.branch,
            service_name=reader.service_name(timeline.document),
            language=reader.language(timeline.document),
            events=timeline.changes,
            also_seen=list_also_seen(timeline),
            withheld=reader.withheld.within(timeline),
        )
        for timeline in timelines
    )
    with crew(amount=amount, least=_MANY_CHANGES) as workers:
        yield workers.map(_judge, jobs, batch=1)


def summarise_changes(reader: Reader, timeline: Timeline, *, cache: Cache) -> tuple[ChangeSummary, ...]:
    """Return what the changes of `timeline` mean by the rules, oldest first: as `cache` kept it, else judged."""
    name = _name_for(timeline, reader)
    kept = _read_summaries(cache.get(name), timeline)
    if kept is not None:
        return kept
    found = _summarise(reader.judged_reports(timeline))
    cache.put(name, [_to_json(summary) for summary in found])
    return found


def _summarise(reports: Sequence[ChangeReport]) -> tuple[ChangeSummary, ...]:
    return tuple(ChangeSummary.of(report.verdict) for report in reports)


def _cover(
    archive: Archive, reader: Reader, timeline: Timeline, summaries: Sequence[ChangeSummary]
) -> tuple[ChangeSummary, ...]:
    """Return `summaries`, those of withheld texts as they were last published, without a word of them."""
    if not reader.withheld.names(timeline):
        return tuple(summaries)
    rows = archive.verdicts(timeline.document).rows
    ids = change_ids(timeline)
    return tuple(
        cover_summary(summary, [row for row in rows if row.id == ids[event.slug]])
        if reader.withheld.of_event(event)
        else summary
        for event, summary in zip(timeline.changes, summaries, strict=True)
    )


def _name_for(timeline: Timeline, reader: Reader) -> str:
    return _name_of(timeline, reader.language(timeline.document), withheld=reader.withheld.names(timeline))


def _name_of(timeline: Timeline, language: str | None, *, withheld: Sequence[str] = ()) -> str:
    return name_judged("summaries", timeline.changes, list_also_seen(timeline), language, withheld=withheld)


def _judge(jobs: tuple[_Job, ...]) -> list[tuple[ChangeSummary, ...]]:
    """Judge each of `jobs`. Runs in a worker."""
    return [_judge_job(job, _open_archive(job.git_dir, job.branch)) for job in jobs]


def _judge_job(job: _Job, archive: Archive) -> tuple[ChangeSummary, ...]:
    reports = judge_events(
        job.events,
        read=lambda record: archive.read(record.document, record.commit),
        service_name=job.service_name,
        language=job.language,
        also_seen=job.also_seen,
        cache=_open_cache(job.git_dir),
        withheld=Withheld(job.withheld),
        read_provenance=lambda record: archive.read_provenance(record.document, record.commit),
    )
    return _summarise(reports)


@lru_cache(maxsize=1)
def _open_cache(git_dir: Path) -> Cache:
    """Return the cache of this worker; its end closes it."""
    return Cache.beside(git_dir)


@lru_cache(maxsize=1)
def _open_archive(git_dir: Path, branch: str) -> Archive:
    """Return the archive of this worker; its end closes it."""
    return Archive.open(git_dir, branch=branch, folder=git_dir)


def _to_json(summary: ChangeSummary) -> JsonValue:
    return {**asdict(summary), "topics": list(summary.topics)}


def _read_summaries(value: JsonValue, timeline: Timeline) -> tuple[ChangeSummary, ...] | None:
    """Return the summaries that a cache kept; None where it kept none that fit."""
    if not isinstance(value, list) or len(value) != len(timeline.changes):
        return None
    rows: list[Any] = value
    try:
        found = tuple(ChangeSummary(**{**row, "topics": tuple(row["topics"])}) for row in rows)
    except (TypeError, KeyError):
        return None
    is_sound = all(
        isinstance(text, str) for summary in found for text in (summary.kind, summary.effect, summary.headline)
    )  # fmt: skip
    return found if is_sound else None
