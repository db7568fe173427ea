"""What the JSON of changes, of clauses through time and of ledgers has in common: versions and sections."""

from __future__ import annotations

from tracker.model import JsonValue, Record, SectionRef, format_instant


def moment_to_json(record: Record) -> dict[str, JsonValue]:
    """Return a version, by its commit and the instant of its capture."""
    return {"commit": record.commit, "fetched_at": format_instant(record.fetched_at)}


def section_to_json(section: SectionRef) -> dict[str, JsonValue]:
    """Return a section, as people find it."""
    return {"number": section.number, "title": section.title, "anchor": section.anchor}
