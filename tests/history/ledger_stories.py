"""Invented versions of one policy, and the ledger of their promises and powers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.history.lineage_stories import COURIER, follow, records_of
from tracker.classify import keep_ledger
from tracker.diff.sections import section_ref
from tracker.extract import parse_markdown
from tracker.history import build_timeline
from tracker.model import Check, Commitment, Ledger, RecordKind


def keep(
    *texts: str,
    kinds: Mapping[int, RecordKind] | None = None,
    checks: Sequence[Check] = (),
    language: str | None = "en",
) -> Ledger:
    """The ledger of `texts`, one a day."""
    records = records_of(texts, kinds)
    versions = {record.markdown_sha256: parse_markdown(text) for record, text in zip(records, texts, strict=True)}
    timeline = build_timeline(
        COURIER,
        records,
        checks,
        read=lambda record: [clause.folded for clause in versions[record.markdown_sha256].clauses],
    )
    return Ledger(
        document=COURIER,
        service_name="Courier",
        first=records[0],
        latest=records[-1],
        commitments=keep_ledger(
            follow(*texts, kinds=kinds, events=timeline.events),
            timeline,
            load=lambda record: versions[record.markdown_sha256],
            locate=section_ref,
            language=language,
            names=("Courier",),
        ),
    )


def told(item: Commitment) -> list[str]:
    """What happened to a commitment: fate and rule of each step."""
    return [f"{step.fate} {step.rule}" for step in item.steps]


def item_of(ledger: Ledger, words: str) -> Commitment:
    """The only commitment that says, or said, `words`."""
    (found,) = (
        item for item in ledger.commitments if words in item.quote.text or any(words in step.old for step in item.steps)
    )
    return found
