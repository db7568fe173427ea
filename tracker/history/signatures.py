"""Signatures: the clauses by which one form of a document is told from another, and how much of them a text bears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

#: Words that count as one piece of a clause: few enough to outlive an edit beside them.
_PIECE_WORDS: Final = 3

Pieces: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text as its clauses and the pieces of which they consist."""

    clauses: tuple[str, ...]
    """Folded, in reading order."""
    pieces: Pieces
    """Every clause as a whole, and every run of three words in it."""

    @classmethod
    def of(cls, clauses: Sequence[str]) -> Words:
        """Return the words of a text, given its folded clauses in reading order."""
        return cls(clauses=tuple(clauses), pieces=_pieces_of(clauses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What one text has and another of the same time has not."""

    clauses: tuple[tuple[str, Pieces], ...]
    """(clause, those of its pieces that the other text lacks), in reading order."""

    @classmethod
    def between(cls, own: Words, other: Words) -> Signature:
        """Return what sets `own` apart from `other`."""
        present = frozenset(other.clauses)
        apart = [clause for clause in dict.fromkeys(own.clauses) if clause not in present]
        return cls(clauses=tuple((clause, _pieces_of([clause]) - other.pieces) for clause in apart))

    def share_in(self, words: Words) -> float:
        """Return how much of it `words` bear, 0 to 1: the mean over its clauses; 0 for an empty signature."""
        if not self.clauses:
            return 0.0
        shares = [len(pieces & words.pieces) / len(pieces) for _, pieces in self.clauses]
        return sum(shares) / len(shares)

    def __bool__(self) -> bool:
        return bool(self.clauses)


def leave_out_alike(clauses: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    """Return those of `clauses` of which less than half stands in `others`, by runs of three words."""
    known = _pieces_of(others)

    def is_alike(clause: str) -> bool:
        pieces = _pieces_of([clause]) - {clause}
        return 2 * len(pieces & known) >= len(pieces) > 0

    return frozenset(clause for clause in clauses if not is_alike(clause))


def _pieces_of(clauses: Iterable[str]) -> Pieces:
    found: set[str] = set()
    for clause in clauses:
        words = clause.casefold().split()
        found.add(clause)
        found.update(map(" ".join, zip(*(words[start:] for start in range(_PIECE_WORDS)), strict=False)))
    return frozenset(found)
