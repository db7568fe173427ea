"""Invented versions of one policy, and the lines of their clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from tracker.diff import compare_versions
from tracker.diff.sections import section_ref
from tracker.extract import parse_markdown
from tracker.history import follow_clauses
from tracker.model import Change, ClauseLine, DocumentKey, Event, Lineage, Record, RecordKind, Version

START = datetime(2024, 3, 1, tzinfo=UTC)
COURIER = DocumentKey(service="Courier", terms_type="Privacy Policy")


def records_of(texts: Sequence[str], kinds: Mapping[int, RecordKind] | None = None) -> tuple[Record, ...]:
    """One record a text, a day apart; those in `kinds` are of another kind than first and change."""
    records: list[Record] = []
    for day, text in enumerate(texts):
        version = parse_markdown(text)
        records.append(
            Record(
                document=COURIER,
                commit=sha256(f"{day}".encode()).hexdigest()[:40],
                kind=(kinds or {}).get(day, "change" if day else "first"),
                fetched_at=START + timedelta(days=day),
                source_url="https://courier.example/privacy",
                text_sha256=version.text_sha256,
                markdown_sha256=sha256(text.encode()).hexdigest(),
                body_sha256="0" * 64,
            )
        )
    return tuple(records)


def follow(
    *texts: str,
    kinds: Mapping[int, RecordKind] | None = None,
    events: Sequence[Event] = (),
    asked: list[tuple[int, int]] | None = None,
) -> Lineage:
    """The lines of all clauses of `texts`; the days of versions that are compared are noted in `asked`."""
    records = records_of(texts, kinds)
    versions: dict[str, Version] = {
        record.markdown_sha256: parse_markdown(text) for record, text in zip(records, texts, strict=True)
    }

    def compare(old: Record, new: Record) -> Change:
        if asked is not None:
            asked.append((records.index(old), records.index(new)))
        return compare_versions(versions[old.markdown_sha256], versions[new.markdown_sha256])

    return follow_clauses(
        records,
        events,
        load=lambda record: versions[record.markdown_sha256],
        compare=compare,
        locate=section_ref,
    )


def line_of(lineage: Lineage, words: str) -> ClauseLine:
    """The only line that ever said `words`."""
    (line,) = (line for line in lineage.lines if any(words in wording.text for wording in line.wordings))
    return line


def ops(line: ClauseLine) -> list[str]:
    return [step.op for step in line.steps]
