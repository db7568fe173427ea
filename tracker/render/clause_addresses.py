"""Where the life of each clause is told: on the page of the section where it stood first, under its own id.

A section is known by the line of its heading. Neither changes when the history goes on, so that addresses stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.model import ClauseChange, ClauseLine, Event, Lineage, SectionRef
from tracker.render.addresses import make_slug

#: What stands before the first heading.
_OPENING: Final = "opening"
#: Further clauses of a section are named and not told: a page is read by people.
MOST_TOLD: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """One section of a document: where its page stands, and whose lives it tells."""

    path: str
    """From the site's root."""
    section: SectionRef
    """As it was called last."""
    is_current: bool
    told: tuple[ClauseLine, ...]
    """Clauses to which something happened, at most `MOST_TOLD`: those that stand first, then in the order in which
    something happened to them."""
    untold: int
    """Further ones."""
    still: int
    """Clauses that stand as they stood in the document's first version."""


class ClauseAddresses:
    """Knows the page, and the place on it, of each clause of each version of one document."""

    def __init__(self, stem: str, lineage: Lineage) -> None:
        """Read the lineage of the document at `stem`, `<service>/<terms>`."""
        self.sections = tuple(_list_sections(stem, lineage))
        told = {line.id: page.path for page in self.sections for line in page.told}
        self._anchors = {line_id: f"{path}#{line_id}" for line_id, path in told.items()}
        self._lineage = lineage
        self._places = {record.commit: place for place, record in enumerate(lineage.records)}

    def of_clause(self, event: Event, clause: ClauseChange) -> str | None:
        """Return the address of the life of the clause that `clause` of the change `event` is about; None if untold."""
        sides = ((event.new.commit, clause.new_clauses), (event.old.commit, clause.old_clauses))
        for commit, indices in sides:
            place = self._places.get(commit)
            if place is None:
                continue
            lines = self._lineage.places[place]
            for index in indices:
                if index < len(lines):
                    found = self._anchors.get(self._lineage.lines[lines[index]].id)
                    if found is not None:
                        return found
        return None


def _list_sections(stem: str, lineage: Lineage) -> Iterator[SectionPage]:
    homes: dict[str | None, list[ClauseLine]] = {}
    for line in lineage.lines:
        # A heading is at home in the section that it opens, another clause where it stood first: that never changes.
        home = line.id if line.kind == "heading" else line.stays[0].heading
        homes.setdefault(home, []).append(line)
    order = {record.commit: place for place, record in enumerate(lineage.records)}

    def told_since(line: ClauseLine) -> int:
        first = line.steps[0]
        return order[(first if first.event is not None else line.steps[1]).record.commit]

    for heading, lines in homes.items():
        told = [line for line in lines if len(line.steps) > 1 or line.steps[0].event is not None]
        if not told:
            continue
        # Those that were told first stay told, however many follow.
        kept = sorted(told, key=told_since)[:MOST_TOLD]
        yield SectionPage(
            path=f"{stem}/clauses/{make_slug(heading or _OPENING)}/index.html",
            section=_name_section(lines, heading),
            is_current=any(line.is_current for line in lines),
            told=tuple(sorted(kept, key=lambda line: not line.is_current)),
            untold=len(told) - len(kept),
            still=len(lines) - len(told),
        )


def _name_section(lines: Sequence[ClauseLine], heading: str | None) -> SectionRef:
    own = next((line for line in lines if line.id == heading), None)
    return own.section if own is not None else lines[0].stays[0].section
