"""Which heading a clause is found under."""

from __future__ import annotations

from tracker.model import SectionRef, Version


def section_ref(version: Version, section: int) -> SectionRef:
    """Return the innermost numbered heading around section `section` of `version` (DESIGN, section 7).

    Before the first numbered heading (in a document without numbers: before the first heading) the number is `"0"`.
    Where no heading around bears a number, it is the innermost heading, with number None.
    """
    place: int | None = section
    while place is not None:
        candidate = version.sections[place]
        if candidate.number is not None:
            return SectionRef(number=candidate.number, title=candidate.title, anchor=candidate.anchor)
        place = candidate.parent
    own = version.sections[section]
    first_numbered = next((other.index for other in version.sections if other.number is not None), None)
    is_front = own.index == 0 if first_numbered is None else own.index < first_numbered
    return SectionRef(number="0" if is_front else None, title=own.title, anchor=own.anchor)
