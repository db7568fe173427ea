"""Which clauses somebody means: a section's number, anchor or title, a line's id, or words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from tracker.errors import UsageError
from tracker.model import ClauseLine, Lineage, Record, SectionLife, SectionRef, Stay, fold_text

#: How many choices a message lists, and how much of a clause it quotes.
_MOST_CHOICES: Final = 6
_LONGEST_QUOTE: Final = 60
_NEAR: Final = 0.4


def find_sections(lineage: Lineage, asked: str) -> tuple[SectionLife, ...]:
    """Return the sections that ever bore the number, the anchor or the title `asked`, oldest first; maybe none.

    A section is known by the line of its heading: where a number was given to another section, there are two.
    """
    text = fold_text(asked).removeprefix("#").removeprefix("§").strip()
    number, title = text.rstrip("."), text.casefold()
    tests: tuple[Callable[[SectionRef], bool], ...] = (
        lambda section: section.number == number,
        lambda section: section.anchor is not None and section.anchor == text,
        lambda section: bool(title) and title in _titles(section),
    )
    for test in tests:
        lives = _lives(lineage, test)
        if lives:
            return lives
    return ()


def find_lines(lineage: Lineage, asked: str) -> tuple[ClauseLine, ...]:
    """Return the one line whose id is `asked`, or in one of whose wordings alone these words stand.

    Raises:
        UsageError: If there is none, or several; the message gives the nearest choices.
    """
    for line in lineage.lines:
        if line.id == asked.removeprefix("#"):
            return (line,)
    words = fold_text(asked).casefold()
    if not words:
        raise UsageError("name a clause: a section's number, anchor or title, a clause's id, or words of it")
    found = [
        line
        for line in lineage.lines
        if any(words in fold_text(wording.text).casefold() for wording in line.wordings)
    ]  # fmt: skip
    if len(found) == 1:
        return (found[0],)
    if found:
        raise UsageError(
            f"{asked!r} stands in {len(found)} clauses: name one by its id, or its section: {_choices(found)}"
        )
    near = _near(lineage, asked)
    raise UsageError(
        f"{asked!r} is no section's number, anchor or title, no clause's id, and no words of any clause; "
        f"near are: {', '.join(near) or 'none'}"
    )


def _titles(section: SectionRef) -> set[str]:
    title = fold_text(section.title).casefold()
    return {title, f"{section.number} {title}", f"{section.number}. {title}"} - {""}


def _lives(lineage: Lineage, test: Callable[[SectionRef], bool]) -> tuple[SectionLife, ...]:
    by_heading: dict[str | None, list[tuple[ClauseLine, Stay]]] = {}
    for line in lineage.lines:
        for stay in line.stays:
            if test(stay.section):
                by_heading.setdefault(stay.heading, []).append((line, stay))
    order = {record.commit: place for place, record in enumerate(lineage.records)}
    lives = [_life(lineage, stays, order) for stays in by_heading.values()]
    return tuple(sorted(lives, key=lambda life: order[life.first_seen.commit]))


def _life(lineage: Lineage, stays: Sequence[tuple[ClauseLine, Stay]], order: dict[str, int]) -> SectionLife:
    def place(record: Record) -> int:
        return order[record.commit]

    newest = max((stay for _, stay in stays), key=lambda stay: place(stay.last))
    lines = {line.id: line for line, _ in sorted(stays, key=lambda pair: place(pair[1].since))}
    return SectionLife(
        section=newest.section,
        first_seen=min((stay.since for _, stay in stays), key=place),
        last_seen=newest.last,
        is_current=newest.last == lineage.records[-1],
        last_seen_at=newest.last_seen_at,
        lines=tuple(lines.values()),
    )


def _choices(lines: Iterable[ClauseLine]) -> str:
    """Return ids with the beginning of each clause, those that still stand first."""
    ordered = sorted(lines, key=lambda line: not line.is_current)
    shown = [f"{line.id} ({_quote(line.text)})" for line in ordered[:_MOST_CHOICES]]
    more = [f"and {len(ordered) - len(shown)} more"] if len(ordered) > len(shown) else []
    return ", ".join([*shown, *more])


def _quote(text: str) -> str:
    return f"'{text}'" if len(text) <= _LONGEST_QUOTE else f"'{text[: _LONGEST_QUOTE - 1]}…'"


def _near(lineage: Lineage, asked: str) -> list[str]:
    """Return names of sections and ids of lines that look like `asked`; the first sections where nothing does."""
    sections = [stay.section for line in lineage.lines for stay in line.stays]
    named = {
        name.casefold(): _named(section) for section in sections for name in (section.number, section.title) if name
    }
    named |= {line.id: line.id for line in lineage.lines}
    near = get_close_matches(asked.casefold(), list(named), n=_MOST_CHOICES, cutoff=_NEAR)
    found = [named[name] for name in near] or [_named(section) for section in sections if section.title]
    return list(dict.fromkeys(found))[:_MOST_CHOICES]


def _named(section: SectionRef) -> str:
    number = section.number if section.number != "0" else None
    return "'" + " ".join(part for part in (number, section.title) if part) + "'"
