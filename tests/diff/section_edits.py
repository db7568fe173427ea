"""What editors do to sections, one function a kind of edit; each returns the keys of the blocks that it touched."""

from __future__ import annotations

from collections.abc import Iterable

from tests.diff.edits import Desk, Touched
from tests.diff.invented import Document, new_part


def _keys(document: Document, places: Iterable[int]) -> set[int]:
    parts = [document.parts[place] for place in places]
    return {block.key for part in parts for block in (part.heading, *part.blocks) if block is not None}


def insert_section(desk: Desk) -> Touched:
    """Put in a section; those after it are renumbered."""
    places = desk.parts()
    if not places:
        return None
    part = new_part(desk.document, desk.writer, desk.title(), desk.document.parts[places[0]].level)
    desk.document.parts.insert(places[0], part)
    return _keys(desk.document, [places[0]])


def remove_section(desk: Desk) -> Touched:
    """Leave out a section without subsections; those after it are renumbered."""
    for place in desk.parts():
        if len(desk.document.subtree(place)) == 1:
            touched = _keys(desk.document, [place])
            del desk.document.parts[place]
            return touched
    return None


def retitle_section(desk: Desk) -> Touched:
    """Give a section a title with some words of the old one, or none."""
    for place in desk.parts(least=1):
        part = desk.document.parts[place]
        other = desk.title()
        part.title = desk.source.choice([f"{part.title} and {other}", f"{other.split()[0]} {part.title}", other])
        return _keys(desk.document, [place]) - {block.key for block in part.blocks}
    return None


def retitle_and_renumber(desk: Desk) -> Touched:
    """Retitle a section, and put in another before it."""
    places = [
        place
        for place in desk.parts(least=1)
        if desk.document.parts[place - 1].level >= desk.document.parts[place].level
    ]
    for place in places:
        part = desk.document.parts[place]
        part.title = f"{part.title} and {desk.title()}"
        desk.document.parts.insert(place, new_part(desk.document, desk.writer, desk.title(), part.level))
        touched = _keys(desk.document, [place])
        return touched | ({part.heading.key} if part.heading is not None else set())
    return None


def move_section(desk: Desk) -> Touched:
    """Take a section with all that is in it past others of its level."""
    document = desk.document
    for place in desk.parts():
        moved = document.subtree(place)
        targets = [x for x in desk.parts(level=document.parts[place].level) if x not in moved and x != moved.stop]
        if not targets:
            continue
        target = targets[0]
        touched = _mark_range(document, min(target, moved.start), max(target, moved.stop))
        parts = document.parts[moved.start : moved.stop]
        del document.parts[moved.start : moved.stop]
        start = target if target < moved.start else target - len(parts)
        document.parts[start:start] = parts
        return touched
    return None


def swap_sections(desk: Desk) -> Touched:
    """Let two sections of one level, with all that is in them, change places."""
    document = desk.document
    for one in desk.parts():
        for other in desk.parts(level=document.parts[one].level):
            first, second = document.subtree(min(one, other)), document.subtree(max(one, other))
            if first.stop > second.start:
                continue
            parts = document.parts
            touched = _mark_range(document, first.start, second.stop)
            between = parts[first.stop : second.start]
            parts[first.start : second.stop] = [
                *parts[second.start : second.stop],
                *between,
                *parts[first.start : first.stop],
            ]
            return touched
    return None


def _mark_range(document: Document, start: int, stop: int) -> set[int]:
    """Return the keys of the headings in the range, each of which may be said to have moved past the others."""
    headings: set[int] = set()
    for part in document.parts[start:stop]:
        part.maybe_moved = True
        if part.heading is not None:
            headings.add(part.heading.key)
    return headings


def reuse_number(desk: Desk) -> Touched:
    """Put another section in the place of one, under its number."""
    for place in desk.parts(least=1):
        if len(desk.document.subtree(place)) > 1:
            continue
        gone = _keys(desk.document, [place])
        part = new_part(desk.document, desk.writer, desk.title(), desk.document.parts[place].level)
        desk.document.parts[place] = part
        return gone | _keys(desk.document, [place])
    return None


def divide_section(desk: Desk) -> Touched:
    """Put a heading between the clauses of a section: what is below it stays where it was."""
    for place in desk.parts(least=4):
        part = desk.document.parts[place]
        if len(desk.document.subtree(place)) > 1:
            continue
        new = new_part(desk.document, desk.writer, desk.title(), part.level)
        middle = desk.source.randint(2, len(part.blocks) - 2)
        part.blocks, new.blocks = part.blocks[:middle], part.blocks[middle:]
        desk.document.parts.insert(place + 1, new)
        return _keys(desk.document, [place, place + 1])
    return None


def dissolve_section(desk: Desk) -> Touched:
    """Leave out a heading: what was below it stays where it was, under the heading before."""
    for place in desk.parts(least=1):
        part = desk.document.parts[place]
        if len(desk.document.subtree(place)) == 1 and part.heading is not None:
            touched = _keys(desk.document, [place - 1, place])
            desk.document.parts[place - 1].blocks.extend(part.blocks)
            del desk.document.parts[place]
            return touched
    return None
