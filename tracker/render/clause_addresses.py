"""Where the life of each clause is told: on the page of the section where it stood first, under its own id.

A section is known by the line of its heading. Neither changes when the history goes on, so that addresses stay.
"""

from __future__ import annotations

from typing import Final

from tracker.model import ClauseChange, Event, Lineage, ToldSection
from tracker.render.addresses import make_slug

#: What stands before the first heading.
_OPENING: Final = "opening"
#: Further clauses of a section are counted and not told: a page is read by people.
MOST_TOLD: Final = 150


def section_path(stem: str, heading: str | None) -> str:
    """Return the path of the page of a section of the document at `stem`, `<service>/<terms>`, from the site's root."""
    return f"{stem}/clauses/{make_slug(heading or _OPENING)}/index.html"


class ClauseAddresses:
    """Knows the page, and the place on it, of each clause of each version of one document."""

    def __init__(self, stem: str, lineage: Lineage) -> None:
        """Read the lineage of the document at `stem`, `<service>/<terms>`."""
        self.sections: dict[str, ToldSection] = {
            section_path(stem, section.heading): section for section in lineage.told_sections
        }
        """By the paths of their pages."""
        self._pages = {line.id: path for path, section in self.sections.items() for line in section.told[:MOST_TOLD]}
        self._lineage = lineage
        self._places = {record.commit: place for place, record in enumerate(lineage.records)}

    def of_clause(self, event: Event, clause: ClauseChange) -> tuple[str, str] | None:
        """Return the page, and the id on it, of the life of the clause that `clause` is about; None if it is untold.

        Args:
            event: The change of which `clause` is a part.
            clause: What differs; found on the new side, else on the old one.
        """
        sides = ((event.new.commit, clause.new_clauses), (event.old.commit, clause.old_clauses))
        lines = (line for commit, indices in sides for line in self._lines_at(commit, indices))
        return next(((self._pages[line], line) for line in lines if line in self._pages), None)

    def _lines_at(self, commit: str, indices: tuple[int, ...]) -> list[str]:
        """Return the ids of the lines to which these clauses of a version belong; those of an unknown one to none."""
        place = self._places.get(commit)
        if place is None:
            return []
        lines = self._lineage.places[place]
        return [self._lineage.lines[lines[index]].id for index in indices if index < len(lines)]
