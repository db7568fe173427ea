"""The clauses of a version, grouped for HTML, each with an anchor that stays while its words stay."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from tracker.model import Clause, Version, sha256_hex
from tracker.render.addresses import make_slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Clauses that one element holds: a heading alone, or neighbours that make one list or table."""

    kind: str
    level: int
    clauses: tuple[tuple[str, Clause], ...]
    """(anchor, clause) in reading order."""


def lay_out_text(version: Version) -> tuple[Part, ...]:
    """Return the version's clauses grouped for HTML, each with an anchor that stays while its words stay.

    A heading's anchor is its section's number (or title), another clause's the first digits of its text's digest; one
    that occurs again bears a counter.
    """
    seen: dict[str, int] = {}

    def anchored(clause: Clause) -> tuple[str, Clause]:
        section = version.sections[clause.section]
        is_heading = clause.kind == "heading"
        stem = (
            f"section-{make_slug(section.number or clause.text)}"
            if is_heading
            else f"c-{sha256_hex(clause.folded)[:8]}"
        )
        seen[stem] = seen.get(stem, 0) + 1
        return (stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"), clause

    parts: list[Part] = []
    for kind, group in groupby(version.clauses, lambda clause: clause.kind):
        clauses = tuple(anchored(clause) for clause in group)
        if kind in ("item", "row"):
            parts.append(Part(kind=kind, level=0, clauses=clauses))
            continue
        for anchor, clause in clauses:
            level = 2 + _depth(version, clause.section) if kind == "heading" else 0
            parts.append(Part(kind=kind, level=min(6, level), clauses=((anchor, clause),)))
    return tuple(parts)


def list_headings(version: Version) -> tuple[tuple[str, str], ...]:
    """Return (anchor, text) of each heading of `version`, in its order."""
    return tuple(
        (anchor, clause.text)
        for part in lay_out_text(version)
        if part.kind == "heading"
        for anchor, clause in part.clauses
    )


def _depth(version: Version, section: int) -> int:
    """Return how many headings stand above a section's text, its own among them.

    Policies skip levels; a page may not (HTML, section 4.3.11): readers who listen take it for a missing heading.
    """
    found = 0
    place: int | None = section
    while place is not None and version.sections[place].level:
        found += 1
        place = version.sections[place].parent
    return found
