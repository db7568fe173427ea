"""A clause's biography as the JSON object `tracker.history/1`: what its keys mean stands in `docs/clauses.md`."""

from __future__ import annotations

from typing import Final

from tracker.model import (
    Biography,
    ClauseLine,
    JsonValue,
    Record,
    SectionLife,
    SectionRef,
    Stay,
    Step,
    Wording,
    format_instant,
)

HISTORY_SCHEMA: Final = "tracker.history/1"


def biography_to_json(biography: Biography) -> dict[str, JsonValue]:
    """Return the object `tracker.history/1`."""
    return {
        "schema": HISTORY_SCHEMA,
        "document": str(biography.document),
        "asked": biography.asked,
        "first": _moment(biography.first),
        "latest": _moment(biography.latest),
        "sections": [_life_to_json(life) for life in biography.lives],
        "lines": [_line_to_json(biography, line) for line in biography.lines],
    }


def _life_to_json(life: SectionLife) -> JsonValue:
    return {
        "section": _section(life.section),
        "first_seen": _moment(life.first_seen),
        "last_seen": _moment(life.last_seen),
        "last_seen_at": format_instant(life.last_seen_at),
        "is_current": life.is_current,
        "lines": [line.id for line in life.lines],
    }


def _line_to_json(biography: Biography, line: ClauseLine) -> JsonValue:
    steps = [step for episode in biography.told(line) for step in (episode.step, *episode.repeats)]
    return {
        "id": line.id,
        "kind": line.kind,
        "section": _section(line.section),
        "first_seen": _moment(line.first_seen),
        "last_seen": _moment(line.last_seen),
        "last_seen_at": format_instant(line.last_seen_at),
        "is_current": line.is_current,
        "wordings": [_wording_to_json(wording) for wording in line.wordings],
        "stays": [_stay_to_json(stay) for stay in line.stays],
        "steps": [_step_to_json(step) for step in steps],
    }


def _wording_to_json(wording: Wording) -> JsonValue:
    return {"number": wording.number, "text": wording.text, "came": _moment(wording.came)}


def _stay_to_json(stay: Stay) -> JsonValue:
    return {
        "section": _section(stay.section),
        "heading": stay.heading,
        "since": _moment(stay.since),
        "last": _moment(stay.last),
        "last_seen_at": format_instant(stay.last_seen_at),
    }


def _step_to_json(step: Step) -> JsonValue:
    return {
        "op": step.op,
        **_moment(step.record),
        "record": step.record.kind,
        "change": None if step.event is None or step.event.folded is not None else step.event.slug,
        "trust": None if step.event is None else step.event.trust,
        "last_seen_old": None if step.event is None else format_instant(step.event.last_seen_old),
        "section": _section(step.section),
        "moved_from": None if step.moved_from is None else _section(step.moved_from),
        "wording": step.wording,
        "redline": [[span.tag, span.text] for span in step.redline],
        "others": list(step.others),
    }


def _moment(record: Record) -> dict[str, JsonValue]:
    return {"commit": record.commit, "fetched_at": format_instant(record.fetched_at)}


def _section(section: SectionRef) -> JsonValue:
    return {"number": section.number, "title": section.title, "anchor": section.anchor}
