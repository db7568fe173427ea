"""A ledger as the JSON object `tracker.ledger/1`: what its keys mean stands in `docs/ledger.md`."""

from __future__ import annotations

from typing import Final

from tracker.model import (
    Commitment,
    CommitmentStep,
    Event,
    JsonValue,
    Ledger,
    Quote,
    format_instant,
)
from tracker.render.record_json import moment_to_json, section_to_json

LEDGER_SCHEMA: Final = "tracker.ledger/1"


def ledger_to_json(ledger: Ledger) -> dict[str, JsonValue]:
    """Return the object `tracker.ledger/1`."""
    return {
        "schema": LEDGER_SCHEMA,
        "document": str(ledger.document),
        "first": moment_to_json(ledger.first),
        "latest": moment_to_json(ledger.latest),
        "promises": [_commitment(item) for item in ledger.commitments if item.kind == "promise"],
        "powers": [_commitment(item) for item in ledger.commitments if item.kind == "power"],
    }


def _commitment(item: Commitment) -> JsonValue:
    return {
        "id": item.id,
        "state": item.state,
        "is_current": item.is_current,
        "modality": item.modality,
        "quote": _quote(item.quote),
        "verb": item.verb or None,
        "acts_on": item.acts_on or None,
        "section": section_to_json(item.section),
        "line": item.line,
        "variant": item.variant,
        "first_seen": moment_to_json(item.first_seen),
        "first_change": _change(item.first_event),
        "last_seen": moment_to_json(item.last_seen),
        "steps": [_step(step) for step in item.steps],
    }


def _step(step: CommitmentStep) -> JsonValue:
    return {
        "fate": step.fate,
        **moment_to_json(step.record),
        "change": _change(step.event),
        "trust": None if step.event is None else step.event.trust,
        "last_seen_old": None if step.event is None else format_instant(step.event.last_seen_old),
        "section": section_to_json(step.section),
        "old": step.old,
        "new": step.new,
        "rule": step.rule,
        "before": _quote(step.before),
        "after": _quote(step.after),
    }


def _change(event: Event | None) -> str | None:
    return None if event is None or event.folded is not None else event.slug


def _quote(quote: Quote | None) -> JsonValue:
    return None if quote is None else {"text": quote.text, "start": quote.start}
