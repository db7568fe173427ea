"""Clauses through time, read from an archive: whose lines somebody asked for, and what came and went between two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Final

from tracker.diff.sections import section_ref
from tracker.errors import UsageError
from tracker.history import find_lines, find_sections, follow_clauses, list_passings
from tracker.model import (
    Biography,
    Change,
    ClauseLine,
    Event,
    Lineage,
    Lives,
    Passing,
    Record,
    SectionLife,
    Timeline,
    Version,
    format_instant,
)
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.differences import compare_kept
from tracker.pipeline.kept_lineage import keep_lineage
from tracker.pipeline.kept_values import KeptForm

#: Versions, and comparisons of two, that are kept in case they are asked for again: texts that alternate.
_MOST_KEPT: Final = 32
_HEADINGS: Final[KeptForm[tuple[str | None, ...]]] = KeptForm(tuple[str | None, ...])


def follow_records(
    records: Sequence[Record],
    events: Sequence[Event],
    *,
    read: Callable[[Record], Version],
    cache: Cache | None = None,
) -> Lineage:
    """Return the lines of all clauses through `records`; each distinct text is read, and each step compared, once.

    Args:
        records: Neighbouring records of one document, oldest first.
        events: The changes of that document.
        read: Gives the version of a record.
        cache: What was compared before; takes in what is compared now.
    """
    kept = cache if cache is not None else Cache(None)
    by_digest = {record.markdown_sha256: record for record in records}

    @lru_cache(maxsize=_MOST_KEPT)
    def load(digest: str) -> Version:
        return read(by_digest[digest])

    @lru_cache(maxsize=_MOST_KEPT)
    def compare(old: str, new: str) -> Change:
        return compare_kept(load(old), load(new), cache=kept)

    return follow_clauses(
        records,
        events,
        load=lambda record: load(record.markdown_sha256),
        compare=lambda old, new: compare(old.markdown_sha256, new.markdown_sha256),
        locate=section_ref,
    )


def follow_lives(timeline: Timeline, *, read: Callable[[Record], Version], cache: Cache) -> Lives:
    """Return the lives of a document's clauses; the history is followed only if `cache` does not know which are told.

    Args:
        timeline: Of the document; it has a record.
        read: Gives the version of a record, for as long as the lineage is asked for.
        cache: What earlier runs worked out.
    """
    history = name_result("told-sections", [*history_parts(timeline), *_sights(timeline)])

    @lru_cache(maxsize=1)
    def follow() -> Lineage:
        return keep_lineage(
            timeline,
            history,
            cache=cache,
            follow=partial(follow_records, timeline.records, timeline.events, read=read, cache=cache),
        )

    headings = _HEADINGS.read(cache.get_json(history))
    if headings is None:
        headings = tuple(section.heading for section in follow().told_sections)
        cache.put_json(_HEADINGS.write(history, headings))
    return Lives(headings=headings, follow=follow)


def history_parts(timeline: Timeline) -> Iterator[str | None]:
    """Yield all on which it depends what becomes of clauses: the texts, and which steps between them are changes."""
    for record in timeline.records:
        yield from (record.commit, record.markdown_sha256, record.kind)
    for event in timeline.events:
        yield from (event.old.commit, event.new.commit, event.folded, str(event.trust == "suspect"))
        if event.residue is not None:
            yield from (*sorted(event.residue.added), None, *sorted(event.residue.removed))
    for variant in timeline.variants:
        yield from (variant.name, variant.newest.commit)


def _sights(timeline: Timeline) -> Iterator[str]:
    """Yield when each text that a change replaced was last served: stays of clauses end there."""
    return (format_instant(event.last_seen_old) for event in timeline.events)


def tell_biography(
    timeline: Timeline,
    asked: str,
    *,
    service_name: str,
    read: Callable[[Record], Version],
    since: datetime | None = None,
    until: datetime | None = None,
) -> Biography:
    """Return the lives of the clauses that `asked` names: a section's number, anchor or title, an id, or words.

    Args:
        timeline: Of the document.
        asked: What somebody typed.
        service_name: The service's name as people write it.
        read: Gives the version of a record.
        since: Only what happened from this instant on.
        until: Only what happened before this instant.

    Raises:
        UsageError: If it names no clause, or words of several, or none that stood in that time.
    """
    lineage = follow_records(timeline.records, timeline.events, read=read)
    lives = find_sections(lineage, asked)
    lines = tuple({line.id: line for life in lives for line in life.lines}.values()) or find_lines(lineage, asked)

    def stood(line: ClauseLine) -> bool:
        # That it was removed is told too.
        last = line.steps[-1].record.fetched_at
        is_early = since is not None and not line.is_current and last < since
        return not is_early and (until is None or line.first_seen.fetched_at < until)

    told = tuple(line for line in lines if stood(line))
    if not told:
        raise UsageError(f"no clause that {asked!r} names stood in {timeline.document} in that time")
    return Biography(
        document=timeline.document,
        service_name=service_name,
        asked=asked,
        lives=tuple(_with_lines(life, told) for life in lives if any(line in told for line in life.lines)),
        lines=told,
        first=timeline.records[0],
        latest=timeline.records[-1],
        since=since,
        until=until,
    )


def _with_lines(life: SectionLife, told: Sequence[ClauseLine]) -> SectionLife:
    ids = {line.id for line in told}
    return replace(life, lines=tuple(line for line in life.lines if line.id in ids))


def list_between(
    records: Sequence[Record], old: Record, new: Record, *, read: Callable[[Record], Version]
) -> tuple[Passing, ...]:
    """Return what came and went between two records, whichever is the older; nothing for records of two documents.

    Args:
        records: All records of the document of `new`, oldest first.
        old: One end.
        new: The other.
        read: Gives the version of a record.
    """
    places = sorted(place for place, record in enumerate(records) if record.commit in {old.commit, new.commit})
    if old.document != new.document or not places or places[-1] - places[0] <= 1:
        return ()
    return list_passings(follow_records(records[places[0] : places[-1] + 1], (), read=read))
