"""Which heading a clause is found under."""

from __future__ import annotations

from tracker.model import SectionRef, Version


class SectionFinder:
    """Finds the headings of one version; each at most once."""

    def __init__(self, version: Version) -> None:
        """Find those of `version`."""
        self._version = version
        self._known: dict[int, SectionRef] = {}
        self._first_numbered = next((section.index for section in version.sections if section.number is not None), None)

    def find(self, section: int) -> SectionRef:
        """Return the innermost numbered heading around `section` (DESIGN, section 7).

        Before the first numbered heading (in a document without numbers: before the first heading) the number is `"0"`.
        Where no heading around bears a number, it is the innermost heading, with number None.
        """
        if section not in self._known:
            self._known[section] = self._look(section)
        return self._known[section]

    def _look(self, section: int) -> SectionRef:
        place: int | None = section
        while place is not None:
            candidate = self._version.sections[place]
            if candidate.number is not None:
                return SectionRef(number=candidate.number, title=candidate.title, anchor=candidate.anchor)
            place = candidate.parent
        own = self._version.sections[section]
        is_front = own.index == 0 if self._first_numbered is None else own.index < self._first_numbered
        return SectionRef(number="0" if is_front else None, title=own.title, anchor=own.anchor)


def section_ref(version: Version, section: int) -> SectionRef:
    """Return the innermost numbered heading around `section` of `version`: `SectionFinder` for a single one."""
    return SectionFinder(version).find(section)
