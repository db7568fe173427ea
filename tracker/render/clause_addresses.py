"""Where the life of each clause is told: on the page of its section, under its own id.

A section is known by the line of its heading, whose id never changes.
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
    """Clauses to which something happened, those that stand first, in reading order as they came."""
    still: int
    """Clauses that stand as they stood in the document's first version."""


class ClauseAddresses:
    """Knows the page, and the place on it, of each clause of each version of one document."""

    def __init__(self, stem: str, lineage: Lineage) -> None:
        """Read the lineage of the document at `stem`, `<service>/<terms>`."""
        self.sections = tuple(_list_sections(stem, lineage))
        told = {line.id: page.path for page in self.sections for line in page.told[:MOST_TOLD]}
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
        # A heading is at home in the section that it opens.
        home = line.id if line.kind == "heading" else line.stays[-1].heading
        homes.setdefault(home, []).append(line)
    taken: set[str] = set()
    for heading, lines in homes.items():
        told = [line for line in lines if len(line.steps) > 1 or line.steps[0].event is not None]
        slug = make_slug(heading or _OPENING)
        # Ids are unlike each other, and so are their slugs; no page takes the place of another all the same.
        if not told or slug in taken:
            continue
        taken.add(slug)
        yield SectionPage(
            path=f"{stem}/clauses/{slug}/index.html",
            section=_name_section(lines, heading),
            is_current=any(line.is_current for line in lines),
            told=tuple(sorted(told, key=lambda line: not line.is_current)),
            still=len(lines) - len(told),
        )


def _name_section(lines: Sequence[ClauseLine], heading: str | None) -> SectionRef:
    own = next((line for line in lines if line.id == heading), None)
    return (own or lines[-1]).section
