"""A comparison laid out for reading: all of it where that is a page, else what weighs most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tracker.model import FIRST_TO_LATEST, KINDS, Finding, Record
from tracker.render.change_view import Block, Changed, list_findings, quote_argument
from tracker.render.language import ENGLISH, Language

#: Changed clauses, and characters of their old and new words, that a page shows; beyond that it is an excerpt. A
#: character costs some ten bytes of page (docs/decisions/0013).
MOST_CLAUSES: Final = 150
MOST_CHARACTERS: Final = 60_000
#: Findings in the table above them.
MOST_FINDINGS: Final = 60
#: Characters of unchanged clauses that are folded in between.
MOST_UNCHANGED: Final = 150_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What a page shows of a comparison."""

    blocks: tuple[Block, ...]
    findings: tuple[tuple[Changed, Finding], ...]
    """Each stands in a clause that is shown."""
    left_out: int
    """Clauses that differ and are not shown; then no unchanged one is either."""
    findings_left_out: int
    has_unchanged: bool
    """Whether what did not change is there, folded."""

    @property
    def is_excerpt(self) -> bool:
        return bool(self.left_out or self.findings_left_out)


def lay_out_excerpt(blocks: Sequence[Block]) -> Laid:
    """Return what is shown of `blocks`: all if that is a page, else the weightiest clauses in reading order.

    A clause with a finding weighs more than one without, then one of a weightier kind, then one that stands earlier.
    The weightiest one is shown however long it is.
    """
    changed = [block for block in blocks if isinstance(block, Changed)]
    shown = _choose(changed)
    unchanged = sum(
        len(clause.text) for block in blocks if not isinstance(block, Changed) for clause in block.clauses
    )  # fmt: skip
    has_unchanged = len(shown) == len(changed) and unchanged <= MOST_UNCHANGED
    kept = tuple(block for block in blocks if (block.number in shown if isinstance(block, Changed) else has_unchanged))
    findings = list_findings(tuple(blocks))
    told = tuple(row for row in findings if row[0].number in shown)[:MOST_FINDINGS]
    return Laid(
        blocks=kept,
        findings=told,
        left_out=len(changed) - len(shown),
        findings_left_out=len(findings) - len(told),
        has_unchanged=has_unchanged,
    )


def _choose(changed: Sequence[Changed]) -> frozenset[int]:
    """Return the numbers of the clauses that are shown."""
    shown: list[int] = []
    characters = 0
    for block in sorted(changed, key=_weigh):
        characters += len(block.clause.old) + len(block.clause.new)
        if shown and (characters > MOST_CHARACTERS or len(shown) >= MOST_CLAUSES):
            break
        shown.append(block.number)
    return frozenset(shown)


def _weigh(block: Changed) -> tuple[bool, bool, int, int]:
    return (block.is_technical, not block.verdict.findings, KINDS.index(block.verdict.kind), block.number)


def tell_reach(reach: str, language: Language = ENGLISH) -> str:
    """Return the name of a comparison.

    >>> tell_reach("2023-2024")
    '2023 to 2024'
    """
    if reach == FIRST_TO_LATEST:
        return language.gettext("First to latest")
    first, last = reach.split("-")
    return language.gettext("%(first)s to %(last)s", first=first, last=last)


def diff_command(old: Record, new: Record) -> str:
    """Return the command that compares two versions, for whoever has a clone of the archive."""
    ends = (quote_argument(f"{record.document}@{record.commit}") for record in (old, new))
    return f"tracker diff {' '.join(ends)}"
