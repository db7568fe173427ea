"""What a document promises and permits, read from an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast

from tracker.classify import keep_ledger
from tracker.diff.sections import section_ref
from tracker.model import (
    Commitment,
    CommitmentStep,
    Event,
    JsonValue,
    Ledger,
    Quote,
    Record,
    SectionRef,
    Timeline,
    Version,
)
from tracker.pipeline.biography import follow_records, history_parts
from tracker.pipeline.cache import Cache, name_result

#: Versions that are kept in case they are asked for again: texts that alternate.
_MOST_KEPT: Final = 64


def tell_ledger(
    timeline: Timeline,
    *,
    service_name: str,
    language: str | None,
    read: Callable[[Record], Version],
    cache: Cache,
) -> Ledger:
    """Return the ledger of a document.

    Args:
        timeline: Of the document; it has a record.
        service_name: The service's name as people write it, and as the document may call it.
        language: BCP 47 tag of the texts, if known.
        read: Gives the version of a record.
        cache: What earlier runs worked out.
    """
    names = tuple(dict.fromkeys((service_name, timeline.document.service)))
    name = name_result("ledger", _parts_of(timeline, language, names))
    commitments = _commitments_from_json(cache.get(name), timeline)
    if commitments is None:
        commitments = _keep(timeline, language, names, read)
        cache.put(name, [_commitment_to_json(commitment) for commitment in commitments])
    return Ledger(
        document=timeline.document,
        service_name=service_name,
        first=timeline.records[0],
        latest=timeline.records[-1],
        commitments=commitments,
    )


def restrict_ledger(ledger: Ledger, *, since: datetime | None, until: datetime | None) -> Ledger:
    """Return `ledger` with those commitments alone to which something happened from `since` on and before `until`."""

    def is_asked_for(instant: datetime) -> bool:
        return (since is None or instant >= since) and (until is None or instant < until)

    return replace(
        ledger,
        commitments=tuple(
            item
            for item in ledger.commitments
            if any(
                is_asked_for(record.fetched_at) for record in (item.first_seen, *(step.record for step in item.steps))
            )
        ),
    )


def _keep(
    timeline: Timeline, language: str | None, names: tuple[str, ...], read: Callable[[Record], Version]
) -> tuple[Commitment, ...]:
    by_digest = {record.markdown_sha256: record for record in timeline.records}

    @lru_cache(maxsize=_MOST_KEPT)
    def load(digest: str) -> Version:
        return read(by_digest[digest])

    def load_record(record: Record) -> Version:
        return load(record.markdown_sha256)

    return keep_ledger(
        follow_records(timeline.records, timeline.events, read=load_record),
        timeline,
        load=load_record,
        locate=section_ref,
        language=language,
        names=names,
    )


# -- what is kept between runs -----------------------------------------------------------------------------------------


def _parts_of(timeline: Timeline, language: str | None, names: tuple[str, ...]) -> Iterator[str | None]:
    """Yield all on which a ledger depends: the texts, and which steps between them are changes."""
    yield language
    yield from names
    yield from history_parts(timeline)


def _commitment_to_json(item: Commitment) -> JsonValue:
    return {
        "id": item.id,
        "kind": item.kind,
        "modality": item.modality,
        "quote": _quote_to_json(item.quote),
        "verb": item.verb,
        "acts_on": item.acts_on,
        "line": item.line,
        "clause": item.clause,
        "section": _section_to_json(item.section),
        "first_seen": item.first_seen.commit,
        "first_event": None if item.first_event is None else item.first_event.new.commit,
        "last_seen": item.last_seen.commit,
        "is_current": item.is_current,
        "variant": item.variant,
        "steps": [_step_to_json(step) for step in item.steps],
    }


def _step_to_json(step: CommitmentStep) -> JsonValue:
    return {
        "fate": step.fate,
        "record": step.record.commit,
        "event": None if step.event is None else step.event.new.commit,
        "section": _section_to_json(step.section),
        "old": step.old,
        "new": step.new,
        "rule": step.rule,
        "before": _quote_to_json(step.before),
        "after": _quote_to_json(step.after),
    }


def _quote_to_json(quote: Quote | None) -> JsonValue:
    return None if quote is None else [quote.text, quote.start]


def _section_to_json(section: SectionRef) -> JsonValue:
    return [section.number, section.title, section.anchor]


def _commitments_from_json(value: JsonValue, timeline: Timeline) -> tuple[Commitment, ...] | None:
    """Return what `_commitment_to_json` wrote; None where it is not that."""
    if not isinstance(value, list):
        return None
    records = {record.commit: record for record in timeline.records}
    events = {event.new.commit: event for event in timeline.events}
    try:
        return tuple(_commitment_from_json(cast("dict[str, Any]", item), records, events) for item in value)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _commitment_from_json(row: dict[str, Any], records: dict[str, Record], events: dict[str, Event]) -> Commitment:
    quote = _quote_from_json(row["quote"])
    if quote is None:
        raise ValueError("a commitment quotes a sentence")
    return Commitment(
        id=row["id"],
        kind=row["kind"],
        modality=row["modality"],
        quote=quote,
        verb=row["verb"],
        acts_on=row["acts_on"],
        line=row["line"],
        clause=row["clause"],
        section=_section_from_json(row["section"]),
        first_seen=records[row["first_seen"]],
        first_event=_event_from_json(row["first_event"], events),
        last_seen=records[row["last_seen"]],
        is_current=row["is_current"],
        variant=row["variant"],
        steps=tuple(_step_from_json(step, records, events) for step in row["steps"]),
    )


def _step_from_json(row: dict[str, Any], records: dict[str, Record], events: dict[str, Event]) -> CommitmentStep:
    return CommitmentStep(
        fate=row["fate"],
        record=records[row["record"]],
        event=_event_from_json(row["event"], events),
        section=_section_from_json(row["section"]),
        old=row["old"],
        new=row["new"],
        rule=row["rule"],
        before=_quote_from_json(row["before"]),
        after=_quote_from_json(row["after"]),
    )


def _event_from_json(commit: str | None, events: dict[str, Event]) -> Event | None:
    return None if commit is None else events[commit]


def _quote_from_json(value: list[Any] | None) -> Quote | None:
    return None if value is None else Quote(text=value[0], start=value[1])


def _section_from_json(value: list[str | None]) -> SectionRef:
    number, title, anchor = value
    return SectionRef(number=number, title=title or "", anchor=anchor)
