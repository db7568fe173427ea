"""A part of a change: what is left of it where the rest was told before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.diff.compare import count_changed_words
from tracker.model import Change, Clause, Residue


def restrict_change(change: Change, residue: Residue) -> Change:
    """Return `change` with those of its clauses that `residue` names, on either side, and their words alone."""

    def is_left(indices: Sequence[int], clauses: Sequence[Clause], left: frozenset[str]) -> bool:
        return any(clauses[index].folded in left for index in indices)

    kept = tuple(
        clause
        for clause in change.clauses
        if is_left(clause.new_clauses, change.new.clauses, residue.added)
        or is_left(clause.old_clauses, change.old.clauses, residue.removed)
    )
    added, removed = count_changed_words(kept)
    return replace(change, clauses=kept, words_added=added, words_removed=removed)
