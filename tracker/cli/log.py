"""The command that lists changes: what happened to a document, newest first, and what was folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from tracker.cli.session import JSON_OPTION, Session, command, print_json, utc_now
from tracker.model import (
    REASONS,
    TROUBLED_OUTCOMES,
    AppliedCorrection,
    ChangeSummary,
    Check,
    Event,
    JsonValue,
    Record,
    Standing,
    Timeline,
    Variant,
    find_retraction,
    format_instant,
)
from tracker.pipeline import Cache, DocumentLog, Reader, read_logs
from tracker.render import correction_to_json, tell_folding, tell_standing

_WIDEST_TRUST = len("alternating")


@command
def log(
    session: Session,
    document: Annotated[
        str | None,
        typer.Argument(
            metavar="[DOC]",
            help="'Service/Terms Type', of all vantages, or 'vantage:Service/Terms Type'; all without.",
            show_default=False,
        ),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is no change, and why: folded, technical, refused.")
    ] = False,
    as_json: JSON_OPTION = False,
) -> None:
    """List the changes of a document, newest first, one line each: when, how sure, what kind, what it means.

    Example:

        tracker log "Telegram/Privacy Policy" --all
    """
    workspace = session.workspace
    with workspace.open_archive() as archive, Cache.beside(archive.git_dir) as cache:
        reader = Reader(
            archive, workspace.declared_or_nothing(), cache=cache, corrections=workspace.load_corrections(utc_now())
        )
        keys = reader.vantages_of(document) if document is not None else tuple(reader.records)
        with session.progress("Judging") as show:
            logs = list(read_logs(archive, reader, keys, cache=cache, progress=show))
        held = [capture for capture in archive.held() if document is None or capture.key in keys]
    if as_json:
        held_rows: list[JsonValue] = [
            {
                "document": str(capture.key),
                "held_at": format_instant(capture.held_at),
                "outcome": capture.outcome,
                "reason": capture.reason,
                "detail": capture.detail,
                "next_step": REASONS.get(capture.reason),
                "slot": capture.slot,
            }
            for capture in held
        ]
        documents: list[JsonValue] = [_to_json(found, everything=everything) for found in logs]
        print_json({"schema": "tracker.log/1", "documents": documents, "held": held_rows})
        return
    for together in _beside_one_another(logs):
        _tell(session, together, everything=everything)
    for capture in held:
        session.say(
            f"{capture.key}: {capture.outcome} since {format_instant(capture.held_at)}: "
            f"{capture.reason}: {capture.detail}"
        )
        if session.is_verbose:
            session.say(f"  Next: {REASONS.get(capture.reason, '')}")
            session.say(f"  Look: git ls-tree {archive.branch} {capture.slot!r}/")


def _beside_one_another(logs: Sequence[DocumentLog]) -> list[list[DocumentLog]]:
    """Return the logs of each document together, whatever its vantage, in the order of their first."""
    found: dict[tuple[str, str], list[DocumentLog]] = {}
    for one in logs:
        found.setdefault((one.document.service, one.document.terms_type), []).append(one)
    return list(found.values())


# --------------------------------------------------------------------------------------------------------------- text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of the list."""

    at: datetime
    vantage: str
    commit: str
    trust: str
    said: str


def _tell(session: Session, logs: Sequence[DocumentLog], *, everything: bool) -> None:
    for one in logs:
        session.say(_headline_of(one))
        standing = one.standing
        if standing.state != "watching" and standing.since is not None:
            session.say(f"  {tell_standing(standing)}: {standing.evidence}, since {format_instant(standing.since)}")
        for variant in one.timeline.variants:
            session.say(f"  {_tell_variant(variant, is_served=one.timeline.is_served(variant))}")
    lines = [line for one in logs for line in _lines_of(one, everything=everything)]
    # Each vantage is listed in the order of its own history, newest first; the sort keeps that where dates are equal.
    lines.sort(key=lambda line: line.at, reverse=True)
    vantages = max((len(line.vantage) for line in lines), default=0)
    is_several = len(logs) > 1
    for line in lines:
        vantage = f"{line.vantage or 'own':{max(vantages, 3)}}  " if is_several else ""
        session.say(
            f"  {format_instant(line.at)}  {vantage}{line.commit[:9]:9}  {line.trust:{_WIDEST_TRUST}}  {line.said}"
        )


def _headline_of(one: DocumentLog) -> str:
    timeline = one.timeline
    folded = len(timeline.events) - len(timeline.changes)
    more = f", {folded} steps folded (--all shows them)" if folded else ""
    return f"{one.document}: {len(timeline.records)} records, {len(timeline.changes)} changes{more}"


def _tell_variant(variant: Variant, *, is_served: bool) -> str:
    signature = f"; told by: {_shorten(variant.signature[0])}" if variant.signature else ""
    return (
        f"variant {variant.name}: {variant.texts} texts, {variant.stays} stays, "
        f"{format_instant(variant.first_seen)} to {format_instant(variant.last_seen)}"
        f"{', served now' if is_served else ''}{signature}"
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - a line of a terminal


def _lines_of(one: DocumentLog, *, everything: bool) -> Iterator[_Line]:
    vantage = one.document.vantage
    summaries = iter(reversed(one.summaries))
    for event in reversed(one.timeline.events):
        if event.folded is None:
            summary = next(summaries)
            mark = _mark_of(one.corrections.get(event.slug, ()))
            yield _line(event, vantage, f"{_weigh(summary)}  {mark}{summary.headline}")
        elif everything:
            yield _line(event, vantage, f"folded  {tell_folding(event)}")
    if everything:
        for record in _technical(one.timeline):
            said = "technical  same words, or the same page extracted by other rules"
            yield _Line(at=record.fetched_at, vantage=vantage, commit=record.commit, trust="", said=said)
        for check in _set_aside(one.timeline):
            said = f"{check.outcome}  {check.reason}: {check.detail}"
            yield _Line(at=check.checked_at, vantage=vantage, commit="", trust="", said=said)
    for record in one.timeline.records[:1]:
        yield _Line(at=record.fetched_at, vantage=vantage, commit=record.commit, trust="", said="first record")


def _line(event: Event, vantage: str, said: str) -> _Line:
    return _Line(at=event.first_seen_new, vantage=vantage, commit=event.new.commit, trust=event.trust, said=said)


def _weigh(summary: ChangeSummary) -> str:
    return f"{summary.kind}, {summary.effect}{', material' if summary.material else ''}"


def _mark_of(corrections: Sequence[AppliedCorrection]) -> str:
    """Return the word before the headline of a change that a person corrected or retracted."""
    if not corrections:
        return ""
    return "retracted: " if find_retraction(corrections) is not None else "corrected: "


def _technical(timeline: Timeline) -> list[Record]:
    brought = {event.new.commit for event in timeline.events}
    return [
        record
        for record in reversed(timeline.records[1:])
        if record.commit not in brought
    ]  # fmt: skip


def _set_aside(timeline: Timeline) -> list[Check]:
    return [check for check in reversed(timeline.checks) if check.outcome in TROUBLED_OUTCOMES]


# --------------------------------------------------------------------------------------------------------------- JSON


def _to_json(one: DocumentLog, *, everything: bool) -> JsonValue:
    timeline = one.timeline
    changes: list[JsonValue] = [
        {
            **_event_to_json(event),
            "kind": summary.kind,
            "material": summary.material,
            "effect": summary.effect,
            "topics": list(summary.topics),
            "headline": summary.headline,
            **_corrections_to_json(one.corrections.get(event.slug, ())),
        }
        for event, summary in reversed(list(zip(timeline.changes, one.summaries, strict=True)))
    ]
    variants: list[JsonValue] = [
        {
            "name": variant.name,
            "signature": list(variant.signature),
            "texts": variant.texts,
            "stays": variant.stays,
            "first_seen": format_instant(variant.first_seen),
            "last_seen": format_instant(variant.last_seen),
            "newest": variant.newest.commit,
            "newest_since": format_instant(variant.newest_since),
            "is_served": timeline.is_served(variant),
        }
        for variant in timeline.variants
    ]
    first = timeline.records[0] if timeline.records else None
    row: dict[str, JsonValue] = {
        "document": str(one.document),
        "vantage": one.document.vantage or None,
        "first_record": format_instant(first.fetched_at) if first is not None else None,
        "versions": len(timeline.records),
        "changes": changes,
        "folded_count": len(timeline.events) - len(timeline.changes),
        "variants": variants,
        "standing": _standing_to_json(one.standing),
    }
    return row | _rest_to_json(timeline) if everything else row


def _corrections_to_json(corrections: Sequence[AppliedCorrection]) -> dict[str, JsonValue]:
    if not corrections:
        return {}
    rows: list[JsonValue] = [correction_to_json(done) for done in corrections]
    return {"corrections": rows, "retracted": find_retraction(corrections) is not None}


def _standing_to_json(standing: Standing) -> JsonValue:
    return {
        "state": standing.state,
        "since": format_instant(standing.since) if standing.since is not None else None,
        "evidence": standing.evidence or None,
        "new_url": standing.new_url,
    }


def _event_to_json(event: Event) -> dict[str, JsonValue]:
    return {
        "id": event.slug,
        "commit": event.new.commit,
        "old_commit": event.old.commit,
        "first_seen_new": format_instant(event.first_seen_new),
        "last_seen_old": format_instant(event.last_seen_old),
        "confirmed_at": format_instant(event.confirmed_at) if event.confirmed_at is not None else None,
        "trust": event.trust,
        "doubt": event.doubt,
        "variant": event.variant,
        "is_partial": event.residue is not None,
        "imported_from": event.new.imported_from,
    }


def _rest_to_json(timeline: Timeline) -> dict[str, JsonValue]:
    folded: list[JsonValue] = [
        {**_event_to_json(event), "folded": event.folded, "why": tell_folding(event)}
        for event in reversed(timeline.events)
        if event.folded is not None
    ]
    technical: list[JsonValue] = [
        {
            "commit": record.commit,
            "fetched_at": format_instant(record.fetched_at),
            "imported_from": record.imported_from,
        }
        for record in _technical(timeline)
    ]
    set_aside: list[JsonValue] = [
        {
            "checked_at": format_instant(check.checked_at),
            "outcome": check.outcome,
            "reason": check.reason,
            "detail": check.detail,
            "text_sha256": check.text_sha256,
        }
        for check in _set_aside(timeline)
    ]
    return {"folded": folded, "technical": technical, "set_aside": set_aside}
