"""A clause's biography as the JSON object `tracker.history/1`: what its keys mean stands in `docs/clauses.md`."""

from __future__ import annotations

from typing import Final

from tracker.model import (
    Biography,
    ClauseLine,
    JsonValue,
    SectionLife,
    Stay,
    Step,
    Wording,
    format_instant,
)
from tracker.render.record_json import moment_to_json, section_to_json

HISTORY_SCHEMA: Final = "tracker.history/1"


def biography_to_json(biography: Biography) -> dict[str, JsonValue]:
    """Return the object `tracker.history/1`."""
    return {
        "schema": HISTORY_SCHEMA,
        "document": str(biography.document),
        "asked": biography.asked,
        "first": moment_to_json(biography.first),
        "latest": moment_to_json(biography.latest),
        "sections": [_life_to_json(life) for life in biography.lives],
        "lines": [_line_to_json(biography, line) for line in biography.lines],
    }


def _life_to_json(life: SectionLife) -> JsonValue:
    return {
        "section": section_to_json(life.section),
        "first_seen": moment_to_json(life.first_seen),
        "last_seen": moment_to_json(life.last_seen),
        "last_seen_at": format_instant(life.last_seen_at),
        "is_current": life.is_current,
        "lines": [line.id for line in life.lines],
    }


def _line_to_json(biography: Biography, line: ClauseLine) -> JsonValue:
    steps = [step for episode in biography.told(line) for step in (episode.step, *episode.repeats)]
    return {
        "id": line.id,
        "kind": line.kind,
        "section": section_to_json(line.section),
        "first_seen": moment_to_json(line.first_seen),
        "last_seen": moment_to_json(line.last_seen),
        "last_seen_at": format_instant(line.last_seen_at),
        "is_current": line.is_current,
        "wordings": [_wording_to_json(wording) for wording in line.wordings],
        "stays": [_stay_to_json(stay) for stay in line.stays],
        "steps": [_step_to_json(step) for step in steps],
    }


def _wording_to_json(wording: Wording) -> JsonValue:
    return {"number": wording.number, "text": wording.text, "came": moment_to_json(wording.came)}


def _stay_to_json(stay: Stay) -> JsonValue:
    return {
        "section": section_to_json(stay.section),
        "heading": stay.heading,
        "since": moment_to_json(stay.since),
        "last": moment_to_json(stay.last),
        "last_seen_at": format_instant(stay.last_seen_at),
    }


def _step_to_json(step: Step) -> JsonValue:
    return {
        "op": step.op,
        **moment_to_json(step.record),
        "record": step.record.kind,
        "change": None if step.event is None or step.event.folded is not None else step.event.slug,
        "trust": None if step.event is None else step.event.trust,
        "last_seen_old": None if step.event is None else format_instant(step.event.last_seen_old),
        "section": section_to_json(step.section),
        "moved_from": None if step.moved_from is None else section_to_json(step.moved_from),
        "wording": step.wording,
        "redline": [[span.tag, span.text] for span in step.redline],
        "others": list(step.others),
    }
